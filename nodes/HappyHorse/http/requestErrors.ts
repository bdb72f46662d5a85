import { ApiError } from './apiError';
import type { Purpose } from './apiResponse';
import type { NetworkFault } from './networkFault';

export const CHECK_FIRST =
	"The video may have been created and charged. Look it up with 'Get Many' before you run this item again.";

const NOTHING_CREATED = 'Nothing was created or charged for this item.';

/** Adds what a rejected request means for the user's money. */
export function hintFor(purpose: Purpose, hint: string): string {
	return purpose === 'create' ? `${hint} ${NOTHING_CREATED}` : hint;
}

/** A success that cannot be used: not JSON, or without the expected fields. `excerpt`: how it begins. */
export function unreadableError(statusCode: number, purpose: Purpose, excerpt = ''): ApiError {
	const said = excerpt === '' ? '' : `: ${excerpt}`;
	const message = `The API sent a response that cannot be read (${statusCode})${said}`;
	if (purpose === 'create') {
		return new ApiError(message, { statusCode, hint: CHECK_FIRST, outcomeUnknown: true });
	}
	return new ApiError(message, {
		statusCode,
		hint: "Check 'Base URL' in the credential. If it is right, run again in a few minutes.",
		retryable: true,
	});
}

/** The error for a request that got no response. */
export function noResponseError({ code, neverSent }: NetworkFault, purpose: Purpose): ApiError {
	if (neverSent) {
		return new ApiError('The API could not be reached', {
			hint: hintFor(
				purpose,
				"Check the internet connection of n8n and, if you use your own URL, 'Base URL' in the credential.",
			),
			retryable: true,
			kind: 'unreachable',
		});
	}
	// n8n aborts the request when the user stops the execution. Its engine looks for the spelling "canceled".
	const what =
		code === 'ERR_CANCELED'
			? 'The execution was canceled before the API responded'
			: 'Connection lost before the API responded';
	if (purpose === 'create') {
		return new ApiError(what, {
			hint: CHECK_FIRST,
			outcomeUnknown: true,
		});
	}
	return new ApiError(what, {
		hint: 'Videos that were created continue. Run again in a few minutes.',
		retryable: true,
	});
}

/** The error for a request that never left: its turn would have come too late, or the user stopped the execution. */
export function notSentError(result: 'late' | 'canceled' | 'full', purpose: Purpose): ApiError {
	if (result === 'canceled') {
		return new ApiError('The execution was canceled before the request was sent', {
			hint: 'Nothing was created or charged by this request. Run again when you like.',
			// Another execution may share this read, and was not canceled.
			retryable: purpose === 'read' || purpose === 'list',
		});
	}
	return new ApiError(
		'The requests that the API allows are used up for longer than the time left',
		{
			hint: 'Wait a few minutes, then try again.',
			kind: 'rate-limited',
			retryable: true,
		},
	);
}
