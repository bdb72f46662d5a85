import type { IExecuteFunctions } from 'n8n-workflow';

import { openJournal } from '../../../../nodes/HappyHorse/lifecycle/memory/journal';
import { FakeClock } from '../../support/fakeClock';
import { scriptedApi } from '../../support/scriptedApi';

/** n8n's record of hashes, as one node of one workflow sees it. */
class Database {
	readonly entries = new Set<string>();

	broken = false;

	context(token: string, more: object = {}, { executionId = '7', nodeContext = {} } = {}) {
		const helpers = {
			checkProcessedAndRecord: async (items: string[]) => {
				if (this.broken) throw new Error('no database');
				const processed = items.filter((item) => this.entries.has(item));
				for (const item of items) this.entries.add(item);
				return { processed, new: items.filter((item) => !processed.includes(item)) };
			},
			removeProcessed: async (items: string[]) => {
				for (const item of items) this.entries.delete(item);
			},
			...more,
		};
		const evaluateExpression = () => `https://n8n.example.com/webhook-waiting/7${token}`;
		const getExecutionId = () => executionId;
		const getContext = () => nodeContext;
		const context = { helpers, evaluateExpression, getExecutionId, getContext };
		return context as unknown as IExecuteFunctions;
	}
}

const ORDER = { item: 2, round: 0, fingerprint: 'abc', model: 'happy-horse-1' } as const;

const listing = (...ids: string[]) =>
	scriptedApi(async () => ({ data: ids.map((task_id) => ({ task_id, status: 'CREATED' })) })).api;

const open = (database: Database, token = '?signature=1', api = listing('x', 'mine', 'y')) =>
	openJournal(database.context(token), { api, clock: new FakeClock() })!;

it('knows nothing of an order that was never begun', async () => {
	expect(await open(new Database()).begin(ORDER)).toBe('nothing');
});

it('tells a retry which task it was, and forgets the tasks that it tried', async () => {
	const database = new Database();
	const first = open(database);
	await first.begin(ORDER);
	await first.finish(ORDER, 'mine');
	expect(await open(database).begin(ORDER)).toEqual({ taskId: 'mine' });
	expect(database.entries.size).toBe(2);
});

it('finds a task that is far down in a long list', async () => {
	const database = new Database();
	const first = open(database);
	await first.begin(ORDER);
	await first.finish(ORDER, 'mine');
	const others = Array.from({ length: 250 }, (_, index) => `other-${index}`);
	const again = open(database, '?signature=1', listing(...others, 'mine'));
	expect(await again.begin(ORDER)).toEqual({ taskId: 'mine' });
	expect(database.entries.size).toBe(2);
});

it('picks none of two', async () => {
	const database = new Database();
	const first = open(database);
	await first.begin(ORDER);
	await first.finish(ORDER, 'mine');
	await first.finish(ORDER, 'x');
	expect(await open(database).begin(ORDER)).toBe('may exist');
});

it.each([
	['died before the answer was written down', 'x', 'y'],
	['has made a task that the list does not hold any more', 'a', 'b'],
])('says that it may exist when the first %s', async (_, ...ids) => {
	const database = new Database();
	await open(database).begin(ORDER);
	const again = open(database, '?signature=1', listing(...ids));
	expect(await again.begin(ORDER)).toBe('may exist');
});

it('says that it may exist when the tasks cannot be listed', async () => {
	const database = new Database();
	await open(database).begin(ORDER);
	const down = scriptedApi(async () => await Promise.reject(new Error('down'))).api;
	expect(await open(database, '?signature=1', down).begin(ORDER)).toBe('may exist');
});

it.each([
	['another execution', { token: '?signature=2', change: {} }],
	['another item', { token: '?signature=1', change: { item: 3 } }],
	['another round of a loop', { token: '?signature=1', change: { round: 1 } }],
	['another order', { token: '?signature=1', change: { fingerprint: 'abd' } }],
])('does not mix it up with that of %s', async (_, { token, change }) => {
	const database = new Database();
	await open(database).begin(ORDER);
	expect(await open(database, token).begin({ ...ORDER, ...change })).toBe('nothing');
});

it('keeps no order from being placed when the database is down', async () => {
	const database = new Database();
	database.broken = true;
	expect(await open(database).begin(ORDER)).toBe('nothing');
	await expect(open(database).finish(ORDER, 'mine')).resolves.toBeUndefined();
});

it.each([
	['record', { checkProcessedAndRecord: undefined }],
	['forget', { removeProcessed: undefined }],
])('is none where n8n cannot %s', (_, more) => {
	expect(
		openJournal(new Database().context('?signature=1', more), {
			api: listing(),
			clock: new FakeClock(),
		}),
	).toBeNull();
});

describe('on an n8n whose executions have no token', () => {
	const openIn = (database: Database, executionId: string, nodeContext = {}) =>
		openJournal(database.context('', {}, { executionId, nodeContext }), {
			api: listing('x', 'mine'),
			clock: new FakeClock(),
		})!;

	it('tells the same execution, when another worker runs it anew, which task it was', async () => {
		const database = new Database();
		const first = openIn(database, '7');
		await first.begin(ORDER);
		await first.finish(ORDER, 'mine');
		expect(await openIn(database, '7').begin(ORDER)).toEqual({ taskId: 'mine' });
	});

	it('tells the second retry of a failed execution what the first one ordered', async () => {
		const database = new Database();
		const known = {};
		openIn(database, '7', known);
		const first = openIn(database, '8', structuredClone(known));
		await first.begin(ORDER);
		await first.finish(ORDER, 'mine');
		expect(await openIn(database, '9', structuredClone(known)).begin(ORDER)).toEqual({
			taskId: 'mine',
		});
	});

	it('never takes the order of one execution for that of another', async () => {
		const database = new Database();
		await openIn(database, '7').begin(ORDER);
		expect(await openIn(database, '8').begin(ORDER)).toBe('nothing');
	});
});

it('goes by the token alone where there is one, since a retry has an ID of its own', async () => {
	const database = new Database();
	const first = openJournal(database.context('?signature=1', {}, { executionId: '7' }), {
		api: listing('mine'),
		clock: new FakeClock(),
	})!;
	await first.begin(ORDER);
	await first.finish(ORDER, 'mine');
	const retry = openJournal(database.context('?signature=1', {}, { executionId: '8' }), {
		api: listing('mine'),
		clock: new FakeClock(),
	})!;
	expect(await retry.begin(ORDER)).toEqual({ taskId: 'mine' });
});
