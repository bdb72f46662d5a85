import { inspect } from 'util';

import { SharedReads } from '../../../../nodes/HappyHorse/lifecycle/waiting/sharedReads';
import { FakeClock } from '../../support/fakeClock';

function reader(...spacings: number[]) {
	const clock = new FakeClock();
	const starts: number[] = [];
	const shared = new SharedReads<number>([spacings[0] ?? 2000, ...spacings.slice(1)]);
	const read = async (key = 'a') =>
		await shared.read(key, {
			clock,
			ask: async () => {
				starts.push(clock.now());
				return starts.length;
			},
		});
	return { clock, starts, read, shared };
}

it('answers all who ask together with one read', async () => {
	const { read, starts } = reader();
	expect(await Promise.all(Array.from({ length: 25 }, async () => await read()))).toEqual(
		Array(25).fill(1),
	);
	expect(starts).toHaveLength(1);
});

it('gives a later question a later read, not before its time', async () => {
	const { read, starts } = reader();
	expect(await read()).toBe(1);
	expect(await read()).toBe(2);
	expect(starts[1]! - starts[0]!).toBe(2000);
});

it('gives the first questions their reads soon, and later ones more and more rarely', async () => {
	const { read, starts } = reader(250, 500, 2000);
	for (let asked = 0; asked < 5; asked++) await read();
	const [first = 0] = starts;
	expect(starts.map((at) => at - first)).toEqual([0, 250, 750, 2750, 4750]);
});

it('counts the reads of each key by themselves', async () => {
	const { read, clock } = reader(250, 2000);
	await read('a');
	await read('a');
	await read('b');
	clock.pauses.length = 0;
	await read('b');
	expect(clock.pauses).toEqual([250]);
});

it('does not make anybody wait who comes late enough', async () => {
	const { read, clock } = reader();
	await read();
	clock.time += 2500;
	clock.pauses.length = 0;
	await read();
	expect(clock.pauses).toEqual([0]);
});

it('never answers with a read that had started before the question', async () => {
	const clock = new FakeClock();
	const shared = new SharedReads<string>([2000]);
	const answers: Array<(value: string) => void> = [];
	const ask = async () => await new Promise<string>((resolve) => answers.push(resolve));
	const early = shared.read('a', { clock, ask });
	await clock.pause(0);
	expect(answers).toHaveLength(1);
	const late = shared.read('a', { clock, ask });
	await clock.pause(0);
	expect(answers).toHaveLength(2);
	answers[1]!('new');
	answers[0]!('old');
	expect(await Promise.all([early, late])).toEqual(['old', 'new']);
});

it('keeps executions apart', async () => {
	const { read, starts } = reader();
	await Promise.all([read('a'), read('b')]);
	expect(starts).toHaveLength(2);
});

it('fails for all who share, and asks again for the next', async () => {
	const clock = new FakeClock();
	const shared = new SharedReads<number>([2000]);
	let asked = 0;
	const ask = async () => {
		if (++asked === 1) throw new Error('down');
		return asked;
	};
	const both = await Promise.allSettled([
		shared.read('a', { clock, ask }),
		shared.read('a', { clock, ask }),
	]);
	expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
	expect(await shared.read('a', { clock, ask })).toBe(2);
});

it('starts one read for many who ask while it is being prepared, however late they come', async () => {
	const { read, starts, clock } = reader();
	await read();
	const early = read();
	clock.time += 500;
	const late = read();
	expect(await Promise.all([early, late])).toEqual([2, 2]);
	expect(starts).toHaveLength(2);
});

describe('an execution that nobody asks about any more', () => {
	const FIVE_MINUTES = 5 * 60_000;

	it.each([
		['kept for five minutes', FIVE_MINUTES, true],
		['forgotten afterwards', FIVE_MINUTES + 1, false],
	])('is %s', async (_, passed, kept) => {
		const { read, clock, shared } = reader();
		await read('the old one');
		clock.time += passed;
		await read('a new one');
		expect(inspect(shared).includes('the old one')).toBe(kept);
		expect(inspect(shared)).toContain('a new one');
	});

	it('is not forgotten while its read is under way', async () => {
		const { read, clock, starts } = reader();
		await read('slow');
		const early = read('slow');
		clock.time += FIVE_MINUTES * 2;
		expect(await Promise.all([early, read('slow')])).toEqual([2, 2]);
		expect(starts).toHaveLength(2);
	});
});
