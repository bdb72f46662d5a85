import type { Clock } from './clock';

const LOOK_EVERY_MS = 1000;

/**
 * The result of `work`, or `late` when it has not come by `end` or the
 * execution was canceled before it. The work itself continues.
 *
 * @param end in milliseconds since 1970.
 */
export async function inTime<T extends object>(
	work: Promise<T>,
	{ clock, end }: { clock: Clock; end: number },
): Promise<T | 'late'> {
	if (end === Infinity) return await work;
	// A failure that comes after the end is of no interest here, but would end the process if nothing took it.
	work.catch(() => undefined);
	for (;;) {
		const left = end - clock.now();
		if (left <= 0 || clock.isCancelled()) return 'late';
		const result = await Promise.race([work, clock.pause(Math.min(left, LOOK_EVERY_MS))]);
		if (result !== undefined) return result;
	}
}
