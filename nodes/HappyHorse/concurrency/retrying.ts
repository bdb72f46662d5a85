import type { Clock } from './clock';

/** What one try has led to. */
export type Outcome<T> = { value: T } | { error: unknown };

export interface Retrying<T> {
	clock: Clock;
	/**
	 * How long to pause before the next try, in milliseconds; `null` when this outcome is the last.
	 *
	 * @param tried how often the work was done so far
	 */
	pauseAfter(outcome: Outcome<T>, tried: number): number | null;
}

/**
 * Does a piece of work until `pauseAfter` is satisfied with the outcome. A cancelled execution does not try again, and work
 * that a pause came before has to look itself whether it was cancelled meanwhile.
 *
 * @returns the outcome of the last try.
 */
export async function retrying<T>(
	{ clock, pauseAfter }: Retrying<T>,
	work: () => Promise<T>,
): Promise<Outcome<T>> {
	for (let tried = 1; ; tried++) {
		const outcome = await outcomeOf(work);
		const pause = clock.isCancelled() ? null : pauseAfter(outcome, tried);
		if (pause === null) return outcome;
		await clock.pause(pause);
	}
}

async function outcomeOf<T>(work: () => Promise<T>): Promise<Outcome<T>> {
	try {
		return { value: await work() };
	} catch (error) {
		return { error };
	}
}

/** A pause that doubles with each try, with jitter between half of it and all of it. */
export function backoffMs(
	tried: number,
	{ firstMs, longestMs, random }: { firstMs: number; longestMs: number; random: number },
): number {
	const ceiling = Math.min(longestMs, firstMs * 2 ** (tried - 1));
	return Math.round((0.5 + random / 2) * ceiling);
}
