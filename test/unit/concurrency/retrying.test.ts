import fc from 'fast-check';

import type { Outcome } from '../../../nodes/HappyHorse/concurrency/retrying';
import { backoffMs, retrying } from '../../../nodes/HappyHorse/concurrency/retrying';
import { FakeClock } from '../support/fakeClock';

const failure = new Error('no');

/** Fails so many times, then gives 'done'. */
function failing(times: number) {
	let tries = 0;
	const work = async () => {
		await Promise.resolve();
		if (tries++ < times) throw failure;
		return 'done';
	};
	return { work, tries: () => tries };
}

const untilDone = (outcome: Outcome<unknown>, tried: number) =>
	'value' in outcome ? null : tried * 100;

it('does it once when the first outcome is good enough', async () => {
	const clock = new FakeClock();
	const { work } = failing(0);
	expect(await retrying({ clock, pauseAfter: untilDone }, work)).toEqual({ value: 'done' });
	expect(clock.pauses).toEqual([]);
});

it('does it again after each pause that is wanted', async () => {
	const clock = new FakeClock();
	const { work, tries } = failing(3);
	expect(await retrying({ clock, pauseAfter: untilDone }, work)).toEqual({ value: 'done' });
	expect([tries(), clock.pauses]).toEqual([4, [100, 200, 300]]);
});

it('gives the last failure as an outcome', async () => {
	const { work, tries } = failing(9);
	const clock = new FakeClock();
	const pauseAfter = (_: unknown, tried: number) => (tried < 3 ? 0 : null);
	expect(await retrying({ clock, pauseAfter }, work)).toEqual({ error: failure });
	expect(tries()).toBe(3);
});

it('may continue after a value, too', async () => {
	const clock = new FakeClock();
	let count = 0;
	const pauseAfter = (outcome: Outcome<number>) =>
		'value' in outcome && outcome.value < 3 ? 1 : null;
	const work = async () => await Promise.resolve(++count);
	expect(await retrying({ clock, pauseAfter }, work)).toEqual({ value: 3 });
});

it('takes a throw without a promise for a failure', async () => {
	const work = (): Promise<never> => {
		throw failure;
	};
	const retry = { clock: new FakeClock(), pauseAfter: () => null };
	expect(await retrying(retry, work)).toEqual({ error: failure });
});

it('neither retries nor pauses after a cancel', async () => {
	const clock = new FakeClock();
	clock.cancelled = true;
	const pauseAfter = jest.fn(() => 5);
	expect(await retrying({ clock, pauseAfter }, failing(9).work)).toEqual({ error: failure });
	expect([pauseAfter.mock.calls, clock.pauses]).toEqual([[], []]);
});

it('pauses double up to the longest, never below half of it, in whole milliseconds', () => {
	const settings = fc.record({
		tried: fc.integer({ min: 1, max: 500 }),
		firstMs: fc.integer({ min: 1, max: 60_000 }),
		longestMs: fc.integer({ min: 1, max: 600_000 }),
		random: fc.double({ min: 0, max: 1, noNaN: true }),
	});
	fc.assert(
		fc.property(settings, ({ tried, random, firstMs, longestMs }) => {
			const ceiling = Math.min(longestMs, firstMs * 2 ** Math.min(tried - 1, 40));
			const pause = backoffMs(tried, { firstMs, longestMs, random });
			expect(Number.isSafeInteger(pause)).toBe(true);
			expect(pause).toBeGreaterThanOrEqual(Math.floor(ceiling / 2));
			expect(pause).toBeLessThanOrEqual(ceiling);
			const next = backoffMs(tried + 1, { firstMs, longestMs, random });
			expect(next).toBeGreaterThanOrEqual(pause);
		}),
	);
});

it.each([
	[1, 1000],
	[2, 2000],
	[5, 16_000],
	[6, 30_000],
	[99, 30_000],
])('the longest pause after try %i is %i ms', (tried, wanted) => {
	expect(backoffMs(tried, { firstMs: 1000, longestMs: 30_000, random: 1 })).toBe(wanted);
});
