import { backoffMs } from '../concurrency/retrying';
import type { ApiError, FailureKind } from './apiError';
import { LONGEST_REQUESTED_PAUSE_MS } from './apiError';
import type { Purpose } from './apiResponse';

interface Rule {
	/** How often a request is sent at most, the first time included. */
	tries: number;
	firstPauseMs: number;
	longestPauseMs: number;
}

const READ: Rule = { tries: 5, firstPauseMs: 1000, longestPauseMs: 30_000 };

/**
 * The account's limiter pauses all requests after a 429, for at most 20 seconds where the API names no time: enough tries
 * for three minutes with nothing but 429.
 */
const RATE: Rule = { tries: 12, firstPauseMs: 0, longestPauseMs: 0 };

/**
 * What may be sent again. A paid request is in the table only where nothing can have been created:
 * it never left n8n, or the API responded with its documented 503.
 */
const RULES: Record<'paid' | 'free', Partial<Record<FailureKind, Rule>>> = {
	paid: {
		unreachable: { tries: 4, firstPauseMs: 1000, longestPauseMs: 30_000 },
		'rate-limited': RATE,
		unavailable: { tries: 4, firstPauseMs: 2000, longestPauseMs: 30_000 },
	},
	free: {
		unreachable: READ,
		'rate-limited': RATE,
		unavailable: READ,
		unclear: READ,
	},
};

/**
 * How long to wait before a request is sent again, in milliseconds; `null` when it must not be.
 *
 * @param tried how often it was sent so far
 * @param random from 0 to 1: jitter keeps many waiting executions from coming back at the same moment. It is at
 * least half of the ceiling: pauses near zero would use up all tries before a limit per minute ends.
 */
export function retryPauseMs(
	failure: ApiError,
	{ purpose, tried, random }: { purpose: Purpose; tried: number; random: number },
): number | null {
	const rule = RULES[purpose === 'create' ? 'paid' : 'free'][failure.kind];
	if (rule === undefined || tried >= rule.tries) return null;
	if (failure.requestedPauseMs > LONGEST_REQUESTED_PAUSE_MS) return null;
	const { firstPauseMs: firstMs, longestPauseMs: longestMs } = rule;
	const pause = backoffMs(tried, { firstMs, longestMs, random });
	// After a 429 the rate limiter of the account keeps the pause that the API requested.
	return failure.kind === 'rate-limited' ? pause : Math.max(failure.requestedPauseMs, pause);
}
