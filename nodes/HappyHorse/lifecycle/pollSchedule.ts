const LONGEST_PAUSE_MS = 60_000;

const GROWTH = 1.25;

/**
 * How long to pause before asking again: the user's interval first, a quarter longer each round, at most
 * a minute (or the interval, if that is longer), never past the deadline.
 *
 * @param round 0 for the first pause
 */
export function pauseMs(
	round: number,
	{ intervalMs, leftMs }: { intervalMs: number; leftMs: number },
): number {
	const grown = intervalMs * GROWTH ** round;
	return Math.max(0, Math.min(grown, Math.max(LONGEST_PAUSE_MS, intervalMs), leftMs));
}
