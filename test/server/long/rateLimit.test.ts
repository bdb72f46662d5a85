import type { SandboxControl } from '../../../sandbox/api/control';
import type { ExecutionView } from '../../../sandbox/n8n/execution';
import { isWhole, itemsOf } from '../../../sandbox/n8n/execution';
import { executionStatuses, storedExecutions } from '../support/executions/executionTable';
import type { PublishedWorkflow } from '../support/testServer/testServer';
import { useOwnServer } from '../support/testServer/useTestServer';
import type { OwnApi, Secret } from '../support/executions/waitingRuns';
import {
	apiRequests,
	expectFinalWebhooksOnce,
	useWaitingRuns,
} from '../support/executions/waitingRuns';
import {
	expectPaidOnce,
	jsonsOf,
	storedVideo,
	tasksOf,
	until,
} from '../support/assertions/watching';
import type { NamedImage } from '../support/workflows/workflow';
import { AFTER, createAndWait, HAPPY_HORSE, imagesOf } from '../support/workflows/workflow';

const PER_MINUTE = 50;
const MOST_REJECTED = 0.03;
const MINUTE_MS = 60_000;

const testServer = useOwnServer();
const runs = useWaitingRuns(testServer);

/** An API that takes 50 requests in any minute and says so, with a credential and a workflow for it. */
interface Limited extends OwnApi {
	workflow: PublishedWorkflow;
}

async function limited(
	parameters: Record<string, unknown>,
	{ secret, taskSeconds = 0 }: { secret: Secret; taskSeconds?: number },
): Promise<Limited> {
	// Real seconds, since the limit is counted in them.
	const settings = { requestsPerMinute: PER_MINUTE, speed: 1, taskSeconds };
	const api = await runs.api({ secret, settings });
	const { credential } = api;
	return { ...api, workflow: await testServer.publishNode({ credential, parameters }) };
}

async function expectFewRejected(control: SandboxControl): Promise<void> {
	const requests = await apiRequests(control);
	const rejected = requests.filter(({ status }) => status === 429);
	console.log(`${requests.length} requests, ${rejected.length} of them with status 429`);
	expect(rejected.length / requests.length).toBeLessThanOrEqual(MOST_REJECTED);
}

/** Everything is there, in its place, and was paid for once. */
async function expectVideos(
	{ control }: Limited,
	{ executions, batches }: { executions: ExecutionView[]; batches: NamedImage[][] },
): Promise<void> {
	const failed = executions.filter(({ status }) => status !== 'success');
	expect(failed.map(({ id, error }) => [id, error?.message])).toEqual([]);
	expect(executions).toHaveLength(batches.length);
	const came = new Map(executions.map((done) => [itemsOf(done, AFTER)[0]?.json.name, done]));
	for (const items of batches) {
		const done = came.get(items[0]!.name);
		const tasks = await tasksOf(control, items);
		expect(jsonsOf(done!).map((json) => [json.task_id, json.status, json.timed_out])).toEqual(
			tasks.map(({ taskId }) => [taskId, 'COMPLETED', false]),
		);
		expect(done!.runData[AFTER]).toHaveLength(1);
		const [first] = itemsOf(done!, HAPPY_HORSE);
		expect((await storedVideo(testServer, first!)).length).toBeGreaterThan(1000);
		const files = itemsOf(done!, HAPPY_HORSE).map(({ binary }) => binary?.data !== undefined);
		expect(files).toEqual(items.map(() => true));
	}
	await expectPaidOnce(control, batches.flat());
	await expectFinalWebhooksOnce(control);
}

async function ended({ workflow }: Limited, amount: number, timeoutMs: number) {
	const all = async () => {
		const statuses = executionStatuses(testServer.n8n, workflow.id);
		const ends = statuses.filter((status) => ['success', 'error', 'crashed'].includes(status));
		return await Promise.resolve(ends.length === amount);
	};
	await until(`${amount} executions have ended`, all, timeoutMs);
	return await until('all of them are stored', async () => {
		const stored = storedExecutions(testServer.n8n, workflow.id);
		return stored.every(isWhole) && stored;
	});
}

const byWebhook = createAndWait({ waitUsing: 'webhook' });

/** What runs at the same time, each at its own API. */
const batchesOf = ({ sandbox }: OwnApi, amount: number, size: number) =>
	Array.from({ length: amount }, (_, index) =>
		imagesOf(sandbox.url, { batch: `batch ${index},`, amount: size }),
	);

interface Going {
	api: Limited;
	batches: NamedImage[][];
}

let single: Going;
let large: Going;
let five: Going;
let listing: Limited & { taskIds: string[]; id: string };

async function startEach(api: Limited, batches: NamedImage[][]): Promise<Going> {
	for (const items of batches) await api.workflow.start(items);
	return { api, batches };
}

beforeAll(async () => {
	const held = await limited(byWebhook, { secret: 'none' });
	await held.control.rules({ on: 'create', do: { hold: true } });
	const long = await limited(byWebhook, { secret: 'none', taskSeconds: 60 });
	const several = await limited(byWebhook, { secret: 'right', taskSeconds: 60 });
	const many = await limited(
		{ operation: 'getAll', model: 'happy-horse-1', returnAll: true, includeVideoUrl: true },
		{ secret: 'none' },
	);
	const taskIds = await many.control.seedTasks({ count: 200, status: 'COMPLETED' });
	listing = { ...many, taskIds, id: await many.workflow.start([{ name: 'all' }]) };
	[single, large, five] = await Promise.all([
		startEach(held, batchesOf(held, 60, 1)),
		startEach(long, batchesOf(long, 1, 200)),
		startEach(several, batchesOf(several, 5, 40)),
	]);
});

describe('An API that takes 50 requests a minute: nothing is lost, and little is rejected', () => {
	it(
		'Get Many with the URLs of 200 videos',
		async () => {
			const { id, control, taskIds } = listing;
			const done = await testServer.n8n.client.waitForExecution(id, { timeoutMs: 6 * MINUTE_MS });
			expect([done.status, done.error?.message]).toEqual(['success', undefined]);
			const out = jsonsOf(done);
			expect(out.map(({ task_id }) => task_id).sort()).toEqual([...taskIds].sort());
			expect(out.filter(({ video_url }) => typeof video_url !== 'string')).toEqual([]);
			await expectFewRejected(control);
		},
		7 * MINUTE_MS,
	);

	it(
		'60 executions of one item that finish within the same minute',
		async () => {
			const { api, batches } = single;
			const { control } = api;
			const created = async () => (await control.state()).acceptedPosts === batches.length;
			await until('all tasks', created, 4 * MINUTE_MS);
			await until(
				'all of them wait',
				async () => {
					const statuses = executionStatuses(testServer.n8n, api.workflow.id);
					return await Promise.resolve(statuses.every((status) => status === 'waiting'));
				},
				4 * MINUTE_MS,
			);
			for (const { taskId } of await tasksOf(control, batches.flat())) {
				await control.advance(taskId, 'COMPLETED');
			}
			const executions = await ended(api, batches.length, 6 * MINUTE_MS);
			await expectVideos(api, { executions, batches });
			await expectFewRejected(control);
		},
		15 * MINUTE_MS,
	);

	it(
		'five executions of 40 items at once',
		async () => {
			const { api, batches } = five;
			const executions = await ended(api, batches.length, 10 * MINUTE_MS);
			await expectVideos(api, { executions, batches });
			await expectFewRejected(api.control);
		},
		11 * MINUTE_MS,
	);

	it(
		'one execution of 200 items, which end while others are still created',
		async () => {
			const { api, batches } = large;
			const executions = await ended(api, batches.length, 14 * MINUTE_MS);
			await expectVideos(api, { executions, batches });
			await expectFewRejected(api.control);
		},
		15 * MINUTE_MS,
	);
});
