import { setTimeout as sleep } from 'node:timers/promises';

import type { SandboxTask } from '../../../sandbox/api/control';
import type { ExecutionView } from '../../../sandbox/n8n/execution';
import { itemsOf } from '../../../sandbox/n8n/execution';
import { n8nFacts } from '../../n8nFacts';
import { AFTER_LOOP, loopWorkflow } from '../support/workflows/loopWorkflow';
import { useOwnServer } from '../support/testServer/useTestServer';
import {
	expectNoSecrets,
	expectPaidOnce,
	servedVideo,
	storedVideo,
	tasksOf,
	traffic,
	until,
} from '../support/assertions/watching';
import { createAndWait, HAPPY_HORSE, images } from '../support/workflows/workflow';

const testServer = useOwnServer({ awaitWebhooks: true });

function workflow(overrides: Record<string, unknown>, batch = 1) {
	const parameters = createAndWait({ options: { pollInterval: 5 }, ...overrides });
	return loopWorkflow({ credential: testServer.credential, parameters }, batch);
}

/** The task IDs that came out of the loop, in their order. */
const outOfLoop = (execution: ExecutionView) =>
	itemsOf(execution, AFTER_LOOP).map(({ json }) => json.task_id);

/** Waits until so many tasks were created and the execution is suspended for the last of them. */
async function asleepOver(id: string, amount: number): Promise<SandboxTask[]> {
	return await until(`${amount} tasks, and a waiting execution`, async () => {
		const { tasks } = await testServer.sandbox.control.state();
		if (tasks.length < amount) return undefined;
		const { status, runData } = await testServer.n8n.client.execution(id);
		// n8n 1 says that it waits before it stores what for, which until then is the round before.
		const isStored = status === 'waiting' && runData[HAPPY_HORSE]?.length === amount;
		// The sandbox has the newest first.
		return isStored && tasks.reverse();
	});
}

describe('Create and Wait inside Loop Over Items', () => {
	it('waits in each round; late, repeated and forged webhooks of earlier rounds disturb no later one', async () => {
		const { control } = testServer.sandbox;
		await control.rules({ on: 'create', do: { hold: true, webhooks: 'doubled' } });
		const items = images(testServer.sandbox.url, 3);
		const published = await testServer.publish(workflow({ waitUsing: 'webhook' }));
		const id = await published.start(items);
		for (const round of [0, 1, 2]) {
			const tasks = await asleepOver(id, round + 1);
			expect(tasks).toHaveLength(round + 1);
			for (const { taskId } of tasks.slice(0, round)) {
				const late = [
					...(await control.sendWebhook(taskId, { status: 'COMPLETED', times: 3 })),
					...(await control.sendWebhook(taskId, { status: 'COMPLETED', times: 2, sameId: true })),
					...(await control.sendWebhook(taskId, { status: 'FAILED', form: 'forged' })),
				];
				expect(late.map(({ responseStatus }) => responseStatus)).toEqual([
					200, 200, 200, 200, 200, 401,
				]);
			}
			const { status, waitTill } = await testServer.n8n.client.execution(id);
			expect(status).toBe('waiting');
			expect(waitTill!.getTime()).toBeGreaterThan(Date.now());
			expect(itemsOf(await testServer.n8n.client.execution(id), AFTER_LOOP)).toEqual([]);
			const current = tasks[round]!.taskId;
			// The last webhook of this round and late ones of earlier rounds, all at the same moment.
			await Promise.all([
				control.advance(current, 'COMPLETED'),
				...tasks.slice(0, round).map(async ({ taskId }) => await control.sendWebhook(taskId)),
			]);
		}
		const done = await testServer.n8n.client.waitForExecution(id);
		expect(done.error).toBeUndefined();
		expect(done.status).toBe('success');
		const tasks = await tasksOf(control, items);
		expect(outOfLoop(done)).toEqual(tasks.map(({ taskId }) => taskId));
		expect(done.runData[HAPPY_HORSE]).toHaveLength(3);
		expect(done.runData[AFTER_LOOP]).toHaveLength(1);
		for (const [round, task] of tasks.entries()) {
			const [item] = itemsOf(done, HAPPY_HORSE, { run: round });
			expect(item?.json).toMatchObject({ status: 'COMPLETED', timed_out: false });
			expect(await storedVideo(testServer, item!)).toEqual(await servedVideo(control, task));
		}
		await expectPaidOnce(control, items);
		expectNoSecrets(testServer, done);
	});

	it.each([
		['webhook', 2],
		['polling', 2],
		['polling', 1],
	])(
		'by %s, %i items a round: all come out, in order, each paid once',
		async (waitUsing, batch) => {
			const { control } = testServer.sandbox;
			const items = images(testServer.sandbox.url, 5);
			const published = await testServer.publish(
				workflow({ waitUsing, downloadVideo: false }, batch),
			);
			const done = await published.run(items, 120_000);
			expect(done.error).toBeUndefined();
			expect(done.status).toBe('success');
			const tasks = await tasksOf(control, items);
			expect(outOfLoop(done)).toEqual(tasks.map(({ taskId }) => taskId));
			expect(itemsOf(done, AFTER_LOOP).map(({ json }) => json.status)).toEqual(
				items.map(() => 'COMPLETED'),
			);
			expect(done.runData[HAPPY_HORSE]).toHaveLength(Math.ceil(5 / batch));
			await expectPaidOnce(control, items);
		},
	);

	it.each(['webhook', 'polling'])(
		'creates the same again in each round that wants it (%s)',
		async (waitUsing) => {
			const { control, url } = testServer.sandbox;
			const same = Array(3).fill({
				name: 'the same',
				image: `${url}/images/400x300.png`,
			}) as unknown[];
			const published = await testServer.publish(workflow({ waitUsing, downloadVideo: false }));
			const done = await published.run(same, 90_000);
			expect(done.status).toBe('success');
			expect(new Set(outOfLoop(done)).size).toBe(3);
			expect((await control.state()).acceptedPosts).toBe(3);
		},
	);

	it.each(['webhook', 'polling'])(
		'takes up the rounds that were paid for when the execution is retried (%s)',
		async (waitUsing) => {
			const { control } = testServer.sandbox;
			const { client } = testServer.n8n;
			await control.rules({
				...{ on: 'create', where: { prompt: 'image 1' }, times: 1 },
				do: { response: { status: 402, body: { message: 'Payment required' } } },
			});
			const items = images(testServer.sandbox.url, 3);
			const published = await testServer.publish(workflow({ waitUsing, downloadVideo: false }));
			const failed = await published.run(items, 90_000);
			expect(failed.error?.message).toBe('Not enough credits');
			expect((await control.state()).acceptedPosts).toBe(1);
			const again = await client.retryExecution(failed.id);
			const done = await client.waitForExecution(again, { timeoutMs: 90_000 });
			expect(done.status).toBe('success');
			const tasks = await tasksOf(control, items);
			expect(outOfLoop(done)).toEqual(tasks.map(({ taskId }) => taskId));
			await expectPaidOnce(control, items);
		},
	);
});

describe('n8n is killed in the second of two rounds that create the very same', () => {
	it.each([
		['waits for it', { hold: true }, 'success'],
		['has sent it and has no response', { hold: true, delayMs: 10_000 }, 'error'],
	] as const)('while the node %s: Retry creates neither again', async (_, second, end) => {
		const { n8n, sandbox } = testServer;
		const { control } = sandbox;
		const same = { name: 'the same', image: `${sandbox.url}/images/400x300.png` };
		const published = await testServer.publish(
			workflow({ waitUsing: 'polling', downloadVideo: false }),
		);
		const id = await published.start([same, same]);
		await until(
			'the first create request has arrived',
			async () => (await control.state()).acceptedPosts === 1,
		);
		await control.rules({ on: 'create', times: 1, do: second });
		await until(
			'the second create request has arrived',
			async () => (await control.state()).posts.length === 2,
		);
		if (end === 'success') {
			await until('the response is written down', async () => {
				// The sandbox has the newest first.
				const [second, first] = (await control.state()).tasks;
				return first && (await traffic(control)).read.includes(second!.taskId);
			});
		}
		await n8n.kill9();
		await n8n.restart();
		await until('both tasks exist', async () => (await control.state()).tasks.length === 2);
		await sleep(200);
		const ids = (await control.state()).tasks.map(({ taskId }) => taskId);
		for (const taskId of ids) await control.advance(taskId, 'COMPLETED');
		await n8n.client.waitForExecution(id, { until: ['crashed'] });
		const done = await n8n.client.waitForExecution(await n8n.client.retryExecution(id), {
			timeoutMs: 90_000,
		});
		const again = n8nFacts.createsAgainAfterCrash;
		expect((await control.state()).acceptedPosts).toBe(2 + 2 * again);
		expect(done.status).toBe(again > 0 ? 'success' : end);
		if (again > 0) return;
		if (end === 'success') expect(outOfLoop(done).sort()).toEqual(ids.sort());
		else expect(done.error?.message).toBe('An earlier try of this item may have created its video');
	});
});
