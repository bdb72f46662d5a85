import type { RawRequest } from '../network/rawRequest';
import { webhookBody, messageId, seconds, signatureOf } from './signing';

/** A finished task without a webhook so far, and the secret that its webhooks are signed with. */
export interface FinishedTask {
	taskId: string;
	secret: string;
}

/** A webhook at the trigger's URL. `title` begins with the number of the requirement it is about. */
export interface WebhookCase {
	title: string;
	/** Of the response. */
	status: number | readonly number[];
	send(task: FinishedTask): RawRequest;
}

export type Header = readonly [name: string, value: string];

/** What is unlike the genuine webhook. */
export interface Change {
	key?: string | Buffer;
	id?: string;
	timestamp?: string;
	/** What is signed, and sent unless `sentBody` is there. */
	body?: string | Buffer;
	sentId?: string;
	sentTimestamp?: string;
	/** Several parts leave one after the other. */
	sentBody?: Buffer | Buffer[];
	/** The value of `webhook-signature`, made from the good signature without its version. */
	header?: (good: string) => string;
	/** Replaces the headers of the signature. */
	three?: (genuine: Header[]) => Header[];
	/** Content type; `null` for none. */
	type?: string | null;
	more?: Header[];
}

/** Is in every body, and may not come back in any response or log. */
export const BODY_MARK = 'what-only-the-body-holds';

/** The provider's webhook about a finished task, with one thing or another changed. */
export function signedWebhook({ taskId, secret }: FinishedTask, change: Change = {}): RawRequest {
	const { key = secret, id = messageId(), timestamp = String(seconds()), type } = change;
	const body = change.body ?? webhookBody(taskId, { note: BODY_MARK });
	const good = signatureOf({ key, id, timestamp, body });
	const three: Header[] = [
		['webhook-id', change.sentId ?? id],
		['webhook-timestamp', change.sentTimestamp ?? timestamp],
		['webhook-signature', change.header ? change.header(good) : `v1,${good}`],
	];
	const contentType: Header[] = type === null ? [] : [['content-type', type ?? 'application/json']];
	return {
		headers: [...contentType, ...(change.three?.(three) ?? three), ...(change.more ?? [])],
		parts: [change.sentBody ?? Buffer.from(body)].flat(),
	};
}

/** One case for each change. */
export function cases(
	title: string,
	status: WebhookCase['status'],
	changes: Record<string, (task: FinishedTask) => Change>,
): WebhookCase[] {
	return Object.entries(changes).map(([name, change]) => ({
		title: `${title}: ${name}`,
		status,
		send: (task) => signedWebhook(task, change(task)),
	}));
}

/** The same text with another first character. */
export const flipped = (text: string) => (text.startsWith('A') ? 'B' : 'A') + text.slice(1);

export const stamped = (timestamp: () => string) => (): Change => ({ timestamp: timestamp() });
