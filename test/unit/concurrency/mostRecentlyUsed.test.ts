import fc from 'fast-check';

import { MostRecentlyUsed } from '../../../nodes/HappyHorse/concurrency/mostRecentlyUsed';

const values = ['a', 'b', 'c', 'd'];

function used(...entries: string[]): MostRecentlyUsed {
	const latest = new MostRecentlyUsed();
	for (const entry of entries) latest.add(entry);
	return latest;
}

it.each<[string[], string]>([
	[[], 'abcd'],
	[['c'], 'cabd'],
	[['c', 'd'], 'dcab'],
	[['c', 'd', 'c'], 'cdab'],
	[['unknown', 'b'], 'bacd'],
	[['d', 'a', 'c', 'b', 'a'], 'abcd'],
])('after %j the values come as %s', (entries, order) => {
	expect(
		used(...entries)
			.first(values)
			.join(''),
	).toBe(order);
});

it('leaves what it is given as it was', () => {
	const given = [...values];
	used('d').first(given);
	expect(given).toEqual(values);
});

it('only changes the order', () => {
	fc.assert(
		fc.property(fc.array(fc.constantFrom(...values, 'e', 'f')), (entries) => {
			const latest = used(...entries);
			const order = latest.first(values);
			expect(order.toSorted()).toEqual(values);
			const latestFirst = [...new Set(entries.toReversed())];
			const known = latestFirst.filter((entry) => values.includes(entry));
			expect(order.slice(0, known.length)).toEqual(known);
			const rest = order.slice(known.length);
			expect(rest).toEqual(rest.toSorted());
		}),
	);
});
