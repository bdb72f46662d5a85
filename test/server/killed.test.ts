import { setTimeout as sleep } from 'node:timers/promises';

import type { ExecutionView } from '../../sandbox/n8n/execution';
import { itemsOf } from '../../sandbox/n8n/execution';
import type { SandboxState } from '../../sandbox/api/control';
import { n8nFacts } from '../n8nFacts';
import { leadsTo, node } from './support/workflows/node';
import type { PublishedWorkflow } from './support/testServer/testServer';
import { useOwnServer } from './support/testServer/useTestServer';
import {
	arrivals,
	webhooksHandled,
	expectNoSecrets,
	expectPaidOnce,
	suspended,
	tasksOf,
	until,
} from './support/assertions/watching';
import type { NamedImage, OnError } from './support/workflows/workflow';
import {
	AFTER,
	createAndWait,
	HAPPY_HORSE,
	imagesOf,
	workflowWith,
} from './support/workflows/workflow';

const testServer = useOwnServer({ reset: false });

const SLOW_MS = 900;

/** So many that a busy computer does not get through all of them before it kills n8n. */
const MANY = 12;

const batchOf = (batch: string, amount: number) =>
	imagesOf(testServer.sandbox.url, { batch, amount });

function workflow(overrides: Record<string, unknown>, onError: OnError = 'stopWorkflow') {
	const { credential } = testServer;
	const parameters = createAndWait({ options: { pollInterval: 5 }, ...overrides });
	return workflowWith({ credential, onError, parameters });
}

const slowly = { waitUsing: 'polling', options: { maxConcurrency: 1, pollInterval: 5 } };

/**
 * A pause before the node "After", in memory: n8n stores pauses of more than 65 s only. It ends at a moment that is over
 * when the execution is retried.
 */
function withPause(before: ReturnType<typeof workflow>) {
	const pause = node('Pause', 'n8n-nodes-base.wait', {
		typeVersion: 1.1,
		webhookId: `${before.path}-pause`,
		parameters: {
			resume: 'specificTime',
			dateTime: new Date(Date.now() + 45_000).toISOString(),
		},
	});
	return {
		...before,
		nodes: [...before.nodes, pause],
		connections: {
			...before.connections,
			[HAPPY_HORSE]: leadsTo('Pause'),
			Pause: leadsTo(AFTER),
		},
	};
}

const accepted = (state: SandboxState, items: readonly NamedImage[]) =>
	items.map(({ image }) => state.acceptedPerImage[image] ?? 0);

const AGAIN = n8nFacts.createsAgainAfterCrash;

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);

async function retried(id: string): Promise<ExecutionView> {
	const { client } = testServer.n8n;
	return await client.waitForExecution(await client.retryExecution(id));
}

describe('n8n is killed and started again', () => {
	let stopping: NamedImage[];
	let goingOn: NamedImage[];
	let finished: NamedImage[];
	let ids: { stopping: string; goingOn: string; finished: string };
	let atTheKill: SandboxState;

	beforeAll(async () => {
		const { control } = testServer.sandbox;
		await control.reset();
		await control.rules({ on: 'create', where: { prompt: 'slow' }, do: { delayMs: SLOW_MS } });
		[stopping, goingOn, finished] = [
			batchOf('slow, stops', MANY),
			batchOf('slow, continues', MANY),
			batchOf('quick', 3),
		];
		const publish = async (made: ReturnType<typeof workflow>): Promise<PublishedWorkflow> =>
			await testServer.publish(made);
		const [one, two, three] = [
			await publish(workflow(slowly)),
			await publish(workflow(slowly, 'continueRegularOutput')),
			await publish(withPause(workflow({ waitUsing: 'polling' }))),
		];
		const last = await three.start(finished);
		await until('the third pauses', async () => {
			const { requests } = await control.state();
			const fetched = requests.filter(
				({ path, status }) => path.startsWith('/results/') && status === 200,
			);
			return fetched.length >= finished.length;
		});
		// Both begin at the same time, so that neither has all its videos when the other has three.
		const [first, second] = await Promise.all([one.start(stopping), two.start(goingOn)]);
		ids = { stopping: first, goingOn: second, finished: last };
		await until('three create requests of each', async () => {
			const state = await control.state();
			return sum(accepted(state, stopping)) >= 3 && sum(accepted(state, goingOn)) >= 3;
		});
		await testServer.n8n.kill9();
		await testServer.n8n.restart();
		// A create request that was under way is processed all the same.
		await sleep(2 * SLOW_MS);
		atTheKill = await control.state();
		await control.clearRules();
	});

	it('marks its executions as crashed, and keeps nothing of what the node knew', async () => {
		const { client } = testServer.n8n;
		for (const id of Object.values(ids)) {
			const seen = await client.waitForExecution(id, { until: ['crashed'] });
			expect(seen.lastNodeExecuted).toBeDefined();
			expect(JSON.stringify(seen.data)).not.toContain('paid_requests');
		}
		expect(Math.max(...accepted(atTheKill, [...stopping, ...goingOn]))).toBe(1);
		expect(sum(accepted(atTheKill, stopping))).toBeLessThan(MANY);
	});

	it('takes up what was paid for when the crashed execution is retried, and says what may exist', async () => {
		const { control } = testServer.sandbox;
		const done = await retried(ids.goingOn);
		const state = await control.state();
		const before = accepted(atTheKill, goingOn);
		const out = itemsOf(done, HAPPY_HORSE);
		expect(out).toHaveLength(MANY);
		if (AGAIN > 0) {
			expect(accepted(state, goingOn)).toEqual(before.map((times) => times + AGAIN));
			expect(out.map(({ json }) => json.status)).toEqual(goingOn.map(() => 'COMPLETED'));
			return;
		}
		const unsure = out.filter(({ json }) => /may have created/.test(String(json.error)));
		// One request was in flight, and one response may not have been written down yet.
		expect(unsure.length).toBeLessThanOrEqual(1);
		const { tasks } = state;
		const times = accepted(state, goingOn);
		for (const [index, { json }] of out.entries()) {
			if (json.error !== undefined) {
				// The kill fell before or after its request had left: the retry cannot know, and sends nothing.
				expect(unsure).toContain(out[index]);
				expect(times[index]).toBe(before[index]);
				continue;
			}
			expect(times[index]).toBe(1);
			const own = tasks.find(({ prompt }) => prompt === goingOn[index]!.name);
			expect([json.task_id, json.status]).toEqual([own?.taskId, 'COMPLETED']);
		}
		expectNoSecrets(testServer, done);
	});

	it('never creates again either when the first doubt stops the node, however often it is retried', async () => {
		const { control } = testServer.sandbox;
		const first = await retried(ids.stopping);
		const second = await retried(first.status === 'error' ? first.id : ids.stopping);
		const state = await control.state();
		expect(Math.max(...accepted(state, stopping))).toBe(1 + 2 * AGAIN);
		for (const execution of [first, second]) {
			if (execution.status === 'success') continue;
			expect(execution.error?.message).toMatch(/may have created/);
			expect(execution.error?.description).toMatch(/Already created \(\d+\)/);
		}
	});

	it('takes up all videos when it was killed after the node had finished', async () => {
		const done = await retried(ids.finished);
		expect(done.status).toBe('success');
		const times = accepted(await testServer.sandbox.control.state(), finished);
		expect(times).toEqual(finished.map(() => 1 + AGAIN));
		if (AGAIN > 0) return;
		const tasks = await tasksOf(testServer.sandbox.control, finished);
		expect(arrivals(done).map(({ task_id }) => task_id)).toEqual(tasks.map(({ taskId }) => taskId));
	});
});

describe('Retry from the list of executions', () => {
	beforeEach(async () => {
		await testServer.sandbox.control.reset();
	});

	afterEach(async () => {
		await webhooksHandled(testServer.sandbox.control);
	});

	// n8n takes the retry for the end of the wait and does not run the node (2.41.1).
	it('passes on the task IDs of an execution that was stopped while it waited, and creates none', async () => {
		const { n8n, sandbox } = testServer;
		const { control } = sandbox;
		await control.rules({ on: 'create', do: { hold: true } });
		const items = batchOf('waiting', 3);
		const published = await testServer.publish(workflow({ waitUsing: 'webhook' }));
		const id = await published.start(items);
		expect((await suspended(testServer, id)).status).toBe('waiting');
		await n8n.client.stopExecution(id);
		expect((await n8n.client.waitForExecution(id)).status).toBe('canceled');
		const tasks = await tasksOf(control, items);
		for (const { taskId } of tasks) await control.advance(taskId, 'COMPLETED');
		const done = await retried(id);
		expect(done.status).toBe('success');
		await expectPaidOnce(control, items);
		expect(arrivals(done)).toEqual(
			items.map(({ name }, index) => ({ name, task_id: tasks[index]!.taskId })),
		);
		expect(itemsOf(done, HAPPY_HORSE).map(({ json }) => json.timed_out)).toEqual([
			true,
			true,
			true,
		]);
	});

	it('brings out the videos after n8n was killed while it waited, too', async () => {
		const { n8n, sandbox } = testServer;
		const { control } = sandbox;
		await control.rules({ on: 'create', do: { hold: true } });
		const items = batchOf('sleeping', 3);
		const published = await testServer.publish(workflow({ waitUsing: 'webhook' }));
		const id = await published.start(items);
		expect((await suspended(testServer, id)).status).toBe('waiting');
		await n8n.kill9();
		await n8n.restart();
		for (const { taskId } of await tasksOf(control, items))
			await control.advance(taskId, 'COMPLETED');
		const done = await n8n.client.waitForExecution(id);
		expect(done.status).toBe('success');
		await expectPaidOnce(control, items);
		expect(itemsOf(done, HAPPY_HORSE).map(({ json }) => json.status)).toEqual(
			items.map(() => 'COMPLETED'),
		);
	});

	it.each(['polling', 'webhook'])(
		'sends nothing again that was, or may have been, created (%s)',
		async (waitUsing) => {
			const { control } = testServer.sandbox;
			const items = batchOf('batch', 7);
			await control.rules({
				on: 'create',
				where: { prompt: 'batch 3' },
				times: 1,
				do: { reset: 'afterProcessing' },
			});
			const published = await testServer.publish(workflow({ waitUsing }));
			const failed = await published.run(items);
			expect(failed.status).toBe('error');
			expect(failed.error?.message).toBe('Connection lost before the API responded');
			const first = (await control.state()).acceptedPosts;
			for (let time = 0; time < 2; time++) {
				const again = await retried(failed.id);
				expect(again.status).toBe('error');
				expect(again.error?.message).toBe('An earlier try of this item may have created its video');
			}
			const state = await control.state();
			expect(Math.max(...accepted(state, items))).toBe(1);
			expect(state.posts).toHaveLength(state.acceptedPosts);
			expect(state.acceptedPosts).toBeGreaterThanOrEqual(first);
		},
	);
});
