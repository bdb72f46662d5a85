import { setTimeout as sleep } from 'node:timers/promises';

import type { SandboxTask } from '../../sandbox/api/control';
import type { ExecutionView } from '../../sandbox/n8n/execution';
import { isWhole, itemsOf } from '../../sandbox/n8n/execution';
import {
	arrivals,
	webhooksHandled,
	expectedArrivals,
	expectPaidOnce,
	suspended,
	tasksOf,
	traffic,
	until,
} from './support/assertions/watching';
import { useOwnServer } from './support/testServer/useTestServer';
import { genuineHeaders } from './support/webhooks/signing';
import { loopWorkflow } from './support/workflows/loopWorkflow';
import { leadsTo } from './support/workflows/node';
import { listen, triggered, triggerWorkflow } from './support/workflows/triggerWorkflow';
import {
	AFTER,
	createAndWait,
	HAPPY_HORSE,
	happyHorseNode,
	ITEMS,
	images,
	workflowWith,
} from './support/workflows/workflow';

/** What an execution that waits shares with others: its workflow, its URL, the places of a busy n8n. */
const testServer = useOwnServer({
	// One at a time, so that an execution which continues has to wait for its turn.
	n8n: { env: { N8N_CONCURRENCY_PRODUCTION_LIMIT: '1' } },
	awaitWebhooks: true,
});

beforeEach(async () => {
	await testServer.sandbox.control.rules({ on: 'create', do: { hold: true } });
});

const waiting = (overrides: Record<string, unknown> = {}) => ({
	credential: testServer.credential,
	parameters: createAndWait({ waitUsing: 'webhook', downloadVideo: false, ...overrides }),
});

async function waitingExecution() {
	const { sandbox } = testServer;
	const items = images(sandbox.url, 2);
	const source = workflowWith(waiting());
	const workflow = await testServer.publish(source);
	const id = await workflow.start(items);
	expect((await suspended(testServer, id)).status).toBe('waiting');
	return {
		id,
		source,
		workflowId: workflow.id,
		items,
		tasks: await tasksOf(sandbox.control, items),
	};
}

async function finish(tasks: readonly SandboxTask[]): Promise<void> {
	for (const { taskId } of tasks) await testServer.sandbox.control.advance(taskId, 'COMPLETED');
}

/** Sends a signed webhook about a task to the URL that a task was given. */
async function sendWebhook(url: string, taskId: string): Promise<{ status: number; text: string }> {
	const body = JSON.stringify({ task_id: taskId, status: 'COMPLETED', generated: [] });
	const headers = genuineHeaders(testServer.sandbox.secret, { body });
	const response = await fetch(url, { method: 'POST', headers, body });
	return { status: response.status, text: await response.text() };
}

describe('R13: an execution that waits continues as it began', () => {
	async function expectDone({
		id,
		items,
		tasks,
	}: Awaited<ReturnType<typeof waitingExecution>>): Promise<void> {
		await finish(tasks);
		const done = await testServer.n8n.client.waitForExecution(id);
		expect(done.status).toBe('success');
		expect(itemsOf(done, HAPPY_HORSE).map(({ json }) => json.status)).toEqual([
			'COMPLETED',
			'COMPLETED',
		]);
		expect(done.runData[AFTER]).toHaveLength(1);
		expect(arrivals(done)).toEqual(expectedArrivals(items, tasks));
		await expectPaidOnce(testServer.sandbox.control, items);
	}

	it('when its nodes get other names and fields, and that is published', async () => {
		const execution = await waitingExecution();
		const { client } = testServer.n8n;
		const { workflowId, source } = execution;
		const renamed = JSON.parse(
			JSON.stringify({ nodes: source.nodes, connections: source.connections })
				.replaceAll(`"${HAPPY_HORSE}"`, '"Another {{ name }}"')
				.replaceAll('"createAndWait"', '"getAll"')
				.replaceAll('"happy-horse-1"', '"happy-horse-1-1"')
				.replaceAll(`"${AFTER}"`, '"Something else"'),
		) as Record<string, unknown>;
		await client.updateWorkflow(workflowId, renamed);
		await client.activate(workflowId);
		const { nodes } = (await client.workflow(workflowId)) as { nodes: Array<{ name: string }> };
		expect(nodes.map(({ name }) => name)).toContain('Another {{ name }}');
		await expectDone(execution);
	});

	it('when the workflow is not published any more', async () => {
		const execution = await waitingExecution();
		await testServer.n8n.client.deactivate(execution.workflowId);
		await expectDone(execution);
	});
});

it('R14: takes no more webhooks once it was stopped, and keeps the task IDs', async () => {
	const { n8n, sandbox } = testServer;
	const { id, items, tasks } = await waitingExecution();
	await n8n.client.stopExecution(id);
	const stopped = await n8n.client.waitForExecution(id);
	expect(stopped.status).toBe('canceled');
	const since = Date.now();
	for (const { taskId, webhookUrl } of tasks) {
		expect((await sendWebhook(webhookUrl!, taskId)).status).toBe(409);
		expect(JSON.stringify(stopped.data)).toContain(taskId);
	}
	expect(await traffic(sandbox.control, since)).toMatchObject({ lists: 0, gets: 0 });
	expect((await n8n.client.execution(id)).runData[AFTER]).toBeUndefined();
	await expectPaidOnce(sandbox.control, items);
});

describe('R25: no room for the execution when its videos are finished', () => {
	it('is resumed once, however many webhooks come meanwhile', async () => {
		const { sandbox, n8n } = testServer;
		const { control } = sandbox;
		const { id, items, tasks, workflowId } = await waitingExecution();
		const busy = await testServer.publishNode(
			waiting({ waitUsing: 'polling', options: { pollInterval: 5 } }),
		);
		const other = [{ ...images(sandbox.url, 3)[2]!, name: 'busy' }];
		const busyId = await busy.start(other);
		await until(
			'the task of the busy one',
			async () => (await control.state()).acceptedPosts === 3,
		);
		expect(await n8n.client.executionStatus(busyId)).toBe('running');

		await control.settings({ webhookRetries: 0 });
		// One after the other: the webhook about the first looks once more for the second, which the last need not.
		const [first, last] = tasks;
		await finish([first!]);
		await webhooksHandled(control);
		const since = Date.now();
		await finish([last!]);
		await until('the last webhook', async () => {
			const { webhooks } = await control.state(since);
			return webhooks.some(({ responseStatus }) => responseStatus === 200);
		});
		// The sender had its response before the videos were read.
		await until('both videos are read', async () => (await traffic(control, since)).gets >= 2);
		const url = first!.webhookUrl!;
		const repeated = async () =>
			await Promise.all(tasks.map(({ taskId }) => sendWebhook(url, taskId)));
		for (const response of await repeated()) {
			expect(response).toMatchObject({
				status: 200,
				text: expect.stringContaining('Thank you'),
			});
		}
		// It has no room yet, and nothing requests it from the API again.
		expect((await n8n.client.execution(id)).runData[AFTER]).toBeUndefined();
		expect((await traffic(control, since)).gets).toBe(2);
		// By then the node has forgotten that it had continued it: n8n alone decides.
		await sleep(21_000);
		const late = repeated();
		await sleep(1000);
		expect((await n8n.client.execution(id)).runData[AFTER]).toBeUndefined();
		await finish(await tasksOf(control, other));
		expect((await n8n.client.waitForExecution(busyId)).status).toBe('success');
		const done = await n8n.client.waitForExecution(id);
		await late;
		expect(done.status).toBe('success');
		expect(arrivals(done)).toEqual(expectedArrivals(items, tasks));
		// A second one would come now.
		await sleep(2000);
		expect((await n8n.client.execution(id)).runData[AFTER]).toHaveLength(1);
		expect(await n8n.client.executions({ workflowId })).toHaveLength(1);
		await expectPaidOnce(control, [...items, ...other]);
	});
});

/** Waits until the execution waits again, with so many tasks at the sandbox by then. */
async function waitsWith(id: string, amount: number): Promise<ExecutionView> {
	const { sandbox, n8n } = testServer;
	return await until(`the execution waits with ${amount} tasks`, async () => {
		if ((await sandbox.control.state()).acceptedPosts < amount) return undefined;
		const seen = await n8n.client.execution(id);
		return seen.status === 'waiting' && isWhole(seen) && seen;
	});
}

describe('R22: a loop that creates the same again', () => {
	it('creates and waits again in each round, and old webhooks do not count', async () => {
		const { sandbox, n8n } = testServer;
		const { control } = sandbox;
		const [item] = images(sandbox.url, 1);
		const workflow = await testServer.publish(loopWorkflow(waiting()));
		const id = await workflow.start([item, item]);
		await waitsWith(id, 1);
		const [first] = (await control.state()).tasks;
		await finish([first!]);
		await waitsWith(id, 2);
		const second = (await control.state()).tasks.find(({ taskId }) => taskId !== first!.taskId)!;
		await webhooksHandled(control);
		const since = Date.now();
		// The URL is the same in both rounds.
		expect(new URL(second.webhookUrl!).pathname).toBe(new URL(first!.webhookUrl!).pathname);
		for (const url of [first!.webhookUrl!, second.webhookUrl!]) {
			expect(await sendWebhook(url, first!.taskId)).toMatchObject({
				status: 200,
				text: expect.stringContaining('Not a task of this execution'),
			});
		}
		expect(await traffic(control, since)).toMatchObject({ lists: 0, gets: 0 });
		expect(await n8n.client.executionStatus(id)).toBe('waiting');
		await finish([second]);
		const done = await n8n.client.waitForExecution(id);
		expect(done.status).toBe('success');
		const made = [0, 1].map((run) => itemsOf(done, HAPPY_HORSE, { run })[0]?.json);
		expect(made.map((json) => [json?.task_id, json?.status])).toEqual([
			[first!.taskId, 'COMPLETED'],
			[second.taskId, 'COMPLETED'],
		]);
		expect((await control.state()).acceptedPerImage).toEqual({ [item!.image]: 2 });
	});
});

describe('R27: two nodes and a trigger in one workflow', () => {
	it('each hears of its own tasks only', async () => {
		const { sandbox, n8n, credential } = testServer;
		const { control } = sandbox;
		const items = images(sandbox.url, 2);
		const SECOND = 'Second horse';
		const source = workflowWith(waiting());
		const trigger = triggerWorkflow({ credential });
		const second = {
			...happyHorseNode(
				waiting({
					imageUrl: `={{ $('${ITEMS}').item.json.image + '&second' }}`,
					prompt: `={{ 'second ' + $('${ITEMS}').item.json.name }}`,
				}),
			),
			...{ id: 'node-second', name: SECOND },
		};
		const { id: workflowId, url } = await listen(testServer, {
			...source,
			nodes: [...source.nodes, second, ...trigger.nodes],
			connections: {
				...source.connections,
				...trigger.connections,
				[HAPPY_HORSE]: leadsTo(SECOND),
				[SECOND]: leadsTo(AFTER),
			},
		});
		await n8n.client.waitForWebhook(source.path);
		await n8n.client.sendToWebhook(source.path, { body: { items } });
		const id = await n8n.client.nextExecution(workflowId);
		await waitsWith(id, 2);
		const firstTasks = await tasksOf(control, items);
		// The trigger starts an execution of its own about a task that the first node waits for, which waits on.
		const [foreign = ''] = await control.seedTasks({ count: 1, status: 'COMPLETED' });
		expect((await sendWebhook(url, foreign)).status).toBe(200);
		await until('the execution of the trigger', async () => {
			const ended = triggered(n8n, workflowId).filter(({ status }) => status === 'success');
			return ended.length === 1;
		});
		expect(await n8n.client.executionStatus(id)).toBe('waiting');
		await finish(firstTasks);
		await waitsWith(id, 4);
		await webhooksHandled(control);
		const secondTasks = await tasksOf(
			control,
			items.map(({ name }) => ({ name: `second ${name}` })),
		);
		const since = Date.now();
		for (const { taskId } of firstTasks) {
			expect(await sendWebhook(secondTasks[0]!.webhookUrl!, taskId)).toMatchObject({
				status: 200,
				text: expect.stringContaining('Not a task of this execution'),
			});
		}
		expect(await traffic(control, since)).toMatchObject({ lists: 0, gets: 0 });
		expect(await n8n.client.executionStatus(id)).toBe('waiting');
		await finish(secondTasks);
		const done = await n8n.client.waitForExecution(id);
		expect(done.status).toBe('success');
		const idsOf = (node: string) => itemsOf(done, node).map(({ json }) => json.task_id);
		expect(idsOf(HAPPY_HORSE)).toEqual(firstTasks.map(({ taskId }) => taskId));
		expect(idsOf(SECOND)).toEqual(secondTasks.map(({ taskId }) => taskId));
		expect(arrivals(done)).toEqual(expectedArrivals(items, secondTasks));
		expect(triggered(n8n, workflowId)).toHaveLength(1);
		expect(await n8n.client.executions({ workflowId })).toHaveLength(2);
		await expectPaidOnce(control, [
			...items,
			...items.map(({ image }) => ({ image: `${image}&second` })),
		]);
	});
});
