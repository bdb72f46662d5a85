import fc from 'fast-check';
import type { IContextObject, IDataObject, INodeExecutionData } from 'n8n-workflow';

import type { Task } from '../../../nodes/HappyHorse/tasks/task';
import type { Place } from '../../../nodes/HappyHorse/waiting/storedSuspension';
import { suspensionIn } from '../../../nodes/HappyHorse/waiting/storedSuspension';
import {
	awaitedIn,
	inPlaces,
	interruptedSuspension,
	suspend,
	suspensionOf,
	waitEnd,
} from '../../../nodes/HappyHorse/waiting/suspension';
import { START } from '../support/fakeClock';
import type { Setup } from '../support/fakeExecution';
import { fakeExecution } from '../support/fakeExecution';
import { fakeWebhook, suspensionFor } from '../support/fakeWebhook';

const settled: Place = { settled: { json: { error: 'no' }, pairedItem: { item: 1 } } };

const places: Place[] = [suspensionFor(1).places[0]!, settled, suspensionFor(3).places[2]!];

const progress: Task = { task_id: 'task-0', status: 'IN_PROGRESS', generated: [], extra: {} };

const STORED = { endsAt: START, outputBy: START + 60_000, finalBefore: ['task-0'] };

const ENDS = { ...STORED, timerAt: START + 90_000 };

async function suspended(toErrorOutput = false, setup: Setup = {}, wantsInput = false) {
	const items: INodeExecutionData[] = [
		{ json: { mine: 0 } },
		{ json: { mine: 1 } },
		{ json: { mine: 2 } },
	];
	const fake = fakeExecution({ items, ...setup });
	const before = structuredClone(items);
	let storedWhenSuspended: unknown;
	const inner = fake.bendable.putExecutionToWait;
	fake.bendable.putExecutionToWait = async (until) => {
		storedWhenSuspended = structuredClone([fake.nodeContext, fake.executeData.data.main]);
		await inner(until);
	};
	const given = await suspend(fake.context, {
		run: 2,
		places,
		toErrorOutput,
		inputOf: (item) => (wantsInput ? items[item]?.json : undefined),
		statuses: new Map([['task-0', progress]]),
		...ENDS,
	});
	return { ...fake, items, before, given, storedWhenSuspended };
}

it('replaces the input by items that say that time ran out, since n8n passes them on by itself', async () => {
	const { executeData } = await suspended();
	expect(executeData.data.main[0]).toMatchObject([
		{
			json: { task_id: 'task-0', status: 'IN_PROGRESS', timed_out: true },
			pairedItem: { item: 0 },
		},
		{ json: { error: 'no' }, pairedItem: { item: 1 } },
		{ json: { task_id: 'task-2', status: 'CREATED', timed_out: true }, pairedItem: { item: 2 } },
	]);
});

it('replaces it and does not change it: it belongs to the node before', async () => {
	const { items, before, executeData } = await suspended();
	expect(items).toEqual(before);
	expect(executeData.data.main[0]).not.toBe(items);
});

it('suspends last, when all is in its place, and once', async () => {
	const { waits, storedWhenSuspended, nodeContext, executeData } = await suspended();
	expect(waits).toEqual([new Date(ENDS.timerAt)]);
	expect(storedWhenSuspended).toEqual([nodeContext, executeData.data.main]);
});

it('stores what is needed later, in a form that survives storage, and no more', async () => {
	const { nodeContext } = await suspended();
	expect(Object.keys(nodeContext)).toEqual(['suspension']);
	// A text: n8n's expressions reject an object in which metadata has a name such as `constructor`.
	expect(typeof nodeContext.suspension).toBe('string');
	expect(suspensionIn(nodeContext.suspension)).toEqual({
		run: 2,
		places,
		toErrorOutput: false,
		...STORED,
	});
});

describe('the fields of the input items', () => {
	it('are on what times out, and beside it for what continues earlier: the same objects', async () => {
		const { items, executeData, nodeContext, before } = await suspended(false, {}, true);
		const out = executeData.data.main[0]!;
		expect(out[0]!.json).toMatchObject({ task_id: 'task-0', timed_out: true });
		expect((out[0]!.json as IDataObject).input).toBe(items[0]!.json);
		expect(nodeContext.input).toEqual(items.map(({ json }) => json));
		expect((nodeContext.input as unknown[])[2]).toBe(items[2]!.json);
		expect(items).toEqual(before);
	});

	it('are not in the text that each webhook reads', async () => {
		const { nodeContext } = await suspended(false, {}, true);
		expect(suspensionIn(nodeContext.suspension)).toEqual({
			...{ run: 2, places, toErrorOutput: false, hasInput: true },
			...STORED,
		});
	});

	it('are among the details on the error output', async () => {
		const { executeData } = await suspended(true, {}, true);
		const [first] = executeData.data.main[0]!;
		expect(Object.keys(first!.json)).toEqual(['error', 'message', 'details']);
		expect(first!.json).toMatchObject({ details: { task_id: 'task-0', input: { mine: 0 } } });
	});

	it('of an earlier wait are forgotten', async () => {
		const { nodeContext } = await suspended(false, { nodeContext: { input: [{ old: 1 }] } });
		expect(nodeContext).not.toHaveProperty('input');
	});
});

it('lets what times out leave through the error output where that is wanted', async () => {
	const { executeData } = await suspended(true);
	const [first] = executeData.data.main[0]!;
	expect(Object.keys(first!.json)).toEqual(['error', 'message', 'details']);
	expect(first!.json).toMatchObject({ details: { task_id: 'task-0', timed_out: true } });
});

it('says of what is shown while the execution waits that it is pending, not that time ran out', async () => {
	const { given } = await suspended();
	expect(given.map(({ json }) => json.timed_out)).toEqual([false, undefined, false]);
});

describe('the end of a wait', () => {
	it.each<[string, number, number]>([
		['a minute', 60_000, 15_000],
		['150 s', 150_000, 15_000],
		['10 minutes', 600_000, 60_000],
		['15 minutes', 900_000, 90_000],
		['a day', 86_400_000, 90_000],
	])('of %s: n8n has its timer later by a part of it', (_, maxWaitMs, graceMs) => {
		expect(waitEnd(START, maxWaitMs)).toEqual({
			endsAt: START + maxWaitMs,
			outputBy: START + maxWaitMs + 0.75 * graceMs,
			timerAt: START + maxWaitMs + graceMs,
		});
	});

	it('leaves time for downloads, and for n8n after them', () => {
		fc.assert(
			fc.property(fc.integer({ min: 1, max: 7 * 86_400_000 }), (maxWaitMs) => {
				const { endsAt, outputBy, timerAt } = waitEnd(START, maxWaitMs);
				expect(endsAt).toBe(START + maxWaitMs);
				expect(outputBy - endsAt).toBeGreaterThanOrEqual(11_250);
				expect(timerAt - outputBy).toBeGreaterThanOrEqual(3750);
				expect(timerAt - endsAt).toBeLessThanOrEqual(90_000);
			}),
		);
	});
});

it.each([false, true])(
	'shows a list of its own, in which no item makes n8n run the node again (error output: %p)',
	async (toErrorOutput) => {
		const { given, executeData } = await suspended(toErrorOutput);
		expect(given).not.toBe(executeData.data.main[0]);
		for (const { json } of given) expect(json).not.toHaveProperty('error');
	},
);

describe('the suspension of a webhook', () => {
	it('is what was stored', () => {
		const suspension = suspensionFor(2);
		expect(suspensionOf(fakeWebhook({ suspension }).webhook)).toEqual(suspension);
	});

	it.each([
		'Happy Horse',
		'with "quotes"',
		"it's",
		'back\\slash',
		'curly }} {{ braces',
		'$x',
		'Pferd 🐎',
		'a\nb',
	])('is found whatever the name of the node: %j', (name) => {
		const { webhook, bendableWebhook, expressions } = fakeWebhook({});
		bendableWebhook.getNode = () => ({ ...fakeWebhook({}).bendable.getNode(), name });
		suspensionOf(webhook);
		const inside = /^\{\{ ([^{}]+) \}\}$/s.exec(expressions[0]!)?.[1];
		const context = { suspension: 'found' };
		const lookup = (wanted: string) => (wanted === name ? { context } : {});
		expect(new Function('$', `return ${inside}`)(lookup)).toBe('found');
	});
});

it('names the awaited tasks in the order of their items, and puts their items back', () => {
	expect(awaitedIn({ places }).map(({ taskId }) => taskId)).toEqual(['task-0', 'task-2']);
	const items = inPlaces({ places }, [{ json: { a: 0 } }, { json: { a: 2 } }]);
	expect(items.map(({ json }) => json)).toEqual([{ a: 0 }, { error: 'no' }, { a: 2 }]);
});

describe('the suspension that a retry of the execution has to continue with', () => {
	/** What n8n gives to the node when a stopped execution is retried: the stored input and context. */
	async function retried(toErrorOutput = false, setup: Setup = {}) {
		const { executeData, nodeContext } = await suspended(toErrorOutput, setup);
		const [items] = structuredClone(executeData.data.main);
		return { items: items!, nodeContext: structuredClone(nodeContext) };
	}

	const found = (items: INodeExecutionData[], nodeContext: IContextObject, run = 2) =>
		interruptedSuspension(fakeExecution({ items, nodeContext }).context, run);

	it.each([false, true])(
		'is the one whose items are in the input (error output: %p)',
		async (toErrorOutput) => {
			const { items, nodeContext } = await retried(toErrorOutput);
			expect(found(items, nodeContext)).toEqual({ run: 2, places, toErrorOutput, ...STORED });
		},
	);

	it('is the one whose items are in the input of an older n8n', async () => {
		const { items, nodeContext } = await retried(true);
		// It takes failed items to the error output without details only.
		const stripped = items.map((item) => {
			const { error, message } = item.json as IDataObject;
			return error === undefined ? item : { ...item, json: { error, message } };
		});
		expect(found(stripped, nodeContext)).toEqual({
			...{ run: 2, places, toErrorOutput: true },
			...STORED,
		});
	});

	it('is none of another round of a loop', async () => {
		const { items, nodeContext } = await retried();
		expect(found(items, nodeContext, 1)).toBeNull();
		expect(found(items, nodeContext, 3)).toBeNull();
	});

	it('is none where the input is what it was before', async () => {
		const { nodeContext } = await retried();
		const items = [{ json: { mine: 0 } }, { json: { mine: 1 } }, { json: { mine: 2 } }];
		expect(found(items, nodeContext)).toBeNull();
	});

	it.each<[string, (items: INodeExecutionData[]) => INodeExecutionData[]]>([
		['fewer items', (items) => items.slice(0, 2)],
		['more items', (items) => [...items, { json: {} }]],
		['no items', () => []],
		['another order', (items) => [...items].reverse()],
		['another task', (items) => [{ json: { task_id: 'other' } }, ...items.slice(1)]],
		['an item without a task', (items) => [{ json: {} }, ...items.slice(1)]],
	])('is none for %s', async (_, change) => {
		const { items, nodeContext } = await retried();
		expect(found(change(items), nodeContext)).toBeNull();
	});

	it.each([[undefined], [null], ['x'], [[]], [{}], ['{"run":2,"places":{}}']])(
		'is none where the node has stored %p',
		async (suspension) => {
			const { items } = await retried();
			expect(found(items, suspension === undefined ? {} : { suspension })).toBeNull();
		},
	);
});
