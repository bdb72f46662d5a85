import type { SandboxState } from '../../sandbox/api/control';
import type { ExecutionView } from '../../sandbox/n8n/execution';
import { itemsOf } from '../../sandbox/n8n/execution';
import { taskFromItem } from '../server/support/workflows/itemParameters';
import { AFTER_TRIGGER, triggerWorkflow } from '../server/support/workflows/triggerWorkflow';
import {
	expectPaidOnce,
	jsonsOf,
	suspended,
	tasksOf,
	until,
} from '../server/support/assertions/watching';
import type { NamedImage } from '../server/support/workflows/workflow';
import { AFTER, createAndWait, HAPPY_HORSE, imagesOf } from '../server/support/workflows/workflow';
import { expectEnded, killed, workerTaking } from './support/killing';
import {
	sendSignedWebhook,
	expectFileForAll,
	takenUp,
	tell,
	useQueueServer,
	workerOf,
} from './support/queueServer';

const PATIENCE_MS = 240_000;
const SLOW_MS = 900;

const testServer = useQueueServer();

const batchOf = (batch: string, amount: number) =>
	imagesOf(testServer.sandbox.url, { batch, amount });

const accepted = (state: SandboxState, items: readonly NamedImage[]) =>
	items.map(({ image }) => state.acceptedPerImage[image] ?? 0);

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);

/** All videos of a batch; a create request that was on its way when the worker died stays in doubt. */
function expectTakenUp(done: ExecutionView, taskIds: readonly string[]): void {
	const out = itemsOf(done, HAPPY_HORSE);
	const inDoubt = out.filter(({ json }) => /may have created/.test(String(json.error)));
	expect(inDoubt.length).toBeLessThanOrEqual(1);
	const rest = out.filter((item) => !inDoubt.includes(item));
	expect(rest.map(({ json }) => json.status)).toEqual(rest.map(() => 'COMPLETED'));
	for (const { json } of rest) expect(taskIds).toContain(json.task_id);
	expect(out).toHaveLength(8);
}

/** What a user can still do: take the IDs from "Get Many", and let "Wait" bring the videos. */
async function broughtByWait(): Promise<ExecutionView> {
	const listing = await testServer.publishNode({
		parameters: { operation: 'getAll', returnAll: true },
	});
	const listed = jsonsOf(await listing.run([{ name: 'all' }]));
	const parameters = taskFromItem('wait', { downloadVideo: true });
	const waiting = await testServer.publishNode({ parameters });
	return await waiting.run(listed, PATIENCE_MS);
}

function expectVideos(done: ExecutionView, taskIds: readonly string[]): void {
	expect(done.status).toBe('success');
	const out = itemsOf(done, HAPPY_HORSE);
	expect(out.map(({ json }) => json.task_id).sort()).toEqual([...taskIds].sort());
	for (const { binary } of out) expectFileForAll(binary?.data);
}

describe('a worker is killed', () => {
	it('while it creates: no create request is repeated, and every video that was made can be had', async () => {
		const { sandbox } = testServer;
		const { control } = sandbox;
		await control.rules({ on: 'create', do: { delayMs: SLOW_MS } });
		const parameters = createAndWait({
			waitUsing: 'polling',
			options: { maxConcurrency: 1, pollInterval: 5 },
		});
		const workflow = await testServer.publishNode({ parameters, onError: 'continueRegularOutput' });
		const batches = [0, 1, 2, 3].map((batch) => batchOf(`batch ${batch}`, 8));
		const ids: string[] = [];
		for (const batch of batches) ids.push(await workflow.start(batch));
		await until('three create requests of each', async () => {
			const state = await control.state();
			return batches.every((batch) => sum(accepted(state, batch)) >= 3);
		});
		const victim = await workerTaking(testServer, ids[0]!);
		const hit = ids.filter((id) => workerOf(testServer.queue, id) === victim);
		const ends = await killed(testServer, { worker: victim, executions: hit });
		const atTheKill = await control.state();
		await control.clearRules();
		const created = batches.map((batch) => sum(accepted(atTheKill, batch))).join(', ');
		tell(
			`${hit.length} of ${ids.length} executions died, with ${created} of 8 videos created by now`,
		);

		const survivors = ids.filter((id) => !hit.includes(id));
		for (const id of survivors) {
			const done = await testServer.n8n.client.waitForExecution(id, { timeoutMs: PATIENCE_MS });
			const batch = batches[ids.indexOf(id)]!;
			const tasks = await tasksOf(control, batch);
			expectVideos(
				done,
				tasks.map(({ taskId }) => taskId),
			);
		}
		const made = (await control.state()).tasks.map(({ taskId }) => taskId);
		for (const id of hit) {
			await expectEnded(testServer, id, { ends, whole: (done) => expectTakenUp(done, made) });
		}
		const state = await control.state();
		expect(Math.max(...accepted(state, batches.flat()))).toBe(1);
		expect(state.posts).toHaveLength(state.acceptedPosts);
		expect(state.acceptedPosts).toBe(state.tasks.length);
		expectVideos(
			await broughtByWait(),
			state.tasks.map(({ taskId }) => taskId),
		);
		expect((await control.state()).acceptedPosts).toBe(state.acceptedPosts);
	});

	it('while it downloads after polling: the videos are there for Wait, and none is created again', async () => {
		const { sandbox } = testServer;
		const { control } = sandbox;
		await control.rules({ on: 'result', do: { delayMs: 20_000 } });
		const items = batchOf('downloading', 5);
		const parameters = createAndWait({ waitUsing: 'polling', options: { pollInterval: 5 } });
		const workflow = await testServer.publishNode({ parameters });
		const id = await workflow.start(items);
		await downloading(3);
		const ends = await killed(testServer, {
			worker: await workerTaking(testServer, id),
			executions: [id],
		});
		await control.clearRules();
		const taskIds = (await tasksOf(control, items)).map(({ taskId }) => taskId);
		await expectEnded(testServer, id, { ends, whole: (done) => expectVideos(done, taskIds) });
		expectVideos(await broughtByWait(), taskIds);
		await expectPaidOnce(control, items);
	});

	it('while the trigger downloads: the video is there for Wait', async () => {
		const { credential, door, n8n, queue, sandbox } = testServer;
		const { control, secret } = sandbox;
		const parameters = { downloadVideo: true };
		const workflowId = await n8n.client.importWorkflow(triggerWorkflow({ credential, parameters }));
		const path = `happy-horse-${workflowId}`;
		await door.waitForWebhook(path);
		await control.rules({ on: 'result', do: { delayMs: 20_000 } });
		const [taskId = ''] = await control.seedTasks({ count: 1, status: 'COMPLETED' });
		const url = `${queue.webhookUrl}/webhook/${path}`;
		expect(await sendSignedWebhook(url, { taskId, secret })).toBe(200);
		await downloading(1);
		const id = await n8n.client.nextExecution(workflowId);
		const ends = await killed(testServer, {
			worker: await workerTaking(testServer, id),
			executions: [id],
		});
		await control.clearRules();
		await expectEnded(testServer, id, {
			ends,
			whole: (done) => {
				const passed = itemsOf(done, AFTER_TRIGGER);
				expect(passed.map(({ json, binary }) => [json.task_id, !!binary])).toEqual([
					[taskId, true],
				]);
			},
		});
		expectVideos(await broughtByWait(), [taskId]);
	});
});

describe('the webhook processor is killed', () => {
	it('while it downloads: the next webhook resumes the execution with all videos', async () => {
		const { queue, sandbox, n8n } = testServer;
		const { control } = sandbox;
		await control.rules({ on: 'create', do: { hold: true } });
		const items = batchOf('resuming', 4);
		const parameters = createAndWait({ waitUsing: 'webhook' });
		const workflow = await testServer.publishNode({ parameters });
		const id = await workflow.start(items);
		expect((await suspended(testServer, id)).status).toBe('waiting');
		await control.rules({ on: 'result', do: { delayMs: 20_000 } });
		const tasks = await tasksOf(control, items);
		for (const { taskId } of tasks) await control.advance(taskId, 'COMPLETED');
		await downloading(3);
		await queue.webhook.kill9();
		expect(await n8n.client.executionStatus(id)).toBe('waiting');
		await queue.webhook.boot();
		await control.clearRules();
		const [webhook] = await control.sendWebhook(tasks[0]!.taskId);
		expect(webhook!.responseStatus).toBe(200);
		const done = await n8n.client.waitForExecution(id, { timeoutMs: PATIENCE_MS });
		expect(done.status).toBe('success');
		expect(done.runData[AFTER]).toHaveLength(1);
		expect(itemsOf(done, HAPPY_HORSE).map(({ json, binary }) => [json.status, !!binary])).toEqual(
			items.map(() => ['COMPLETED', true]),
		);
		expect(sum(takenUp(queue, id))).toBe(2);
		await expectPaidOnce(control, items);
	});
});

/** Waits until so many downloads are under way. */
async function downloading(amount: number): Promise<void> {
	await until(`${amount} downloads are under way`, async () => {
		const { requests } = await testServer.sandbox.control.state();
		const under = requests.filter(({ path, status, bySandbox }) => {
			return path.startsWith('/results/') && status === 0 && !bySandbox;
		});
		return under.length >= amount;
	});
}
