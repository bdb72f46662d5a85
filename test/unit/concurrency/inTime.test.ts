import { inTime } from '../../../nodes/HappyHorse/concurrency/inTime';
import { START } from '../support/fakeClock';
import { VirtualClock } from '../support/virtualClock';

const after = async (clock: VirtualClock, ms: number) => {
	await clock.pause(ms);
	return { at: clock.now() - START };
};

it.each([
	['at once', 0],
	['right before the end', 4999],
])('gives a result that comes %s', async (_, ms) => {
	const clock = new VirtualClock();
	const result = await inTime(after(clock, ms), { clock, end: START + 5000 });
	expect(result).toEqual({ at: ms });
});

it('waits as long as it takes without an end', async () => {
	const clock = new VirtualClock();
	const result = await inTime(after(clock, 3_600_000), { clock, end: Infinity });
	expect(result).toEqual({ at: 3_600_000 });
});

it('is late at the end, not later', async () => {
	const clock = new VirtualClock();
	expect(await inTime(after(clock, 60_000), { clock, end: START + 5500 })).toBe('late');
	expect(clock.now() - START).toBe(5500);
});

it('is late as soon as the execution was canceled', async () => {
	const clock = new VirtualClock();
	const work = inTime(after(clock, 60_000), { clock, end: START + 30_000 });
	await clock.until(START + 2500);
	clock.cancelled = true;
	expect(await work).toBe('late');
	expect(clock.now() - START).toBe(3000);
});

it('passes a failure on, and keeps one that comes too late to itself', async () => {
	const clock = new VirtualClock();
	const failing = async (ms: number) => {
		await clock.pause(ms);
		throw new Error('broken');
	};
	await expect(inTime(failing(100), { clock, end: START + 1000 })).rejects.toThrow('broken');
	expect(await inTime(failing(5000), { clock, end: clock.now() + 1000 })).toBe('late');
	await clock.pause(10_000);
});
