import type { ApiFailure, FailureKind } from './apiFailure';
import { LONGEST_ASKED_PAUSE_MS } from './apiFailure';
import type { Purpose } from './explain';

interface Rule {
	/** How often a request is sent at most, the first time included. */
	tries: number;
	firstPauseMs: number;
	longestPauseMs: number;
}

const READ: Rule = { tries: 5, firstPauseMs: 1000, longestPauseMs: 30_000 };

/** Long enough, with the pauses doubling, for a limit that is counted by the minute. */
const RATE: Rule = { tries: 6, firstPauseMs: 4000, longestPauseMs: 60_000 };

/**
 * What may be sent again. A paid request is in the table only where nothing can have been created:
 * it never left, or the API said in its own words that it did not take it.
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
 * @param random from 0 to 1: jitter keeps many waiting executions from coming back at the same moment. It never goes below
 * half of the ceiling: a pause near zero cannot outwait a limit that is counted by the minute.
 */
export function retryPauseMs(
	failure: ApiFailure,
	{ purpose, tried, random }: { purpose: Purpose; tried: number; random: number },
): number | null {
	const rule = RULES[purpose === 'create' ? 'paid' : 'free'][failure.kind];
	if (rule === undefined || tried >= rule.tries) return null;
	if (failure.askedPauseMs > LONGEST_ASKED_PAUSE_MS) return null;
	const ceiling = Math.min(rule.longestPauseMs, rule.firstPauseMs * 2 ** (tried - 1));
	return Math.max(failure.askedPauseMs, Math.round((0.5 + random / 2) * ceiling));
}
