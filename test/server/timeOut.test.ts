import { setTimeout as sleep } from 'node:timers/promises';

import type { ExecutionView, Item } from '../../sandbox/n8n/execution';
import { itemsOf } from '../../sandbox/n8n/execution';
import { errorOutputDetails } from '../n8nFacts';
import type { PublishedWorkflow } from './support/testServer/testServer';
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
import type { NamedImage, OnError } from './support/workflows/workflow';
import {
	AFTER,
	AFTER_FAILURE,
	createAndWait,
	HAPPY_HORSE,
	images,
} from './support/workflows/workflow';

/** n8n looks once a minute for executions whose time has come. */
const TIMER_MS = 150_000;

interface Started {
	items: NamedImage[];
	workflow: PublishedWorkflow;
	id: string;
}

const testServer = useTestServer({ reset: false });
let byWebhook: Started;
let byWebhookWithErrorOutput: Started;
let byWebhookInHaste: { resumed: Started; timed: Started };
let contested: Started[];
let all: NamedImage[];

/** Looks at once, before the time of the execution can come. */
async function asleep(started: Promise<Started>): Promise<Started> {
	const { id } = await started;
	expect((await suspended(testServer, id)).status).toBe('waiting');
	return await started;
}

async function start(
	items: NamedImage[],
	waiting: object,
	{ onError, settings = {} }: { onError?: OnError; settings?: object } = {},
): Promise<Started> {
	const happyHorse = {
		...(onError === undefined ? {} : { onError }),
		parameters: createAndWait({
			options: { pollInterval: 5, metadata: '={{ JSON.stringify({ row: $json.name }) }}' },
			...waiting,
		}),
	};
	const workflow = await testServer.publishNode(happyHorse, settings);
	return { items, workflow, id: await workflow.start(items) };
}

/**
 * When a webhook comes, counted from the moment for which n8n has set its timer. How long n8n takes to get to the same
 * point with it is a matter of the computer.
 */
const OFFSETS_MS = [-800, -400, -250, -150, -80, -30, 0, 30];

/** Of a whole execution, in seconds: enough to create, less than what it waits for. */
const HASTE = { settings: { executionTimeout: 10 } };

// All suspended executions wait for the same minute.
beforeAll(async () => {
	const { control, url } = testServer.sandbox;
	all = images(url, 11 + OFFSETS_MS.length);
	await control.rules(
		...all.slice(11).map(({ name }) => ({
			on: 'create' as const,
			where: { prompt: name },
			do: { hold: true, webhooks: 'lost' as const },
		})),
		{ on: 'create', do: { hold: true } },
	);
	const waiting = { waitUsing: 'webhook', maxWait: 0.1 };
	byWebhook = await asleep(start(all.slice(0, 3), waiting));
	byWebhookWithErrorOutput = await asleep(
		start(all.slice(3, 5), waiting, { onError: 'continueErrorOutput' }),
	);
	const withoutFile = { waitUsing: 'webhook', downloadVideo: false };
	byWebhookInHaste = {
		resumed: await asleep(start(all.slice(9, 10), withoutFile, HASTE)),
		timed: await asleep(start(all.slice(10, 11), { ...waiting, maxWait: 0.25 }, HASTE)),
	};
	contested = [];
	for (const item of all.slice(11)) {
		contested.push(await asleep(start([item], { ...withoutFile, maxWait: 2 })));
	}
});

/** What an unfinished video comes out as. */
function unfinished(task_id: string, name: string) {
	return {
		task_id,
		status: 'CREATED',
		generated: [],
		video_url: null,
		video_expires_at: null,
		mode: 'image-to-video',
		model: 'happy-horse-1',
		timed_out: true,
		metadata: { row: name },
	};
}

async function ended({ id }: Started, timeoutMs = 60_000): Promise<ExecutionView> {
	const done = await testServer.n8n.client.waitForExecution(id, { timeoutMs });
	expect(done.status).toBe('success');
	expectNoSecrets(testServer, done);
	return done;
}

/** Hands the unfinished items to the operation Wait, lets the videos be finished, and looks at them. */
async function expectWaitFinishes(items: NamedImage[], unfinishedItems: Item[]): Promise<void> {
	const { sandbox, n8n } = testServer;
	const { control } = sandbox;
	const follow = await testServer.publishNode({
		parameters: {
			operation: 'wait',
			model: 'happy-horse-1',
			taskId: { __rl: true, mode: 'id', value: '={{ $json.task_id }}' },
			maxWait: 5,
			downloadVideo: true,
			outputBinaryPropertyName: 'data',
			options: { pollInterval: 5 },
		},
	});
	const since = Date.now();
	const id = await follow.start(
		unfinishedItems.map(({ json }, index) => ({
			name: items[index]!.name,
			task_id: json.task_id,
		})),
	);
	const pollCount = async () => {
		const { lists, gets } = await traffic(control, since);
		return lists + gets;
	};
	await until('Wait polls', async () => (await pollCount()) >= 1);
	for (const { taskId } of await tasksOf(control, items))
		await control.advance(taskId, 'COMPLETED');
	const done = await n8n.client.waitForExecution(id);
	const tasks = await tasksOf(control, items);
	expect(arrivals(done)).toEqual(expectedArrivals(items, tasks));
	for (const [index, item] of itemsOf(done, HAPPY_HORSE).entries()) {
		expect(item.json).toMatchObject({ status: 'COMPLETED', timed_out: false });
		const served = await servedVideo(control, tasks[index]!);
		expect((await storedVideo(testServer, item)).equals(served)).toBe(true);
	}
	expect((await traffic(control, since)).creates).toBe(0);
}

// n8n sets a timer of its own, to the millisecond, for what ends within the next minute. First of all, since its moment
// is set: what the other tests wait for may be over long before they look.
it('R7: the timer and a webhook at the same moment end in one continuation', async () => {
	const { sandbox, n8n } = testServer;
	const { control } = sandbox;
	for (const { items } of contested) {
		const [task] = await tasksOf(control, items);
		await control.advance(task!.taskId, 'COMPLETED');
	}
	const ends = await Promise.all(
		contested.map(async ({ id, items }, index) => {
			const [task] = await tasksOf(control, items);
			const { waitTill } = await n8n.client.execution(id);
			expect(waitTill).toBeDefined();
			await sleep(Math.max(0, Number(waitTill) + OFFSETS_MS[index]! - Date.now()));
			const [resumed] = await control.sendWebhook(task!.taskId, { status: 'COMPLETED' });
			const done = await n8n.client.waitForExecution(id, { timeoutMs: TIMER_MS });
			return { task: task!, items, done, response: resumed?.responseStatus };
		}),
	);
	// A second continuation would come now.
	await sleep(2000);
	for (const { task, items, done } of ends) {
		expect(done.status).toBe('success');
		const { runData } = await n8n.client.execution(done.id);
		expect(runData[AFTER]).toHaveLength(1);
		expect(arrivals(done)).toEqual(expectedArrivals(items, [task]));
		const { status, timed_out } = itemsOf(done, HAPPY_HORSE)[0]!.json;
		// Finished, or what the timer passes on: there is no third state.
		expect([
			['COMPLETED', false],
			['CREATED', true],
		]).toContainEqual([status, timed_out]);
		expect(await n8n.client.executions({ workflowId: done.workflowId })).toHaveLength(1);
	}
	const won = ends.map(({ done, response }) => {
		const byTimer = itemsOf(done, HAPPY_HORSE)[0]!.json.timed_out === true;
		return `${byTimer ? 'timer' : 'webhook'} ${response}`;
	});
	process.stdout.write(`R7, webhooks at ${OFFSETS_MS.join(', ')} ms: ${won.join(', ')}\n`);
	await expectPaidOnce(control, [...all.slice(0, 5), ...all.slice(9)]);
});

describe('when Max Wait is over', () => {
	it('polling gives the finished videos and flags the others', async () => {
		const { control } = testServer.sandbox;
		const started = await start(all.slice(5, 7), { waitUsing: 'polling', maxWait: 0.2 });
		const { items } = started;
		await until(
			'both are created',
			async () => (await control.state()).acceptedPosts === all.length - 2,
		);
		const tasks = await tasksOf(control, items);
		await control.advance(tasks[0]!.taskId, 'COMPLETED');
		const done = await ended(started);
		const out = itemsOf(done, HAPPY_HORSE);
		expect(out[0]!.json).toMatchObject({
			task_id: tasks[0]!.taskId,
			status: 'COMPLETED',
			timed_out: false,
		});
		expect(out[0]!.binary?.data).toBeDefined();
		expect(out[1]!.json).toEqual(unfinished(tasks[1]!.taskId, items[1]!.name));
		expect(out[1]!.binary).toBeUndefined();
		expect(arrivals(done)).toEqual(expectedArrivals(items, tasks));
		await expectWaitFinishes(items.slice(1), out.slice(1));
	});

	it('polling sends unfinished videos to the error output, where that is wanted', async () => {
		const { control } = testServer.sandbox;
		const started = await start(
			all.slice(7, 9),
			{ waitUsing: 'polling', maxWait: 0.1 },
			{ onError: 'continueErrorOutput' },
		);
		const done = await ended(started);
		await expectAllOnErrorOutput(done, started.items);
		expect((await control.state()).acceptedPosts).toBe(all.length);
	});

	it('a suspended execution continues with all items flagged, in their places', async () => {
		const { control } = testServer.sandbox;
		const { items } = byWebhook;
		const tasks = await tasksOf(control, items);
		const done = await ended(byWebhook, TIMER_MS);
		const out = itemsOf(done, HAPPY_HORSE);
		expect(out.map(({ json }) => json)).toEqual(
			tasks.map(({ taskId }, index) => unfinished(taskId, items[index]!.name)),
		);
		expect(done.runData[AFTER]).toHaveLength(1);
		expect(arrivals(done)).toEqual(expectedArrivals(items, tasks));
		// A webhook that comes too late continues nothing and breaks nothing.
		const [late] = await control.sendWebhook(tasks[0]!.taskId, { status: 'COMPLETED' });
		expect([404, 409]).toContain(late!.responseStatus);
		await expectWaitFinishes(items, out);
	});

	it('a suspended execution sends them to the error output, where that is wanted', async () => {
		const { items } = byWebhookWithErrorOutput;
		const done = await ended(byWebhookWithErrorOutput, TIMER_MS);
		await expectAllOnErrorOutput(done, items);
		await expectPaidOnce(testServer.sandbox.control, all);
	});
});

// n8n starts the time of an execution again when a webhook continues it, and not when its timer does (2.41.1).
describe('R23: a workflow that may take less time than its videos', () => {
	// By its first node: n8n 1 starts the time of an execution again when it continues (1.123.81).
	const ageOf = ({ runData, stoppedAt }: ExecutionView) =>
		Number(stoppedAt) - runData.Webhook![0]!.startTime!;

	it('continues when the provider sends a webhook', async () => {
		const { control } = testServer.sandbox;
		const { resumed } = byWebhookInHaste;
		const [task] = await tasksOf(control, resumed.items);
		await control.advance(task!.taskId, 'COMPLETED');
		const done = await ended(resumed);
		expect(ageOf(done)).toBeGreaterThan(HASTE.settings.executionTimeout * 1000);
		expect(arrivals(done)).toEqual(expectedArrivals(resumed.items, [task!]));
		expect(itemsOf(done, HAPPY_HORSE)[0]!.json).toMatchObject({ status: 'COMPLETED' });
	});

	it('is stopped by n8n at the end of Max Wait, creates nothing more, and keeps the task ID', async () => {
		const { control } = testServer.sandbox;
		const { timed } = byWebhookInHaste;
		const [task] = await tasksOf(control, timed.items);
		const done = await testServer.n8n.client.waitForExecution(timed.id, { timeoutMs: TIMER_MS });
		expect(done.status).toBe('canceled');
		expect(done.runData[AFTER]).toBeUndefined();
		expect(JSON.stringify(done.data)).toContain(task!.taskId);
		expectNoSecrets(testServer, done);
		await expectPaidOnce(control, all);
	});
});

async function expectAllOnErrorOutput(done: ExecutionView, items: NamedImage[]): Promise<void> {
	const tasks = await tasksOf(testServer.sandbox.control, items);
	expect(itemsOf(done, HAPPY_HORSE)).toEqual([]);
	const failed = itemsOf(done, HAPPY_HORSE, { output: 1 });
	expect(failed.map(({ json }) => ({ error: json.error, details: json.details }))).toEqual(
		tasks.map(({ taskId }, index) => ({
			error: `Video ${taskId} was not finished in time`,
			details: errorOutputDetails(unfinished(taskId, items[index]!.name)),
		})),
	);
	expect(arrivals(done, AFTER_FAILURE)).toEqual(expectedArrivals(items, tasks));
	expect(done.runData[AFTER]).toBeUndefined();
}
