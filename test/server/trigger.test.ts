import { NodeHelpers } from 'n8n-workflow';
import type { INode, INodeTypeDescription } from 'n8n-workflow';

import type { SandboxTask } from '../../sandbox/api/wire';
import { itemsOf } from '../../sandbox/n8n/execution';
import { signedWebhook } from './support/webhooks/signedWebhook';
import { countExecutions } from './support/executions/executionTable';
import { leaksIn } from './support/assertions/leaks';
import { rawRequest } from './support/network/rawRequest';
import { webhookBody } from './support/webhooks/signing';
import { finishedShape } from './support/assertions/taskShape';
import type { Listening } from './support/workflows/triggerWorkflow';
import {
	AFTER_TRIGGER,
	untilUnregistered,
	listen,
	creatingWorkflow,
	passedOn,
	TRIGGER,
	TRIGGER_TYPE,
	triggered,
	triggeredTimes,
	triggerWorkflow,
} from './support/workflows/triggerWorkflow';
import { useOwnServer } from './support/testServer/useTestServer';
import {
	webhooksHandled,
	expectPaidOnce,
	servedVideo,
	storedVideo,
	tasksOf,
	until,
} from './support/assertions/watching';
import { HAPPY_HORSE, imagesOf } from './support/workflows/workflow';

const testServer = useOwnServer();

interface CreatingWorkflow extends Listening {
	/** Of the webhook that starts the create. */
	path: string;
}

/** Publishes a workflow that creates videos and is started by them. */
async function publish(
	create: Record<string, unknown> = {},
	trigger: Record<string, unknown> = {},
): Promise<CreatingWorkflow> {
	const { path, ...workflow } = creatingWorkflow(
		{ credential: testServer.credential, parameters: trigger },
		create,
	);
	const listening = await listen(testServer, workflow);
	await testServer.n8n.client.waitForWebhook(path);
	return { ...listening, path };
}

const batchOf = (batch: string, amount: number) =>
	imagesOf(testServer.sandbox.url, { batch, amount });

/** Creates videos, and gives the execution that did so. */
async function runCreate({ id, path }: CreatingWorkflow, items: unknown[]) {
	const { client } = testServer.n8n;
	const [last] = await client.executions({ workflowId: id });
	expect((await client.sendToWebhook(path, { body: { items } })).status).toBe(200);
	const own = await client.nextExecution(id, { after: last?.id ?? '0' });
	return await client.waitForExecution(own);
}

/** Each image was paid once, and started the workflow once, with its URL and metadata. */
async function expectEachOnce(
	{ id, url }: CreatingWorkflow,
	items: Array<{ name: string; image: string }>,
) {
	const { control } = testServer.sandbox;
	await triggeredTimes(testServer.n8n, { id, times: items.length });
	await webhooksHandled(control);
	await expectPaidOnce(control, items);
	const tasks = await tasksOf(control, items);
	const found = passedOn(testServer.n8n, id);
	expect(found).toHaveLength(items.length);
	for (const [index, task] of tasks.entries()) {
		expect(task.webhookUrl!.split('?')[0]).toBe(url);
		const json = found.find(({ task_id }) => task_id === task.taskId)!;
		const metadata = { name: items[index]!.name };
		expect(json).toEqual(finishedShape(task, { json, metadata }));
	}
	const executions = triggered(testServer.n8n, id);
	expect(executions.map(({ status, mode }) => [status, mode])).toEqual(
		items.map(() => ['success', 'webhook']),
	);
}

/** The URL that the editor shows: its path comes from the node type, with the workflow in hand. */
async function shownUrl(workflowId: string): Promise<string> {
	const { client } = testServer.n8n;
	const settings = (await client.rest('GET', 'settings')) as {
		urlBaseWebhook: string;
		endpointWebhook: string;
	};
	const types = await client.nodeTypes();
	const type = types.find(({ name }) => name === TRIGGER_TYPE) as unknown as INodeTypeDescription;
	const { path = '', isFullPath } = type.webhooks![0]!;
	const nodes = (await client.workflow(workflowId)).nodes as INode[];
	const node = nodes.find(({ name }) => name === TRIGGER)!;
	// The one expression that the path is made of.
	expect(path).toBe('={{ "happy-horse-" + $workflow.id }}');
	const base = settings.urlBaseWebhook.replace(/\/$/, '');
	return NodeHelpers.getNodeWebhookUrl(
		`${base}/${settings.endpointWebhook}`,
		workflowId,
		node,
		`happy-horse-${workflowId}`,
		isFullPath === true,
	);
}

/** What n8n has registered at a path. */
async function registered(id: string): Promise<unknown> {
	return await testServer.n8n.client.rest('POST', 'webhooks/find', {
		method: 'POST',
		path: `happy-horse-${id}`,
	});
}

async function tell(
	triggerUrl: string,
	taskId: string,
	body = webhookBody(taskId),
): Promise<number> {
	return (
		await rawRequest(
			triggerUrl,
			signedWebhook({ taskId, secret: testServer.sandbox.secret }, { body }),
		)
	).status;
}

describe('Start This Workflow', () => {
	it('starts it once for each video, with URL and metadata; the editor shows the same URL', async () => {
		const workflow = await publish();
		const items = batchOf('first', 3);
		const creating = await runCreate(workflow, items);
		expect(itemsOf(creating, HAPPY_HORSE).map(({ json }) => json.status)).toEqual(
			Array(3).fill('CREATED'),
		);
		await expectEachOnce(workflow, items);
		expect(await shownUrl(workflow.id)).toBe(workflow.url);
		expect(await registered(workflow.id)).toMatchObject({ workflowId: workflow.id, node: TRIGGER });
	});

	it('does so in a renamed, a duplicated and a re-imported workflow, each by itself', async () => {
		const { client } = testServer.n8n;
		const original = await publish();
		const { path, ...exported } = { path: original.path, ...(await client.workflow(original.id)) };
		await client.updateWorkflow(original.id, { name: 'Renamed' });
		await client.activate(original.id);
		await client.waitForWebhook(`happy-horse-${original.id}`);
		const texts = {
			duplicate: JSON.stringify({ ...exported, name: 'Copy' }),
			// As the editor downloads it: n8n's own fields are there, and the ID of another workflow.
			import: JSON.stringify(exported),
		};
		const copies: CreatingWorkflow[] = [original];
		for (const [name, text] of Object.entries(texts)) {
			// The start gets a path of its own, as the editor gives it to copies; the trigger stays as it is.
			const ownPath = `${path}-${name}`;
			const copy = JSON.parse(text.replaceAll(path, ownPath)) as Record<string, unknown>;
			const listening = await listen(testServer, copy);
			await client.waitForWebhook(ownPath);
			copies.push({ ...listening, path: ownPath });
		}
		expect(new Set(copies.map(({ url }) => url)).size).toBe(3);
		for (const [index, workflow] of copies.entries()) {
			await testServer.sandbox.control.reset();
			const items = batchOf(`copy ${index}`, 2);
			await runCreate(workflow, items);
			await expectEachOnce(workflow, items);
			expect(await shownUrl(workflow.id)).toBe(workflow.url);
			expect(await registered(workflow.id)).toMatchObject({ workflowId: workflow.id });
		}
		expect(copies.map(({ id }) => passedOn(testServer.n8n, id).length)).toEqual([2, 2, 2]);
	});

	it('reports a video that could not be made', async () => {
		const { control } = testServer.sandbox;
		await control.rules({
			on: 'create',
			do: { outcome: 'FAILED', failure: { error: 'bad image' } },
		});
		const workflow = await publish();
		const [item] = batchOf('failing', 1);
		await runCreate(workflow, [item]);
		await triggeredTimes(testServer.n8n, { id: workflow.id, times: 1 });
		expect(passedOn(testServer.n8n, workflow.id)).toMatchObject([
			{
				status: 'FAILED',
				video_url: null,
				failure: { message: 'bad image' },
				metadata: { name: item!.name },
			},
		]);
	});

	it('changes nothing about the task when the workflow is not published: n8n responds 404', async () => {
		const { control } = testServer.sandbox;
		const { client } = testServer.n8n;
		await control.rules({ on: 'create', do: { hold: true } });
		const workflow = await publish();
		const items = batchOf('unpublished', 1);
		await runCreate(workflow, items);
		const [task] = await tasksOf(control, items);
		await client.deactivate(workflow.id);
		await untilUnregistered(workflow.url);
		await control.advance(task!.taskId, 'COMPLETED');
		await until('webhooks', async () =>
			(await control.state()).webhooks.some(
				({ status, responseStatus }) => status === 'COMPLETED' && responseStatus === 404,
			),
		);
		expect((await fetch(`${testServer.n8n.url}/healthz`)).status).toBe(200);
		expect(passedOn(testServer.n8n, workflow.id)).toEqual([]);
		await client.activate(workflow.id);
		await client.waitForWebhook(`happy-horse-${workflow.id}`);
		const [late] = await control.sendWebhook(task!.taskId, { status: 'COMPLETED' });
		expect(late!.responseStatus).toBe(200);
		await expectEachOnce(workflow, items);
	});

	it('is invalid before anything is paid when the provider cannot reach this n8n', async () => {
		const { n8n, addCredential } = testServer;
		const credential = await addCredential({
			provider: 'custom',
			baseUrl: 'https://api.happy-horse.example',
			apiKey: 'an-unknown-key',
		});
		const { path, ...workflow } = creatingWorkflow({ credential });
		const { id, url } = await listen(testServer, workflow);
		await n8n.client.waitForWebhook(path);
		const done = await runCreate({ id, url, path }, batchOf('unreachable', 2));
		expect(done.status).toBe('error');
		expect(done.error?.message).toContain(
			"'Status Updates' leads to 127.0.0.1, which the provider cannot reach",
		);
		expect(done.error?.description).toMatch(/N8N_WEBHOOK_URL to its public URL/);
	});
});

describe('what comes along', () => {
	/** A workflow with a task that does not finish by itself. */
	async function held(webhooks?: 'lost') {
		const { control } = testServer.sandbox;
		await control.rules({ on: 'create', do: { hold: true, ...(webhooks && { webhooks }) } });
		const workflow = await publish();
		const items = batchOf('held', 1);
		await runCreate(workflow, items);
		const [task] = await tasksOf(control, items);
		return { workflow, items, task: task! };
	}

	it.each([
		['changed', (note: string) => (note.startsWith('a') ? 'b' : 'a') + note.slice(1)],
		['cut off', (note: string) => note.slice(0, 10)],
		['taken away', () => ''],
	])(
		'metadata that was %s is left out with a warning, and the event counts',
		async (_how, change) => {
			const { control } = testServer.sandbox;
			const { workflow, task } = await held('lost');
			const url = new URL(task.webhookUrl!);
			const note = url.searchParams.get('happy_horse_note')!;
			expect(Buffer.from(note, 'base64url').toString()).toContain('held 0');
			url.searchParams.set('happy_horse_note', change(note));
			if (change(note) === '') url.searchParams.delete('happy_horse_note');
			const warnings = () => testServer.n8n.log().split('metadata was changed on its way').length;
			const before = warnings();
			await control.advance(task.taskId, 'COMPLETED');
			expect(await tell(url.href, task.taskId)).toBe(200);
			await triggeredTimes(testServer.n8n, { id: workflow.id, times: 1 });
			const [json] = passedOn(testServer.n8n, workflow.id);
			const [finished] = (await control.state()).tasks;
			const webhook_warning = {
				message: expect.stringContaining('metadata is left out') as string,
			};
			expect(json).toEqual(
				finishedShape(finished as SandboxTask, { json: json!, webhook_warning }),
			);
			await until('the warning', async () => warnings() === before + 1);
		},
	);

	it('metadata of a kilobyte comes through; a byte more is invalid before anything is paid', async () => {
		const { control } = testServer.sandbox;
		const filling = (amount: number) => ({
			options: { metadata: `={{ { name: $json.name, fill: 'ü'.repeat(${amount}) } }}` },
		});
		const size = (amount: number) =>
			Buffer.byteLength(JSON.stringify({ name: 'kilobyte 0', fill: 'ü'.repeat(amount) }));
		const fits = Math.floor((1024 - size(0)) / 2);
		expect(size(fits)).toBeLessThanOrEqual(1024);
		const good = await publish(filling(fits));
		const items = batchOf('kilobyte', 1);
		await runCreate(good, items);
		await triggeredTimes(testServer.n8n, { id: good.id, times: 1 });
		expect(passedOn(testServer.n8n, good.id)[0]!.metadata).toEqual({
			name: 'kilobyte 0',
			fill: 'ü'.repeat(fits),
		});
		await expectPaidOnce(control, items);

		await control.reset();
		const done = await runCreate(await publish(filling(fits + 1)), batchOf('kilobyte', 1));
		expect(done.status).toBe('error');
		expect(done.error?.message).toMatch(/'Metadata' .*at most 1,024 bytes/);
		expect((await control.state()).posts).toEqual([]);
	});

	it('the video itself, byte by byte', async () => {
		const workflow = await publish({}, { downloadVideo: true, outputBinaryPropertyName: 'clip' });
		const items = batchOf('download', 2);
		await runCreate(workflow, items);
		const executions = await triggeredTimes(testServer.n8n, { id: workflow.id, times: 2 });
		const tasks = await tasksOf(testServer.sandbox.control, items);
		for (const execution of executions) {
			const [item] = itemsOf(execution, AFTER_TRIGGER);
			const task = tasks.find(({ taskId }) => taskId === item!.json.task_id)!;
			expect(item!.binary?.clip).toMatchObject({
				mimeType: 'video/mp4',
				fileName: `happy-horse-${task.taskId}.mp4`,
			});
			const served = await servedVideo(testServer.sandbox.control, task);
			expect((await storedVideo(testServer, item!, 'clip')).equals(served)).toBe(true);
		}
		await expectEachOnce(workflow, items);
	});

	it('the URL, when the video cannot be downloaded', async () => {
		const { control } = testServer.sandbox;
		await control.rules({ on: 'result', do: { response: { status: 404, body: 'gone' } } });
		const workflow = await publish({}, { downloadVideo: true, outputBinaryPropertyName: 'data' });
		const items = batchOf('gone', 1);
		await runCreate(workflow, items);
		const [execution] = await triggeredTimes(testServer.n8n, { id: workflow.id, times: 1 });
		const [item] = itemsOf(execution!, AFTER_TRIGGER);
		const [task] = await tasksOf(control, items);
		expect(item!.binary).toBeUndefined();
		expect(item!.json).toMatchObject({ status: 'COMPLETED', metadata: { name: 'gone 0' } });
		expect(String(item!.json.video_url).split('?')[0]).toBe(task!.generated[0]!.split('?')[0]);
		expect(item!.json.download_failure).toMatchObject({
			message: expect.stringMatching(/\w/) as string,
		});
	});

	it('news when the API is down: the signed webhook is believed', async () => {
		const { control } = testServer.sandbox;
		const { workflow, task } = await held();
		await control.rules({
			on: 'get',
			do: { response: { status: 500, body: { message: 'down' } } },
		});
		await control.advance(task.taskId, 'COMPLETED');
		await triggeredTimes(testServer.n8n, { id: workflow.id, times: 1 });
		expect(passedOn(testServer.n8n, workflow.id)).toMatchObject([
			{ task_id: task.taskId, status: 'COMPLETED', metadata: { name: 'held 0' } },
		]);
	});
});

describe('Send to a Webhook URL', () => {
	it('starts the trigger of another workflow, with metadata', async () => {
		const other = await listen(testServer, triggerWorkflow({ credential: testServer.credential }));
		const workflow = await publish({ callback: 'url', webhookUrl: other.url });
		const items = batchOf('elsewhere', 2);
		await runCreate(workflow, items);
		await expectEachOnce({ ...other, path: '' }, items);
		expect(passedOn(testServer.n8n, workflow.id)).toEqual([]);
	});

	it('does not take a test URL in a published workflow', async () => {
		const other = await listen(testServer, triggerWorkflow({ credential: testServer.credential }));
		const webhookUrl = other.url.replace('/webhook/', '/webhook-test/');
		const done = await runCreate(
			await publish({ callback: 'url', webhookUrl }),
			batchOf('test', 1),
		);
		expect(done.status).toBe('error');
		expect(done.error?.message).toBe(
			"'Webhook URL' is a test URL, which works for two minutes only",
		);
		expect((await testServer.sandbox.control.state()).posts).toEqual([]);
	});
});

describe('events', () => {
	it('only those that are wanted start the workflow', async () => {
		const { control } = testServer.sandbox;
		const all = await publish({}, { events: ['COMPLETED', 'FAILED', 'IN_PROGRESS', 'CREATED'] });
		const some = await publish({}, { events: ['FAILED'] });
		await runCreate(all, batchOf('all', 1));
		await runCreate(some, batchOf('some', 1));
		await until('the last webhooks', async () => {
			const { webhooks } = await control.state();
			return webhooks.filter(({ status }) => status === 'COMPLETED').length === 2;
		});
		const { webhooks, tasks } = await control.state();
		expect(webhooks.every(({ responseStatus }) => responseStatus === 200)).toBe(true);
		const own = tasks.find(({ prompt }) => prompt === 'all 0')!;
		await until('the last event', async () =>
			passedOn(testServer.n8n, all.id).some(({ status }) => status === 'COMPLETED'),
		);
		const found = passedOn(testServer.n8n, all.id);
		expect(new Set(found.map(({ task_id }) => task_id))).toEqual(new Set([own.taskId]));
		// What was overtaken by the end of the task before n8n came to it is left out.
		expect(found.at(-1)!.status).toBe('COMPLETED');
		expect(new Set(found.map(({ status }) => status)).size).toBe(found.length);
		// The one that created.
		expect(countExecutions(testServer.n8n, some.id)).toBe(1);
		expect(webhooks.filter(({ url }) => url.startsWith(some.url)).length).toBeGreaterThanOrEqual(3);
	});
});

describe('Listen for test event', () => {
	it('takes a signed webhook at the test URL and shows its item', async () => {
		const { client } = testServer.n8n;
		const id = await client.importWorkflow(triggerWorkflow({ credential: testServer.credential }), {
			activate: false,
		});
		const triggerUrl = `${testServer.n8n.url}/webhook-test/happy-horse-${id}`;
		const [taskId] = await testServer.sandbox.control.seedTasks({ count: 1, status: 'COMPLETED' });
		const [task] = (await testServer.sandbox.control.state()).tasks;
		// Twice: a test may be repeated with the same video.
		for (const times of [1, 2]) {
			await untilUnregistered(triggerUrl);
			await expect(client.runManually(id, { triggerNode: TRIGGER })).rejects.toThrow(
				'n8n waits for a test event now',
			);
			const forged = signedWebhook({ taskId: taskId!, secret: 'forged' });
			expect((await rawRequest(triggerUrl, forged)).status).toBe(401);
			expect(await tell(triggerUrl, taskId!)).toBe(200);
			const executions = await triggeredTimes(testServer.n8n, { id, times });
			expect(executions).toHaveLength(times);
			const last = executions.at(-1)!;
			expect(last).toMatchObject({ status: 'success', mode: 'manual' });
			const items = itemsOf(last, AFTER_TRIGGER);
			expect(items.map(({ json }) => json)).toEqual([
				finishedShape(task!, { json: items[0]!.json }),
			]);
		}
	});

	it('ends quietly when the editor stops listening', async () => {
		const { client } = testServer.n8n;
		const id = await client.importWorkflow(triggerWorkflow({ credential: testServer.credential }), {
			activate: false,
		});
		await expect(client.runManually(id, { triggerNode: TRIGGER })).rejects.toThrow();
		await client.rest('DELETE', `test-webhook/${id}`);
		await untilUnregistered(`${testServer.n8n.url}/webhook-test/happy-horse-${id}`);
		const [taskId] = await testServer.sandbox.control.seedTasks({ count: 1, status: 'COMPLETED' });
		expect(await tell(`${testServer.n8n.url}/webhook-test/happy-horse-${id}`, taskId!)).toBe(404);
		expect(countExecutions(testServer.n8n, id)).toBe(0);
	});
});

describe('after a restart of n8n', () => {
	it('a repeated webhook does not pass the trigger again', async () => {
		const { n8n, sandbox } = testServer;
		const workflow = await publish();
		// At the same moment: the record must not lose one of them.
		const items = batchOf('restart', 6);
		await runCreate(workflow, items);
		await expectEachOnce(workflow, items);
		await n8n.restart();
		await n8n.client.waitForWebhook(`happy-horse-${workflow.id}`, { timeoutMs: 60_000 });
		const tasks = await tasksOf(sandbox.control, items);
		for (const { taskId } of tasks) {
			const [again] = await sandbox.control.sendWebhook(taskId, { status: 'COMPLETED' });
			expect(again!.responseStatus).toBe(200);
		}
		// These executions end in the trigger.
		const executions = await triggeredTimes(n8n, { id: workflow.id, times: 2 * items.length });
		expect(executions).toHaveLength(2 * items.length);
		expect(executions.filter(({ runData }) => runData[AFTER_TRIGGER] !== undefined)).toHaveLength(
			items.length,
		);
		expect(executions.filter(({ status }) => status !== 'success')).toEqual([]);
		expect(passedOn(n8n, workflow.id)).toHaveLength(items.length);
	});
});

describe('everything that n8n has written down', () => {
	it('is free of key, secret and signatures; the credential is stored encrypted', async () => {
		const { n8n, sandbox } = testServer;
		const [taskId] = await sandbox.control.seedTasks({ count: 1, status: 'COMPLETED' });
		const { id, url } = await listen(
			testServer,
			triggerWorkflow({ credential: testServer.credential }),
		);
		const request = signedWebhook({ taskId: taskId!, secret: sandbox.secret });
		const signature = request.headers.find(([name]) => name === 'webhook-signature')![1].slice(3);
		expect((await rawRequest(url, request)).status).toBe(200);
		const forged = signedWebhook({ taskId: taskId!, secret: 'forged' });
		const wrong = forged.headers.find(([name]) => name === 'webhook-signature')![1].slice(3);
		expect((await rawRequest(url, forged)).status).toBe(401);
		await triggeredTimes(n8n, { id, times: 1 });
		// What is known to be there shows that the search can find things.
		expect(leaksIn(n8n, [taskId!]).found.join()).toContain('database.sqlite');
		const { found, read } = leaksIn(n8n, [sandbox.key, sandbox.secret, signature, wrong]);
		expect(found).toEqual([]);
		expect(read).toBeGreaterThan(100_000);
	});
});
