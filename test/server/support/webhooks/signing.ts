import { createHmac, randomUUID } from 'node:crypto';

/** What the three headers of a webhook are about; `timestamp` is the header's text. */
export interface Signing {
	key: string | Buffer;
	id: string;
	timestamp: string;
	body: string | Buffer;
}

/** The signature alone, without its version. */
export function signatureOf({ key, id, timestamp, body }: Signing): string {
	return createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64');
}

export const messageId = () => `msg_${randomUUID()}`;

/** Seconds since 1970, moved by `shift` seconds. */
export const seconds = (shift = 0) => Math.floor(Date.now() / 1000) + shift;

/** A webhook as the provider sends it. */
export function webhookBody(
	taskId: string,
	{ status = 'COMPLETED', ...more }: { status?: string } & Record<string, unknown> = {},
): string {
	// Escaped slashes, as real ones have them: who re-serialises the body cannot verify it.
	return JSON.stringify({ task_id: taskId, status, generated: [], ...more }).replace(/\//g, '\\/');
}

/** Headers of a genuine webhook with this body. */
export function genuineHeaders(
	key: string | Buffer,
	{ body, id = messageId() }: { body: string | Buffer; id?: string },
): Record<string, string> {
	const timestamp = String(seconds());
	return {
		'content-type': 'application/json',
		'webhook-id': id,
		'webhook-timestamp': timestamp,
		'webhook-signature': `v1,${signatureOf({ key, id, timestamp, body })}`,
	};
}
