import type { FailureCause } from './apiError';
import { ApiError, LONGEST_REQUESTED_PAUSE_MS } from './apiError';
import { apiMessage } from './apiMessage';
import type { ApiResponse, Purpose } from './apiResponse';
import { hintFor, CHECK_FIRST, unreadableError } from './requestErrors';

/** The text that the API's documentation gives for 503, which is to be sent again with backoff. */
const DOCUMENTED_OUTAGE = /^service unavailable\b/i;

const PLAN_WORDS = /\b(upgrade|plan|trial|quota|credits?|subscription)\b/i;

/** The header Retry-After holds seconds or a date. */
function retryAfterMs({ headers, receivedAt }: ApiResponse): number | undefined {
	const value = String(headers['retry-after']);
	const seconds = Number(value);
	const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(value) - receivedAt;
	return ms > 0 ? ms : undefined;
}

/**
 * The error for a response other than a usable success. Secrets have been removed from `response`.
 *
 * @param retryUnavailable of a create request: false when it must not be sent again after 503.
 */
export function responseError(
	response: ApiResponse,
	purpose: Purpose,
	retryUnavailable = true,
): ApiError {
	const { statusCode } = response;
	const said = apiMessage(response.body);
	const quoted = said ? `: ${said}` : '';

	if (statusCode === 401) {
		return new ApiError('The API key was not accepted', {
			statusCode,
			hint: hintFor(
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
			hint: hintFor(purpose, 'Add credits in the account of your provider, then run again.'),
			cause: { cause: 'quota-exhausted' },
			accountWide: true,
		});
	}
	if (statusCode === 403) {
		return new ApiError(`The API key is not allowed to do this${quoted}`, {
			statusCode,
			hint: hintFor(
				purpose,
				'Check in the account of your provider whether the plan includes Happy Horse and whether the key is active.',
			),
			accountWide: true,
		});
	}
	if (statusCode === 404 && purpose === 'read') {
		return new ApiError('Task not found for this API key', {
			statusCode,
			hint: "Check 'Task', 'Resource' and 'Model': a task is found only under the resource and the model that made it. Use the credential of the account that created the video: other accounts cannot see it.",
		});
	}
	if (statusCode === 404) {
		return new ApiError('The API does not know this URL', {
			statusCode,
			hint: hintFor(
				purpose,
				"Check 'API Provider' and 'Base URL' in the credential, and 'Model' in the node.",
			),
		});
	}
	if (statusCode === 429) return tooManyRequests(response, purpose, said);
	// 408: the server gave up on the request, perhaps after it had begun to act.
	if (statusCode >= 500 || statusCode === 408) {
		return outage(response, { purpose, said, retryUnavailable });
	}
	if (statusCode >= 400) {
		return new ApiError(`The API rejected the request${quoted}`, {
			statusCode,
			hint: hintFor(purpose, 'Correct the field that the message names, then run again.'),
		});
	}
	if (statusCode >= 300) {
		return new ApiError('The API responded with a redirect, which is not followed', {
			statusCode,
			hint:
				"Check 'Base URL' in the credential: your API key is sent to that URL only and is never forwarded." +
				(purpose === 'create' ? ` ${CHECK_FIRST}` : ''),
			outcomeUnknown: purpose === 'create',
		});
	}
	return unreadableError(statusCode, purpose);
}

function tooManyRequests(response: ApiResponse, purpose: Purpose, said: string): ApiError {
	const { statusCode } = response;
	const waitMs = retryAfterMs(response);
	// With a Retry-After header, words such as "quota" are about the limit per minute.
	if (PLAN_WORDS.test(said) && waitMs === undefined) {
		return new ApiError(`The plan or trial of the account is used up: ${said}`, {
			statusCode,
			hint: hintFor(purpose, 'Change the plan in the account of your provider, then run again.'),
			cause: { cause: 'quota-exhausted' },
			accountWide: true,
		});
	}
	return new ApiError('The API gets too many requests from this account', {
		statusCode,
		hint: hintFor(
			purpose,
			`Wait ${minutesText(waitMs)}, then run again. For large batches lower 'Max Concurrency' in the options.`,
		),
		cause: { cause: 'rate-limited', ...(waitMs === undefined ? {} : { retryAfterMs: waitMs }) },
		retryable: true,
		kind: 'rate-limited',
	});
}

function minutesText(waitMs = 0): string {
	if (waitMs <= LONGEST_REQUESTED_PAUSE_MS) return 'a minute';
	return `${Math.ceil(waitMs / 60_000)} minutes`;
}

function outage(
	response: ApiResponse,
	{
		purpose,
		said,
		retryUnavailable,
	}: { purpose: Purpose; said: string; retryUnavailable: boolean },
): ApiError {
	const { statusCode } = response;
	const waitMs = retryAfterMs(response);
	const cause: FailureCause = {
		cause: 'temporarily-unavailable',
		...(waitMs === undefined ? {} : { retryAfterMs: waitMs }),
	};
	const message = `The API cannot serve requests right now (${statusCode})`;
	// With its documented words the API rejected the request. Other words may come from a gateway, which does not say how far
	// the request came.
	const isDocumented = statusCode === 503 && DOCUMENTED_OUTAGE.test(said);
	if (purpose === 'create' && isDocumented && retryUnavailable) {
		return new ApiError(message, {
			statusCode,
			hint: "As a rule nothing was created or charged. To be sure, look with 'Get Many' before you run this item again.",
			cause,
			kind: 'unavailable',
		});
	}
	if (purpose === 'create') {
		return new ApiError(message, { statusCode, hint: CHECK_FIRST, outcomeUnknown: true });
	}
	return new ApiError(message, {
		statusCode,
		hint: 'Videos that were created continue. Run again in a few minutes.',
		cause,
		retryable: true,
		kind: isDocumented ? 'unavailable' : 'unclear',
	});
}
