import type { IContextObject } from 'n8n-workflow';

import { fingerprintOf, openLedger } from '../../../../nodes/HappyHorse/lifecycle/memory/ledger';

it('remembers in what n8n stores with the execution', () => {
	const nodeContext: IContextObject = {};
	openLedger(nodeContext, 0).write(3, 'abc', {
		state: 'created',
		task_id: 't1',
		execution_id: '9',
	});
	const stored = JSON.parse(JSON.stringify(nodeContext)) as IContextObject;
	expect(openLedger(stored, 0).find(3, 'abc')).toEqual({
		state: 'created',
		task_id: 't1',
		execution_id: '9',
	});
});

it.each([
	['another run', 1, 3, 'abc'],
	['another item', 0, 4, 'abc'],
	['another request', 0, 3, 'abd'],
])('knows nothing of %s', (_, run, item, mark) => {
	const nodeContext: IContextObject = {};
	openLedger(nodeContext, 0).write(3, 'abc', { state: 'sent' });
	expect(openLedger(nodeContext, run).find(item, mark)).toBeUndefined();
});

it.each(['sent', 'refused'])('a %s request has no task, whatever stands beside it', (state) => {
	const entry = { state, task_id: 't1', execution_id: '9' };
	expect(openLedger({ paid_requests: { '0.0.a': entry } }, 0).find(0, 'a')).toEqual({ state });
});

it.each([['sent'], [null], [5], [['sent']]])('finds nothing in %p', (entry) => {
	expect(openLedger({ paid_requests: { '0.0.a': entry } }, 0).find(0, 'a')).toBeUndefined();
});

it('names the execution that paid as text, however it was stored', () => {
	const entry = { state: 'created', task_id: 't1', execution_id: 9 };
	expect(openLedger({ paid_requests: { '0.0.a': entry } }, 0).find(0, 'a')).toMatchObject({
		execution_id: '9',
	});
});

it('counts the other runs that ordered the very same', () => {
	const nodeContext: IContextObject = {};
	for (const run of [0, 1, 2, 11])
		openLedger(nodeContext, run).write(3, 'abc', { state: 'refused' });
	openLedger(nodeContext, 5).write(3, 'other', { state: 'sent' });
	openLedger(nodeContext, 5).write(13, 'abc', { state: 'sent' });
	expect(openLedger(nodeContext, 1).repeats(3, 'abc')).toBe(3);
	expect(openLedger(nodeContext, 5).repeats(3, 'abc')).toBe(4);
	expect(openLedger({}, 5).repeats(3, 'abc')).toBe(0);
});

it('keeps the last entry and leaves other memories of the node alone', () => {
	const nodeContext: IContextObject = { suspension: { run: 0 } };
	const ledger = openLedger(nodeContext, 0);
	ledger.write(0, 'a', { state: 'sent' });
	ledger.write(0, 'a', { state: 'refused' });
	expect(ledger.find(0, 'a')).toEqual({ state: 'refused' });
	expect(nodeContext.suspension).toEqual({ run: 0 });
});

it.each([
	[{ state: 'created', task_id: '../x', execution_id: '1' }],
	[{ state: 'created' }],
	[{ state: 'something new' }],
	[{}],
])('takes the unreadable entry %p for one that may have been paid', (entry) => {
	const ledger = openLedger({ paid_requests: { '0.0.a': entry } }, 0);
	expect(ledger.find(0, 'a')).toEqual({ state: 'unknown' });
});

it.each([[[]], ['x'], [null], [5]])('starts anew where its shelf is %p', (shelf) => {
	const nodeContext: IContextObject = { paid_requests: shelf as never };
	openLedger(nodeContext, 0).write(0, 'a', { state: 'sent' });
	expect(openLedger(nodeContext, 0).find(0, 'a')).toEqual({ state: 'sent' });
});

describe('a fingerprint', () => {
	const order = { prompt: 'a', duration: 5, image: 'https://example.com/a.jpg' };

	it('does not depend on the order of names', () => {
		const turned = Object.fromEntries(Object.entries(order).reverse());
		expect(fingerprintOf(turned)).toBe(fingerprintOf(order));
	});

	it.each([{ prompt: 'b' }, { duration: 6 }, { image: 'x' }, { seed: 0 }, { model: 'x' }])(
		'changes with %p',
		(change) => {
			expect(fingerprintOf({ ...order, ...change })).not.toBe(fingerprintOf(order));
		},
	);

	it('is short and holds nothing of the prompt', () => {
		expect(fingerprintOf(order)).toMatch(/^[0-9a-f]{16}$/);
	});
});
