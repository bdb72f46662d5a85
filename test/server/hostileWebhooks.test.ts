import type { SandboxTask } from '../../sandbox/api/control';
import { itemsOf } from '../../sandbox/n8n/execution';
import { n8nFacts } from '../n8nFacts';
import { useTestServer } from './support/testServer/useTestServer';
import {
	arrivals,
	expectedArrivals,
	expectNoSecrets,
	expectPaidOnce,
	suspended,
	tasksOf,
	traffic,
	until,
} from './support/assertions/watching';
import type { CredentialReference } from './support/workflows/workflow';
import { AFTER, createAndWait, HAPPY_HORSE, images } from './support/workflows/workflow';

const testServer = useTestServer({ awaitWebhooks: true });

/** Without a webhook secret, so that webhooks without a signature get as far as they ever can. */
let unsigned: CredentialReference;

beforeAll(async () => {
	const { url, key } = testServer.sandbox;
	unsigned = await testServer.addCredential({ provider: 'custom', baseUrl: url, apiKey: key });
});

interface Waiting {
	id: string;
	workflowId: string;
	items: Array<{ name: string; image: string }>;
	tasks: SandboxTask[];
	/** URL of the webhooks about the first task. */
	url: string;
}

/** An execution that waits for two videos which never finish by themselves. */
async function waitingExecution(credential = unsigned): Promise<Waiting> {
	const { sandbox } = testServer;
	const { control } = sandbox;
	await control.rules({ on: 'create', do: { hold: true } });
	const items = images(sandbox.url, 2);
	const workflow = await testServer.publishNode({
		credential,
		parameters: createAndWait({ waitUsing: 'webhook', downloadVideo: false }),
	});
	const id = await workflow.start(items);
	expect((await suspended(testServer, id)).status).toBe('waiting');
	const tasks = await tasksOf(control, items);
	return { id, workflowId: workflow.id, items, tasks, url: tasks[0]!.webhookUrl! };
}

/** Nothing has happened to the execution, n8n is well, and the true webhooks finish it. */
async function expectUnharmed({ id, workflowId, items, tasks }: Waiting): Promise<void> {
	const { n8n, sandbox } = testServer;
	const { control } = sandbox;
	const still = await n8n.client.execution(id);
	expect(still.status).toBe('waiting');
	expect(still.runData[AFTER]).toBeUndefined();
	expect((await fetch(`${n8n.url}/healthz`)).status).toBe(200);
	for (const { taskId } of tasks) await control.advance(taskId, 'COMPLETED');
	const done = await n8n.client.waitForExecution(id);
	expect(done.status).toBe('success');
	expect(itemsOf(done, HAPPY_HORSE).map(({ json }) => [json.status, json.timed_out])).toEqual(
		items.map(() => ['COMPLETED', false]),
	);
	expect(arrivals(done)).toEqual(expectedArrivals(items, tasks));
	expect(done.runData[AFTER]).toHaveLength(1);
	expect(await n8n.client.executions({ workflowId })).toHaveLength(1);
	expectNoSecrets(testServer, done);
	await expectPaidOnce(control, items);
}

const completed = (taskId: string) =>
	JSON.stringify({
		task_id: taskId,
		status: 'COMPLETED',
		generated: ['https://evil.example/x.mp4'],
	});

interface WebhookContent {
	body?: string | Buffer | FormData;
	type?: string;
}

function rubbish(taskId: string): Record<string, WebhookContent> {
	const form = new FormData();
	form.set('task_id', taskId);
	form.set('status', 'COMPLETED');
	form.set('file', new Blob([completed(taskId)], { type: 'application/json' }), 'task.json');
	const more = 'x'.repeat(1024 * 1024);
	const big = JSON.stringify({ task_id: taskId, status: 'COMPLETED', more });
	return {
		'no body': {},
		'an empty JSON body': { body: '', type: 'application/json' },
		null: { body: 'null', type: 'application/json' },
		'a number': { body: '42', type: 'application/json' },
		'an array': { body: `[${completed(taskId)}]`, type: 'application/json' },
		'an empty object': { body: '{}', type: 'application/json' },
		'no JSON at all': { body: '{"task_id":', type: 'application/json' },
		bytes: { body: Buffer.from([0, 255, 254, 1, 2, 3]), type: 'application/octet-stream' },
		XML: { body: '<task><task_id>1</task_id>', type: 'application/xml' },
		'a megabyte': { body: big, type: 'application/json' },
		'a form': {
			body: `task_id=${taskId}&status=COMPLETED`,
			type: 'application/x-www-form-urlencoded',
		},
		'a multipart form': { body: form },
		'broken multipart': { body: 'x', type: 'multipart/form-data; boundary=y' },
		'a type without meaning': { body: completed(taskId), type: 'nothing/at; all' },
		'a status of another type': {
			body: JSON.stringify({ task_id: taskId, status: ['COMPLETED'] }),
			type: 'application/json',
		},
		'an ID that is a path': {
			body: JSON.stringify({ task_id: `../${taskId}`, status: 'COMPLETED' }),
			type: 'application/json',
		},
		'deep nesting': { body: '['.repeat(50_000) + ']'.repeat(50_000), type: 'application/json' },
		'a prototype': {
			body: `{"__proto__":{"task_id":"${taskId}"},"status":"COMPLETED"}`,
			type: 'application/json',
		},
	};
}

async function sendWebhook(
	resumeUrl: string,
	{ body, type }: WebhookContent = {},
): Promise<number> {
	const response = await fetch(resumeUrl, {
		method: 'POST',
		headers: type === undefined ? {} : { 'content-type': type },
		signal: AbortSignal.timeout(60_000),
		...(body === undefined ? {} : { body }),
	});
	await response.arrayBuffer();
	return response.status;
}

describe('an execution that waits', () => {
	it('takes no notice of what says that videos have begun', async () => {
		const waiting = await waitingExecution();
		const { control } = testServer.sandbox;
		const since = Date.now();
		for (const { taskId } of waiting.tasks) {
			for (const status of ['CREATED', 'IN_PROGRESS'] as const) {
				const [attempt] = await control.sendWebhook(taskId, { status });
				expect(attempt!.responseStatus).toBe(200);
			}
		}
		expect(await traffic(control, since)).toMatchObject({ lists: 0, gets: 0 });
		await expectUnharmed(waiting);
	});

	it('survives bodies of every kind, and responds to each with a word to the sender', async () => {
		const waiting = await waitingExecution();
		const since = Date.now();
		const responses: Record<string, number> = {};
		for (const [name, what] of Object.entries(rubbish(waiting.tasks[0]!.taskId))) {
			responses[name] = await sendWebhook(waiting.url, what);
		}
		// None of them is a success, and none is a server error. A type without meaning does not hide what the
		// bytes say: that a video is finished, so the node checks with the API, which knows better.
		const wrong = Object.entries(responses).filter(
			([name, status]) =>
				!(status >= 400 && status < 500) && !(status === 200 && name === 'a type without meaning'),
		);
		expect(wrong).toEqual([]);
		expect((await traffic(testServer.sandbox.control, since)).creates).toBe(0);
		await expectUnharmed(waiting);
	});

	it('takes no notice of unknown tasks and of tasks of other executions', async () => {
		const waiting = await waitingExecution();
		const { control } = testServer.sandbox;
		const since = Date.now();
		const [foreign] = await control.seedTasks({ count: 1, status: 'COMPLETED' });
		for (const id of [foreign!, '046b6c7f-0b8a-43b9-b35d-6489e6daee91', 'x'.repeat(500)]) {
			const status = await sendWebhook(waiting.url, {
				body: completed(id),
				type: 'application/json',
			});
			expect([200, 400]).toContain(status);
		}
		expect(await traffic(control, since)).toMatchObject({ lists: 0, gets: 0 });
		await control.advance(waiting.tasks[0]!.taskId, 'IN_PROGRESS');
		await expectUnharmed(waiting);
	});

	it('does not believe a webhook that a video is finished, in any form of signature', async () => {
		const waiting = await waitingExecution();
		const { control } = testServer.sandbox;
		const [first, second] = waiting.tasks;
		for (const form of ['signed', 'forged', 'unsigned', 'wrapped'] as const) {
			const [attempt] = await control.sendWebhook(first!.taskId, { status: 'COMPLETED', form });
			expect(attempt!.responseStatus).toBe(200);
		}
		await control.sendWebhook(second!.taskId, { status: 'FAILED' });
		await expectUnharmed(waiting);
	});

	it('believes signed webhooks only, when the credential has a webhook secret', async () => {
		const waiting = await waitingExecution(testServer.credential);
		const { control } = testServer.sandbox;
		const [first] = waiting.tasks;
		const since = Date.now();
		for (const form of ['forged', 'unsigned'] as const) {
			const [attempt] = await control.sendWebhook(first!.taskId, { status: 'COMPLETED', form });
			expect(attempt!.responseStatus).toBe(401);
		}
		const [late] = await control.sendWebhook(first!.taskId, {
			status: 'COMPLETED',
			ageSeconds: 900,
		});
		expect(late!.responseStatus).toBe(401);
		// They are taken as wake-ups, since they know n8n's token. What the API says counts, and one loop reads it.
		const { lists, gets } = await traffic(control, since);
		expect(lists + gets).toBeLessThanOrEqual(3);
		const [genuine] = await control.sendWebhook(first!.taskId, { status: 'IN_PROGRESS' });
		expect(genuine!.responseStatus).toBe(200);
		await expectUnharmed(waiting);
	});

	it('is not woken by a stranger who knows the number of the execution', async () => {
		const { n8n, sandbox } = testServer;
		const unknown = '046b6c7f-0b8a-43b9-b35d-6489e6daee91';
		// Where the URL has no token, anyone who counts can guess it.
		const expected = n8nFacts.hasResumeToken
			? { unsigned: [401, 401], signed: [401, 401] }
			: { unsigned: [200, 200], signed: [401, 401] };
		for (const [secret, credential] of [
			['unsigned', unsigned],
			['signed', testServer.credential],
		] as const) {
			await sandbox.control.reset();
			const waiting = await waitingExecution(credential);
			const resumeUrl = `${n8n.url}/webhook-waiting/${waiting.id}/happy-horse?ref=0.0`;
			const since = Date.now();
			const tell = async (taskId: string) =>
				await sendWebhook(resumeUrl, { body: completed(taskId), type: 'application/json' });
			const responses = [await tell(unknown)];
			expect(await traffic(sandbox.control, since)).toMatchObject({ lists: 0, gets: 0 });
			// Even the ID of a task only makes the node check with the API, which knows better.
			responses.push(await tell(waiting.tasks[0]!.taskId));
			expect(responses).toEqual(expected[secret]);
			if (responses[1] === 401) {
				expect(await traffic(sandbox.control, since)).toMatchObject({ lists: 0, gets: 0 });
			}
			await expectUnharmed(waiting);
		}
	});

	it('is not resumed without the token of its URL', async () => {
		const waiting = await waitingExecution();
		const { control } = testServer.sandbox;
		const [first, second] = waiting.tasks;
		// With everything finished, any webhook that came through would resume it.
		await control.settings({ webhookRetries: 0 });
		const since = Date.now();
		const without = new URL(waiting.url);
		without.searchParams.delete('signature');
		const wrong = new URL(waiting.url);
		wrong.searchParams.set('signature', 'a'.repeat(64));
		const elsewhere = new URL(waiting.url);
		elsewhere.pathname = elsewhere.pathname.replace(/happy-horse$/, 'else');
		const unknown = new URL(waiting.url);
		unknown.pathname = unknown.pathname.replace(/\d+/, '999999');
		const body = { body: completed(first!.taskId), type: 'application/json' };
		// Where there is no token to know, the node itself does not believe what the API denies.
		const untrue = n8nFacts.hasResumeToken ? 401 : 200;
		expect(await sendWebhook(without.href, body)).toBe(untrue);
		expect(await sendWebhook(wrong.href, body)).toBe(untrue);
		const before = await traffic(control, since);
		if (n8nFacts.hasResumeToken) expect(before).toMatchObject({ lists: 0, gets: 0 });
		expect(await sendWebhook(elsewhere.href, body)).toBe(404);
		expect(await sendWebhook(unknown.href, body)).toBe(404);
		for (const method of ['GET', 'PUT', 'DELETE']) {
			const response = await fetch(waiting.url, { method });
			expect(response.status).toBeGreaterThanOrEqual(400);
		}
		expect(await traffic(control, since)).toEqual(before);
		expect(second!.status).toBe('CREATED');
		await expectUnharmed(waiting);
	});

	it('is resumed once by many last webhooks at the same moment', async () => {
		const waiting = await waitingExecution();
		const { n8n, sandbox } = testServer;
		const { control } = sandbox;
		const since = Date.now();
		await Promise.all(
			waiting.tasks.flatMap(({ taskId }) => [
				control.advance(taskId, 'COMPLETED'),
				control.sendWebhook(taskId, { status: 'COMPLETED', times: 3 }),
			]),
		);
		const done = await n8n.client.waitForExecution(waiting.id);
		expect(done.status).toBe('success');
		expect(done.runData[AFTER]).toHaveLength(1);
		expect(arrivals(done)).toEqual(expectedArrivals(waiting.items, waiting.tasks));
		// That of its new status, and three more.
		await until('four webhooks about each', async () => {
			const { webhooks } = await control.state(since);
			return webhooks.length >= 4 * waiting.tasks.length;
		});
		// Late repeats find nothing that waits and change nothing.
		for (const { taskId } of waiting.tasks) {
			const [late] = await control.sendWebhook(taskId, { status: 'COMPLETED' });
			expect([404, 409]).toContain(late!.responseStatus);
		}
		const { webhooks } = await control.state(since);
		// n8n reads the status of an execution, and then its data. When it continues in between, n8n fails before it runs the
		// node, and the sender repeats (2.41.1).
		const broken = webhooks.filter(
			({ responseStatus, responseBody = '' }) =>
				responseStatus === 500 && !responseBody.includes("(reading 'inputOverride')"),
		);
		expect(broken).toEqual([]);
		expect((await n8n.client.execution(waiting.id)).runData[AFTER]).toHaveLength(1);
		expect(await n8n.client.executions({ workflowId: waiting.workflowId })).toHaveLength(1);
		// One per video; the webhooks may look again for one that is late, but not each for itself.
		expect((await traffic(control)).gets).toBeLessThanOrEqual(waiting.tasks.length + 2);
		await expectPaidOnce(control, waiting.items);
	});
});

describe('webhooks out of step', () => {
	it.each(['doubled', 'shuffled', 'early', 'unsigned', 'forged'] as const)(
		'%s ones end in the same items',
		async (webhooks) => {
			const { sandbox } = testServer;
			const { control } = sandbox;
			const credential = unsigned;
			// The second video takes five seconds, so that the execution does wait. Were its webhooks early,
			// none would be left to wake it.
			const concerned = webhooks === 'early' ? ['n=0', 'n=2'] : ['n=0', 'n=1', 'n=2'];
			await control.rules(
				{ on: 'create', where: { imageUrl: 'n=1' }, do: { seconds: 150 } },
				...concerned.map((imageUrl) => ({
					on: 'create' as const,
					where: { imageUrl },
					do: { webhooks },
				})),
			);
			const items = images(sandbox.url, 3);
			const workflow = await testServer.publishNode({
				credential,
				parameters: createAndWait({ waitUsing: 'webhook', downloadVideo: false }),
			});
			const done = await workflow.run(items, 90_000);
			expect(done.status).toBe('success');
			const tasks = await tasksOf(control, items);
			expect(itemsOf(done, HAPPY_HORSE).map(({ json }) => [json.status, json.timed_out])).toEqual(
				items.map(() => ['COMPLETED', false]),
			);
			expect(arrivals(done)).toEqual(expectedArrivals(items, tasks));
			expect(done.runData[AFTER]).toHaveLength(1);
			await expectPaidOnce(control, items);
		},
	);
});
