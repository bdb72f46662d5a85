import { setTimeout as sleep } from 'node:timers/promises';

import { itemsOf } from '../../sandbox/n8n/execution';
import { ACCEPTED_WEBHOOKS } from './support/webhooks/acceptedWebhooks';
import { BODY_MARK, signedWebhook } from './support/webhooks/signedWebhook';
import { allEnded, countExecutions } from './support/executions/executionTable';
import type { RawResponse, RawRequest } from './support/network/rawRequest';
import { rawRequest } from './support/network/rawRequest';
import { REJECTED } from './support/webhooks/rejectedWebhooks';
import { webhookBody, messageId, seconds, signatureOf } from './support/webhooks/signing';
import { finishedShape } from './support/assertions/taskShape';
import type { Listening } from './support/workflows/triggerWorkflow';
import {
	AFTER_TRIGGER,
	untilUnregistered,
	listen,
	passedOn,
	triggered,
	triggeredTimes,
	triggerWorkflow,
} from './support/workflows/triggerWorkflow';
import { useTestServer } from './support/testServer/useTestServer';
import { traffic, until } from './support/assertions/watching';
import { createAndWait, images } from './support/workflows/workflow';

const testServer = useTestServer({ reset: false });
/** With the sandbox's secret. */
let trigger: Listening;

/** What was sent and responded in all tests: none of it may give anything away. */
const rejections: RawResponse[] = [];
const signatures: string[] = [];

beforeAll(async () => {
	trigger = await listen(testServer, triggerWorkflow({ credential: testServer.credential }));
});

/** A finished task without a webhook so far. */
async function newTask(): Promise<string> {
	const [taskId] = await testServer.sandbox.control.seedTasks({ count: 1, status: 'COMPLETED' });
	return taskId!;
}

async function send(url: string, request: RawRequest): Promise<RawResponse> {
	const header = request.headers.find(([name]) => name.toLowerCase() === 'webhook-signature');
	for (const entry of header?.[1].slice(0, 2000).split(' ') ?? []) {
		const signature = entry.split(',')[1] ?? '';
		if (signature.length === 44) signatures.push(signature);
	}
	const response = await rawRequest(url, request);
	if (response.status >= 400) rejections.push(response);
	return response;
}

const started = (taskId: string, { id }: Listening = trigger) =>
	passedOn(testServer.n8n, id).filter((json) => json.task_id === taskId);

/**
 * Sends one more webhook that is good: once it has come through, none before it has yet to start. Those that have started
 * run next to it, and may end later.
 *
 * @returns the task that the webhook was about.
 */
async function expectOnlyOneMore(
	before: number,
	listening: Listening = trigger,
	key = testServer.sandbox.secret,
): Promise<string> {
	const taskId = await newTask();
	const response = await send(
		listening.url,
		signedWebhook({ taskId, secret: testServer.sandbox.secret }, { key }),
	);
	// Without a secret, 503 where strangers have used up their reads: the check continues all the same.
	expect([200, 503]).toContain(response.status);
	const cameThrough = async () => {
		if (countExecutions(testServer.n8n, listening.id) <= before) return false;
		return await Promise.resolve(
			allEnded(testServer.n8n, listening.id) && started(taskId, listening).length > 0,
		);
	};
	await until('the good webhook has come through, and those before it', cameThrough, 90_000);
	expect(countExecutions(testServer.n8n, listening.id)).toBe(before + 1);
	return taskId;
}

describe('webhooks that are rejected', () => {
	let before: number;

	beforeAll(() => {
		before = countExecutions(testServer.n8n, trigger.id);
	});

	it.each(REJECTED)('$title', async ({ status, send: make }) => {
		const taskId = await newTask();
		const response = await send(trigger.url, make({ taskId, secret: testServer.sandbox.secret }));
		expect([status].flat()).toContain(response.status);
	});

	it('start nothing, and cause no request to the API', async () => {
		const taskId = await expectOnlyOneMore(before);
		expect((await traffic(testServer.sandbox.control)).read).toEqual([taskId]);
	});

	it('leave n8n well', async () => {
		expect((await fetch(`${testServer.n8n.url}/healthz`)).status).toBe(200);
	});
});

describe('webhooks that are accepted', () => {
	it.each(ACCEPTED_WEBHOOKS)('$title', async ({ status, send: make }) => {
		const before = countExecutions(testServer.n8n, trigger.id);
		const taskId = await newTask();
		const response = await send(trigger.url, make({ taskId, secret: testServer.sandbox.secret }));
		expect(response.status).toBe(status);
		const ended = await until('the execution has ended', async () => {
			const [own] = triggered(testServer.n8n, trigger.id).filter((execution) =>
				itemsOf(execution, AFTER_TRIGGER).some(({ json }) => json.task_id === taskId),
			);
			return own;
		});
		expect(ended).toMatchObject({ status: 'success', mode: 'webhook' });
		const [task] = (await testServer.sandbox.control.state()).tasks.filter(
			(each) => each.taskId === taskId,
		);
		const items = itemsOf(ended, AFTER_TRIGGER);
		expect(items.map(({ json }) => json)).toEqual([finishedShape(task!, { json: items[0]!.json })]);
		expect(countExecutions(testServer.n8n, trigger.id)).toBe(before + 1);
	});

	it('have started each its own task, once', () => {
		const tasks = passedOn(testServer.n8n, trigger.id).map(({ task_id }) => task_id);
		expect(new Set(tasks).size).toBe(tasks.length);
		expect(countExecutions(testServer.n8n, trigger.id)).toBe(tasks.length);
	});
});

describe('secrets of every kind', () => {
	const bytes = (amount: number) =>
		Buffer.from(Array.from({ length: amount }, (_, index) => 200 + index));
	const base64 = bytes(32).toString('base64');
	const hex = bytes(24).toString('hex');

	/** A trigger with a credential that holds this secret. */
	async function withSecret(webhookSecret: string): Promise<Listening> {
		const { sandbox, addCredential } = testServer;
		const data = { provider: 'custom', baseUrl: sandbox.url, apiKey: sandbox.key, webhookSecret };
		return await listen(testServer, triggerWorkflow({ credential: await addCredential(data) }));
	}

	it.each([
		{
			title: 'W33: whsec_, by its bytes or its text',
			secret: `whsec_${base64}`,
			keys: [bytes(32), `whsec_${base64}`],
		},
		{ title: 'W33: base64 without the prefix', secret: base64, keys: [bytes(32), base64] },
		{
			title: 'W34: without padding',
			secret: `whsec_${base64.replace(/=/g, '')}`,
			keys: [bytes(32)],
		},
		{
			title: 'W35: blanks and a newline at its ends',
			secret: '  horse-secret\n',
			keys: ['horse-secret'],
		},
		{
			title: 'W37: text, base64 or hexadecimal',
			secret: hex,
			keys: [hex, Buffer.from(hex, 'hex'), Buffer.from(hex, 'base64')],
		},
	])('$title', async ({ secret, keys }) => {
		const listening = await withSecret(secret);
		const { n8n } = testServer;
		for (const [index, key] of keys.entries()) {
			const taskId = await newTask();
			const response = await send(listening.url, signedWebhook({ taskId, secret }, { key }));
			expect(response.status).toBe(200);
			await until('the execution', async () => started(taskId, listening).length === 1);
			expect(countExecutions(n8n, listening.id)).toBe(index + 1);
		}
		const strange = bytes(33).subarray(1);
		const strangers = ['', 'another', strange, strange.toString('base64'), strange.toString('hex')];
		for (const key of strangers) {
			const response = await send(
				listening.url,
				signedWebhook({ taskId: await newTask(), secret }, { key }),
			);
			expect(response.status).toBe(401);
		}
		await expectOnlyOneMore(keys.length, listening, keys[0] as string);
	});

	it.each([
		{ title: 'W35: a blank inside', secret: 'horse secret' },
		{ title: 'W35: a line break inside', secret: 'horse\nsecret' },
		{ title: 'W36: only the prefix', secret: 'whsec_' },
		{ title: 'W36: the prefix and one byte', secret: 'whsec_AA==' },
		{ title: 'W36: the prefix and 15 bytes', secret: `whsec_${bytes(15).toString('base64')}` },
	])('$title: nothing is believed, and Create says why', async ({ secret }) => {
		const { sandbox, n8n, addCredential } = testServer;
		const { control } = sandbox;
		const since = Date.now();
		const listening = await withSecret(secret);
		const rest = secret.replace('whsec_', '');
		for (const key of [
			'',
			secret,
			secret.trim(),
			rest,
			Buffer.from(rest, 'base64'),
			sandbox.secret,
		]) {
			const response = await send(
				listening.url,
				signedWebhook({ taskId: await newTask(), secret }, { key }),
			);
			expect(response.status).toBe(401);
		}
		const data = {
			provider: 'custom',
			baseUrl: sandbox.url,
			apiKey: sandbox.key,
			webhookSecret: secret,
		};
		const createFields = createAndWait({ operation: 'create', callback: 'none' });
		const parts = { credential: await addCredential(data), parameters: createFields };
		const done = await (await testServer.publishNode(parts)).run(images(sandbox.url, 1));
		expect(done.error?.message).toBe("The 'Webhook Secret' of the credential cannot be used");
		expect(done.error?.description).toMatch(/Copy it again from the dashboard/);
		expect((await traffic(control, since)).creates).toBe(0);
		// By now an execution would have started.
		expect(countExecutions(n8n, listening.id)).toBe(0);
	});

	it.each([
		{ title: 'W36: empty', secret: '' },
		{ title: 'W36: blank', secret: ' \n' },
	])('$title: the API decides, a signature by the empty key counts nothing', async ({ secret }) => {
		const { n8n, sandbox } = testServer;
		const listening = await withSecret(secret);
		for (const key of ['', secret]) {
			const stranger = { taskId: '11111111-2222-4333-8444-555555555555', secret };
			// 503 once strangers have used up their share of the requests: each of theirs takes one for every endpoint.
			const { status } = await send(listening.url, signedWebhook(stranger, { key }));
			expect([401, 503]).toContain(status);
		}
		await expectOnlyOneMore(0, listening, sandbox.secret);
		expect(countExecutions(n8n, listening.id)).toBe(1);
	});
});

describe('the same news again', () => {
	/** A webhook with its own ID, or with that of `request`. */
	const again = (request: RawRequest) => send(trigger.url, request);

	it('W49: the same ID and signature', async () => {
		const before = countExecutions(testServer.n8n, trigger.id);
		const taskId = await newTask();
		const request = signedWebhook({ taskId, secret: testServer.sandbox.secret });
		for (let time = 0; time < 4; time++) expect((await again(request)).status).toBe(200);
		await expectOnlyOneMore(before + 1);
		expect(started(taskId)).toHaveLength(1);
	});

	it('W50: the same task and status under a new ID', async () => {
		const before = countExecutions(testServer.n8n, trigger.id);
		const finished = { taskId: await newTask(), secret: testServer.sandbox.secret };
		for (let time = 0; time < 4; time++)
			expect((await again(signedWebhook(finished))).status).toBe(200);
		await expectOnlyOneMore(before + 1);
		expect(started(finished.taskId)).toHaveLength(1);
	});

	it('W56: ten at the same moment', async () => {
		const before = countExecutions(testServer.n8n, trigger.id);
		const finished = { taskId: await newTask(), secret: testServer.sandbox.secret };
		const responses = await Promise.all(
			Array.from({ length: 10 }, () => again(signedWebhook(finished))),
		);
		expect(responses.map(({ status }) => status)).toEqual(Array(10).fill(200));
		await expectOnlyOneMore(before + 1);
		expect(started(finished.taskId)).toHaveLength(1);
	});

	it('W51 W52: a late IN_PROGRESS and CREATED after COMPLETED', async () => {
		const events = ['COMPLETED', 'FAILED', 'IN_PROGRESS', 'CREATED'];
		const all = await listen(
			testServer,
			triggerWorkflow({ credential: testServer.credential, parameters: { events } }),
		);
		const { secret, control } = testServer.sandbox;
		const [taskId] = await control.seedTasks({ count: 1, status: 'CREATED' });
		const tell = async (status: string) =>
			await send(
				all.url,
				signedWebhook({ taskId: taskId!, secret }, { body: webhookBody(taskId!, { status }) }),
			);
		for (const status of ['CREATED', 'IN_PROGRESS', 'COMPLETED'] as const) {
			await control.advance(taskId!, status);
			expect((await tell(status)).status).toBe(200);
			await until(status, async () => started(taskId!, all).at(-1)?.status === status);
		}
		for (const status of ['IN_PROGRESS', 'CREATED', 'COMPLETED', 'IN_PROGRESS']) {
			expect((await tell(status)).status).toBe(200);
		}
		await expectOnlyOneMore(3, all);
		expect(started(taskId!, all).map(({ status }) => status)).toEqual([
			'CREATED',
			'IN_PROGRESS',
			'COMPLETED',
		]);
	});

	it('W51: events that are not subscribed', async () => {
		const before = countExecutions(testServer.n8n, trigger.id);
		const { secret, control } = testServer.sandbox;
		const [taskId] = await control.seedTasks({ count: 1, status: 'IN_PROGRESS' });
		for (const status of ['CREATED', 'IN_PROGRESS']) {
			const body = webhookBody(taskId!, { status });
			expect((await again(signedWebhook({ taskId: taskId!, secret }, { body }))).status).toBe(200);
		}
		await expectOnlyOneMore(before);
		expect(started(taskId!)).toEqual([]);
	});
});

describe('what the API says', () => {
	/** Sends a webhook about a task with a special API response, and gives the item that comes of it. */
	async function told(data: Record<string, unknown>, news: Record<string, unknown> = {}) {
		const { secret, control } = testServer.sandbox;
		const taskId = await newTask();
		const response = {
			status: 200,
			body: { data: { task_id: taskId, status: 'COMPLETED', ...data } },
		};
		await control.rules({ on: 'get', where: { taskId }, do: { response: response } });
		const body = webhookBody(taskId, news);
		expect((await send(trigger.url, signedWebhook({ taskId, secret }, { body }))).status).toBe(200);
		await until('the execution', async () => started(taskId).length > 0);
		await control.clearRules();
		expect(started(taskId)).toHaveLength(1);
		return { taskId, json: started(taskId)[0]! };
	}

	it('W53: no video at all', async () => {
		const { taskId, json } = await told({ generated: [] });
		expect(json).toMatchObject({
			task_id: taskId,
			status: 'COMPLETED',
			generated: [],
			video_url: null,
		});
		expect(json.failure).toMatchObject({
			message: expect.stringContaining('holds no video') as string,
		});
	});

	it('W53: a URL that is not https', async () => {
		const { json } = await told({ generated: ['http://videos.example.com/a.mp4'] });
		expect(json).toMatchObject({ video_url: null, generated: ['http://videos.example.com/a.mp4'] });
	});

	it('W53: two URLs', async () => {
		const generated = ['https://videos.example.com/a.mp4', 'https://videos.example.com/b.mp4'];
		const { json } = await told({ generated });
		expect(json).toMatchObject({ generated, video_url: generated[0] });
		expect(json.failure).toBeUndefined();
	});

	it('W59: wins over what the webhook says', async () => {
		const generated = ['https://videos.example.com/true.mp4'];
		const { json } = await told(
			{ generated },
			{ status: 'FAILED', generated: ['https://evil.example/x'] },
		);
		expect(json).toMatchObject({ status: 'COMPLETED', generated, video_url: generated[0] });
		expect(JSON.stringify(json)).not.toContain('evil');
	});

	it('W57: is read, and the video fetched, after the provider has got its response', async () => {
		const { secret, control } = testServer.sandbox;
		const slow = await listen(
			testServer,
			triggerWorkflow({
				credential: testServer.credential,
				parameters: { downloadVideo: true, outputBinaryPropertyName: 'data' },
			}),
		);
		const taskId = await newTask();
		await control.rules(
			{ on: 'get', do: { delayMs: 8000 } },
			{ on: 'result', do: { delayMs: 8000 } },
		);
		const sent = Date.now();
		expect((await send(slow.url, signedWebhook({ taskId, secret }))).status).toBe(200);
		const respondedAfter = Date.now() - sent;
		await triggeredTimes(testServer.n8n, { id: slow.id, times: 1 });
		expect(Date.now() - sent).toBeGreaterThan(15_000);
		expect(respondedAfter).toBeLessThan(7000);
		expect(started(taskId, slow)).toHaveLength(1);
		await control.clearRules();
	});
});

describe('W55: a URL where nothing listens', () => {
	it('n8n responds 404 before and after the workflow was published, and nothing breaks', async () => {
		const { n8n, credential, sandbox } = testServer;
		const { client } = n8n;
		const id = await client.importWorkflow(triggerWorkflow({ credential }), { activate: false });
		const url = `${n8n.url}/webhook/happy-horse-${id}`;
		const knock = async () =>
			await send(url, signedWebhook({ taskId: await newTask(), secret: sandbox.secret }));
		expect((await knock()).status).toBe(404);
		await client.activate(id);
		await client.waitForWebhook(`happy-horse-${id}`);
		expect((await knock()).status).toBe(200);
		await triggeredTimes(n8n, { id, times: 1 });
		await client.deactivate(id);
		await untilUnregistered(url);
		const before = countExecutions(n8n, id);
		expect((await knock()).status).toBe(404);
		await client.activate(id);
		await client.waitForWebhook(`happy-horse-${id}`);
		await expectOnlyOneMore(before, { id, url });
		expect((await fetch(`${n8n.url}/healthz`)).status).toBe(200);
	});
});

describe('W58: responses and log', () => {
	it('hold no secret, no expected signature and no body', async () => {
		// n8n writes its log a moment later.
		await sleep(500);
		const { sandbox, n8n } = testServer;
		const log = n8n.log();
		expect(log).toContain(
			'Happy Horse Trigger: a webhook was rejected, the signature does not match',
		);
		expect(log).toContain(
			'Happy Horse Trigger: a webhook was rejected, webhook-timestamp is malformed',
		);
		expect(rejections.length).toBeGreaterThan(REJECTED.length - 5);
		expect(signatures.length).toBeGreaterThan(50);
		const responses = rejections.map(({ text }) => text).join('\n');
		for (const text of [sandbox.secret, sandbox.key, BODY_MARK, ...signatures]) {
			if (responses.includes(text)) throw new Error(`A response holds ${text}`);
			if (log.includes(text)) throw new Error(`The log holds ${text}`);
		}
	});

	it('a response says in words what is wrong', () => {
		const said = new Set(rejections.map(({ text }) => text));
		expect([...said]).toEqual(
			expect.arrayContaining([
				'{"message":"Rejected: a signature header is missing"}',
				'{"message":"Rejected: webhook-id is malformed"}',
				'{"message":"Rejected: webhook-timestamp is too far from now"}',
				'{"message":"Rejected: webhook-signature is malformed"}',
				'{"message":"Rejected: the signature does not match"}',
				'{"message":"Rejected: the credential cannot be used"}',
				'{"message":"The body holds no task"}',
				'{"message":"The body is too large"}',
			]),
		);
	});
});

/** Unlike above, the good signature is never sent: no client may learn it from a response. */
it('W58: a rejected client does not learn the signature it would have needed', async () => {
	const { secret } = testServer.sandbox;
	const [id, timestamp] = [messageId(), String(seconds())];
	const body = webhookBody(await newTask());
	const wanted = signatureOf({ key: secret, id, timestamp, body });
	const rejected = () => testServer.n8n.log().split('the signature does not match').length;
	const before = rejected();
	const response = await rawRequest(trigger.url, {
		headers: [
			['content-type', 'application/json'],
			['webhook-id', id],
			['webhook-timestamp', timestamp],
			['webhook-signature', `v1,${signatureOf({ key: 'guess', id, timestamp, body })}`],
		],
		parts: [Buffer.from(body)],
	});
	expect(response).toEqual({
		status: 401,
		text: '{"message":"Rejected: the signature does not match"}',
	});
	await until('its line in the log', async () => rejected() > before);
	expect(testServer.n8n.log()).not.toContain(wanted);
});
