import { itemsOf } from '../../sandbox/n8n/execution';
import type { ExecutionView } from '../../sandbox/n8n/execution';
import {
	AFTER_TRIGGER,
	creatingWorkflow,
	TRIGGER,
	triggerWorkflow,
} from '../server/support/workflows/triggerWorkflow';
import { expectPaidOnce, storedVideo, until } from '../server/support/assertions/watching';
import { images } from '../server/support/workflows/workflow';
import {
	claimsOf,
	sendSignedWebhook,
	expectFileForAll,
	shuffled,
	tell,
	useQueueServer,
} from './support/queueServer';

const AMOUNT = 40;

const testServer = useQueueServer();

/** All executions of a workflow once so many have ended, with what reached the node after the trigger. */
async function endedExecutions(workflowId: string, amount: number): Promise<ExecutionView[]> {
	const { client } = testServer.n8n;
	const { database } = testServer.queue;
	const ids = await until(
		`${amount} executions have ended`,
		async () => {
			const rows = await database.rows(
				`SELECT id FROM execution_entity WHERE "workflowId" = '${workflowId}'
				AND status IN ('success', 'error', 'crashed') ORDER BY id`,
			);
			return rows.length >= amount && rows.map(({ id }) => String(id));
		},
		240_000,
	);
	return await Promise.all(ids.map(async (id) => await client.execution(id)));
}

const passedOn = (executions: readonly ExecutionView[]) =>
	executions.flatMap((execution) => itemsOf(execution, AFTER_TRIGGER));

describe('the trigger in queue mode', () => {
	it('starts once for each of 20 videos of which every webhook comes twice, and brings the file', async () => {
		const { credential, sandbox } = testServer;
		const { control } = sandbox;
		await control.rules({ on: 'create', do: { hold: true, webhooks: 'doubled' } });
		const items = images(sandbox.url, 20);
		const parameters = { downloadVideo: true };
		const workflow = await testServer.publish(creatingWorkflow({ credential, parameters }));
		await workflow.run(items);
		await expectPaidOnce(control, items);
		const { tasks } = await control.state();
		await Promise.all(
			shuffled(tasks).map(async ({ taskId }) => await control.advance(taskId, 'COMPLETED')),
		);
		const executions = await endedExecutions(workflow.id, 1 + items.length);
		await until('every webhook was sent twice', async () => {
			const { webhooks } = await control.state();
			return webhooks.filter(({ status }) => status === 'COMPLETED').length >= 2 * items.length;
		});
		const out = passedOn(executions);
		expect(out.map(({ json }) => json.task_id).sort()).toEqual(
			tasks.map(({ taskId }) => taskId).sort(),
		);
		const names = out.map(({ json }) => (json.metadata as { name: string }).name);
		expect(names.sort()).toEqual(items.map(({ name }) => name).sort());
		expectFileForAll(out[0]!.binary?.data);
		expect((await storedVideo(testServer, out[0]!)).length).toBeGreaterThan(100);
		expect(await testServer.n8n.client.executions({ workflowId: workflow.id })).toHaveLength(21);
	});

	it('passes on each outcome once when both copies reach two processes at the same moment', async () => {
		const { credential, door, n8n, queue, sandbox } = testServer;
		const { control, secret } = sandbox;
		const id = await n8n.client.importWorkflow(triggerWorkflow({ credential }));
		const path = `happy-horse-${id}`;
		await Promise.all([n8n.client.waitForWebhook(path), door.waitForWebhook(path)]);
		const taskIds = await control.seedTasks({ count: AMOUNT, status: 'COMPLETED' });
		const doors = [queue.webhookUrl, n8n.url].map((base) => `${base}/webhook/${path}`);
		const responses = await Promise.all(
			taskIds.flatMap((taskId) =>
				doors.map(async (url) => await sendSignedWebhook(url, { taskId, secret })),
			),
		);
		expect(responses).toEqual(responses.map(() => 200));
		const executions = await endedExecutions(id, 2 * AMOUNT);
		expect(executions.map(({ status }) => status)).toEqual(executions.map(() => 'success'));
		expect(executions.filter(({ runData }) => runData[TRIGGER] === undefined)).toEqual([]);
		const passed = passedOn(executions).map(({ json }) => json.task_id);
		const workers = queue.workers.map(
			(worker) => worker.log().match(/Worker finished execution/g)?.length ?? 0,
		);
		tell(`jobs that each worker has done so far: ${workers.join(', ')}`);
		expect(new Set(passed).size).toBe(AMOUNT);
		expect(passed).toHaveLength(AMOUNT);
		// A row for each outcome, which names the execution that passed it on.
		expect(await claimsOf(queue, id)).toEqual(Array.from({ length: AMOUNT }, () => 1));
	});
});
