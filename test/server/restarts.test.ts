import { setTimeout as sleep } from 'node:timers/promises';

import type { SandboxTask } from '../../sandbox/api/control';
import type { ExecutionView, Item } from '../../sandbox/n8n/execution';
import { itemsOf } from '../../sandbox/n8n/execution';
import { taskFromItem } from './support/workflows/itemParameters';
import { webhookBody, genuineHeaders } from './support/webhooks/signing';
import { AFTER_TRIGGER, listen, triggerWorkflow } from './support/workflows/triggerWorkflow';
import { useOwnServer } from './support/testServer/useTestServer';
import {
	arrivals,
	expectedArrivals,
	expectPaidOnce,
	jsonsOf,
	servedVideo,
	storedVideo,
	suspended,
	tasksOf,
	until,
} from './support/assertions/watching';
import type { NamedImage } from './support/workflows/workflow';
import { AFTER, createAndWait, HAPPY_HORSE, images } from './support/workflows/workflow';

const PATIENCE_MS = 120_000;

/** One execution that waits while n8n is killed. */
interface Batch {
	items: NamedImage[];
	id: string;
	tasks: SandboxTask[];
}

const testServer = useOwnServer({ reset: false });

async function suspendedBatch(items: NamedImage[], maxWait: number): Promise<Batch> {
	const parameters = createAndWait({ waitUsing: 'webhook', maxWait });
	const workflow = await testServer.publishNode({ parameters });
	const id = await workflow.start(items);
	expect((await suspended(testServer, id)).status).toBe('waiting');
	return { items, id, tasks: await tasksOf(testServer.sandbox.control, items) };
}

async function finish(tasks: readonly SandboxTask[]): Promise<void> {
	const { control } = testServer.sandbox;
	await Promise.all(tasks.map(async ({ taskId }) => await control.advance(taskId, 'COMPLETED')));
}

/** What became of the webhook about each of these tasks: the response, or why there was none. */
async function webhooksOf(tasks: readonly SandboxTask[]): Promise<string[]> {
	return await until(`${tasks.length} webhooks are through`, async () => {
		const { webhooks } = await testServer.sandbox.control.state();
		const final = webhooks.filter(({ status }) => status === 'COMPLETED');
		const attempts = tasks.flatMap(({ taskId }) =>
			final.filter((webhook) => webhook.taskId === taskId),
		);
		const results = attempts.map(
			(webhook) => webhook.error ?? `${webhook.responseStatus} ${webhook.responseBody}`,
		);
		return attempts.length >= tasks.length && results;
	});
}

/** An execution of the trigger that is downloading its video. */
async function downloadingTrigger(): Promise<string> {
	const { n8n, sandbox, credential } = testServer;
	const { control, secret } = sandbox;
	const parameters = { downloadVideo: true };
	const { id, url } = await listen(testServer, triggerWorkflow({ credential, parameters }));
	const [taskId = ''] = await control.seedTasks({ count: 1, status: 'COMPLETED' });
	await control.rules({ on: 'result', where: { taskId }, do: { delayMs: PATIENCE_MS } });
	const body = webhookBody(taskId);
	await n8n.client.sendToWebhook(url, { body, headers: genuineHeaders(secret, { body }) });
	await until('the download has begun', async () => {
		const { requests } = await control.state();
		return requests.some(({ path }) => path.startsWith(`/results/${taskId}`));
	});
	return await n8n.client.nextExecution(id);
}

/** Resolves when the port is open again: n8n responds long before it has loaded its workflows. */
async function portIsOpen(): Promise<void> {
	const open = async () => {
		const response = await fetch(`${testServer.n8n.url}/healthz`).catch(() => undefined);
		return response !== undefined;
	};
	const end = Date.now() + PATIENCE_MS;
	while (!(await open())) {
		if (Date.now() > end) throw new Error('n8n opened no port');
		await sleep(10);
	}
}

async function expectVideos(out: Item[], batch: Batch): Promise<void> {
	const { control } = testServer.sandbox;
	const finished = await tasksOf(control, batch.items);
	expect(out.map(({ json }) => [json.task_id, json.status, json.timed_out])).toEqual(
		batch.tasks.map(({ taskId }) => [taskId, 'COMPLETED', false]),
	);
	for (const [index, item] of out.entries()) {
		const [stored, served] = await Promise.all([
			storedVideo(testServer, item),
			servedVideo(control, finished[index]!),
		]);
		expect(stored.equals(served)).toBe(true);
	}
}

function expectContinuedOnce(done: ExecutionView, { items, tasks }: Batch): void {
	expect(done.status).toBe('success');
	expect(done.runData[AFTER]).toHaveLength(1);
	expect(arrivals(done)).toEqual(expectedArrivals(items, tasks));
}

describe('n8n is killed while 50 items wait', () => {
	it('loses no video and creates none again, although webhooks were lost and a download broke off', async () => {
		const { n8n, sandbox, credential } = testServer;
		const { control } = sandbox;
		const all = images(sandbox.url, 50);
		await control.settings({ webhookRetries: 0 });
		await control.rules({ on: 'create', do: { hold: true } });
		const many = await suspendedBatch(all.slice(0, 20), 30);
		const almostAll = await suspendedBatch(all.slice(20, 40), 30);
		const short = await suspendedBatch(all.slice(40), 0.5);
		await expectPaidOnce(control, all);

		const before = many.tasks.slice(0, 5);
		await finish(before);
		for (const response of await webhooksOf(before)) expect(response).toMatch(/^200 .*Thank you/);

		const triggered = await downloadingTrigger();
		await n8n.kill9();
		await control.clearRules();
		const missed = [...many.tasks.slice(5, 14), ...almostAll.tasks.slice(1), ...short.tasks];
		await finish(missed);
		for (const rejected of await webhooksOf(missed)) expect(rejected).toMatch(/ECONNREFUSED/);

		const restarted = n8n.restart();
		await portIsOpen();
		const tooEarly = many.tasks.slice(14, 15);
		await finish(tooEarly);
		// What it is told depends on how far n8n has come: 503, 404, that n8n is starting up or, on a busy computer,
		// nothing at all. A sender that gets 200 does not send again.
		await webhooksOf(tooEarly);
		await restarted;
		for (const { id } of [many, almostAll]) {
			expect(await n8n.client.executionStatus(id)).toBe('waiting');
		}

		await finish([...many.tasks.slice(15), ...almostAll.tasks.slice(0, 1)]);
		for (const batch of [many, almostAll]) {
			const done = await n8n.client.waitForExecution(batch.id, { timeoutMs: PATIENCE_MS });
			expectContinuedOnce(done, batch);
			await expectVideos(itemsOf(done, HAPPY_HORSE), batch);
		}

		const ended = await n8n.client.waitForExecution(short.id, { timeoutMs: PATIENCE_MS });
		expectContinuedOnce(ended, short);
		const unfinished = jsonsOf(ended);
		expect(unfinished.map(({ timed_out }) => timed_out)).toEqual(short.items.map(() => true));
		const waiting = await testServer.publishNode({
			credential,
			parameters: taskFromItem('wait', { downloadVideo: true }),
		});
		const waited = await waiting.run(
			unfinished.map(({ task_id, model }, index) => ({ ...short.items[index], task_id, model })),
		);
		await expectVideos(itemsOf(waited, HAPPY_HORSE), short);

		// n8n marks it as crashed. What the trigger has seen does not keep a retry from passing it on.
		await n8n.client.waitForExecution(triggered, { until: ['crashed'] });
		const again = await n8n.client.retryExecution(triggered);
		const passed = await n8n.client.waitForExecution(again, { timeoutMs: PATIENCE_MS });
		expect(itemsOf(passed, AFTER_TRIGGER).map(({ binary }) => !!binary?.data)).toEqual([true]);

		await expectPaidOnce(control, all);
		const { posts } = await control.state();
		expect(posts).toHaveLength(all.length);
	});
});
