import { createHmac, randomUUID } from 'crypto';

import type {
	IDataObject,
	IExecuteFunctions,
	IHttpRequestOptions,
	IWebhookFunctions,
} from 'n8n-workflow';

import type { Clock } from '../concurrency/clock';
import { sameText } from '../signature/sameText';

/** Of requests that n8n sends to itself. */
export const PURPOSE_HEADER = 'x-happy-horse-check';

const TIMEOUT_MS = 15_000;

/** n8n may be too busy for a moment. */
const WAKE_TRIES = 60;

const WAKE_PAUSE_MS = 5000;

interface Request {
	headers: Record<string, unknown>;
	originalUrl?: string;
	socket?: { localAddress?: string; localPort?: number; encrypted?: boolean };
}

/**
 * `wait`: which wait is it? `wake`: a wait without an open webhook is to have one again. `poll`: tasks may have ended, and their
 * webhooks been rejected, before the execution was stored.
 */
type OwnPurpose = 'wait' | 'wake' | 'poll';

/** Only this process may open webhooks again. */
const WAKE = `wake ${randomUUID()}`;

/** What n8n itself says of an execution that does not wait here, also where a Form node of the workflow waits. */
const ELSEWHERE = /execution "|Invalid token/;

/** What n8n says until a suspended execution is stored. */
const NOT_STORED = /is running already/;

type OwnRequest = () => Promise<{ statusCode: number; body: IDataObject | undefined } | null>;

/**
 * Checks, by a request from this process to itself, whether an execution still waits at the node whose `webhook()` runs.
 * When a webhook continues an execution, n8n only looks at its status (2.41.1): a late webhook would continue a later wait
 * of the same execution. n8n 1 would even continue one that was stopped.
 *
 * @param wait tells this wait from all others of the execution.
 * @returns a function that gives `null` when n8n does not tell.
 */
export function waitingCheck(
	context: IWebhookFunctions,
	wait: string,
): () => Promise<boolean | null> {
	const send = ownRequest(context, 'wait');
	return async () => {
		const response = await send?.();
		if (!response) return null;
		const { statusCode, body } = response;
		if (statusCode === 200) return body?.wait === wait;
		if (statusCode >= 300 && statusCode < 400) return false;
		// A proxy may respond with 401 or 404 as well.
		return ELSEWHERE.test(String(body?.message ?? body?.error)) ? false : null;
	};
}

/**
 * Gives a function that opens a webhook of the same wait again, by a request from this process to itself. It can be used
 * after the end of the webhook that it was made for.
 *
 * @returns `null` when this process has no URL of its own.
 */
export function wakeUpRequest(
	context: IWebhookFunctions,
	clock: Clock,
): (() => Promise<void>) | null {
	const send = ownRequest(context, 'wake');
	if (send === null) return null;
	return async () => {
		await untilTaken(clock, async () => ((await send())?.statusCode ?? 500) < 500);
	};
}

/** What proves a request for a poll: only who has the credential can make it, and for this wait alone. */
export interface PollProof {
	/** The provider's `signingKey`. */
	key: Buffer;
	/** Tells this wait from all others of the execution. */
	wait: string;
}

/**
 * Has some process of n8n poll the tasks of this execution once it is stored. The request goes to the URL of its webhooks:
 * a worker has no other.
 *
 * @param until when the wait is over, in milliseconds since 1970.
 */
export async function requestPoll(
	context: IExecuteFunctions,
	{ url, until, clock, ...proof }: PollProof & { url: string; until: number; clock: Clock },
): Promise<void> {
	const send = post(context, { url, headers: { [PURPOSE_HEADER]: pollWord(context, proof) } });
	await untilTaken(clock, async () => {
		if (clock.isCancelled() || clock.now() >= until) return true;
		const { statusCode, body } = (await send()) ?? { statusCode: 500 };
		return statusCode < 500 && !(statusCode === 409 && NOT_STORED.test(String(body?.message)));
	});
}

/** True for what `requestPoll` has sent for this wait. */
export function isPollProven(context: IWebhookFunctions, proof: PollProof): boolean {
	return sameText(String(context.getHeaderData()[PURPOSE_HEADER]), pollWord(context, proof));
}

function pollWord(
	context: IExecuteFunctions | IWebhookFunctions,
	{ key, wait }: PollProof,
): string {
	const word = `poll ${context.getExecutionId()} ${wait}`;
	return `poll ${createHmac('sha256', key).update(word).digest('base64url')}`;
}

async function untilTaken(clock: Clock, isTaken: () => Promise<boolean>): Promise<void> {
	for (let tried = 1; !(await isTaken()) && tried < WAKE_TRIES; tried++) {
		await clock.pause(WAKE_PAUSE_MS);
	}
}

/** What such a request wants; `null` for all others. */
export function ownPurposeOf(context: IWebhookFunctions): OwnPurpose | null {
	const purpose = context.getHeaderData()[PURPOSE_HEADER];
	if (purpose === WAKE) return 'wake';
	if (String(purpose).startsWith('poll ')) return 'poll';
	return purpose === 'wait' ? purpose : null;
}

function ownRequest(context: IWebhookFunctions, purpose: 'wait' | 'wake'): OwnRequest | null {
	// The connection of the sender may be closed later on.
	const url = ownUrl(context.getRequestObject() as unknown as Request);
	if (url === null) return null;
	const headers = { [PURPOSE_HEADER]: purpose === 'wake' ? WAKE : purpose };
	// The certificate is for the public name of n8n.
	return post(context, { url, headers, skipSslCertificateValidation: true });
}

function post(
	{ helpers }: Pick<IExecuteFunctions | IWebhookFunctions, 'helpers'>,
	request: IHttpRequestOptions,
): OwnRequest {
	return async () => {
		try {
			return (await helpers.httpRequest({
				...request,
				method: 'POST',
				body: {},
				json: true,
				returnFullResponse: true,
				ignoreHttpStatusErrors: true,
				disableFollowRedirect: true,
				timeout: TIMEOUT_MS,
			})) as Awaited<ReturnType<OwnRequest>>;
		} catch {
			return null;
		}
	};
}

/** The URL of the request at the IP address and port where this process received it. */
function ownUrl({ originalUrl, socket }: Request): string | null {
	const { localAddress, localPort, encrypted } = socket ?? {};
	if (localAddress === undefined || localPort === undefined || originalUrl === undefined)
		return null;
	const host = localAddress.replace(/^::ffff:/, '');
	const origin = `${encrypted ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}`;
	return `${origin}:${localPort}${originalUrl}`;
}
