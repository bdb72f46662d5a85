import fc from 'fast-check';

import type { DatabaseStore } from '../../../nodes/HappyHorse/idempotency/databaseStore';
import { openDatabaseStore } from '../../../nodes/HappyHorse/idempotency/databaseStore';
import { FakeClock, START } from '../support/fakeClock';
import { FakeDatabase } from '../support/fakeDatabase';
import { ID } from '../support/scriptedApi';

const open = (database: FakeDatabase, clock = new FakeClock(), workflow = 'wf'): DatabaseStore =>
	openDatabaseStore(database.context({ id: 'n1' }, { workflow }), clock, () => 0.5)!;

const TASK = { taskId: ID, executionId: '7' };

it('is none where n8n keeps no processed items', () => {
	const context = new FakeDatabase().context({ id: 'n1' }, { without: ['removeProcessed'] });
	expect(openDatabaseStore(context, new FakeClock())).toBeNull();
});

describe('a claim', () => {
	it('is given to the first, and to no one after', async () => {
		const database = new FakeDatabase();
		expect(await open(database).claim('a')).toBe('first');
		expect(await open(database).claim('a')).toBe('taken');
		expect(await open(database).claim('b')).toBe('first');
	});

	it('belongs to its workflow', async () => {
		const database = new FakeDatabase();
		await open(database).claim('a');
		expect(await open(database, new FakeClock(), 'a copy').claim('a')).toBe('first');
	});

	it('can be made again once it was given back', async () => {
		const store = open(new FakeDatabase());
		await store.claim('a');
		await store.release('a');
		expect(await store.read('a', '7')).toBe('released');
		expect(await store.claim('a')).toBe('first');
	});

	it('is there until then', async () => {
		const store = open(new FakeDatabase());
		expect(await store.exists('a')).toBe(false);
		await store.claim('a');
		expect(await store.exists('a')).toBe(true);
	});

	it('cannot be kept for a workflow that was never saved', async () => {
		expect(await open(new FakeDatabase(), new FakeClock(), '').claim('a')).toBe('unsupported');
	});

	it('cannot be kept where the table does not know the workflow', async () => {
		const database = new FakeDatabase();
		database.intervene = (query) => {
			if (query === 'INSERT') throw new Error('SQLITE_CONSTRAINT: FOREIGN KEY constraint failed');
		};
		expect(await open(database).claim('a')).toBe('unsupported');
	});

	it.each([
		[new Error('no connection'), 'no connection'],
		['odd', 'no reason is known'],
	])('is not given when the database fails with %p', async (fault, message) => {
		const database = new FakeDatabase();
		database.intervene = () => {
			throw fault;
		};
		expect(await open(database).claim('a')).toEqual({ fault: message });
		expect(database.rows.size).toBe(0);
	});
});

describe('the task ID', () => {
	it.each([ID, 'task-1', 'x'.repeat(256), 'Ä'])(
		'%s comes back, with who created it',
		async (taskId) => {
			const database = new FakeDatabase();
			const store = open(database);
			await store.claim('a');
			await store.complete('a', { taskId, executionId: '7' });
			expect(await open(database).read('a', '7')).toEqual({ taskId, own: true });
			expect(await open(database).read('a', '8')).toEqual({ taskId, own: false });
		},
	);

	it('can be read any number of times, which leaves the row as it was', async () => {
		const database = new FakeDatabase();
		const store = open(database);
		await store.claim('a');
		await store.complete('a', TASK);
		const before = [...database.rows];
		for (let time = 0; time < 3; time++) {
			expect(await store.read('a', '8')).toEqual({ taskId: ID, own: false });
			expect([...database.rows]).toEqual(before);
		}
	});

	it('is not known while the request is on its way', async () => {
		const store = open(new FakeDatabase());
		await store.claim('a');
		expect(await store.read('a', '8')).toBe('open');
	});

	it('costs five queries: two for the claim, one to make sure, two for the ID', async () => {
		const database = new FakeDatabase();
		const store = open(database);
		await store.claim('a');
		await store.complete('a', TASK);
		expect(database.queries.length).toBeLessThanOrEqual(5);
		expect(database.queries).toEqual(['SELECT', 'INSERT', 'SELECT', 'UPDATE']);
	});

	it('makes no row where the claim was given back meanwhile', async () => {
		const database = new FakeDatabase();
		const store = open(database);
		await store.claim('a');
		await store.complete('a', TASK);
		await store.release('a');
		expect(database.rows.size).toBe(0);
	});

	it('is unreadable when the process that read it last died while it did', async () => {
		const database = new FakeDatabase();
		const store = open(database);
		await store.claim('a');
		await store.complete('a', TASK);
		let updates = 0;
		database.intervene = (query) => {
			// After the entries were tried on, nothing takes them away again.
			if (query === 'UPDATE' && ++updates > 1) throw new Error('killed');
		};
		await expect(store.read('a', '8')).rejects.toThrow('killed');
		database.intervene = () => {};
		expect(await store.read('a', '8')).toBe('unknown');
	});

	it('is unreadable when it was stored in part, and never another one', async () => {
		const database = new FakeDatabase();
		await open(database).claim('a');
		await database
			.context({ id: 'a' })
			.helpers.checkProcessedAndRecord(['0:0', '1:4'], 'node', { mode: 'entries' });
		expect(await open(database).read('a', '8')).toBe('unknown');
	});
});

describe('two who read at the same moment', () => {
	it('both get the task, in any order of their queries, and leave the row as it was', async () => {
		await fc.assert(
			fc.asyncProperty(fc.scheduler(), async (turns) => {
				let together = false;
				const database = new FakeDatabase(async () => {
					if (together) await turns.schedule(Promise.resolve());
				});
				const store = open(database);
				await store.claim('a');
				await store.complete('a', TASK);
				const before = [...database.rows];
				together = true;
				const reads = ['7', '8'].map(async (id) => await open(database).read('a', id));
				await turns.waitFor(Promise.all(reads));
				expect(await Promise.all(reads)).toEqual([
					{ taskId: ID, own: true },
					{ taskId: ID, own: false },
				]);
				expect([...database.rows]).toEqual(before);
			}),
			{ numRuns: 60 },
		);
	});

	it('wait for one that died while it read for 20 s at most', async () => {
		const database = new FakeDatabase();
		const clock = new FakeClock();
		const store = open(database, clock);
		await store.claim('a');
		await store.complete('a', TASK);
		await store.claim('a:read');
		expect(await store.read('a', '7')).toEqual({ taskId: ID, own: true });
		expect(clock.time - START).toBeGreaterThanOrEqual(20_000);
		expect(clock.time - START).toBeLessThan(20_100);
		expect(await store.exists('a:read')).toBe(false);
	});

	it('come back after pauses that differ, so that they do not meet each time', async () => {
		for (const [random, pause] of [
			[0, 30],
			[1, 90],
		] as const) {
			const database = new FakeDatabase();
			const clock = new FakeClock();
			const context = database.context();
			const store = openDatabaseStore(context, clock, () => random)!;
			await store.claim('a');
			await store.complete('a', TASK);
			await store.claim('a:read');
			await store.read('a', '7');
			expect(new Set(clock.pauses)).toEqual(new Set([pause]));
		}
	});

	it('do not wait once the execution was cancelled', async () => {
		const database = new FakeDatabase();
		const clock = new FakeClock();
		const store = open(database, clock);
		await store.claim('a');
		await store.complete('a', TASK);
		await store.claim('a:read');
		clock.cancelled = true;
		await store.read('a', '7');
		expect(clock.pauses).toEqual([]);
	});
});

it('N claims at the same moment have one winner, whose task ID all others read', async () => {
	await fc.assert(
		fc.asyncProperty(fc.scheduler(), fc.integer({ min: 2, max: 4 }), async (turns, many) => {
			const database = new FakeDatabase(async () => await turns.schedule(Promise.resolve()));
			const outcomes = Array.from({ length: many }, async (_, index) => {
				const store = open(database);
				if ((await store.claim('a')) === 'first') {
					await store.complete('a', { taskId: `task-${index}`, executionId: `${index}` });
					return `task-${index}`;
				}
				for (;;) {
					// Three who read may turn each other away: they look again, as createOnce does.
					const seen = await store.read('a', 'other').catch(() => 'open' as const);
					if (typeof seen === 'object') return seen.taskId;
				}
			});
			await turns.waitFor(Promise.all(outcomes));
			expect(new Set(await Promise.all(outcomes)).size).toBe(1);
			expect(database.rows.size).toBe(1);
		}),
		{ numRuns: 60 },
	);
});
