import { isWhole, itemsOf } from '../../../sandbox/n8n/execution';
import { n8nFacts } from '../../n8nFacts';
import { NOTED, publishErrorWorkflow } from '../support/workflows/errorWorkflow';
import { storedExecutions } from '../support/executions/executionTable';
import type { ParentParts } from '../support/workflows/parentWorkflow';
import { childWorkflow, parentWorkflow, SUB_WORKFLOW } from '../support/workflows/parentWorkflow';
import type { PublishedWorkflow } from '../support/testServer/testServer';
import { useOwnServer } from '../support/testServer/useTestServer';
import {
	arrivals,
	expectedArrivals,
	expectNoSecrets,
	expectPaidOnce,
	jsonsOf,
	servedVideo,
	storedVideo,
	tasksOf,
	until,
} from '../support/assertions/watching';
import { createAndWait, HAPPY_HORSE, images } from '../support/workflows/workflow';

const testServer = useOwnServer({ awaitWebhooks: true });

interface Family {
	childId: string;
	parent: PublishedWorkflow;
}

async function family(
	overrides: Record<string, unknown>,
	parts: Omit<ParentParts, 'childId'>,
): Promise<Family> {
	const { credential, n8n } = testServer;
	const parameters = createAndWait({ options: { pollInterval: 5 }, ...overrides });
	const childId = await n8n.client.importWorkflow(childWorkflow({ credential, parameters }));
	return { childId, parent: await testServer.publish(parentWorkflow({ childId, ...parts })) };
}

/** The executions of the sub-workflow, once so many have ended. */
const ended = async ({ childId }: Family, amount: number) =>
	await until(`${amount} sub-executions have ended`, async () => {
		const all = storedExecutions(testServer.n8n, childId);
		const ends = all.filter(({ status }) => ['success', 'error'].includes(status));
		return ends.length >= amount && ends.every(isWhole) && all;
	});

const held = { on: 'create', do: { hold: true } } as const;

describe('Create and Wait inside Execute Sub-workflow', () => {
	it.each(['auto', 'webhook'])(
		'run once for all items, both workflows sleep until all videos are there (%s)',
		async (waitUsing) => {
			const { control } = testServer.sandbox;
			await control.rules(held);
			const items = images(testServer.sandbox.url, 3);
			const both = await family({ waitUsing }, { mode: 'once' });
			const id = await both.parent.start(items);
			const { client } = testServer.n8n;
			if (!n8nFacts.getsItemsOfSuspended && waitUsing === 'auto') {
				const tasks = await until('all are created', async () => {
					return (await control.state()).acceptedPosts === 3 && (await tasksOf(control, items));
				});
				expect(tasks.map(({ webhookUrl }) => webhookUrl)).toEqual([null, null, null]);
				for (const { taskId } of tasks) await control.advance(taskId, 'COMPLETED');
				const done = await client.waitForExecution(id);
				expect(arrivals(done)).toEqual(expectedArrivals(items, tasks));
				const [child] = await ended(both, 1);
				const { hints } = child!.runData[HAPPY_HORSE]![0]!;
				expect(JSON.stringify(hints)).toContain('its own items back');
				await expectPaidOnce(control, items);
				return;
			}
			expect((await client.waitForExecution(id, { until: ['waiting'] })).status).toBe('waiting');
			const [child] = storedExecutions(testServer.n8n, both.childId);
			expect(child!.status).toBe('waiting');
			const tasks = await tasksOf(control, items);
			for (const { taskId } of [...tasks].reverse()) await control.advance(taskId, 'COMPLETED');

			const done = await client.waitForExecution(id);
			expect(done.error).toBeUndefined();
			expect(done.status).toBe('success');
			if (!n8nFacts.getsItemsOfSuspended) {
				// The reason for which Automatic never suspends there.
				expect(jsonsOf(done, SUB_WORKFLOW)).toEqual(items);
				const [child] = await ended(both, 1);
				expect(itemsOf(child!, HAPPY_HORSE).map(({ json }) => json.status)).toEqual(
					items.map(() => 'COMPLETED'),
				);
				await expectPaidOnce(control, items);
				return;
			}
			expect(arrivals(done)).toEqual(expectedArrivals(items, tasks));
			const videos = itemsOf(done, SUB_WORKFLOW);
			expect(videos.map(({ json }) => [json.status, json.timed_out])).toEqual(
				items.map(() => ['COMPLETED', false]),
			);
			const finished = await tasksOf(control, items);
			for (const [index, task] of finished.entries()) {
				expect(await storedVideo(testServer, videos[index]!)).toEqual(
					await servedVideo(control, task),
				);
			}
			expect(storedExecutions(testServer.n8n, both.childId).map(({ status }) => status)).toEqual([
				'success',
			]);
			await expectPaidOnce(control, items);
			expectNoSecrets(testServer, done);
		},
	);

	it.each(['auto', 'polling'])(
		'run once for each item, every video arrives in its place (%s)',
		async (waitUsing) => {
			const { control } = testServer.sandbox;
			const items = images(testServer.sandbox.url, 3);
			const both = await family({ waitUsing, downloadVideo: false }, { mode: 'each' });
			const done = await both.parent.run(items, 120_000);
			expect(done.error).toBeUndefined();
			expect(done.status).toBe('success');
			const tasks = await tasksOf(control, items);
			expect(arrivals(done)).toEqual(expectedArrivals(items, tasks));
			expect(itemsOf(done, SUB_WORKFLOW).map(({ json }) => json.status)).toEqual(
				items.map(() => 'COMPLETED'),
			);
			expect(tasks.map(({ webhookUrl }) => webhookUrl)).toEqual([null, null, null]);
			const children = await ended(both, 3);
			const hints = children.flatMap(({ runData }) => runData[HAPPY_HORSE]![0]!.hints);
			expect(JSON.stringify(hints).match(/Another workflow started this one/g) ?? []).toHaveLength(
				waitUsing === 'auto' ? 3 : 0,
			);
			await expectPaidOnce(control, items);
		},
	);

	// The reason for which Automatic polls there. n8n 2.41.1 does so with any node that suspends.
	it('run once for each item by webhook, n8n continues with the first video, and the others stay in their own executions', async () => {
		const { control } = testServer.sandbox;
		await control.rules(held);
		const items = images(testServer.sandbox.url, 3);
		const both = await family({ waitUsing: 'webhook', downloadVideo: false }, { mode: 'each' });
		const id = await both.parent.start(items);
		await testServer.n8n.client.waitForExecution(id, { until: ['waiting'] });
		const tasks = await tasksOf(control, items);
		await control.advance(tasks[1]!.taskId, 'COMPLETED');
		const done = await testServer.n8n.client.waitForExecution(id);
		expect(itemsOf(done, SUB_WORKFLOW).map(({ json }) => json.task_id)).toEqual(
			n8nFacts.getsItemsOfSuspended ? [tasks[1]!.taskId] : items.map(() => undefined),
		);
		for (const index of [0, 2]) await control.advance(tasks[index]!.taskId, 'COMPLETED');
		const children = await ended(both, 3);
		const found = children.flatMap((execution) => itemsOf(execution, HAPPY_HORSE));
		expect(found.map(({ json }) => [json.task_id, json.status])).toEqual(
			tasks.map(({ taskId }) => [taskId, 'COMPLETED']),
		);
		await expectPaidOnce(control, items);
	});

	it('continues alone when the other workflow does not wait for it', async () => {
		const { control } = testServer.sandbox;
		await control.rules(held);
		const items = images(testServer.sandbox.url, 2);
		const both = await family({ waitUsing: 'webhook' }, { mode: 'once', wait: false });
		expect((await both.parent.run(items)).status).toBe('success');
		await until('both are created', async () => (await control.state()).acceptedPosts === 2);
		await until('it sleeps', async () =>
			storedExecutions(testServer.n8n, both.childId).some(
				(child) => child.status === 'waiting' && isWhole(child),
			),
		);
		for (const { taskId } of await tasksOf(control, items))
			await control.advance(taskId, 'COMPLETED');
		const [child] = await ended(both, 1);
		expect(itemsOf(child!, HAPPY_HORSE).map(({ json }) => json.status)).toEqual([
			'COMPLETED',
			'COMPLETED',
		]);
		await expectPaidOnce(control, items);
	});
});

describe('A sub-workflow that stops', () => {
	const rejected = async () =>
		await testServer.sandbox.control.rules({
			...{ on: 'create', where: { prompt: 'image 2' }, times: 1 },
			do: { delayMs: 500, response: { status: 402, body: { message: 'Payment required' } } },
		});

	it.each(['once', 'each'] as const)(
		'starts the error workflow of the other one once, with the reason (%s)',
		async (mode) => {
			await rejected();
			const errorWorkflow = await publishErrorWorkflow(testServer);
			const items = images(testServer.sandbox.url, 3);
			const both = await family(
				{ waitUsing: 'polling', downloadVideo: false },
				{ mode, settings: { errorWorkflow } },
			);
			const failed = await both.parent.run(items, 90_000);
			expect(failed.status).toBe('error');
			const runs = await until('the error workflow has run', async () => {
				const all = storedExecutions(testServer.n8n, errorWorkflow);
				const areOver = all.every((run) => run.stoppedAt !== undefined && isWhole(run));
				return all.length > 0 && areOver && all;
			});
			expect(runs).toHaveLength(1);
			const told = JSON.stringify(itemsOf(runs[0]!, NOTED));
			expect(told).toContain('Not enough credits');
			expect(told).not.toContain(testServer.sandbox.key);
			expect(told).not.toContain('signature=');
			const children = await ended(both, mode === 'once' ? 1 : 3);
			const [stopped] = children.filter(({ status }) => status === 'error');
			expect(stopped!.error?.message).toBe('Not enough credits');
			if (mode === 'once') expect(told).toContain('Already created (2)');
			expect((await testServer.sandbox.control.state()).acceptedPosts).toBe(2);
		},
	);

	it('takes up what it has paid for when its own execution is retried', async () => {
		await rejected();
		const { control } = testServer.sandbox;
		const items = images(testServer.sandbox.url, 3);
		const both = await family({ waitUsing: 'polling', downloadVideo: false }, { mode: 'once' });
		await both.parent.run(items);
		const [stopped] = await ended(both, 1);
		const again = await testServer.n8n.client.retryExecution(stopped!.id);
		const done = await testServer.n8n.client.waitForExecution(again);
		expect(itemsOf(done, HAPPY_HORSE).map(({ json }) => json.status)).toEqual(
			items.map(() => 'COMPLETED'),
		);
		await expectPaidOnce(control, items);
	});

	// A new sub-execution knows nothing of the one before it, neither its ID nor its token (2.41.1).
	it('is started again when the other one is retried: that creates all videos of this run again', async () => {
		await rejected();
		const { control } = testServer.sandbox;
		const items = images(testServer.sandbox.url, 3);
		const both = await family({ waitUsing: 'polling', downloadVideo: false }, { mode: 'once' });
		const failed = await both.parent.run(items);
		const again = await testServer.n8n.client.retryExecution(failed.id);
		const done = await testServer.n8n.client.waitForExecution(again);
		expect(done.status).toBe('success');
		const { acceptedPerImage } = await control.state();
		expect(items.map(({ image }) => acceptedPerImage[image])).toEqual([2, 2, 1]);
	});
});
