import { pauseMs } from '../../../nodes/HappyHorse/waiting/pollSchedule';

const pause = (round: number, intervalMs = 15_000, leftMs = Infinity) =>
	pauseMs(round, { intervalMs, leftMs });

it('keeps to the interval for a minute and grows by a quarter from then on', () => {
	const pauses = [0, 1, 2, 3, 4, 5].map((round) => pause(round));
	expect(pauses).toEqual([15_000, 15_000, 15_000, 15_000, 18_750, 23_437.5]);
});

it.each([5000, 15_000, 59_000])('grows from %i ms to at most a minute', (interval) => {
	const pauses = Array.from({ length: 500 }, (_, round) => pause(round, interval));
	expect(Math.max(...pauses)).toBe(60_000);
	expect(pauses.every((value, index) => index === 0 || value >= pauses[index - 1]!)).toBe(true);
});

it('stays at an interval that is longer than a minute', () => {
	expect([0, 1, 50].map((round) => pause(round, 300_000))).toEqual([300_000, 300_000, 300_000]);
});

it.each([
	[4000, 4000],
	[0, 0],
	[-1, 0],
])('never passes the deadline: %i ms left', (leftMs, wanted) => {
	expect(pause(3, 15_000, leftMs)).toBe(wanted);
});
