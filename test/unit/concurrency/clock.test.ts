import { clockOf } from '../../../nodes/HappyHorse/concurrency/clock';
import { ownTime } from '../support/fakeExecution';

beforeEach(ownTime);
afterEach(() => jest.useRealTimers());

async function pauseLength(ms: number, cancelAfter?: number): Promise<number> {
	const stop = new AbortController();
	const clock = clockOf(stop.signal);
	const start = Date.now();
	let end: number | undefined;
	void clock.pause(ms).then(() => (end = Date.now()));
	for (let passed = 0; end === undefined && passed <= ms + 1000; passed += 10) {
		if (passed === cancelAfter) stop.abort();
		await jest.advanceTimersByTimeAsync(10);
	}
	return (end ?? Infinity) - start;
}

it.each([10, 250, 1000, 15_000])('pauses for %i ms', async (ms) => {
	expect(await pauseLength(ms)).toBe(ms);
});

it('wakes within a quarter of a second after a cancel', async () => {
	expect(await pauseLength(60_000, 1100)).toBeLessThanOrEqual(1100 + 250);
});

it.each([0, -5])('does not pause for %i ms', async (ms) => {
	expect(await pauseLength(ms)).toBeLessThanOrEqual(10);
});

it('is not cancelled without a signal', () => {
	expect(clockOf().isCancelled()).toBe(false);
	expect(clockOf(AbortSignal.abort()).isCancelled()).toBe(true);
});
