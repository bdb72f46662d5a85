import type { NodeRecord } from '../../../../nodes/HappyHorse/lifecycle/memory/record';
import { FakeClock } from '../../support/fakeClock';
import { FakeDatabase } from '../../support/fakeDatabase';

type Module = typeof import('../../../../nodes/HappyHorse/lifecycle/memory/record');

const clock = new FakeClock();

/** The module as one more process would have it. */
function newProcess(): Module {
	let loaded: Module | undefined;
	jest.isolateModules(() => {
		loaded = jest.requireActual<Module>('../../../../nodes/HappyHorse/lifecycle/memory/record');
	});
	return loaded!;
}

function recordIn(database: FakeDatabase, { without = [] as string[] } = {}): NodeRecord {
	return newProcess().openRecord(database.context({ id: 'n1' }, without), {
		clock,
		maxEntries: 1000,
	})!;
}

const numbered = (name: string) => Array.from({ length: 25 }, (_, index) => `${name} ${index}`);

const addAll = async (record: NodeRecord, entries: readonly string[]) =>
	await Promise.all(entries.map(async (entry) => await record.add([entry])));

it('keeps every entry when processes write at the same time, and nothing else', async () => {
	const database = new FakeDatabase();
	const names = ['one', 'two', 'three'];
	await Promise.all(names.map(async (name) => await addAll(recordIn(database), numbered(name))));
	expect([...database.rows.keys()]).toEqual(['n1']);
	expect(database.rows.get('n1')!.sort()).toEqual(names.flatMap(numbered).sort());
});

it('tells one process only that it is the first', async () => {
	const database = new FakeDatabase();
	const entries = numbered('outcome');
	const [one, two] = await Promise.all([
		addAll(recordIn(database), entries),
		addAll(recordIn(database), entries),
	]);
	for (const [index, entry] of entries.entries()) {
		expect([...one![index]!, ...two![index]!]).toEqual([entry]);
	}
});

it('is needed for that: without the lock, processes overwrite each other', async () => {
	const database = new FakeDatabase();
	const without = ['clearAllProcessedItems'];
	await Promise.all(
		['one', 'two'].map(
			async (name) => await addAll(recordIn(database, { without }), numbered(name)),
		),
	);
	expect(database.rows.get('n1')!.length).toBeLessThan(50);
});

it('removes from what another process has added meanwhile', async () => {
	const database = new FakeDatabase();
	const [one, two] = [recordIn(database), recordIn(database)];
	await one.add(['tried', 'kept']);
	await Promise.all([one.remove(['tried']), addAll(two, numbered('other'))]);
	expect(database.rows.get('n1')!.sort()).toEqual(['kept', ...numbered('other')].sort());
});

it('works on without a lock where n8n offers less', async () => {
	const database = new FakeDatabase();
	const record = recordIn(database, { without: ['clearAllProcessedItems'] });
	await addAll(record, numbered('entry'));
	expect(await record.add(['entry 7'])).toEqual(['entry 7']);
	expect(database.rows.get('n1')).toHaveLength(25);
});

it('is none where n8n keeps no records', () => {
	for (const name of ['checkProcessedAndRecord', 'removeProcessed']) {
		const context = new FakeDatabase().context({ id: 'n1' }, [name]);
		expect(newProcess().openRecord(context, { clock, maxEntries: 5 })).toBeNull();
	}
});

it('lets the next one in when the work has thrown', async () => {
	const database = new FakeDatabase();
	const context = database.context();
	const helpers: { checkProcessedAndRecord: unknown } = context.helpers;
	const check = helpers.checkProcessedAndRecord as (...all: unknown[]) => Promise<unknown>;
	helpers.checkProcessedAndRecord = async (items: string[], ...rest: unknown[]) => {
		if (items.includes('bad')) throw new Error('no database');
		return await check(items, ...rest);
	};
	const record = newProcess().openRecord(context, { clock, maxEntries: 5 })!;
	await expect(record.add(['bad'])).rejects.toThrow('no database');
	const before = clock.now();
	expect(await record.add(['good'])).toEqual([]);
	expect(clock.now()).toBe(before);
});
