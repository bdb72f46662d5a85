import type { ExecutionView } from '../../sandbox/n8n/execution';
import { itemsOf } from '../../sandbox/n8n/execution';
import { errorOutputDetails } from '../n8nFacts';
import { expectPaidOnce, jsonsOf, suspended, tasksOf, until } from './support/assertions/watching';
import { storedBytes } from './support/executions/storedBytes';
import { testsAtOnce } from './support/executions/testsAtOnce';
import { useWaitingRuns } from './support/executions/waitingRuns';
import { useTestServer } from './support/testServer/useTestServer';
import { taskFromItem } from './support/workflows/itemParameters';
import type { NamedImage, OnError } from './support/workflows/workflow';
import { createAndWait, HAPPY_HORSE, images } from './support/workflows/workflow';

const testServer = useTestServer();
const runs = useWaitingRuns(testServer);

interface Row extends NamedImage {
	row: number;
	error: string;
	nested: object;
}

/** Columns of a sheet, with the names that make trouble: for n8n, for its expressions, and for our own output. */
function rows(amount: number): Row[] {
	return images(testServer.sandbox.url, amount).map((image, row) => ({
		...image,
		row,
		error: 'a column',
		task_id: 'a column',
		nested: { 'Größe 🐎': [row, null, { deep: true }], 'a.b': '{{ 1 }}' },
	}));
}

interface Setup {
	waitUsing: 'polling' | 'webhook';
	maxWait?: number;
	onError?: OnError;
	input?: unknown;
	downloadVideo?: boolean;
}

/** An execution whose tasks are created, and wait for `finish`. */
async function start(items: Row[], { waitUsing, maxWait = 30, onError, ...setup }: Setup) {
	const { control, credential } = await runs.api({
		secret: 'right',
		settings: { webhookRetries: 5 },
	});
	await control.rules({ on: 'create', do: { hold: true } });
	const { input = true, downloadVideo = false } = setup;
	const options = { includeInputFields: input, pollInterval: 5 };
	const workflow = await testServer.publishNode({
		...(onError === undefined ? {} : { onError }),
		credential,
		parameters: createAndWait({ waitUsing, maxWait, downloadVideo, options }),
	});
	const id = await workflow.start(items);
	await until(
		'all tasks are there',
		async () => (await control.state()).tasks.length === items.length,
	);
	if (waitUsing === 'webhook') expect((await suspended(testServer, id)).status).toBe('waiting');
	const tasks = await tasksOf(control, items);
	return {
		id,
		control,
		tasks,
		async finish(statuses: Array<'COMPLETED' | 'FAILED'>) {
			for (const [index, status] of statuses.entries()) {
				await control.advance(tasks[index]!.taskId, status);
			}
			return await testServer.n8n.client.waitForExecution(id, { timeoutMs: 180_000 });
		},
	};
}

/** What came out on each output. */
const outputs = ({ runData }: ExecutionView) =>
	runData[HAPPY_HORSE]!.at(-1)!.outputs.map((items) => items.map(({ json }) => json));

describe.each(['polling', 'webhook'] as const)('With %s', (waitUsing) => {
	testsAtOnce({
		async 'each item has the fields of its own row, and no file among them'() {
			const items = rows(3);
			const { control, tasks, finish } = await start(items, { waitUsing, downloadVideo: true });
			const done = await finish(['FAILED', 'COMPLETED', 'COMPLETED']);
			expect(done.status).toBe('success');
			expect(jsonsOf(done)).toMatchObject(
				items.map((input, index) => ({ task_id: tasks[index]!.taskId, timed_out: false, input })),
			);
			const json = jsonsOf(done).map(({ input }) => input);
			expect(json).toEqual(items);
			expect(itemsOf(done, HAPPY_HORSE).map(({ binary }) => Object.keys(binary ?? {}))).toEqual([
				[],
				['data'],
				['data'],
			]);
			await expectPaidOnce(control, items);
		},

		async 'a failed one has them among its details on the error output'() {
			const items = rows(2);
			const { finish } = await start(items, { waitUsing, onError: 'continueErrorOutput' });
			const [main, error] = outputs(await finish(['FAILED', 'COMPLETED']));
			expect(main).toMatchObject([{ status: 'COMPLETED', input: items[1] }]);
			expect(error).toHaveLength(1);
			expect(error![0]!.details).toEqual(
				errorOutputDetails(expect.objectContaining({ status: 'FAILED', input: items[0] })),
			);
		},

		async 'only the items that want them have them'() {
			const items = rows(2);
			const { finish } = await start(items, { waitUsing, input: '={{ $json.row > 0 }}' });
			const done = await finish(['COMPLETED', 'COMPLETED']);
			expect(jsonsOf(done).map(({ input }) => input)).toEqual([undefined, items[1]]);
		},

		async 'one that timed out has them'() {
			const items = rows(2);
			const { finish } = await start(items, { waitUsing, maxWait: 0.1 });
			const done = await finish([]);
			expect(jsonsOf(done)).toMatchObject(items.map((input) => ({ timed_out: true, input })));
		},

		async 'one that timed out has them on the error output'() {
			const items = rows(1);
			const { finish } = await start(items, {
				...{ waitUsing, maxWait: 0.1, onError: 'continueErrorOutput' },
			});
			const [main, error] = outputs(await finish([]));
			expect(main).toEqual([]);
			expect(error![0]!.details).toEqual(
				errorOutputDetails(expect.objectContaining({ timed_out: true, input: items[0] })),
			);
		},
	});
});

it('rejected items, Create, Wait and Get have them, too', async () => {
	const items = rows(2);
	const options = { includeInputFields: true };
	const create = createAndWait({
		...{ operation: 'create', callback: 'none', options },
		duration: '={{ $json.row === 0 ? 99 : 3 }}',
	});
	const creating = await testServer.publishNode({
		onError: 'continueRegularOutput',
		parameters: create,
	});
	const [rejected, created] = jsonsOf(await creating.run(items));
	expect(rejected).toMatchObject({ error: expect.any(String), details: { input: items[0] } });
	expect(created).toMatchObject({ status: 'CREATED', input: items[1] });

	const ids = await testServer.sandbox.control.seedTasks({ count: 1, status: 'COMPLETED' });
	const item = { name: 'one', model: 'happy-horse-1', task_id: ids[0], sku: 'A' };
	for (const operation of ['get', 'wait'] as const) {
		const parameters = taskFromItem(operation, { downloadVideo: false, maxWait: 1, options });
		const workflow = await testServer.publishNode({ parameters });
		expect(jsonsOf(await workflow.run([item]))).toMatchObject([{ task_id: ids[0], input: item }]);
	}
});

it('a webhook of a waiting execution costs no more with them', async () => {
	const items = rows(20).map((row) => ({ ...row, text: `${row.row} `.repeat(10_000) }));
	const bytes: number[] = [];
	for (const input of [false, true]) {
		const { id, finish } = await start(items, { waitUsing: 'webhook', input });
		bytes.push(storedBytes(testServer.n8n, id));
		const done = await finish(items.map(() => 'COMPLETED'));
		// Not as a difference: the texts are long.
		const came = jsonsOf(done).map((json) => JSON.stringify(json.input));
		expect(
			came.every((text, index) => text === (input ? JSON.stringify(items[index]) : undefined)),
		).toBe(true);
	}
	const [without = 0, withThem = 0] = bytes;
	process.stdout.write(`Stored of a waiting execution: ${without} bytes, ${withThem} with input\n`);
	// Each row is stored once, by the node before: what is added is where it is.
	expect(without).toBeGreaterThan(items.length * 20_000);
	expect(withThem - without).toBeLessThan(items.length * 100);
});
