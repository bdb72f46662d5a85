import type { Lock } from '../../../../nodes/HappyHorse/lifecycle/memory/lock';
import { FakeClock } from '../../support/fakeClock';
import { FakeDatabase } from '../../support/fakeDatabase';

type Module = typeof import('../../../../nodes/HappyHorse/lifecycle/memory/lock');

/** The module as a process of its own would have it. */
function newProcess(): Module {
	let loaded: Module | undefined;
	jest.isolateModules(() => {
		loaded = jest.requireActual<Module>('../../../../nodes/HappyHorse/lifecycle/memory/lock');
	});
	return loaded!;
}

const lockIn = (database: FakeDatabase, node = { id: 'n1' }): Lock =>
	newProcess().lockOf(database.context(node))!;

it('is a record beside that of the node, there as long as it is taken', async () => {
	const database = new FakeDatabase();
	const lock = lockIn(database);
	await lock.take(new FakeClock());
	expect([...database.rows.keys()]).toEqual(['n1-lock']);
	await lock.release();
	expect([...database.rows.keys()]).toEqual([]);
});

it('gives the node its ID back at once', async () => {
	const node = { id: 'n1' };
	const lock = lockIn(new FakeDatabase(), node);
	const taking = lock.take(new FakeClock());
	expect(node.id).toBe('n1');
	await taking;
	const leaving = lock.release();
	expect(node.id).toBe('n1');
	await leaving;
});

it('goes to one of many that want it at the same moment', async () => {
	const database = new FakeDatabase();
	let inside = 0;
	let most = 0;
	const visit = async () => {
		const lock = lockIn(database);
		await lock.take(new FakeClock());
		most = Math.max(most, ++inside);
		for (let turn = 0; turn < 10; turn++) await Promise.resolve();
		inside--;
		await lock.release();
	};
	await Promise.all(Array.from({ length: 8 }, visit));
	expect(most).toBe(1);
});

it('is not waited for longer than 5 s when its holder has died, and is in order afterwards', async () => {
	const database = new FakeDatabase();
	await lockIn(database).take(new FakeClock());
	const clock = new FakeClock();
	const started = clock.now();
	const lock = lockIn(database);
	await lock.take(clock);
	expect(clock.now() - started).toBeGreaterThanOrEqual(5000);
	expect(clock.now() - started).toBeLessThan(5100);
	expect(Math.max(...clock.pauses)).toBeLessThanOrEqual(40);
	await lock.release();
	expect(database.rows.size).toBe(0);
});

it('is not waited for where there is no database', async () => {
	const context = new FakeDatabase().context();
	const down = async () => await Promise.reject(new Error('no database'));
	Object.assign(context.helpers, { checkProcessedAndRecord: down, getProcessedDataCount: down });
	const clock = new FakeClock();
	await newProcess().lockOf(context)!.take(clock);
	expect(clock.pauses).toEqual([]);
});

it('is not waited for in an execution that was cancelled', async () => {
	const database = new FakeDatabase();
	await lockIn(database).take(new FakeClock());
	const clock = new FakeClock();
	clock.cancelled = true;
	await lockIn(database).take(clock);
	expect(clock.pauses).toEqual([]);
});

it('never clears the record of the node, and is given up, where n8n looks at the ID later', async () => {
	const database = new FakeDatabase();
	database.readsIdLate = true;
	database.rows.set('n1', ['an order', 'another order']);
	const one = newProcess();
	const context = database.context();
	const lock = one.lockOf(context)!;
	await lock.take(new FakeClock());
	database.rows.set('n1', ['an order', 'another order', 'taken']);
	await lock.release();
	expect(database.rows.get('n1')).toEqual(['an order', 'another order', 'taken']);
	expect(one.lockOf(context)).toBeNull();
});

it.each(['checkProcessedAndRecord', 'clearAllProcessedItems', 'getProcessedDataCount'])(
	'is none without %s',
	(name) => {
		const context = new FakeDatabase().context({ id: 'n1' }, [name]);
		expect(newProcess().lockOf(context)).toBeNull();
	},
);
