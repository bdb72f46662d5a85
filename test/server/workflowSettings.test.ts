import { setTimeout as sleep } from 'node:timers/promises';

import type { ExecutionView } from '../../sandbox/n8n/execution';
import { itemsOf } from '../../sandbox/n8n/execution';
import { NOTED, publishErrorWorkflow } from './support/workflows/errorWorkflow';
import { countExecutions, storedExecutions } from './support/executions/executionTable';
import { taskFromItem } from './support/workflows/itemParameters';
import { useTestServer } from './support/testServer/useTestServer';
import {
	expectNoSecrets,
	expectPaidOnce,
	jsonsOf,
	tasksOf,
	traffic,
	until,
} from './support/assertions/watching';
import { createAndWait, HAPPY_HORSE, images } from './support/workflows/workflow';

const testServer = useTestServer({ awaitWebhooks: true });
let errorWorkflow: string;

beforeAll(async () => {
	errorWorkflow = await publishErrorWorkflow(testServer);
});

interface Settings {
	workflow?: object;
	node?: object;
}

async function publish(overrides: Record<string, unknown>, { workflow, node }: Settings = {}) {
	const parameters = createAndWait({
		downloadVideo: false,
		options: { pollInterval: 5 },
		...overrides,
	});
	return await testServer.publishNode({ parameters, settings: { ...node } }, workflow);
}

const reject = async (prompt: string) =>
	await testServer.sandbox.control.rules({
		...{ on: 'create', where: { prompt } },
		do: { delayMs: 500, response: { status: 402, body: { message: 'Payment required' } } },
	});

/** What the error workflow was told about an execution, once it has run; n8n starts it next to the other. */
async function toldOf(failed: ExecutionView): Promise<Array<Record<string, unknown>>> {
	const runs = () =>
		storedExecutions(testServer.n8n, errorWorkflow)
			.filter(({ stoppedAt }) => stoppedAt !== undefined)
			.flatMap((execution) => jsonsOf(execution, NOTED))
			.filter(({ execution }) => (execution as { id?: string }).id === failed.id);
	await until('the error workflow has run', async () => runs().length > 0);
	// A second start would be there by now.
	await sleep(1500);
	return runs();
}

describe('An error workflow', () => {
	it.each([
		['', {}],
		[', after all tries', { retryOnFail: true, maxTries: 2, waitBetweenTries: 1000 }],
	])('is started once when the node stops, and told what was paid for%s', async (_, node) => {
		const { control } = testServer.sandbox;
		await reject('image 3');
		const items = images(testServer.sandbox.url, 4);
		const published = await publish(
			{ waitUsing: 'webhook' },
			{ workflow: { errorWorkflow }, node },
		);
		const failed = await published.run(items);
		expect(failed.status).toBe('error');
		const told = await toldOf(failed);
		expect(told).toHaveLength(1);
		const text = JSON.stringify(told);
		expect(text).toContain('Not enough credits');
		expect(text).toContain('Already created (3)');
		const tasks = await tasksOf(control, items.slice(0, 3));
		for (const { taskId } of tasks) expect(text).toContain(taskId);
		expect(text).not.toContain(testServer.sandbox.key);
		expect(text).not.toContain(testServer.sandbox.secret);
		expect(text).not.toContain('signature=');
		expectNoSecrets(testServer, failed);
		expect((await control.state()).acceptedPosts).toBe(3);
	});

	it.each(['webhook', 'polling'])(
		'is not started for a video that could not be made (%s)',
		async (waitUsing) => {
			const { control } = testServer.sandbox;
			await control.rules({
				on: 'create',
				where: { prompt: 'image 1' },
				do: { outcome: 'FAILED' },
			});
			const before = countExecutions(testServer.n8n, errorWorkflow);
			const published = await publish({ waitUsing }, { workflow: { errorWorkflow } });
			const done = await published.run(images(testServer.sandbox.url, 2));
			expect(done.status).toBe('success');
			expect(itemsOf(done, HAPPY_HORSE).map(({ json }) => json.status)).toEqual([
				'COMPLETED',
				'FAILED',
			]);
			await sleep(1500);
			expect(countExecutions(testServer.n8n, errorWorkflow)).toBe(before);
		},
	);
});

describe('A time limit of the workflow', () => {
	it('does not count the time that the execution is suspended', async () => {
		const { control } = testServer.sandbox;
		await control.rules({ on: 'create', do: { hold: true } });
		const items = images(testServer.sandbox.url, 2);
		const published = await publish(
			{ waitUsing: 'webhook' },
			{ workflow: { executionTimeout: 6 } },
		);
		const id = await published.start(items);
		const waiting = await testServer.n8n.client.waitForExecution(id, { until: ['waiting'] });
		await sleep(9000);
		for (const { taskId } of await tasksOf(control, items))
			await control.advance(taskId, 'COMPLETED');
		const done = await testServer.n8n.client.waitForExecution(id);
		expect(done.status).toBe('success');
		// n8n 1 begins to count again when it continues.
		expect(done.stoppedAt!.getTime() - waiting.startedAt!.getTime()).toBeGreaterThan(9000);
		await expectPaidOnce(control, items);
	});

	it('ends polling; Retry creates nothing, and Wait gets the videos', async () => {
		const { control } = testServer.sandbox;
		await control.rules({ on: 'create', do: { hold: true } });
		const items = images(testServer.sandbox.url, 2);
		const published = await publish(
			{ waitUsing: 'polling' },
			// Longer than the pause before the first round.
			{ workflow: { executionTimeout: 8 } },
		);
		const cut = await published.run(items);
		expect(cut.status).toBe('canceled');
		const { lists, creates } = await traffic(control);
		await sleep(8000);
		expect(await traffic(control)).toMatchObject({ lists, creates });

		const tasks = await tasksOf(control, items);
		for (const { taskId } of tasks) await control.advance(taskId, 'COMPLETED');
		const again = await testServer.n8n.client.retryExecution(cut.id);
		const done = await testServer.n8n.client.waitForExecution(again);
		// n8n may have forgotten which node was running; then Retry has nothing left to run (2.41.1).
		const ids = tasks.map(({ taskId }) => taskId);
		expect([[], ids]).toContainEqual(itemsOf(done, HAPPY_HORSE).map(({ json }) => json.task_id));
		const parameters = taskFromItem('wait', { maxWait: 1, downloadVideo: false, options: {} });
		const waiting = await testServer.publishNode({ parameters });
		const found = await waiting.run(tasks.map(({ taskId, model }) => ({ task_id: taskId, model })));
		expect(itemsOf(found, HAPPY_HORSE).map(({ json }) => [json.task_id, json.status])).toEqual(
			tasks.map(({ taskId }) => [taskId, 'COMPLETED']),
		);
		await expectPaidOnce(control, items);
	});
});
