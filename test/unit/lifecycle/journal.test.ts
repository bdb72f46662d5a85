import type { IExecuteFunctions } from 'n8n-workflow';

import { openJournal } from '../../../nodes/HappyHorse/lifecycle/journal';
import { scriptedApi } from '../support/scriptedApi';

/** n8n's record of hashes, as one node of one workflow sees it. */
class Database {
	readonly entries = new Set<string>();

	broken = false;

	context(token: string, more: object = {}) {
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
		return { helpers, evaluateExpression } as unknown as IExecuteFunctions;
	}
}

const ORDER = { item: 2, round: 0, fingerprint: 'abc', model: 'happy-horse-1' } as const;

const listing = (...ids: string[]) =>
	scriptedApi(async () => ({ data: ids.map((task_id) => ({ task_id, status: 'CREATED' })) })).api;

const open = (database: Database, token = '?signature=1', api = listing('x', 'mine', 'y')) =>
	openJournal(database.context(token), api)!;

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
	['has no token', '', {}],
	['cannot record', '?signature=1', { checkProcessedAndRecord: undefined }],
	['cannot forget', '?signature=1', { removeProcessed: undefined }],
])('is none where n8n %s', (_, token, more) => {
	expect(openJournal(new Database().context(token, more), listing())).toBeNull();
});
