import { setTimeout as sleep } from 'node:timers/promises';

import { itemsOf } from '../../sandbox/n8n/execution';
import { useTestServer } from './support/testServer/useTestServer';
import {
	arrivals,
	expectedArrivals,
	expectNoSecrets,
	expectPaidOnce,
	servedVideo,
	storedVideo,
	suspended,
	tasksOf,
	traffic,
	until,
} from './support/assertions/watching';
import { AFTER, createAndWait, HAPPY_HORSE, images } from './support/workflows/workflow';

const testServer = useTestServer({ awaitWebhooks: true });

const QUIET_MS = 2500;

/** What webhooks need together is read every two seconds, the first few times sooner; and once before suspending. */
const listsWithin = (ms: number) => 5 + Math.ceil(ms / 2000);

describe('Create and Wait, woken by webhook', () => {
	it.each([1, 3, 25])('suspends for %i items and resumes once, in order', async (amount) => {
		const { sandbox, n8n } = testServer;
		const { control } = sandbox;
		await control.rules({ on: 'create', do: { hold: true } });
		const items = images(sandbox.url, amount);
		const workflow = await testServer.publishNode({
			parameters: createAndWait({ waitUsing: 'webhook' }),
		});

		const before = Date.now();
		const id = await workflow.start(items);
		const waiting = await suspended(testServer, id);
		const after = Date.now();
		expect(waiting.status).toBe('waiting');
		// maxWait is 30 minutes. n8n's own timer comes a little later than the node's.
		const timerMs = 30 * 60_000 + 90_000;
		expect(waiting.waitTill!.getTime()).toBeGreaterThanOrEqual(before + timerMs);
		expect(waiting.waitTill!.getTime()).toBeLessThanOrEqual(after + timerMs);
		expectNoSecrets(testServer, waiting);

		const tasks = await tasksOf(control, items);
		expect(tasks.map(({ webhookUrl }) => typeof webhookUrl)).toEqual(items.map(() => 'string'));
		// One look at the list before suspending.
		const look = { lists: 1, gets: 0 };
		expect(await traffic(control)).toMatchObject({ creates: amount, ...look });

		// Webhooks that a task has begun are no reason to read, and nothing else happens meanwhile.
		const quietSince = Date.now();
		const begun = tasks.slice(0, 3);
		for (const { taskId } of begun) await control.advance(taskId, 'IN_PROGRESS');
		const webhooks = await until('these webhooks', async () => {
			const { webhooks: sent } = await control.state(quietSince);
			return sent.length >= begun.length && sent;
		});
		await sleep(QUIET_MS);
		expect(await traffic(control, quietSince)).toMatchObject({ creates: 0, lists: 0, gets: 0 });
		expect(webhooks.map(({ responseStatus }) => responseStatus)).toEqual(begun.map(() => 200));

		// The last item finishes first, the others at the same moment, the first item last of all.
		const [first, ...others] = tasks.map(({ taskId }) => taskId);
		await Promise.all(
			others.reverse().map(async (taskId) => await control.advance(taskId, 'COMPLETED')),
		);
		await until('all webhooks but one have come', async () => {
			// 25 at the same moment may take n8n longer than the sender waits, which then repeats.
			const taken = (await control.state(quietSince)).webhooks.filter(
				({ status, responseStatus }) => status === 'COMPLETED' && responseStatus === 200,
			);
			return new Set(taken.map(({ taskId }) => taskId)).size === amount - 1;
		});
		expect(await n8n.client.executionStatus(id)).toBe('waiting');
		await control.advance(first!, 'COMPLETED');

		const done = await n8n.client.waitForExecution(id);
		expect(done.status).toBe('success');
		expect(done.runData[AFTER]).toHaveLength(1);
		const out = itemsOf(done, HAPPY_HORSE);
		const finished = await tasksOf(control, items);
		expect(out.map(({ json }) => [json.task_id, json.status, json.timed_out])).toEqual(
			tasks.map(({ taskId }) => [taskId, 'COMPLETED', false]),
		);
		expect(out.map(({ pairedItem }) => pairedItem)).toEqual(items.map((_, item) => ({ item })));
		expect(arrivals(done)).toEqual(expectedArrivals(items, finished));
		expect(await n8n.client.executions({ workflowId: workflow.id })).toHaveLength(1);
		expectNoSecrets(testServer, done);

		// The signed webhooks have told everything: nothing is read after the one look.
		expect(await traffic(control)).toMatchObject({ creates: amount, ...look });
		await expectPaidOnce(control, items);

		const stored = await Promise.all(out.map(async (item) => await storedVideo(testServer, item)));
		const served = await Promise.all(
			finished.map(async (task) => await servedVideo(control, task)),
		);
		expect(new Set(served.map((video) => video.toString('base64'))).size).toBe(amount);
		for (const [index, video] of stored.entries()) expect(video.equals(served[index]!)).toBe(true);
		expect(out[0]!.binary!.data).toMatchObject({
			mimeType: 'video/mp4',
			fileName: `happy-horse-${tasks[0]!.taskId}.mp4`,
		});
	});

	it('finishes a batch that runs by the clock, with requests far below the rate limit', async () => {
		const { sandbox, n8n } = testServer;
		const { control } = sandbox;
		// Six to nine real seconds, so that webhooks arrive one after the other.
		await control.rules(
			...['1', '2', '3'].map((digit) => ({
				on: 'create' as const,
				where: { imageUrl: `n=${digit}` },
				do: { seconds: 150 + 30 * Number(digit) },
			})),
			{ on: 'create', do: { seconds: 270 } },
		);
		const items = images(sandbox.url, 12);
		const workflow = await testServer.publishNode({ parameters: createAndWait() });
		const started = Date.now();
		const done = await workflow.run(items);
		expect(done.status).toBe('success');
		expect(arrivals(done)).toEqual(expectedArrivals(items, await tasksOf(control, items)));
		// 'auto' has chosen webhooks, since both sides are local.
		const { tasks, webhooks } = await control.state();
		expect(tasks.filter(({ webhookUrl }) => webhookUrl === null)).toEqual([]);
		expect(webhooks.length).toBeGreaterThanOrEqual(items.length);
		const seen = await traffic(control);
		expect(seen.gets).toBeLessThanOrEqual(items.length + 3);
		expect(seen.lists).toBeLessThanOrEqual(listsWithin(Date.now() - started));
		await expectPaidOnce(control, items);
		expect(await n8n.client.executions({ workflowId: workflow.id })).toHaveLength(1);
	});

	it('sends few requests where the list leaves the tasks out, also for a large batch', async () => {
		const { sandbox } = testServer;
		const { control } = sandbox;
		const nothing = { status: 404, body: { message: 'Tasks not found' } };
		await control.rules(
			{ on: 'list', do: { response: nothing } },
			{ on: 'create', do: { hold: true } },
		);
		const items = images(sandbox.url, 20);
		const workflow = await testServer.publishNode({
			parameters: createAndWait({ waitUsing: 'webhook', downloadVideo: false }),
		});
		const id = await workflow.start(items);
		await suspended(testServer, id);
		const tasks = await tasksOf(control, items);
		expect((await traffic(control)).gets).toBe(1);
		for (const { taskId } of tasks) await control.advance(taskId, 'COMPLETED');
		const done = await testServer.n8n.client.waitForExecution(id, { timeoutMs: 150_000 });
		expect(done.status).toBe('success');
		expect(itemsOf(done, HAPPY_HORSE).map(({ json }) => [json.task_id, json.status])).toEqual(
			tasks.map(({ taskId }) => [taskId, 'COMPLETED']),
		);
		// Each task once to learn that it is final and once for its video, and some that were not final yet.
		expect((await traffic(control)).gets).toBeLessThanOrEqual(4 * items.length);
		await expectPaidOnce(control, items);
	});

	it('brings metadata back and leaves the video at its URL if that is wanted', async () => {
		const { sandbox } = testServer;
		const items = images(sandbox.url, 2);
		const workflow = await testServer.publishNode({
			parameters: createAndWait({
				waitUsing: 'webhook',
				downloadVideo: false,
				options: { metadata: '={{ JSON.stringify({ row: $json.name }) }}' },
			}),
		});
		const done = await workflow.run(items);
		expect(done.status).toBe('success');
		const out = itemsOf(done, HAPPY_HORSE);
		expect(out.map(({ json }) => json.metadata)).toEqual(items.map(({ name }) => ({ row: name })));
		expect(out.map(({ binary }) => binary)).toEqual([undefined, undefined]);
		const files = (await sandbox.control.state()).requests.filter(({ path }) =>
			path.startsWith('/results/'),
		);
		expect(files).toEqual([]);
		for (const { json } of out) expect((await fetch(String(json.video_url))).status).toBe(200);
	});
});
