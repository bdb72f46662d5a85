import fc from 'fast-check';
import type { IContextObject } from 'n8n-workflow';

import type { ItemRequest } from '../../../nodes/HappyHorse/idempotency/executionStore';
import { openExecutionStore } from '../../../nodes/HappyHorse/idempotency/executionStore';

/** What n8n hands to the next try: the node's context, as it was stored. */
const stored = (nodeContext: IContextObject): IContextObject => structuredClone(nodeContext);

const request = (item: number, changes: Partial<ItemRequest> = {}): ItemRequest => ({
	item,
	itemHash: `item ${item}`,
	requestHash: 'r',
	counted: true,
	...changes,
});

const alike = (count: number) => Array.from({ length: count }, (_, item) => request(item));

const name = (nodeContext: IContextObject, items: readonly ItemRequest[], run = 0): string[] =>
	openExecutionStore(nodeContext, run).name(items);

describe('names', () => {
	it('number equal requests, and let others count for themselves', () => {
		const items = [request(0), request(1, { requestHash: 's' }), request(2), request(3)];
		expect(name({}, items)).toEqual(['r.0', 's.0', 'r.1', 'r.2']);
	});

	it('have no number where equal requests are the same one', () => {
		const keyed = alike(3).map((one) => ({ ...one, counted: false }));
		expect(name({}, keyed)).toEqual(['r', 'r', 'r']);
	});

	it('continue over the rounds of a loop', () => {
		const nodeContext: IContextObject = {};
		expect([0, 1, 2].map((run) => name(nodeContext, alike(2), run))).toEqual([
			['r.0', 'r.1'],
			['r.2', 'r.3'],
			['r.4', 'r.5'],
		]);
	});

	it('continue where the rounds before ended, when one of them is tried again', () => {
		const nodeContext: IContextObject = {};
		name(nodeContext, alike(2), 0);
		name(nodeContext, alike(1), 1);
		name(nodeContext, alike(1), 1);
		expect(name(nodeContext, alike(1), 2)).toEqual(['r.3']);
	});

	it('stay what they were, whatever the expressions give in the next try', () => {
		const nodeContext: IContextObject = {};
		const before = name(nodeContext, alike(3));
		const now = alike(3).map((one) => ({ ...one, requestHash: `new ${one.item}` }));
		expect(name(stored(nodeContext), now)).toEqual(before);
	});

	it('are made for an item that is another one now, with a number of its own', () => {
		const nodeContext: IContextObject = {};
		name(nodeContext, alike(3));
		const changed = [request(0), request(1, { itemHash: 'another' }), request(2)];
		expect(name(nodeContext, changed)).toEqual(['r.0', 'r.1', 'r.2']);
		const shifted = alike(3).map((one) => ({ ...one, item: one.item + 1 }));
		const names = name(stored(nodeContext), shifted);
		expect(new Set(names).size).toBe(3);
	});

	it('never come again in a later round, though a try in between named fewer', () => {
		const nodeContext: IContextObject = {};
		const first = name(nodeContext, alike(3), 0);
		// The first item is another one in the second try.
		name(nodeContext, [request(0, { itemHash: 'another' }), request(1), request(2)], 0);
		const later = name(nodeContext, alike(3), 1);
		expect(first.filter((one) => later.includes(one))).toEqual([]);
	});

	it.each([['x'], [5], [null], [['r.9']], [['other', 'r.9']], [{ item: 'item 0', name: 'r.9' }]])(
		'are made where a stored one is %p',
		(entry) => {
			const nodeContext = { paid_requests: { named: { '0.0': entry } } } as IContextObject;
			expect(name(nodeContext, alike(1))).toEqual(['r.0']);
		},
	);

	const batch = fc
		.array(fc.record({ requestHash: fc.constantFrom('r', 's', 't'), counted: fc.boolean() }), {
			maxLength: 30,
		})
		.map((all) => all.map((one, item) => request(item, one)));

	it('are the same for the same items, however often they are read', () => {
		fc.assert(
			fc.property(batch, fc.nat(5), (items, run) => {
				const nodeContext: IContextObject = {};
				const first = name(nodeContext, items, run);
				expect(name(nodeContext, items, run)).toEqual(first);
				expect(name(stored(nodeContext), items, run)).toEqual(first);
			}),
		);
	});

	it('are never shared by two counted requests, in one run or in several', () => {
		const rounds = fc.array(batch, { maxLength: 4 });
		fc.assert(
			fc.property(rounds, fc.array(fc.nat(29)), (all, changed) => {
				const nodeContext: IContextObject = {};
				const names = all.flatMap((items, run) => {
					name(nodeContext, items, run);
					// A second try, in which some items are others.
					const again = items.map((one) =>
						changed.includes(one.item) ? { ...one, itemHash: 'another' } : one,
					);
					const given = name(nodeContext, again, run);
					return given.filter((_, index) => items[index]!.counted);
				});
				expect(new Set(names).size).toBe(names.length);
			}),
		);
	});

	it('cost the same for each of 10,000 equal items', () => {
		const lookUps = (count: number) => {
			const nodeContext: IContextObject = {};
			const items = alike(count);
			const spies = [jest.spyOn(Set.prototype, 'has'), jest.spyOn(Map.prototype, 'get')];
			name(nodeContext, items);
			name(nodeContext, items);
			name(nodeContext, items, 1);
			const total = spies.reduce((sum, { mock }) => sum + mock.calls.length, 0);
			for (const spy of spies) spy.mockRestore();
			return total;
		};
		const few = lookUps(1000);
		expect(few).toBeGreaterThan(1000);
		expect(lookUps(10_000)).toBeLessThan(11 * few);
	});
});

describe('states', () => {
	const created = { state: 'created', task_id: 't1', execution_id: '9' } as const;

	const withState = (state: unknown) =>
		openExecutionStore({ paid_requests: { states: { a: state } } } as IContextObject, 0);

	it('are remembered in what n8n stores with the execution', () => {
		const nodeContext: IContextObject = {};
		openExecutionStore(nodeContext, 0).write('a', created);
		expect(openExecutionStore(stored(nodeContext), 1).find('a')).toEqual(created);
	});

	it('are those of one request', () => {
		const store = openExecutionStore({}, 0);
		store.write('a', { state: 'sent' });
		expect(store.find('b')).toBeUndefined();
		store.write('a', { state: 'rejected' });
		expect(store.find('a')).toEqual({ state: 'rejected' });
	});

	it('are copies: what is changed later does not change them', () => {
		const store = openExecutionStore({}, 0);
		const entry = { ...created } as { state: 'created'; task_id: string; execution_id: string };
		store.write('a', entry);
		entry.task_id = 'other';
		expect(store.find('a')).toEqual(created);
	});

	it.each(['sent', 'rejected', 'unknown'] as const)('%s has no task', (state) => {
		const nodeContext: IContextObject = {};
		openExecutionStore(nodeContext, 0).write('a', { state });
		expect(openExecutionStore(stored(nodeContext), 0).find('a')).toEqual({ state });
	});

	it('name the execution that paid as text, however it was stored', () => {
		expect(withState(['t1', 9]).find('a')).toEqual(created);
	});

	it.each([
		[['../x', '1']],
		[[]],
		['created'],
		['something new'],
		[{ state: 'created', task_id: 't1', execution_id: '9' }],
		[{}],
		[null],
		[5],
	])('that cannot be read, such as %p, mean that a video may have been paid for', (entry) => {
		expect(withState(entry).find('a')).toEqual({ state: 'unknown' });
	});

	it.each([[[]], ['x'], [null], [5]])('begin empty where their shelf is %p', (shelf) => {
		const nodeContext = { paid_requests: shelf } as IContextObject;
		openExecutionStore(nodeContext, 0).write('a', { state: 'sent' });
		expect(openExecutionStore(nodeContext, 0).find('a')).toEqual({ state: 'sent' });
	});

	it('leave other memories of the node alone', () => {
		const nodeContext: IContextObject = { suspension: 'x' };
		openExecutionStore(nodeContext, 0).write('a', { state: 'sent' });
		expect(nodeContext.suspension).toBe('x');
	});
});
