import type { FailureCause } from './apiError';
import { ApiError, LONGEST_ASKED_PAUSE_MS } from './apiError';
import { vendorMessage } from './vendorMessage';

/** What a request was for: the same status code means something else to someone who paid. */
export type Purpose = 'create' | 'read' | 'list' | 'upload';

/** Why there was no answer at all, as far as Node.js tells. */
export interface NetworkFault {
	/** Node.js's name for it; '' if there is none. */
	code: string;
	/** True when it came up before the first byte of the request was on its way. */
	neverSent: boolean;
}

export interface Answer {
	statusCode: number;
	headers: Record<string, unknown>;
	/** Parsed JSON, or `undefined` when the answer was none. */
	body: unknown;
	/** Milliseconds since 1970. */
	receivedAt: number;
}

/** The text that the API's documentation gives for 503, which it asks to send again with backoff. */
const DOCUMENTED_OUTAGE = /^service unavailable\b/i;

const PLAN_WORDS = /\b(upgrade|plan|trial|quota|credits?|subscription)\b/i;

const CHECK_FIRST =
	"The video may have been created and charged. Look it up with 'Get Many' before you run this item again.";

const NOTHING_CREATED = 'Nothing was created or charged for this item.';

/** The header comes as seconds or as a date. */
function retryAfterMs({ headers, receivedAt }: Answer): number | undefined {
	const value = String(headers['retry-after']);
	const seconds = Number(value);
	const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(value) - receivedAt;
	return ms > 0 ? ms : undefined;
}

/** Adds what a refusal means for the user's money. */
function advise(purpose: Purpose, advice: string): string {
	return purpose === 'create' ? `${advice} ${NOTHING_CREATED}` : advice;
}

/**
 * The words for an answer that is not the wanted one. Pure: `answer` has been cleaned of secrets before.
 *
 * @param retryUnavailable of a create request: false when it must not be sent again after 503.
 */
export function responseError(answer: Answer, purpose: Purpose, retryUnavailable = true): ApiError {
	const { statusCode } = answer;
	const said = vendorMessage(answer.body);
	const quoted = said ? `: ${said}` : '';

	if (statusCode === 401) {
		return new ApiError('The API key was not accepted', {
			statusCode,
			advice: advise(
				purpose,
				"Open the credential and paste your key again, and check 'API Provider'. Keys are made at https://www.magnific.com/user/api-keys.",
			),
			cause: { cause: 'credential-invalid' },
			accountWide: true,
		});
	}
	if (statusCode === 402) {
		return new ApiError('Not enough credits', {
			statusCode,
			advice: advise(purpose, 'Add credits in the account of your provider, then run again.'),
			cause: { cause: 'quota-exhausted' },
			accountWide: true,
		});
	}
	if (statusCode === 403) {
		return new ApiError(`The API key is not allowed to do this${quoted}`, {
			statusCode,
			advice: advise(
				purpose,
				'Check in the account of your provider whether the plan includes Happy Horse and whether the key is active.',
			),
			accountWide: true,
		});
	}
	if (statusCode === 404 && purpose === 'read') {
		return new ApiError('Task not found for this API key', {
			statusCode,
			advice:
				"Check 'Task' and 'Model': a task of Happy Horse 1.0 is not found under 1.1, nor the other way round. Use the credential of the account that created the video: other accounts cannot see it.",
		});
	}
	if (statusCode === 404) {
		return new ApiError('The API does not know this URL', {
			statusCode,
			advice: advise(
				purpose,
				"Check 'API Provider' and 'Base URL' in the credential, and 'Model' in the node.",
			),
		});
	}
	if (statusCode === 429) return explainTooMany(answer, purpose, said);
	// 408: the server gave up on the request, perhaps after it had begun to act.
	if (statusCode >= 500 || statusCode === 408) {
		return explainOutage(answer, { purpose, said, retryUnavailable });
	}
	if (statusCode >= 400) {
		return new ApiError(`The API rejected the request${quoted}`, {
			statusCode,
			advice: advise(purpose, 'Correct the field that the message names, then run again.'),
		});
	}
	if (statusCode >= 300) {
		return new ApiError('The API answered with a redirect, which is not followed', {
			statusCode,
			advice:
				"Check 'Base URL' in the credential: your API key is sent to that URL only and is never forwarded." +
				(purpose === 'create' ? ` ${CHECK_FIRST}` : ''),
			outcomeUnknown: purpose === 'create',
		});
	}
	return unreadableError(statusCode, purpose);
}

function explainTooMany(answer: Answer, purpose: Purpose, said: string): ApiError {
	const { statusCode } = answer;
	const waitMs = retryAfterMs(answer);
	// With a time to come back at, words such as "quota" speak of the limit per minute.
	if (PLAN_WORDS.test(said) && waitMs === undefined) {
		return new ApiError(`The plan or trial of the account is used up: ${said}`, {
			statusCode,
			advice: advise(purpose, 'Change the plan in the account of your provider, then run again.'),
			cause: { cause: 'quota-exhausted' },
			accountWide: true,
		});
	}
	return new ApiError('The API gets too many requests from this account', {
		statusCode,
		advice: advise(
			purpose,
			`Wait ${minutesText(waitMs)}, then run again. For large batches lower 'Max Concurrency' in the options.`,
		),
		cause: { cause: 'rate-limited', ...(waitMs === undefined ? {} : { retryAfterMs: waitMs }) },
		passing: true,
		kind: 'rate-limited',
	});
}

function minutesText(waitMs = 0): string {
	if (waitMs <= LONGEST_ASKED_PAUSE_MS) return 'a minute';
	return `${Math.ceil(waitMs / 60_000)} minutes`;
}

function explainOutage(
	answer: Answer,
	{
		purpose,
		said,
		retryUnavailable,
	}: { purpose: Purpose; said: string; retryUnavailable: boolean },
): ApiError {
	const { statusCode } = answer;
	const waitMs = retryAfterMs(answer);
	const cause: FailureCause = {
		cause: 'temporarily-unavailable',
		...(waitMs === undefined ? {} : { retryAfterMs: waitMs }),
	};
	const message = `The API cannot serve requests right now (${statusCode})`;
	// With its documented words the API turned the request away. Others may be of a gateway, which tells nothing of how far
	// the request came.
	const turnedAway = statusCode === 503 && DOCUMENTED_OUTAGE.test(said);
	if (purpose === 'create' && turnedAway && retryUnavailable) {
		return new ApiError(message, {
			statusCode,
			advice:
				"As a rule nothing was created or charged. To be sure, look with 'Get Many' before you run this item again.",
			cause,
			kind: 'unavailable',
		});
	}
	if (purpose === 'create') {
		return new ApiError(message, { statusCode, advice: CHECK_FIRST, outcomeUnknown: true });
	}
	return new ApiError(message, {
		statusCode,
		advice: 'Videos that were created continue. Run again in a few minutes.',
		cause,
		passing: true,
		kind: turnedAway ? 'unavailable' : 'unclear',
	});
}

/** A success that cannot be used: not JSON, or without what was asked for. `excerpt`: how it begins. */
export function unreadableError(statusCode: number, purpose: Purpose, excerpt = ''): ApiError {
	const said = excerpt === '' ? '' : `: ${excerpt}`;
	const message = `The API sent a response that cannot be read (${statusCode})${said}`;
	if (purpose === 'create') {
		return new ApiError(message, { statusCode, advice: CHECK_FIRST, outcomeUnknown: true });
	}
	return new ApiError(message, {
		statusCode,
		advice: "Check 'Base URL' in the credential. If it is right, run again in a few minutes.",
		passing: true,
	});
}

// Faults of the name, of the certificate and of the handshake: no request can have left yet.
const BEFORE_SENDING = new RegExp(
	'^(ENOTFOUND|EAI_AGAIN|ECONNREFUSED' +
		'|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_TLS_CERT_|ERR_TLS_HANDSHAKE_' +
		// Of the many faults of a secured connection these are the ones of its beginning.
		'|ERR_SSL_(WRONG_VERSION|UNSUPPORTED_PROTOCOL|\\w*HANDSHAKE_FAILURE|\\w*PROTOCOL_VERSION))',
);

const HANDSHAKE_WORDS = /handshake|wrong version|unsupported protocol|protocol version/i;

const CONNECT_CALLS = ['connect', 'getaddrinfo'];

/** What Node.js was doing, as it writes at the beginning of its message: "connect ETIMEDOUT 192.0.2.1:443". */
const CONNECTING = /^(connect|getaddrinfo) E/;

/**
 * Whether a request that got no answer had left n8n, by the phase in which it failed: "read EHOSTUNREACH" comes after it
 * was written, "connect ETIMEDOUT" before.
 */
export function networkFault(error: unknown): NetworkFault {
	const layers: Layer[] = [];
	for (let layer = error; layer instanceof Object && layers.length < 6; ) {
		layers.push(layer);
		layer = (layer as Layer).cause;
	}
	const texts = layers.flatMap(({ code, httpCode }) => [code, httpCode]);
	const code = texts.find((text): text is string => typeof text === 'string') ?? '';
	const isBefore = layers.some(isBeforeSending) && !layers.some(isAfterSending);
	return { code, neverSent: isBefore || layers.some(isConnecting) };
}

/** One of the errors that wrap each other. n8n 1 keeps the code in the place of the status, and the text in a list. */
interface Layer {
	code?: unknown;
	httpCode?: unknown;
	syscall?: unknown;
	message?: unknown;
	messages?: unknown;
	/** Of a connection that was tried at several addresses. */
	errors?: unknown;
	cause?: unknown;
}

/** What contradicts it: then the request may have left. */
function isAfterSending({ code, syscall }: Layer): boolean {
	return syscall === 'read' || code === 'ECONNRESET' || code === 'EPIPE';
}

/** The connection was not there yet, whatever the code of the fault is. */
function isConnecting({ syscall, message, messages, errors }: Layer): boolean {
	if (CONNECT_CALLS.includes(String(syscall))) return true;
	if (textsOf({ message, messages }).some((text) => CONNECTING.test(text))) return true;
	const parts = Array.isArray(errors) ? errors : [];
	return parts.length > 0 && parts.every((part) => isConnecting(Object(part) as Layer));
}

function isBeforeSending({ code, httpCode, message, messages }: Layer): boolean {
	const codes = [code, httpCode].filter((value) => typeof value === 'string');
	if (codes.some((value) => BEFORE_SENDING.test(value))) return true;
	const isTls = codes.includes('EPROTO');
	return isTls && textsOf({ message, messages }).some((text) => HANDSHAKE_WORDS.test(text));
}

function textsOf({ message, messages }: Layer): string[] {
	return [message, ...(Array.isArray(messages) ? (messages as unknown[]) : [])].map(String);
}

/** The words for a request that got no answer at all. */
export function noResponseError({ code, neverSent }: NetworkFault, purpose: Purpose): ApiError {
	if (neverSent) {
		return new ApiError('The API could not be reached', {
			advice: advise(
				purpose,
				"Check the internet connection of n8n and, if you use your own URL, 'Base URL' in the credential.",
			),
			passing: true,
			kind: 'unreachable',
		});
	}
	// n8n cuts a request under way when the user stops the execution. Its engine looks for this spelling.
	const what =
		code === 'ERR_CANCELED'
			? 'The execution was canceled before the API responded'
			: 'Connection lost before the API responded';
	if (purpose === 'create') {
		return new ApiError(what, {
			advice: CHECK_FIRST,
			outcomeUnknown: true,
		});
	}
	return new ApiError(what, {
		advice: 'Videos that were created continue. Run again in a few minutes.',
		passing: true,
	});
}

/** The words for a request that never left: its turn would have come too late, or the user stopped the execution. */
export function notSentError(result: 'late' | 'canceled' | 'full', purpose: Purpose): ApiError {
	if (result === 'canceled') {
		return new ApiError('The execution was canceled before the request was sent', {
			advice: 'Nothing was created or charged by this request. Run again when you like.',
			// Another execution may share this read, and was not canceled.
			passing: purpose === 'read' || purpose === 'list',
		});
	}
	return new ApiError(
		'The requests that the API allows are used up for longer than the time left',
		{
			advice: 'Wait a few minutes, then try again.',
			kind: 'rate-limited',
			passing: true,
		},
	);
}
