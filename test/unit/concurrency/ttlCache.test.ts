import { TtlCache } from '../../../nodes/HappyHorse/concurrency/ttlCache';

/** Counts its loads; each value is the number of its load. */
function counting() {
	let loads = 0;
	return { load: async () => ++loads, count: () => loads };
}

it('loads once for all requests of the same time, and until the value is too old', async () => {
	const recent = new TtlCache<number>(100);
	const { load, count } = counting();
	const together = await Promise.all([0, 0, 99].map((now) => recent.read('a', { now, load })));
	expect(together).toEqual([1, 1, 1]);
	expect(await recent.read('a', { now: 100, load })).toBe(2);
	expect(await recent.read('a', { now: 199, load })).toBe(2);
	expect(count()).toBe(2);
});

it('keeps the values of different keys apart', async () => {
	const recent = new TtlCache<string>(100);
	expect(await recent.read('a', { now: 0, load: async () => 'A' })).toBe('A');
	expect(await recent.read('b', { now: 0, load: async () => 'B' })).toBe('B');
	expect(await recent.read('a', { now: 0, load: async () => 'C' })).toBe('A');
});

it('gives a failure to those who wait for it, and loads again afterwards', async () => {
	const recent = new TtlCache<number>(100);
	const fail = async () => await Promise.reject<number>(new Error('locked'));
	const { load } = counting();
	const outcomes = await Promise.allSettled([
		recent.read('a', { now: 0, load: fail }),
		recent.read('a', { now: 0, load }),
	]);
	expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
	expect(await recent.read('a', { now: 1, load })).toBe(1);
});

it('keeps a newer value when an older load fails', async () => {
	const recent = new TtlCache<number>(100);
	let fail: (error: Error) => void = () => {};
	const slow = recent.read('a', {
		now: 0,
		load: async () => await new Promise<number>((_, reject) => (fail = reject)),
	});
	const { load, count } = counting();
	await recent.read('a', { now: 200, load });
	fail(new Error('locked'));
	await expect(slow).rejects.toThrow('locked');
	expect(await recent.read('a', { now: 250, load })).toBe(1);
	expect(count()).toBe(1);
});

it('forgets what is too old, since it may be a secret', async () => {
	const recent = new TtlCache<number>(100);
	const { load } = counting();
	await recent.read('a', { now: 0, load });
	await recent.read('b', { now: 100, load });
	const { entries } = recent as unknown as { entries: Map<string, unknown> };
	expect([...entries.keys()]).toEqual(['b']);
});
