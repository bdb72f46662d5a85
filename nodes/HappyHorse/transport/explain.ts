import type { FailureCause } from './apiFailure';
import { ApiFailure, LONGEST_ASKED_PAUSE_MS } from './apiFailure';
import { vendorMessage } from './vendorMessage';

/** What a request was for: the same status code means something else to someone who paid. */
export type Purpose = 'create' | 'read' | 'list' | 'upload';

export interface Answer {
	statusCode: number;
	headers: Record<string, unknown>;
	/** Parsed JSON, or `undefined` when the answer was none. */
	body: unknown;
	/** Milliseconds since 1970. */
	receivedAt: number;
}

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

/** The words for an answer that is not the wanted one. Pure: `answer` has been cleaned of secrets before. */
export function explainAnswer(answer: Answer, purpose: Purpose): ApiFailure {
	const { statusCode } = answer;
	const said = vendorMessage(answer.body);
	const quoted = said ? `: ${said}` : '';

	if (statusCode === 401) {
		return new ApiFailure('The API key was not accepted', {
			statusCode,
			advice: advise(
				purpose,
				"Open the credential and paste your key again, and check 'API Provider'. Keys are made at https://www.magnific.com/user/api-keys.",
			),
			cause: { cause: 'credential-invalid' },
		});
	}
	if (statusCode === 402) {
		return new ApiFailure('The account has no credits left for this', {
			statusCode,
			advice: advise(purpose, 'Add credits in the account of your provider, then run again.'),
			cause: { cause: 'quota-exhausted' },
		});
	}
	if (statusCode === 403) {
		return new ApiFailure(`The API key is not allowed to do this${quoted}`, {
			statusCode,
			advice: advise(
				purpose,
				'Check in the account of your provider whether the plan includes Happy Horse and whether the key is active.',
			),
		});
	}
	if (statusCode === 404 && purpose === 'read') {
		return new ApiFailure('There is no such task for this API key', {
			statusCode,
			advice:
				"Check 'Task' and 'Model', and use the credential of the account that created the video: other accounts cannot see it.",
		});
	}
	if (statusCode === 404) {
		return new ApiFailure('The API does not know this address', {
			statusCode,
			advice: advise(
				purpose,
				"Check 'API Provider' and 'Base URL' in the credential, and 'Model' in the node.",
			),
		});
	}
	if (statusCode === 429) return explainTooMany(answer, purpose, said);
	// 408: the server gave up on the request, perhaps after it had begun to act.
	if (statusCode >= 500 || statusCode === 408) return explainOutage(answer, purpose, said);
	if (statusCode >= 400) {
		return new ApiFailure(`The API refused the request${quoted}`, {
			statusCode,
			advice: advise(purpose, 'Change what the message names, then run again.'),
		});
	}
	if (statusCode >= 300) {
		return new ApiFailure('The API answered with a redirect, which is not followed', {
			statusCode,
			advice:
				"Check 'Base URL' in the credential: your API key is sent to that address only, never onward." +
				(purpose === 'create' ? ` ${CHECK_FIRST}` : ''),
			mayHaveCreated: purpose === 'create',
		});
	}
	return explainUnreadable(statusCode, purpose);
}

function explainTooMany(answer: Answer, purpose: Purpose, said: string): ApiFailure {
	const { statusCode } = answer;
	if (PLAN_WORDS.test(said)) {
		return new ApiFailure(`The plan or trial of the account is used up: ${said}`, {
			statusCode,
			advice: advise(purpose, 'Change the plan in the account of your provider, then run again.'),
			cause: { cause: 'quota-exhausted' },
		});
	}
	const waitMs = retryAfterMs(answer);
	return new ApiFailure('The API gets too many requests from this account', {
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

function explainOutage(answer: Answer, purpose: Purpose, said: string): ApiFailure {
	const { statusCode } = answer;
	const waitMs = retryAfterMs(answer);
	const cause: FailureCause = {
		cause: 'temporarily-unavailable',
		...(waitMs === undefined ? {} : { retryAfterMs: waitMs }),
	};
	const message = `The API cannot serve requests right now (${statusCode})`;
	// With words of its own the API turned the request away; without, a gateway did, and nobody knows how far it came.
	const turnedAway = statusCode === 503 && said !== '';
	if (purpose === 'create' && turnedAway) {
		return new ApiFailure(message, {
			statusCode,
			advice:
				"As a rule nothing was created or charged. To be sure, look with 'Get Many' before you run this item again.",
			cause,
			kind: 'unavailable',
		});
	}
	if (purpose === 'create') {
		return new ApiFailure(message, { statusCode, advice: CHECK_FIRST, mayHaveCreated: true });
	}
	return new ApiFailure(message, {
		statusCode,
		advice: 'Videos that were created go on. Run again in a few minutes.',
		cause,
		passing: true,
		kind: turnedAway ? 'unavailable' : 'unclear',
	});
}

/** A success that cannot be used: not JSON, or without what was asked for. */
export function explainUnreadable(statusCode: number, purpose: Purpose): ApiFailure {
	const message = `The API gave an answer that cannot be read (${statusCode})`;
	if (purpose === 'create') {
		return new ApiFailure(message, { statusCode, advice: CHECK_FIRST, mayHaveCreated: true });
	}
	return new ApiFailure(message, {
		statusCode,
		advice: "Check 'Base URL' in the credential. If it is right, run again in a few minutes.",
		passing: true,
	});
}

// These come up before the first byte of the request is on its way.
const NEVER_SENT = new RegExp(
	'^(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL|EPROTO' +
		'|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_TLS_CERT_|ERR_TLS_HANDSHAKE_' +
		// Of the many faults of a secured connection these are the ones of its beginning.
		'|ERR_SSL_(WRONG_VERSION|UNSUPPORTED_PROTOCOL|\\w*HANDSHAKE_FAILURE|\\w*PROTOCOL_VERSION))',
);

/** The words for a request that got no answer at all. `code` is Node.js's name for what happened, if known. */
export function explainSilence(code: string, purpose: Purpose): ApiFailure {
	if (NEVER_SENT.test(code)) {
		return new ApiFailure('The API could not be reached', {
			advice: advise(
				purpose,
				"Check the internet connection of n8n and, if you use your own address, 'Base URL' in the credential.",
			),
			passing: true,
			kind: 'unreachable',
		});
	}
	// n8n cuts a request under way when the user stops the execution. Its engine looks for this spelling.
	const what =
		code === 'ERR_CANCELED'
			? 'The execution was canceled before the API answered'
			: 'The connection broke before the API answered';
	if (purpose === 'create') {
		return new ApiFailure(what, {
			advice: CHECK_FIRST,
			mayHaveCreated: true,
		});
	}
	return new ApiFailure(what, {
		advice: 'Videos that were created go on. Run again in a few minutes.',
		passing: true,
	});
}
