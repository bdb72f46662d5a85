import type { IDataObject } from 'n8n-workflow';

import type { SandboxTask } from '../../../sandbox/api/wire';
import type { ExecutionView, Item } from '../../../sandbox/n8n/execution';
import { itemsOf } from '../../../sandbox/n8n/execution';
import { errorOutputDetails } from '../../n8nFacts';
import type { RequestCase } from '../../unit/support/requestCases';
import { AGENT, agentWorkflow } from '../support/agent/agentWorkflow';
import type { ScriptedModel } from '../support/agent/scriptedModel';
import { scriptedModel, toldByTools } from '../support/agent/scriptedModel';
import {
	expectNoSecrets,
	jsonsOf,
	servedVideo,
	storedVideo,
	suspended,
	until,
} from '../support/assertions/watching';
import { rawRequest } from '../support/network/rawRequest';
import {
	endpointsOf,
	parametersFrom,
	requestOf,
	RESOURCE_CASES,
	secondsOf,
	shapeOf,
	withSandboxFiles,
} from '../support/resources/resourceCases';
import type { PublishedWorkflow } from '../support/testServer/testServer';
import { useOwnServer } from '../support/testServer/useTestServer';
import { signedWebhook } from '../support/webhooks/signedWebhook';
import { webhookBody } from '../support/webhooks/signing';
import {
	creatingWorkflow,
	listen,
	passedOn,
	triggeredTimes,
	triggerWorkflow,
} from '../support/workflows/triggerWorkflow';
import type { CredentialReference, OnError } from '../support/workflows/workflow';
import { AFTER, HAPPY_HORSE } from '../support/workflows/workflow';

// Tasks and rules of all tests live next to each other: prompts tell them apart.
const testServer = useOwnServer({ reset: false });

const LONG_MS = 120_000;

const at = <T>(value: T): T => withSandboxFiles(value, testServer.sandbox.url);

const state = async () => await testServer.sandbox.control.state();

/** The task of each prompt. */
async function tasksFor(prompts: readonly string[]): Promise<SandboxTask[]> {
	const { tasks, acceptedPerPrompt } = await state();
	expect(prompts.map((prompt) => acceptedPerPrompt[prompt])).toEqual(prompts.map(() => 1));
	return prompts.map((prompt) => tasks.find((task) => task.prompt === prompt)!);
}

const WAITING: Record<string, IDataObject> = {
	polling: { waitUsing: 'polling', options: { pollInterval: 5 } },
	webhook: { waitUsing: 'webhook' },
};

/** How executions wait, and where their failed items go. */
const RUNS: Array<[way: string, onError: OnError]> = [
	['polling', 'stopWorkflow'],
	['webhook', 'stopWorkflow'],
	['polling', 'continueErrorOutput'],
	['webhook', 'continueErrorOutput'],
];

interface Started {
	id: string;
	prompts: string[];
	workflow: PublishedWorkflow;
}

const started = new Map<string, Started>();

const promptsOf = (batch: string, ends: readonly string[]) => ends.map((end) => `${batch}: ${end}`);

/** Four items of the last model: the third one fails, and the fourth one has no video. */
async function start(
	theCase: RequestCase,
	batch: string,
	{
		ends = ['first', 'second', 'failed', 'empty'],
		others = {},
		onError = 'stopWorkflow',
	}: { ends?: string[]; others?: IDataObject; onError?: OnError } = {},
): Promise<Started> {
	const prompts = promptsOf(batch, ends);
	const model = theCase.resource.models.at(-1)!.value;
	const requests = prompts.map((prompt) =>
		requestOf(theCase, testServer.sandbox.url, { prompt, model }),
	);
	const parameters = parametersFrom(theCase, requests, {
		...{ operation: 'createAndWait', maxWait: 10, downloadVideo: true },
		...{ outputBinaryPropertyName: 'clip', ...others },
	});
	const workflow = await testServer.publishNode({ parameters, onError });
	const items = requests.map((request, index) => ({ name: prompts[index], request }));
	return { id: await workflow.start(items), prompts, workflow };
}

const ended = async (id: string): Promise<ExecutionView> => {
	const done = await testServer.n8n.client.waitForExecution(id, { timeoutMs: LONG_MS });
	expect([done.status, done.error]).toEqual(['success', undefined]);
	expectNoSecrets(testServer, done);
	return done;
};

/** The file is the video of the task, and what the node says of it is so. */
async function expectVideo(
	item: Item | undefined,
	{ task, body, field = 'clip' }: { task: SandboxTask; body: IDataObject; field?: string },
): Promise<void> {
	expect(Object.keys(item?.binary ?? {})).toEqual([field]);
	expect(item?.binary?.[field]).toMatchObject({
		...{ fileName: `happy-horse-${task.taskId}.mp4`, mimeType: 'video/mp4' },
	});
	const [stored, served] = await Promise.all([
		storedVideo(testServer, item!, field),
		servedVideo(testServer.sandbox.control, task),
	]);
	expect(stored.equals(served)).toBe(true);
	const video = item!.json.video as Record<string, number>;
	expect(video).toMatchObject({ bytes: served.length, has_audio: false, fast_start: true });
	const { width = NaN, height = NaN, duration_seconds = NaN, fps = NaN } = video;
	// Sides are even numbers, and videos end with a frame.
	expect(Math.abs(width / height / shapeOf(body) - 1)).toBeLessThan(0.02);
	expect(Math.abs(duration_seconds - secondsOf(body))).toBeLessThanOrEqual(1 / fps);
}

const finishedJson = ({ taskId, endpoint }: SandboxTask) => {
	const [mode, model] = endpoint.split('/');
	return {
		...{ task_id: taskId, status: 'COMPLETED', mode, model, timed_out: false },
		video_url: expect.stringContaining(`/results/${taskId}`) as string,
	};
};

const held: Record<string, Started> = {};
let model: ScriptedModel;
let openAi: CredentialReference;

beforeAll(async () => {
	const { control } = testServer.sandbox;
	model = await scriptedModel();
	const data = { apiKey: 'sk-scripted', url: model.url };
	const named = { name: 'Scripted' };
	const id = await testServer.n8n.client.createCredential('openAiApi', { ...named, data });
	openAi = { id, ...named };
	await control.rules(
		{ on: 'create', where: { prompt: 'restart' }, do: { hold: true } },
		{ on: 'create', where: { prompt: ': first' }, do: { seconds: 120 } },
		{ on: 'create', where: { prompt: 'trigger' }, do: { seconds: 10 } },
		{
			...{ on: 'create', where: { prompt: ': failed' } },
			do: { outcome: 'FAILED', failure: { error: 'No horse seen' } },
		},
		{ on: 'create', where: { prompt: ': empty' }, do: { outcome: 'COMPLETED_EMPTY' } },
	);
	// All of them wait at the same time.
	for (const [name, theCase] of RESOURCE_CASES) {
		held[name] = await start(theCase, `${name} restart`, {
			ends: ['one', 'two'],
			others: { waitUsing: 'webhook', maxWait: 30 },
		});
		for (const [way, onError] of RUNS) {
			const batch = `${name} ${way} ${onError}`;
			started.set(batch, await start(theCase, batch, { others: WAITING[way]!, onError }));
		}
	}
});

afterAll(async () => {
	await model?.close();
});

const NO_VIDEO = /completed but holds no video/;

describe.each(RESOURCE_CASES)('A video of %s', (name, theCase) => {
	const { resource } = theCase;
	const endpoints = endpointsOf(resource);

	it.each(RUNS)('by %s, with %s, comes out in its place, with its file', async (way, onError) => {
		const { id, prompts } = started.get(`${name} ${way} ${onError}`)!;
		const done = await ended(id);
		const tasks = await tasksFor(prompts);
		expect(new Set(tasks.map(({ endpoint }) => endpoint))).toEqual(new Set([endpoints.at(-1)]));
		expect(tasks.map(({ webhookUrl }) => webhookUrl !== null)).toEqual(
			tasks.map(() => way === 'webhook'),
		);
		const found = itemsOf(done, HAPPY_HORSE);
		const rejected = itemsOf(done, HAPPY_HORSE, { output: 1 });
		const [failedTask, emptyTask] = tasks.slice(2);
		expect(found.slice(0, 2).map(({ json }) => json)).toEqual(
			tasks.slice(0, 2).map((task) => expect.objectContaining(finishedJson(task)) as object),
		);
		for (const [index, item] of found.slice(0, 2).entries()) {
			await expectVideo(item, { task: tasks[index]!, body: at(theCase.body) });
		}
		if (onError === 'stopWorkflow') {
			expect(found.map(({ pairedItem }) => pairedItem)).toEqual(
				[0, 1, 2, 3].map((item) => ({ item })),
			);
			expect(found.slice(2).map(({ json }) => json)).toMatchObject([
				{
					...{ task_id: failedTask!.taskId, status: 'FAILED', mode: resource.mode },
					...{ failure: { message: 'No horse seen' }, api_error: 'No horse seen' },
				},
				{
					...{ task_id: emptyTask!.taskId, status: 'COMPLETED', mode: resource.mode },
					failure: { message: expect.stringMatching(NO_VIDEO) as string },
				},
			]);
			expect(jsonsOf(done, AFTER).map(({ name: from }) => from)).toEqual(prompts);
		} else {
			expect(found.map(({ pairedItem }) => pairedItem)).toEqual([0, 1].map((item) => ({ item })));
			expect(
				rejected.map(({ json, pairedItem }) => [json.error, json.details, pairedItem]),
			).toEqual([
				[
					expect.stringContaining(failedTask!.taskId),
					errorOutputDetails(
						expect.objectContaining({ task_id: failedTask!.taskId, status: 'FAILED' }),
					),
					{ item: 2 },
				],
				[
					expect.stringContaining(emptyTask!.taskId),
					errorOutputDetails(expect.objectContaining({ task_id: emptyTask!.taskId })),
					{ item: 3 },
				],
			]);
		}
	});

	it('is found, listed, waited for and downloaded at the endpoint that made it', async () => {
		const { control } = testServer.sandbox;
		const seeded = await Promise.all(
			endpoints.map(async (endpoint) => {
				const [taskId = ''] = await control.seedTasks({ count: 1, endpoint });
				return { taskId, model: endpoint.split('/')[1] };
			}),
		);
		const ids = seeded.map(({ taskId }) => taskId);
		const { tasks } = await state();
		const own = ids.map((id) => tasks.find(({ taskId }) => taskId === id)!);
		const items = seeded.map(({ taskId, model: ownModel }) => ({
			task_id: taskId,
			model: ownModel,
		}));
		const runOf = async (operation: string, more: IDataObject) => {
			const taskId = { __rl: true, mode: 'id', value: '={{ $json.task_id }}' };
			const fields = operation === 'getAll' ? {} : { taskId };
			const fixed = { resource: resource.value, operation, model: '={{ $json.model }}' };
			const parameters = { ...fixed, ...fields, options: {}, ...more };
			return itemsOf(
				await ended(await (await testServer.publishNode({ parameters })).start(items)),
				HAPPY_HORSE,
			);
		};
		const download = { downloadVideo: true, outputBinaryPropertyName: 'clip' };
		const [got, waited, downloaded, listed] = await Promise.all([
			runOf('get', { downloadVideo: false }),
			runOf('wait', { ...download, maxWait: 1 }),
			runOf('download', { outputBinaryPropertyName: 'clip' }),
			runOf('getAll', {
				returnAll: true,
				includeVideoUrl: false,
				filters: { status: ['COMPLETED'] },
			}),
		]);
		for (const found of [got, waited, downloaded]) {
			expect(found.map(({ json }) => json)).toMatchObject(own.map(finishedJson));
		}
		for (const found of [waited, downloaded]) {
			for (const [index, item] of found.entries()) {
				const served = await servedVideo(control, own[index]!);
				expect((await storedVideo(testServer, item, 'clip')).equals(served)).toBe(true);
				expect(item.json.video).toMatchObject({ bytes: served.length });
			}
		}
		// Each item lists the tasks of one endpoint, and no others.
		for (const [item, endpoint] of endpoints.entries()) {
			const seen = listed.filter(
				({ pairedItem }) => (pairedItem as { item: number }).item === item,
			);
			const madeAt = new Map(tasks.map((task) => [task.taskId, task.endpoint]));
			expect(seen.map(({ json }) => json.task_id)).toContain(ids[item]);
			expect(new Set(seen.map(({ json }) => madeAt.get(String(json.task_id))))).toEqual(
				new Set([endpoint]),
			);
			expect(seen[0]?.json).toMatchObject({ mode: resource.mode, model: endpoint.split('/')[1] });
		}
	});

	it('starts the trigger of its workflow once, with metadata', async () => {
		const prompt = `${name} trigger`;
		const request = requestOf(theCase, testServer.sandbox.url, { prompt });
		const parameters = parametersFrom(theCase, [request], {
			...{ callback: 'thisWorkflow', options: { metadata: { row: name } } },
		});
		const { path, ...workflow } = creatingWorkflow(
			{ credential: testServer.credential },
			parameters,
		);
		const { id, url } = await listen(testServer, workflow);
		await testServer.n8n.client.waitForWebhook(path);
		const items = [{ name: prompt, request }];
		expect((await testServer.n8n.client.sendToWebhook(path, { body: { items } })).status).toBe(200);
		await triggeredTimes(testServer.n8n, { id, times: 1 });
		const [task] = await tasksFor([prompt]);
		expect(task!.webhookUrl!.split('?')[0]).toBe(url);
		expect(passedOn(testServer.n8n, id)).toEqual([
			expect.objectContaining({ ...finishedJson(task!), metadata: { row: name } }),
		]);
	});

	it('is created for an AI agent', async () => {
		const prompt = `${name} agent`;
		const tool = `Make ${resource.name}`;
		const request = requestOf(theCase, testServer.sandbox.url, {
			prompt: "={{ $fromAI('prompt', 'What should happen', 'string') }}",
		});
		model.play(
			{ input: { prompt } },
			{ say: (messages) => `Here: ${toldByTools(messages).at(-1)}` },
		);
		const operation = { resource: resource.value, operation: 'create', callback: 'none' };
		const tools = { [tool]: { ...request, ...operation } };
		const workflow = await testServer.publish(
			agentWorkflow({ happyHorse: testServer.credential, openAi, tools }),
		);
		const done = await ended(await workflow.start([{}]));
		const [task] = await tasksFor([prompt]);
		const { posts } = await state();
		const { body } = posts.find(({ taskId }) => taskId === task!.taskId)!;
		expect(body).toEqual({ ...at(theCase.body), prompt });
		const said = String(itemsOf(done, AGENT)[0]?.json.output);
		expect(said).toContain(`"task_id":"${task!.taskId}"`);
		expect(said).toContain(`"mode":"${resource.mode}"`);
	});

	it.each(['signed', 'unsigned'])(
		'starts a trigger by a webhook that does not name its endpoint, %s',
		async (kind) => {
			const { control, url: baseUrl, secret } = testServer.sandbox;
			// An account of its own: each allows strangers only so many reads in a minute.
			const apiKey = `key-of-${kind}-${name}`;
			await control.addKey(apiKey);
			const ownSecret = kind === 'signed' ? { webhookSecret: secret } : {};
			const account = { provider: 'custom', baseUrl, apiKey, ...ownSecret };
			const credential = await testServer.addCredential(account);
			const { id, url } = await listen(testServer, triggerWorkflow({ credential }));
			const told: Array<[taskId: string, endpoint: string]> = [];
			for (const endpoint of endpoints) {
				const [taskId = ''] = await control.seedTasks({ count: 1, endpoint, key: apiKey });
				const signer = { taskId, secret: kind === 'signed' ? secret : 'unknown' };
				const webhook = signedWebhook(signer, { body: webhookBody(taskId) });
				expect((await rawRequest(url, webhook)).status).toBe(200);
				told.push([taskId, endpoint]);
			}
			await triggeredTimes(testServer.n8n, { id, times: told.length });
			const passed = passedOn(testServer.n8n, id).map(({ task_id, status, mode, model: own }) => [
				task_id,
				`${mode as string}/${own as string}`,
				status,
			]);
			expect(passed.toSorted()).toEqual(told.map((each) => [...each, 'COMPLETED']).toSorted());
		},
	);
});

// Last of all, since nothing else can run meanwhile.
describe('n8n is killed while videos of each resource are waited for', () => {
	beforeAll(async () => {
		const { n8n, sandbox } = testServer;
		for (const { id } of Object.values(held)) {
			expect((await suspended(testServer, id)).status).toBe('waiting');
		}
		await n8n.kill9();
		await n8n.restart();
		const { tasks } = await sandbox.control.state();
		for (const { prompts } of Object.values(held)) {
			for (const { taskId } of tasks.filter(({ prompt }) => prompts.includes(String(prompt)))) {
				await sandbox.control.advance(taskId, 'COMPLETED');
			}
		}
	});

	it.each(RESOURCE_CASES)(
		'%s: continues once, with each video in its place',
		async (name, theCase) => {
			const { id, prompts } = held[name]!;
			const done = await ended(id);
			const tasks = await tasksFor(prompts);
			const found = itemsOf(done, HAPPY_HORSE);
			expect(found.map(({ json }) => json)).toMatchObject(tasks.map(finishedJson));
			for (const [index, item] of found.entries()) {
				await expectVideo(item, { task: tasks[index]!, body: at(theCase.body) });
			}
			expect(done.runData[AFTER]).toHaveLength(1);
			expect(jsonsOf(done, AFTER).map(({ name: from }) => from)).toEqual(prompts);
		},
	);

	it('and each create request was sent once', async () => {
		const { posts, acceptedPerPrompt, acceptedPosts } = await state();
		const counts = Object.values(acceptedPerPrompt);
		expect(counts).toEqual(counts.map(() => 1));
		expect(posts).toHaveLength(acceptedPosts);
		expect(acceptedPosts).toBe(RESOURCE_CASES.length * (RUNS.length * 4 + 2 + 2));
		await until('nothing runs any more', async () => {
			const running = await testServer.n8n.client.executions({});
			return running.every(({ status }) => status !== 'running');
		});
	});
});
