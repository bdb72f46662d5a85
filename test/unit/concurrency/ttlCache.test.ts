import { TtlCache } from '../../../nodes/HappyHorse/concurrency/ttlCache';

/** Counts its questions; each answer is the number of its question. */
function counting() {
	let asked = 0;
	return { ask: async () => ++asked, count: () => asked };
}

it('asks once for all who ask at the same time and until the answer is too old', async () => {
	const recent = new TtlCache<number>(100);
	const { ask, count } = counting();
	const together = await Promise.all([0, 0, 99].map((now) => recent.read('a', { now, ask })));
	expect(together).toEqual([1, 1, 1]);
	expect(await recent.read('a', { now: 100, ask })).toBe(2);
	expect(await recent.read('a', { now: 199, ask })).toBe(2);
	expect(count()).toBe(2);
});

it('keeps the answers to different questions apart', async () => {
	const recent = new TtlCache<string>(100);
	expect(await recent.read('a', { now: 0, ask: async () => 'A' })).toBe('A');
	expect(await recent.read('b', { now: 0, ask: async () => 'B' })).toBe('B');
	expect(await recent.read('a', { now: 0, ask: async () => 'C' })).toBe('A');
});

it('gives a failure to those who wait for it, and asks again afterwards', async () => {
	const recent = new TtlCache<number>(100);
	const fail = async () => await Promise.reject<number>(new Error('locked'));
	const { ask } = counting();
	const outcomes = await Promise.allSettled([
		recent.read('a', { now: 0, ask: fail }),
		recent.read('a', { now: 0, ask }),
	]);
	expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
	expect(await recent.read('a', { now: 1, ask })).toBe(1);
});

it('drops a newer answer for no failure of an older question', async () => {
	const recent = new TtlCache<number>(100);
	let fail: (error: Error) => void = () => {};
	const slow = recent.read('a', {
		now: 0,
		ask: async () => await new Promise<number>((_, reject) => (fail = reject)),
	});
	const { ask, count } = counting();
	await recent.read('a', { now: 200, ask });
	fail(new Error('locked'));
	await expect(slow).rejects.toThrow('locked');
	expect(await recent.read('a', { now: 250, ask })).toBe(1);
	expect(count()).toBe(1);
});

it('forgets what is too old, since it may be a secret', async () => {
	const recent = new TtlCache<number>(100);
	const { ask } = counting();
	await recent.read('a', { now: 0, ask });
	await recent.read('b', { now: 100, ask });
	const { answers } = recent as unknown as { answers: Map<string, unknown> };
	expect([...answers.keys()]).toEqual(['b']);
});
