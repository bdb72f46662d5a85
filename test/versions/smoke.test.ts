import type { Browser } from 'playwright-core';

import { launchBrowser } from '../../sandbox/browser/launch';
import { itemsOf, type ExecutionView } from '../../sandbox/n8n/execution';
import { Editor } from '../editor/support/editor';
import { openWindow, witnessed } from '../editor/support/editorSession';
import { createParameters, workflowByHand } from '../editor/support/editorWorkflow';
import { AGENT, agentWorkflow, TOOL } from '../server/support/agent/agentWorkflow';
import { scriptedModel, toldByTools } from '../server/support/agent/scriptedModel';
import {
	arrivals,
	expectedArrivals,
	expectNoSecrets,
	expectPaidOnce,
	jsonsOf,
	servedVideo,
	storedVideo,
	tasksOf,
	traffic,
	until,
} from '../server/support/assertions/watching';
import {
	expectAllVideos,
	expectVideos,
	finish,
	useWaitingRuns,
	type WaitingRun,
} from '../server/support/executions/waitingRuns';
import { rawRequest } from '../server/support/network/rawRequest';
import { useOwnServer } from '../server/support/testServer/useTestServer';
import { signedWebhook, type Change } from '../server/support/webhooks/signedWebhook';
import { messageId } from '../server/support/webhooks/signing';
import { taskFromItem } from '../server/support/workflows/itemParameters';
import {
	listen,
	passedOn,
	triggeredTimes,
	triggerWorkflow,
} from '../server/support/workflows/triggerWorkflow';
import {
	AFTER_FAILURE,
	createAndWait,
	HAPPY_HORSE,
	images,
	type NamedImage,
} from '../server/support/workflows/workflow';
import { check } from './check';

const AMOUNT = 5;
const PATIENCE_MS = 120_000;
const CREATE = { operation: 'create', callback: 'none' };
const POLLING = { waitUsing: 'polling', options: { pollInterval: 5 } };
const REJECTED = { response: { status: 400, body: { message: 'Not this one' } } };

const testServer = useOwnServer();
const runs = useWaitingRuns(testServer);

const five = () => images(testServer.sandbox.url, AMOUNT);

const ended = async (id: string) =>
	await testServer.n8n.client.waitForExecution(id, { timeoutMs: PATIENCE_MS });

const state = async () => await testServer.sandbox.control.state();

/** The middle one of the items is rejected for the first so many times. */
async function rejectOne(items: readonly NamedImage[], times: number): Promise<void> {
	const { control } = testServer.sandbox;
	await control.rules({
		...{ on: 'create', where: { imageUrl: items[2]!.image } },
		...{ times, do: REJECTED },
	});
}

async function expectCreatedOnce(done: ExecutionView, items: NamedImage[]): Promise<void> {
	const { control } = testServer.sandbox;
	expect([done.status, done.error?.message]).toEqual(['success', undefined]);
	expect(arrivals(done)).toEqual(expectedArrivals(items, await tasksOf(control, items)));
	await expectPaidOnce(control, items);
}

async function finished(run: WaitingRun): Promise<ExecutionView> {
	await finish(run, run.tasks);
	return await ended(run.id);
}

check('create', async () => {
	const items = five();
	const workflow = await testServer.publishNode({ parameters: createAndWait(CREATE) });
	const done = await workflow.run(items);
	await expectCreatedOnce(done, items);
	expect((await state()).posts).toHaveLength(AMOUNT);
	expectNoSecrets(testServer, done);
});

check('webhook', async () => {
	const run = await runs.start({ amount: AMOUNT, secret: 'right' });
	const done = await finished(run);
	await expectAllVideos(testServer, { done, run });
});

check('polling', async () => {
	const run = await runs.start({ amount: AMOUNT, secret: 'right', parameters: POLLING });
	const done = await finished(run);
	await expectVideos(testServer, { done, run });
	expect((await run.control.state()).webhooks).toEqual([]);
});

check('errorOutput', async (differs) => {
	const { control } = testServer.sandbox;
	const items = five();
	const failure = { error: 'The image shows a brand.' };
	await control.rules({
		...{ on: 'create', where: { imageUrl: items[1]!.image } },
		do: { outcome: 'FAILED', failure },
	});
	const workflow = await testServer.publishNode({
		parameters: createAndWait({ ...POLLING, downloadVideo: false }),
		onError: 'continueErrorOutput',
	});
	const done = await workflow.run(items, PATIENCE_MS);
	expect(done.status).toBe('success');
	await expectPaidOnce(control, items);
	const tasks = await tasksOf(control, items);
	const wanted = expectedArrivals(items, tasks);
	expect(arrivals(done)).toEqual(wanted.toSpliced(1, 1));
	expect(arrivals(done, AFTER_FAILURE)).toEqual([wanted[1]]);
	const [failed] = itemsOf(done, HAPPY_HORSE, { output: 1 });
	const { taskId } = tasks[1]!;
	const texts = { error: `Video ${taskId} was not made`, message: failure.error };
	const details = expect.objectContaining({ task_id: taskId, status: 'FAILED' }) as object;
	expect(failed?.json).toMatchObject(texts);
	expect(failed?.json.details).toEqual(differs('leavesDetailsOut') ? undefined : details);
});

check('retryOnFail', async () => {
	const items = five();
	await rejectOne(items, 2);
	const workflow = await testServer.publishNode({
		parameters: createAndWait(CREATE),
		settings: { retryOnFail: true, maxTries: 3, waitBetweenTries: 300 },
	});
	await expectCreatedOnce(await workflow.run(items), items);
	expect((await state()).posts).toHaveLength(AMOUNT + 2);
});

check('retry', async () => {
	const { client } = testServer.n8n;
	const items = five();
	await rejectOne(items, 1);
	const workflow = await testServer.publishNode({ parameters: createAndWait(CREATE) });
	const failed = await workflow.run(items);
	expect([failed.status, failed.error?.message]).toEqual([
		'error',
		expect.stringContaining('Not this one'),
	]);
	for (let press = 0; press < 2; press++) {
		await expectCreatedOnce(await ended(await client.retryExecution(failed.id)), items);
	}
	expect((await state()).posts).toHaveLength(AMOUNT + 1);
});

check('key', async () => {
	const items = five();
	const options = { idempotencyKey: '={{ $json.name }}' };
	const workflow = await testServer.publishNode({
		parameters: createAndWait({ ...CREATE, options }),
	});
	await expectCreatedOnce(await workflow.run(items), items);
	const again = await workflow.run(items);
	await expectCreatedOnce(again, items);
	expect(jsonsOf(again).map(({ reused }) => reused)).toEqual(items.map(() => true));
	expect((await state()).posts).toHaveLength(AMOUNT);
});

describe('n8n is killed and started again', () => {
	let waiting: WaitingRun;
	let running: WaitingRun;

	beforeAll(async () => {
		waiting = await runs.start({ amount: AMOUNT, secret: 'right' });
		running = await runs.start({ amount: AMOUNT, secret: 'right', parameters: POLLING });
		await until('the second polls', async () => (await traffic(running.control)).lists > 0);
		await testServer.n8n.kill9();
		await testServer.n8n.restart();
	});

	check('restart', async () => {
		const done = await finished(waiting);
		await expectAllVideos(testServer, { done, run: waiting });
	});

	check('crash', async (differs) => {
		const { client } = testServer.n8n;
		const { control, id, items, tasks } = running;
		await client.waitForExecution(id, { until: ['crashed'] });
		await control.clearRules();
		await finish(running, tasks);
		const done = await ended(await client.retryExecution(id));
		expect([done.status, done.error?.message]).toEqual(['success', undefined]);
		expect(jsonsOf(done).map(({ status }) => status)).toEqual(items.map(() => 'COMPLETED'));
		if (differs('paysAgainAfterCrash')) {
			expect((await control.state()).acceptedPosts).toBe(2 * AMOUNT);
		} else {
			expect(jsonsOf(done).map(({ task_id }) => task_id)).toEqual(
				tasks.map(({ taskId }) => taskId),
			);
			await expectPaidOnce(control, items);
		}
	});
});

/** A webhook about a finished task, at the URL of a trigger; gives the status of the response. */
async function tell(url: string, taskId: string, change: Change = {}): Promise<number> {
	const { secret } = testServer.sandbox;
	return (await rawRequest(url, signedWebhook({ taskId, secret }, change))).status;
}

async function finishedTask(): Promise<string> {
	const [taskId = ''] = await testServer.sandbox.control.seedTasks({
		count: 1,
		status: 'COMPLETED',
	});
	return taskId;
}

/** Waits until the trigger has passed on that many videos, and gives their tasks. */
async function passed(id: string, times: number): Promise<unknown[]> {
	await triggeredTimes(testServer.n8n, { id, times });
	return passedOn(testServer.n8n, id).map(({ task_id }) => task_id);
}

check('signed', async () => {
	const { credential } = testServer;
	const { id, url } = await listen(testServer, triggerWorkflow({ credential }));
	const [forged, genuine] = [await finishedTask(), await finishedTask()];
	expect(await tell(url, forged, { key: 'another secret' })).toBe(401);
	expect(await tell(url, genuine)).toBe(200);
	expect(await passed(id, 1)).toEqual([genuine]);
});

check('unsigned', async () => {
	const { control, url: baseUrl, key: apiKey } = testServer.sandbox;
	const credential = await testServer.addCredential({ provider: 'custom', baseUrl, apiKey });
	const { id, url } = await listen(testServer, triggerWorkflow({ credential }));
	expect(await tell(url, crypto.randomUUID())).toBe(401);
	const since = Date.now();
	const genuine = await finishedTask();
	expect(await tell(url, genuine)).toBe(200);
	expect(await passed(id, 1)).toEqual([genuine]);
	expect((await traffic(control, since)).read).toContain(genuine);
});

check('doubled', async () => {
	const { credential } = testServer;
	const { id, url } = await listen(testServer, triggerWorkflow({ credential }));
	const taskId = await finishedTask();
	const same = { id: messageId() };
	for (const change of [same, same, { id: messageId() }]) {
		expect(await tell(url, taskId, change)).toBe(200);
	}
	// What comes after them has come through: none of them is still on its way.
	const other = await finishedTask();
	expect(await tell(url, other)).toBe(200);
	expect(await passed(id, 2)).toEqual([taskId, other]);
});

check('download', async () => {
	const { control } = testServer.sandbox;
	const taskId = await finishedTask();
	const workflow = await testServer.publishNode({
		parameters: taskFromItem('download', { outputBinaryPropertyName: 'clip' }),
	});
	const done = await workflow.run([{ model: 'happy-horse-1', task_id: taskId }]);
	expect(done.status).toBe('success');
	const [item] = itemsOf(done, HAPPY_HORSE);
	const task = (await control.state()).tasks.find((one) => one.taskId === taskId)!;
	const stored = await storedVideo(testServer, item!, 'clip');
	expect(stored.equals(await servedVideo(control, task))).toBe(true);
	expect(stored.length).toBeGreaterThan(1000);
});

check('agent', async () => {
	const { n8n, credential } = testServer;
	const model = await scriptedModel();
	try {
		const data = { apiKey: 'sk-scripted', url: model.url };
		const id = await n8n.client.createCredential('openAiApi', { name: 'Scripted', data });
		const fromAi = (name: string) => `={{ $fromAI('${name}', 'What the user wants', 'string') }}`;
		const fields = { imageUrl: fromAi('image_url'), prompt: fromAi('prompt') };
		const parameters = createAndWait({ ...POLLING, ...fields, downloadVideo: false });
		const input = { image_url: five()[0]!.image, prompt: 'A horse gallops' };
		model.play({ input }, { say: (request) => `Here: ${toldByTools(request).at(-1)}` });
		const workflow = await testServer.publish(
			agentWorkflow({
				happyHorse: credential,
				openAi: { id, name: 'Scripted' },
				tools: { [TOOL]: parameters },
			}),
		);
		const done = await workflow.run([{ image: 'x' }], PATIENCE_MS);
		expect([done.status, done.error?.message]).toEqual(['success', undefined]);
		const { posts, tasks } = await state();
		expect(posts.map(({ body }) => body)).toEqual([expect.objectContaining(input)]);
		const said = String(itemsOf(done, AGENT)[0]?.json.output);
		expect(said).toContain(tasks[0]!.taskId);
		expect(said).toContain(tasks[0]!.generated[0]!.split('?')[0]);
	} finally {
		await model.close();
	}
});

const REQUEST = ['Image Source', 'Image URL', 'Prompt', 'Resolution', 'Duration (Seconds)'];

/** What the form shows for each operation, top to bottom. */
const FORMS = {
	'Create and Wait': [
		...['Resource', 'Operation', 'Model', ...REQUEST, 'Wait Using', 'Max Wait (Minutes)'],
		...['Download Video', 'Output Data Field Name', 'Options'],
	],
	Get: ['Resource', 'Operation', 'Model', 'Task', 'Download Video', 'Options'],
};

describe('In a browser', () => {
	let browser: Browser;

	beforeAll(async () => {
		browser = await launchBrowser();
	});

	afterAll(async () => await browser?.close());

	check('editor', async () => {
		const { n8n, credential } = testServer;
		const workflow = workflowByHand(credential, createParameters(five()[0]!.image));
		const id = await n8n.client.importWorkflow(workflow, { activate: false });
		const page = await openWindow(browser);
		const editor = new Editor(page, n8n.url);
		await witnessed(page, async () => {
			await editor.signIn();
			await editor.openWorkflow(id);
			await editor.openNode(HAPPY_HORSE);
			for (const [operation, fields] of Object.entries(FORMS)) {
				if (operation === 'Get') await editor.choose('operation', operation);
				await until(`${operation} shows ${fields.join(', ')}`, async () => {
					return (await editor.labels()).join() === fields.join();
				});
			}
		});
	});
});
