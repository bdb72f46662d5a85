import fc from 'fast-check';

import { SingleFlight } from '../../../nodes/HappyHorse/concurrency/singleFlight';
import { START } from '../support/fakeClock';
import { VirtualClock } from '../support/virtualClock';

const SPACING_MS = 1000;

/** Work that takes time and says when it began. */
function worker(clock: VirtualClock, takesMs = 300) {
	const begun: number[] = [];
	const work = async () => {
		const begin = clock.now();
		begun.push(begin);
		await clock.pause(takesMs);
		return { begin, end: clock.now() };
	};
	return { begun, work };
}

it('does the work at once for the first request', async () => {
	const clock = new VirtualClock();
	const { work } = worker(clock);
	const flights = new SingleFlight<unknown>(SPACING_MS);
	expect(await flights.run('a', { clock, work })).toEqual({ begin: START, end: START + 300 });
});

it('does it once for all requests before it begins', async () => {
	const clock = new VirtualClock();
	const { work, begun } = worker(clock);
	const flights = new SingleFlight<unknown>(SPACING_MS);
	const results = await Promise.all(
		Array.from({ length: 30 }, async () => await flights.run('a', { clock, work })),
	);
	// The first one has begun when the second comes.
	expect(begun).toHaveLength(1);
	expect(new Set(results).size).toBe(1);
});

it('begins again for a request after it has begun, but not sooner than its spacing', async () => {
	const clock = new VirtualClock();
	const { work, begun } = worker(clock);
	const flights = new SingleFlight<unknown>(SPACING_MS);
	const first = flights.run('a', { clock, work });
	await clock.pause(100);
	const later = [1, 2, 3].map(async () => await flights.run('a', { clock, work }));
	await Promise.all([first, ...later]);
	expect(begun).toEqual([START, START + SPACING_MS]);
});

it('keeps what is different apart', async () => {
	const clock = new VirtualClock();
	const { work, begun } = worker(clock);
	const flights = new SingleFlight<unknown>(SPACING_MS);
	await Promise.all(['a', 'b'].map(async (key) => await flights.run(key, { clock, work })));
	expect(begun).toEqual([START, START]);
});

it('passes an error on to all who waited for it, and tries again for the next', async () => {
	const clock = new VirtualClock();
	const flights = new SingleFlight<unknown>(SPACING_MS);
	const failure = new Error('down');
	const failing = async () => {
		await clock.pause(10);
		throw failure;
	};
	const all = await Promise.allSettled(
		[1, 2, 3].map(async () => await flights.run('a', { clock, work: failing })),
	);
	expect(all.map((result) => (result as PromiseRejectedResult).reason as Error)).toEqual([
		failure,
		failure,
		failure,
	]);
	expect(await flights.run('a', { clock, work: async () => await Promise.resolve(5) })).toBe(5);
});

it('passes on an error that is thrown at once', async () => {
	const clock = new VirtualClock();
	const flights = new SingleFlight<unknown>(SPACING_MS);
	const run = flights.run('a', {
		clock,
		work: () => {
			throw new Error('at once');
		},
	});
	await expect(run).rejects.toThrow('at once');
});

it('whatever is requested, and whenever: the result is of work that began after the request, and is spaced', async () => {
	const request = fc.record({
		at: fc.integer({ min: 0, max: 8000 }),
		key: fc.constantFrom('a', 'b'),
	});
	const run = fc.record({
		requests: fc.array(request, { minLength: 1, maxLength: 25 }),
		takesMs: fc.integer({ min: 0, max: 4000 }),
		fails: fc.array(fc.boolean(), { minLength: 1, maxLength: 5 }),
	});
	await fc.assert(
		fc.asyncProperty(run, async ({ requests, takesMs, fails }) => {
			const clock = new VirtualClock();
			const flights = new SingleFlight<{ begin: number }>(SPACING_MS);
			const begun: Record<string, number[]> = { a: [], b: [] };
			await Promise.all(
				requests.map(async ({ at, key }) => {
					await clock.until(START + at);
					const requestedAt = clock.now();
					const work = async () => {
						const begin = clock.now();
						const isFailure = fails[begun[key]!.length % fails.length];
						begun[key]!.push(begin);
						await clock.pause(takesMs);
						if (isFailure) throw Object.assign(new Error('no'), { begin });
						return { begin };
					};
					const { begin } = await flights
						.run(key, { clock, work })
						.catch((error: unknown) => error as { begin: number });
					expect(begin).toBeGreaterThanOrEqual(requestedAt);
					expect(begin).toBeLessThanOrEqual(requestedAt + SPACING_MS);
				}),
			);
			for (const moments of Object.values(begun)) {
				for (const [index, moment] of moments.entries()) {
					if (index > 0) expect(moment - moments[index - 1]!).toBeGreaterThanOrEqual(SPACING_MS);
				}
			}
		}),
		{ numRuns: 60 },
	);
});
