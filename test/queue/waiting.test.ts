import type { SandboxTask } from '../../sandbox/api/control';
import type { ExecutionView } from '../../sandbox/n8n/execution';
import { itemsOf } from '../../sandbox/n8n/execution';
import { n8nFacts } from '../n8nFacts';
import type { PublishedWorkflow } from '../server/support/testServer/testServer';
import {
	arrivals,
	expectedArrivals,
	expectNoSecrets,
	expectPaidOnce,
	servedVideo,
	storedVideo,
	suspended,
	tasksOf,
	until,
} from '../server/support/assertions/watching';
import type { NamedImage } from '../server/support/workflows/workflow';
import { AFTER, createAndWait, HAPPY_HORSE, images } from '../server/support/workflows/workflow';
import {
	atMain,
	claimsOf,
	sendSignedWebhook,
	expectFileForAll,
	inSeconds,
	shuffled,
	takenUp,
	tell,
	useQueueServer,
} from './support/queueServer';

const PATIENCE_MS = 240_000;
const EACH = 20;

const testServer = useQueueServer();
let workflow: PublishedWorkflow;

beforeAll(async () => {
	const parameters = createAndWait({ waitUsing: 'webhook' });
	workflow = await testServer.publishNode({ parameters });
});

beforeEach(async () => {
	const { control } = testServer.sandbox;
	await control.rules({ on: 'create', do: { hold: true, webhooks: 'doubled' } });
});

async function expectWhole(
	done: ExecutionView,
	items: readonly NamedImage[],
	tasks: SandboxTask[],
) {
	const { control } = testServer.sandbox;
	expect(done.status).toBe('success');
	expect(done.runData[AFTER]).toHaveLength(1);
	expect(arrivals(done)).toEqual(expectedArrivals(items, tasks));
	const out = itemsOf(done, HAPPY_HORSE);
	expect(out.map(({ json }) => json.status)).toEqual(items.map(() => 'COMPLETED'));
	for (const [index, item] of out.entries()) {
		expectFileForAll(item.binary?.data);
		const [stored, served] = await Promise.all([
			storedVideo(testServer, item),
			servedVideo(control, tasks[index]!),
		]);
		expect(stored.equals(served)).toBe(true);
	}
	expectNoSecrets(testServer, done);
}

describe('Create and Wait in queue mode', () => {
	it('continues three executions of 20 items once each, however shuffled and doubled the webhooks', async () => {
		const { queue, sandbox, n8n } = testServer;
		const { control } = sandbox;
		const all = images(sandbox.url, 3 * EACH);
		const batches = [0, 1, 2].map((batch) => all.slice(batch * EACH, (batch + 1) * EACH));
		const started = Date.now();
		const ids: string[] = [];
		for (const batch of batches) ids.push(await workflow.start(batch));
		for (const id of ids) expect((await suspended(testServer, id)).status).toBe('waiting');
		await expectPaidOnce(control, all);
		const created = Date.now();

		const tasks = await tasksOf(control, all);
		for (const { webhookUrl } of tasks) expect(webhookUrl).toContain(queue.webhookUrl);
		await Promise.all(
			shuffled(tasks).map(async ({ taskId }) => await control.advance(taskId, 'COMPLETED')),
		);
		const finished = await Promise.all(
			ids.map(async (id) => await n8n.client.waitForExecution(id, { timeoutMs: PATIENCE_MS })),
		);
		const resumed = Date.now();
		const finalTasks = await tasksOf(control, all);
		for (const [batch, done] of finished.entries()) {
			const range: [number, number] = [batch * EACH, (batch + 1) * EACH];
			await expectWhole(done, batches[batch]!, finalTasks.slice(...range));
		}
		// Each webhook and its copy, also those that came when there was nothing left to wait for.
		const { webhooks } = await until('every webhook was sent twice', async () => {
			const state = await control.state();
			const final = state.webhooks.filter(({ status }) => status === 'COMPLETED');
			return final.length >= 2 * all.length && state;
		});
		// A busy computer may let the sender wait for longer than its 10 s: then it repeats.
		const withoutResponse = webhooks.filter(({ error }) => error !== undefined).length;
		// Once to create and once to continue.
		const times = ids.map((id) => takenUp(queue, id));
		for (const perWorker of times) expect(perWorker[0]! + perWorker[1]!).toBe(2);
		expect(await n8n.client.executions({ workflowId: workflow.id })).toHaveLength(3);
		await expectPaidOnce(control, all);
		tell(`${all.length} videos created in ${inSeconds(created - started)}`);
		tell(`${ids.length} executions went on in ${inSeconds(resumed - created)}`);
		tell(`${webhooks.length} webhooks, of which ${withoutResponse} got no response in time`);
		// A row for each request: the claim, the 32 digits of its task's ID and the execution that created it.
		expect(await claimsOf(queue, workflow.id)).toEqual(all.map(() => 34));
	});

	it('resumes once when the last webhooks reach main and webhook processor at the same moment', async () => {
		const { queue, sandbox, n8n } = testServer;
		const { control, secret } = sandbox;
		await control.clearRules();
		await control.rules({ on: 'create', do: { hold: true, webhooks: 'lost' } });
		const items = images(sandbox.url, 6);
		const id = await workflow.start(items);
		expect((await suspended(testServer, id)).status).toBe('waiting');
		const tasks = await tasksOf(control, items);
		for (const { taskId } of tasks) await control.advance(taskId, 'COMPLETED');
		const responses = await Promise.all(
			tasks.flatMap((task) =>
				[task.webhookUrl!, atMain(queue, task)].map(
					async (url) => await sendSignedWebhook(url, { taskId: task.taskId, secret }),
				),
			),
		);
		const done = await n8n.client.waitForExecution(id, { timeoutMs: PATIENCE_MS });
		await expectWhole(done, items, await tasksOf(control, items));
		const [one = 0, two = 0] = takenUp(queue, id);
		// Once to create, and once to continue: n8n 1 may do that once for each of the two processes.
		expect(one + two).toBeGreaterThanOrEqual(2);
		expect(one + two).toBeLessThanOrEqual(n8nFacts.continuesInOneProcess ? 2 : 3);
		// n8n lets one of two processes continue the execution; the sender of the other has its response by then.
		for (const status of responses) expect([200, 409, 500]).toContain(status);
		await expectPaidOnce(control, items);
	});
});
