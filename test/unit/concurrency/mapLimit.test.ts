import { mapLimit } from '../../../nodes/HappyHorse/concurrency/mapLimit';

/** Work that ends when told, so that a test decides who is first. */
function gated(count: number) {
	const open: Array<() => void> = [];
	let running = 0;
	let most = 0;
	const started: number[] = [];
	const work = async (value: number) => {
		started.push(value);
		most = Math.max(most, ++running);
		await new Promise<void>((resolve) => (open[value] = resolve));
		running--;
		return value * 10;
	};
	const values = Array.from({ length: count }, (_, index) => index);
	return { values, work, open, started, most: () => most };
}

const turn = async () => await new Promise((resolve) => setImmediate(resolve));

it.each([1, 2, 5, 20, 50])(
	'with a limit of %i never more run at once, and the order stays',
	async (limit) => {
		const { values, work, open, started, most } = gated(23);
		const result = mapLimit(values, { limit, work });
		for (let done = 0; done < 23; done++) {
			await turn();
			// The one that started last ends first.
			const next = [...started].reverse().find((value) => open[value] !== undefined)!;
			open[next]!();
			delete open[next];
		}
		expect(await result).toEqual(values.map((value) => value * 10));
		expect(most()).toBe(Math.min(limit, 23));
	},
);

it('has nothing to do for no values', async () => {
	const work = jest.fn();
	expect(await mapLimit([], { limit: 5, work })).toEqual([]);
	expect(work).not.toHaveBeenCalled();
});

it('starts nothing more after a throw, but waits for what is under way', async () => {
	let finished = false;
	const started: number[] = [];
	const result = mapLimit([0, 1, 2, 3], {
		limit: 2,
		work: async (value) => {
			started.push(value);
			if (value === 0) throw new Error('first');
			await turn();
			finished = true;
		},
	});
	await expect(result).rejects.toThrow('first');
	expect(finished).toBe(true);
	expect(started).toEqual([0, 1]);
});

it('passes on the throw of the earliest value, whichever came first', async () => {
	const result = mapLimit([0, 1, 2], {
		limit: 3,
		work: async (value) => {
			for (let left = 3 - value; left > 0; left--) await turn();
			throw new Error(`number ${value}`);
		},
	});
	await expect(result).rejects.toThrow('number 0');
});

it('passes on a throw of nothing', async () => {
	const work = async () => {
		throw undefined;
	};
	await expect(mapLimit([0], { limit: 1, work })).rejects.toBeUndefined();
});
