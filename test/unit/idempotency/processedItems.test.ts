import fc from 'fast-check';

import type { ProcessedItems } from '../../../nodes/HappyHorse/idempotency/processedItems';
import { openProcessedItems } from '../../../nodes/HappyHorse/idempotency/processedItems';
import { FakeDatabase } from '../support/fakeDatabase';

const open = (database: FakeDatabase, node = { id: 'n1' }): ProcessedItems =>
	openProcessedItems(database.context(node))!;

it.each([
	'checkProcessedAndRecord',
	'removeProcessed',
	'clearAllProcessedItems',
	'getProcessedDataCount',
])('is none without %s', (name) => {
	const context = new FakeDatabase().context({ id: 'n1' }, { without: [name] });
	expect(openProcessedItems(context)).toBeNull();
});

describe('a row', () => {
	it('is made once, and no later process changes it', async () => {
		const database = new FakeDatabase();
		expect(await open(database).insert('a')).toBe(true);
		await open(database).add('a', ['x', 'y']);
		expect(await open(database).insert('a')).toBe(false);
		expect(await open(database).count('a')).toBe(3);
	});

	it('is next to that of the node, which is never touched', async () => {
		const database = new FakeDatabase();
		const own = open(database, { id: 'n1' });
		await own.insert('a');
		expect([...database.rows.keys()]).toEqual(['wf n:a']);
	});

	it('holds the plain word for its mode, so that n8n can add to it', async () => {
		const database = new FakeDatabase();
		await open(database).insert('a');
		expect(JSON.parse(database.rows.get('wf n:a')!)).toMatchObject({ mode: 'entries' });
	});

	it('belongs to its workflow', async () => {
		const database = new FakeDatabase();
		await open(database).insert('a');
		const other = openProcessedItems(database.context({ id: 'n1' }, { workflow: 'copy' }))!;
		expect(await other.insert('a')).toBe(true);
	});

	it('can be made again once it was deleted', async () => {
		const items = open(new FakeDatabase());
		await items.insert('a');
		await items.delete('a');
		expect(await items.count('a')).toBe(0);
		expect(await items.insert('a')).toBe(true);
	});

	it('tells which entries it had before, and forgets what is taken away', async () => {
		const items = open(new FakeDatabase());
		await items.insert('a');
		expect(await items.add('a', ['x', 'y'])).toEqual([]);
		expect(await items.add('a', ['y', 'z'])).toEqual(['y']);
		await items.remove('a', ['x', 'z']);
		expect(await items.count('a')).toBe(2);
		expect(await items.add('a', ['x', 'y', 'z'])).toEqual(['y']);
	});
});

it('gives the node its ID back before anything else runs, also when n8n throws at once', async () => {
	const node = { id: 'n1' };
	const items = open(new FakeDatabase(), node);
	const made = items.insert('a');
	expect(node.id).toBe('n1');
	const counted = items.count('a');
	expect(node.id).toBe('n1');
	await Promise.all([made, counted]);

	const context = new FakeDatabase().context(node);
	context.helpers.getProcessedDataCount = () => {
		throw new Error('at once');
	};
	await expect(openProcessedItems(context)!.count('a')).rejects.toThrow('at once');
	expect(node.id).toBe('n1');
});

it('needs two queries for a row that is new, and two for one that is not', async () => {
	const database = new FakeDatabase();
	const items = open(database);
	await items.insert('a');
	await items.insert('a');
	expect(database.queries).toEqual(['SELECT', 'INSERT', 'SELECT', 'SELECT']);
});

describe('a database that does not respond', () => {
	const failing = (queries: number) => {
		const database = new FakeDatabase();
		let left = queries;
		database.intervene = () => {
			if (left-- > 0) throw new Error('no database');
		};
		return database;
	};

	it('is queried once more when no process has made the row', async () => {
		const database = failing(1);
		expect(await open(database).insert('a')).toBe(true);
		expect(database.queries).toEqual(['SELECT', 'SELECT', 'SELECT', 'INSERT']);
	});

	it('says so when it stays silent, and no process has the row', async () => {
		const database = failing(100);
		await expect(open(database).insert('a')).rejects.toThrow('no database');
		expect(database.rows.size).toBe(0);
	});
});

/** Every order in which queries of several processes can meet. */
describe('at the same moment, in any order of the queries', () => {
	it('exactly one makes the row', async () => {
		await fc.assert(
			fc.asyncProperty(fc.scheduler(), fc.integer({ min: 2, max: 4 }), async (turns, many) => {
				const database = new FakeDatabase(async () => await turns.schedule(Promise.resolve()));
				const all = Array.from({ length: many }, async () => await open(database).insert('a'));
				await turns.waitFor(Promise.all(all));
				expect((await Promise.all(all)).filter((isFirst) => isFirst)).toEqual([true]);
				expect(database.entries('a')).toBe(1);
			}),
			{ numRuns: 300 },
		);
	});

	it('a process that comes too late never undoes what the first one adds', async () => {
		await fc.assert(
			fc.asyncProperty(fc.scheduler(), fc.integer({ min: 2, max: 4 }), async (turns, many) => {
				const database = new FakeDatabase(async () => await turns.schedule(Promise.resolve()));
				const all = Array.from({ length: many }, async () => {
					const items = open(database);
					if (await items.insert('a')) await items.add('a', ['x', 'y', 'z']);
				});
				await turns.waitFor(Promise.all(all));
				expect(database.entries('a')).toBe(4);
			}),
			{ numRuns: 300 },
		);
	});

	it('with the plain word for its mode it would undo it: the object is needed', async () => {
		const found = await fc.check(
			fc.asyncProperty(fc.scheduler(), async (turns) => {
				const database = new FakeDatabase(async () => await turns.schedule(Promise.resolve()));
				await turns.waitFor(open(database).insert('a'));
				const plain = database.context({ id: 'a' }).helpers.checkProcessedAndRecord;
				const late = plain(['claimed'], 'node', { mode: 'entries' });
				const added = open(database).add('a', ['x', 'y', 'z']);
				await turns.waitFor(Promise.all([late, added]));
				return database.entries('a') === 4;
			}),
			{ numRuns: 300 },
		);
		expect(found.failed).toBe(true);
	});
});
