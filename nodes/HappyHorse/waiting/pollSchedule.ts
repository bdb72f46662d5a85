const LONGEST_PAUSE_MS = 60_000;

/** Most videos take a minute or a few: at first, a longer pause would leave a finished one waiting. */
const STEADY_ROUNDS = 4;

const GROWTH = 1.25;

/**
 * How long to pause before the next poll: the user's interval four times, then a quarter longer each round, at
 * most a minute (or the interval, if that is longer), never past the deadline.
 *
 * @param round 0 for the first pause
 */
export function pauseMs(
	round: number,
	{ intervalMs, leftMs }: { intervalMs: number; leftMs: number },
): number {
	const grown = intervalMs * GROWTH ** Math.max(0, round - STEADY_ROUNDS + 1);
	return Math.max(0, Math.min(grown, Math.max(LONGEST_PAUSE_MS, intervalMs), leftMs));
}
