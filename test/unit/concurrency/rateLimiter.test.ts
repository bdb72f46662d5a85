import fc from 'fast-check';

import type { Clock } from '../../../nodes/HappyHorse/concurrency/clock';
import type { Priority, Turn } from '../../../nodes/HappyHorse/concurrency/rateLimiter';
import { RateLimiter } from '../../../nodes/HappyHorse/concurrency/rateLimiter';
import { START } from '../support/fakeClock';
import { VirtualClock } from '../support/virtualClock';

const WINDOW_MS = 60_000;

const turnOf = (clock: Clock, priority: Priority = 'read', end = Infinity): Turn => ({
	clock,
	priority,
	end,
});

/** Takes turns, and records when each came. */
function setup(perMinute?: number) {
	const clock = new VirtualClock();
	const limiter = new RateLimiter(perMinute);
	const sent: Array<{ at: number; priority: Priority }> = [];
	const take = async (priority: Priority = 'read', end = Infinity) => {
		const turn = turnOf(clock, priority, end);
		const result = await limiter.turn(turn);
		if (result === 'go') sent.push({ at: clock.now() - START, priority });
		return { result, turn };
	};
	const times = (priority?: Priority) =>
		sent.filter((one) => !priority || one.priority === priority).map(({ at }) => at);
	const reject = (random = 1, requestedPauseMs = 0, sentAt = clock.now()) =>
		limiter.rejected(sentAt, { now: clock.now(), requestedPauseMs, random });
	return { clock, limiter, take, times, reject };
}

const many = async <T>(count: number, work: (index: number) => Promise<T>): Promise<T[]> =>
	await Promise.all(Array.from({ length: count }, async (_, index) => await work(index)));

/** The same time for an execution that is canceled at a moment. */
const canceledAt = (clock: VirtualClock, moment: number): Clock => ({
	now: () => clock.now(),
	pause: async (ms) => await clock.pause(ms),
	isCancelled: () => clock.now() >= moment,
});

/** The most of these moments that lie in any window. */
function busiest(moments: readonly number[], windowMs = WINDOW_MS): number {
	const counts = moments.map(
		(from) => moments.filter((at) => at >= from && at < from + windowMs).length,
	);
	return Math.max(0, ...counts);
}

it('lets everything go at once while the limit is not known', async () => {
	const { take, times } = setup();
	await many(500, async () => await take());
	expect(new Set(times())).toEqual(new Set([0]));
});

it('lets as many go as the limit says, and the others when there is room again', async () => {
	const { take, times } = setup(50);
	await many(120, async () => await take());
	expect(times().filter((at) => at === 0)).toHaveLength(50);
	expect(busiest(times())).toBe(50);
	expect(times()).toHaveLength(120);
	// The server may count a request a little later than it was sent.
	expect(Math.max(...times())).toBeGreaterThanOrEqual(2 * 61_000);
	expect(Math.max(...times())).toBeLessThan(2 * 62_000);
});

it('takes over a limit that the server names', async () => {
	const { limiter, take, times } = setup();
	await many(3, async () => await take());
	limiter.learn(3);
	await take();
	expect(times()).toEqual([0, 0, 0, 61_000]);
	limiter.learn(10);
	await many(5, async () => await take());
	expect(times().at(-1)).toBe(61_000);
});

describe('who goes first', () => {
	it('is what was paid for, but for a few reads', async () => {
		const { take, times } = setup(50);
		await many(50, async () => await take('paid'));
		await Promise.all([
			many(30, async () => await take('read')),
			many(100, async () => await take('paid')),
		]);
		const second = (priority: Priority) =>
			times(priority).filter((at) => at > 30_000 && at < 100_000).length;
		expect([second('read'), second('paid')]).toEqual([5, 45]);
		expect(times('read')).toHaveLength(30);
	});

	it('is never a stranger while others wait', async () => {
		const { take, times } = setup(10);
		await many(10, async () => await take('read'));
		await Promise.all([
			many(5, async () => await take('stranger')),
			many(20, async () => await take('read')),
		]);
		expect(Math.min(...times('stranger'))).toBeGreaterThanOrEqual(Math.max(...times('read')));
		expect(times('stranger')).toHaveLength(5);
	});

	it('is the first who came, among equals', async () => {
		const { clock, limiter } = setup(1);
		const order: number[] = [];
		await many(5, async (index) => {
			await limiter.turn(turnOf(clock));
			order.push(index);
		});
		expect(order).toEqual([0, 1, 2, 3, 4]);
	});
});

describe('strangers', () => {
	it('get a part of the minute only, though no others want it', async () => {
		const { clock, take, times } = setup(50);
		// Each one starts when the one before got its response.
		const chain = async () => {
			while (clock.now() < START + 180_000) await take('stranger');
		};
		await many(4, chain);
		expect(busiest(times())).toBe(20);
		expect((await take('read')).result).toBe('go');
	});

	it('are turned away when many wait already', async () => {
		const { take } = setup(1);
		await take();
		const results = await many(30, async () => await take('stranger', START + 65_000));
		const count = (wanted: string) => results.filter(({ result }) => result === wanted).length;
		expect([count('full'), count('go'), count('late')]).toEqual([10, 1, 19]);
		expect((await take('stranger')).result).toBe('go');
	});
});

describe('the end of a request', () => {
	it('before its turn can come makes it late at once, when it is the next', async () => {
		const { clock, take } = setup(1);
		await take();
		expect((await take('read', START + 60_999)).result).toBe('late');
		expect(clock.now()).toBe(START);
		expect((await take('read', START + 61_001)).result).toBe('go');
	});

	it('ends its waiting behind others', async () => {
		const { clock, take } = setup(1);
		await take();
		const first = take('paid');
		expect((await take('read', START + 5000)).result).toBe('late');
		expect(clock.now()).toBeLessThanOrEqual(START + 5000);
		expect((await first).result).toBe('go');
	});
});

it('a cancel ends the waiting, and leaves the place to others', async () => {
	const { clock, limiter, take, times } = setup(1);
	await take();
	const canceled = limiter.turn(turnOf(canceledAt(clock, START + 2000), 'paid'));
	const other = take('read');
	expect(await canceled).toBe('canceled');
	expect(clock.now()).toBeLessThanOrEqual(START + 3000);
	expect((await other).result).toBe('go');
	expect(times()).toEqual([0, 61_000]);
	clock.cancelled = true;
	expect((await take('paid')).result).toBe('canceled');
});

it('a turn that is given back frees its own place, soon', async () => {
	const { clock, limiter, take, times } = setup(2);
	const { turn } = await take();
	await clock.until(START + 30_000);
	await take();
	const waiting = [take(), take()];
	await clock.until(START + 31_000);
	limiter.unused(turn);
	await Promise.all(waiting);
	const [, , third, fourth] = times();
	expect(third).toBeGreaterThanOrEqual(31_000);
	expect(third).toBeLessThanOrEqual(32_100);
	// The place of the second one is taken still.
	expect(fourth).toBeGreaterThanOrEqual(30_000 + 61_000);
});

describe('429', () => {
	it.each([
		[0, 2000],
		[0.5, 3000],
		[1, 4000],
	])('makes all pause, with jitter from half the pause on (%d): %i ms', async (random, pause) => {
		const { clock, take, reject } = setup(50);
		await take();
		reject(random);
		await take('paid');
		expect(clock.now() - START).toBe(pause);
	});

	it.each([
		[30_000, 30_000],
		[90_000, 90_000],
		[1000, 4000],
	])('wants %i ms: all pause for %i ms', async (wanted, pause) => {
		const { clock, take, reject } = setup(50);
		await take();
		reject(1, wanted);
		await take();
		expect(clock.now() - START).toBe(pause);
	});

	it('makes a pause that doubles up to 20 seconds, and begins small again after a response', async () => {
		const { clock, limiter, take, reject } = setup(50);
		const pauses: number[] = [];
		for (let count = 0; count < 6; count++) {
			const before = clock.now();
			reject();
			await take();
			pauses.push(clock.now() - before);
		}
		expect(pauses).toEqual([4000, 8000, 16_000, 20_000, 20_000, 20_000]);
		limiter.accepted(clock.now());
		const before = clock.now();
		reject();
		await take();
		expect(clock.now() - before).toBe(4000);
	});

	it('lets one request go first, and the others after its response', async () => {
		const { clock, limiter, take, times, reject } = setup(50);
		await take();
		reject();
		const all = many(5, async () => await take());
		await clock.until(START + 10_000);
		expect(times()).toEqual([0, 4000]);
		limiter.accepted(clock.now());
		await all;
		expect(
			times()
				.slice(2)
				.every((at) => at >= 10_000 && at <= 10_200),
		).toBe(true);
	});

	it('to the one that went first makes the others pause again', async () => {
		const { clock, limiter, take, times, reject } = setup(50);
		await take();
		reject();
		const all = many(3, async () => await take());
		await clock.until(START + 4500);
		reject();
		await clock.until(START + 12_400);
		expect(times()).toEqual([0, 4000]);
		await clock.until(START + 13_000);
		expect(times()).toHaveLength(3);
		limiter.accepted(clock.now());
		await all;
	});

	it('of several requests that were on their way together counts once', async () => {
		const { clock, take, reject } = setup(50);
		await many(5, async () => await take());
		for (let count = 0; count < 5; count++) {
			await clock.pause(10);
			reject(1, 0, START);
		}
		await take();
		expect(clock.now() - START).toBe(4050);
	});

	it('is not undone by the response to an earlier request', async () => {
		const { clock, limiter, take, times, reject } = setup(50);
		await take();
		await clock.pause(100);
		reject();
		limiter.accepted(START);
		const all = many(3, async () => await take());
		await clock.until(START + 8000);
		// Still one at a time.
		expect(times()).toEqual([0, 4100]);
		limiter.accepted(clock.now());
		await all;
	});

	it('does not hold up the others for ever when the first one is given back', async () => {
		const { clock, limiter, take, times, reject } = setup(50);
		reject();
		const { turn } = await take('paid');
		const all = many(2, async () => await take());
		await clock.pause(1000);
		expect(times()).toHaveLength(1);
		limiter.unused(turn);
		await clock.pause(1000);
		expect(times()).toHaveLength(2);
		limiter.accepted(clock.now());
		await all;
	});

	it('makes those late at once whose end is in the pause', async () => {
		const { clock, take, reject } = setup(50);
		reject(1, 60_000);
		expect((await take('read', START + 59_999)).result).toBe('late');
		expect(clock.now()).toBe(START);
	});
});

describe('whatever comes in whatever order', () => {
	const request = fc.record({
		at: fc.integer({ min: 0, max: 150_000 }),
		priority: fc.constantFrom<Priority>('paid', 'read', 'read', 'stranger'),
		within: fc.option(fc.integer({ min: 0, max: 90_000 }), { nil: Infinity }),
		takesMs: fc.integer({ min: 0, max: 20_000 }),
		outcome: fc.constantFrom('ok', 'ok', 'ok', '429', 'given back'),
		requestedPauseMs: fc.constantFrom(0, 0, 5000, 40_000),
		random: fc.double({ min: 0, max: 1, noNaN: true }),
		isCanceled: fc.constantFrom(false, false, false, true),
	});

	it('there is never more than the limit in a minute, no request waits for ever, and paid goes first', async () => {
		const run = fc.record({
			limit: fc.integer({ min: 6, max: 30 }),
			requests: fc.array(request, { minLength: 1, maxLength: 60 }),
		});
		await fc.assert(
			fc.asyncProperty(run, async ({ limit, requests }) => {
				const clock = new VirtualClock();
				const limiter = new RateLimiter(limit);
				const left: number[] = [];
				const strangers: number[] = [];
				const results = await Promise.all(
					requests.map(async (one) => {
						await clock.until(START + one.at);
						const requestedAt = clock.now();
						const own: Turn = {
							clock: canceledAt(clock, one.isCanceled ? requestedAt + 1000 : Infinity),
							priority: one.priority,
							end: requestedAt + one.within,
						};
						const result = await limiter.turn(own);
						const now = clock.now();
						expect(now).toBeLessThanOrEqual(own.end);
						if (result !== 'go') return { one, result, waited: now - requestedAt };
						if (one.outcome === 'given back') {
							await clock.pause(one.takesMs);
							limiter.unused(own);
							return { one, result, waited: now - requestedAt };
						}
						left.push(now);
						if (one.priority === 'stranger') strangers.push(now);
						await clock.pause(one.takesMs);
						const { random, requestedPauseMs } = one;
						if (one.outcome === 'ok') limiter.accepted(now);
						else limiter.rejected(now, { now: clock.now(), requestedPauseMs, random });
						return { one, result, waited: now - requestedAt };
					}),
				);
				expect(busiest(left)).toBeLessThanOrEqual(limit);
				expect(busiest(strangers)).toBeLessThanOrEqual(20);
				for (const { one, result } of results) {
					if (result === 'late') expect(one.within).toBeLessThan(Infinity);
					if (result === 'canceled') expect(one.isCanceled).toBe(true);
					if (result === 'full') expect(one.priority).toBe('stranger');
				}
				// Nothing is left behind: the next one goes, however late.
				expect(await limiter.turn(turnOf(clock))).toBe('go');
			}),
			{ numRuns: 60 },
		);
	});
});
