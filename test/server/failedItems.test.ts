import type { ExecutionView, Item } from '../../sandbox/n8n/execution';
import { itemsOf } from '../../sandbox/n8n/execution';
import { errorOutputDetails } from '../n8nFacts';
import { useTestServer } from './support/testServer/useTestServer';
import {
	arrivals,
	expectNoSecrets,
	expectPaidOnce,
	servedVideo,
	storedVideo,
	suspended,
	tasksOf,
} from './support/assertions/watching';
import type { NamedImage, OnError } from './support/workflows/workflow';
import {
	AFTER,
	AFTER_FAILURE,
	createAndWait,
	HAPPY_HORSE,
	workflowWith,
} from './support/workflows/workflow';

const testServer = useTestServer({ awaitWebhooks: true });

beforeEach(async () => {
	await testServer.sandbox.control.rules(
		{
			on: 'create',
			where: { prompt: 'rejected with words' },
			do: { outcome: 'FAILED', failure: { error: 'The image shows a brand.' } },
		},
		{ on: 'create', where: { prompt: 'rejected without' }, do: { outcome: 'FAILED' } },
		{ on: 'create', where: { prompt: 'empty' }, do: { outcome: 'COMPLETED_EMPTY' } },
	);
});

const WORDS = 'The image shows a brand.';
const NO_WORDS = 'The video could not be made. The API gave no reason.';
const NO_VIDEO = 'The task is completed but holds no video. A safety filter may have removed it.';

const WAIT_USING = ['webhook', 'polling'] as const;
const RETRY = { retryOnFail: true, maxTries: 3, waitBetweenTries: 300 };

function named(...names: string[]): NamedImage[] {
	return names.map((name, index) => ({
		name,
		image: `${testServer.sandbox.url}/images/400x300.png?n=${index}`,
	}));
}

const mixed = () =>
	named('good one', 'rejected with words', 'good two', 'rejected without', 'empty');

function workflow(waitUsing: string, onError: OnError, overrides: Record<string, unknown> = {}) {
	const { credential } = testServer;
	const parameters = createAndWait({ waitUsing, options: { pollInterval: 5 }, ...overrides });
	return workflowWith({ credential, onError, parameters, settings: RETRY });
}

const failureOf = ({ json }: Item) => (json.failure as { message?: string } | undefined)?.message;

async function expectVideos(items: Item[], batch: NamedImage[]): Promise<void> {
	const tasks = await tasksOf(testServer.sandbox.control, batch);
	expect(items.map(({ json }) => json.task_id)).toEqual(tasks.map(({ taskId }) => taskId));
	for (const [index, item] of items.entries()) {
		const served = await servedVideo(testServer.sandbox.control, tasks[index]!);
		expect((await storedVideo(testServer, item)).equals(served)).toBe(true);
	}
}

/** All five on the main output, in order; what failed says so. */
async function expectAllOnMain(done: ExecutionView, items: NamedImage[]): Promise<void> {
	const out = itemsOf(done, HAPPY_HORSE);
	expect(out.map(({ json }) => json.status)).toEqual([
		'COMPLETED',
		'FAILED',
		'COMPLETED',
		'FAILED',
		'COMPLETED',
	]);
	expect(out.map(failureOf)).toEqual([undefined, WORDS, undefined, NO_WORDS, NO_VIDEO]);
	expect(out.map(({ json }) => 'error' in json)).toEqual(items.map(() => false));
	expect(out[1]!.json.api_error).toBe(WORDS);
	expect(out.map(({ binary }) => binary !== undefined)).toEqual([true, false, true, false, false]);
	await expectVideos([out[0]!, out[2]!], [items[0]!, items[2]!]);
	expect(arrivals(done).map(({ name }) => name)).toEqual(items.map(({ name }) => name));
	expect(done.runData[AFTER_FAILURE]).toBeUndefined();
}

/** Videos on the main output, the rest on the error output with the task's ID. */
async function expectParted(done: ExecutionView, items: NamedImage[]): Promise<void> {
	const tasks = await tasksOf(testServer.sandbox.control, items);
	const good = [0, 2];
	const bad = [1, 3, 4];
	await expectVideos(
		itemsOf(done, HAPPY_HORSE),
		good.map((index) => items[index]!),
	);
	expect(arrivals(done)).toEqual(
		good.map((index) => ({ name: items[index]!.name, task_id: tasks[index]!.taskId })),
	);
	const failed = itemsOf(done, HAPPY_HORSE, { output: 1 });
	expect(failed.map(({ json }) => json.message)).toEqual([WORDS, NO_WORDS, NO_VIDEO]);
	expect(failed.map(({ json }) => json.error)).toEqual(
		bad.map((index) => `Video ${tasks[index]!.taskId} was not made`),
	);
	expect(failed.map(({ json }) => json.details)).toEqual(
		bad.map((index) =>
			errorOutputDetails(
				expect.objectContaining({
					task_id: tasks[index]!.taskId,
					status: index === 4 ? 'COMPLETED' : 'FAILED',
				}),
			),
		),
	);
	expect(arrivals(done, AFTER_FAILURE)).toEqual(
		bad.map((index) => ({ name: items[index]!.name, task_id: tasks[index]!.taskId })),
	);
}

describe.each(WAIT_USING)('videos that fail, waited for by %s', (waitUsing) => {
	it.each(['stopWorkflow', 'continueRegularOutput', 'continueErrorOutput'] as const)(
		'are outcomes with On Error %s, and the others are not lost',
		async (onError) => {
			const items = mixed();
			const published = await testServer.publish(workflow(waitUsing, onError));
			const done = await published.run(items);
			expect(done.status).toBe('success');
			if (onError === 'continueErrorOutput') await expectParted(done, items);
			else await expectAllOnMain(done, items);
			await expectPaidOnce(testServer.sandbox.control, items);
			expectNoSecrets(testServer, done);
		},
	);
});

describe('a first video that fails, with the error output and Retry On Fail', () => {
	it.each(['polling', 'webhook'])('is created once by %s, at whichever try', async (waitUsing) => {
		const items = named('rejected without', 'good one', 'good two');
		const published = await testServer.publish(workflow(waitUsing, 'continueErrorOutput'));
		const done = await published.run(items, 90_000);
		expect(done.status).toBe('success');
		// n8n takes an error in the first item for a failed node and runs it again.
		await expectPaidOnce(testServer.sandbox.control, items);
		await expectVideos(itemsOf(done, HAPPY_HORSE), items.slice(1));
		expect(arrivals(done, AFTER_FAILURE).map(({ name }) => name)).toEqual(['rejected without']);
	});
});

describe('suspending with the error output and Retry On Fail', () => {
	// What the fields read changes when n8n runs the node again over items that are on hold.
	it.each([
		['both fields read the item', '={{ $json.image }}', '={{ $json.name }}'],
		['one field reads an earlier node', "={{ $('Items').item.json.image }}", '={{ $json.name }}'],
	])('pays once: %s', async (_case, imageUrl, prompt) => {
		const { sandbox, n8n } = testServer;
		const { control } = sandbox;
		await control.rules({ on: 'create', do: { hold: true } });
		const items = named('good one', 'good two', 'good three');
		const published = await testServer.publish(
			workflow('webhook', 'continueErrorOutput', { imageUrl, prompt }),
		);
		const id = await published.start(items);
		expect((await suspended(testServer, id)).status).toBe('waiting');
		await expectPaidOnce(control, items);
		for (const { taskId } of await tasksOf(control, items)) {
			await control.advance(taskId, 'COMPLETED');
		}
		const done = await n8n.client.waitForExecution(id);
		expect(done.status).toBe('success');
		expect(done.runData[AFTER]).toHaveLength(1);
		await expectVideos(itemsOf(done, HAPPY_HORSE), items);
		expect(arrivals(done).map(({ name }) => name)).toEqual(items.map(({ name }) => name));
		expect(done.runData[AFTER_FAILURE]).toBeUndefined();
		await expectPaidOnce(control, items);
	});

	it.each(['continueRegularOutput', 'continueErrorOutput'] as const)(
		'pays once for the others when the first item cannot be created, with On Error %s',
		async (onError) => {
			const { n8n, sandbox } = testServer;
			const { control } = sandbox;
			await control.rules({ on: 'create', do: { hold: true } });
			const items = named('wrong', 'good one', 'good two');
			items[0]!.image = 'not a URL';
			const imageUrl = "={{ $('Items').item.json.image }}";
			const published = await testServer.publish(workflow('webhook', onError, { imageUrl }));
			const id = await published.start(items);
			expect((await suspended(testServer, id)).status).toBe('waiting');
			const good = items.slice(1);
			await expectPaidOnce(control, good);
			for (const { taskId } of await tasksOf(control, good)) {
				await control.advance(taskId, 'COMPLETED');
			}
			const done = await n8n.client.waitForExecution(id);
			const out = [0, 1].flatMap((output) => itemsOf(done, HAPPY_HORSE, { output }));
			expect(out.filter(({ json }) => typeof json.error === 'string')).toHaveLength(1);
			await expectVideos(
				out.filter(({ binary }) => binary !== undefined),
				good,
			);
			await expectPaidOnce(control, good);
		},
	);
});
