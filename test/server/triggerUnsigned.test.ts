import { randomUUID } from 'node:crypto';

import type { Model, Status } from '../../sandbox/api/wire';
import { signedWebhook } from './support/webhooks/signedWebhook';
import { countExecutions } from './support/executions/executionTable';
import { rawRequest } from './support/network/rawRequest';
import { webhookBody } from './support/webhooks/signing';
import { finishedShape } from './support/assertions/taskShape';
import type { Listening } from './support/workflows/triggerWorkflow';
import {
	listen,
	creatingWorkflow,
	passedOn,
	triggeredTimes,
	triggerWorkflow,
} from './support/workflows/triggerWorkflow';
import { useOwnServer } from './support/testServer/useTestServer';
import { webhooksHandled, traffic, until } from './support/assertions/watching';
import type { CredentialReference } from './support/workflows/workflow';
import { images } from './support/workflows/workflow';

/** The node's own bound per minute, below the 50 that the API allows. */
const READS_PER_MINUTE = 40;

const testServer = useOwnServer();
/** Without a webhook secret. */
let credential: CredentialReference;

beforeAll(async () => {
	const { url, key } = testServer.sandbox;
	credential = await testServer.addCredential({ provider: 'custom', baseUrl: url, apiKey: key });
});

async function newTask(
	status: Status = 'COMPLETED',
	model: Model = 'happy-horse-1',
): Promise<string> {
	const [taskId] = await testServer.sandbox.control.seedTasks({ count: 1, status, model });
	return taskId!;
}

/** A webhook as the provider sends it, signed with a secret that this n8n does not know. */
async function tell(triggerUrl: string, taskId: string, status = 'COMPLETED'): Promise<number> {
	const task = { taskId, secret: 'unknown' };
	return (
		await rawRequest(triggerUrl, signedWebhook(task, { body: webhookBody(taskId, { status }) }))
	).status;
}

const listening = async (parameters: Record<string, unknown> = {}) =>
	await listen(testServer, triggerWorkflow({ credential, parameters }));

const gets = async () => (await traffic(testServer.sandbox.control)).gets;

/** Once a later webhook has come through, no earlier one can still be on its way. */
async function expectNothingStarted({ id, url }: Listening): Promise<void> {
	const before = countExecutions(testServer.n8n, id);
	expect(before).toBe(0);
	const genuine = await newTask();
	// Strangers have a part of the minute only. When it is used up, the sender is told to send again.
	await until(
		'a genuine webhook is accepted',
		async () => (await tell(url, genuine)) === 200,
		90_000,
	);
	await triggeredTimes(testServer.n8n, { id, times: 1 });
	expect(countExecutions(testServer.n8n, id)).toBe(1);
}

describe('without a webhook secret', () => {
	it('genuine webhooks about this workflow’s videos pass, with one GET each', async () => {
		const { control, url: sandboxUrl } = testServer.sandbox;
		const { path, ...workflow } = creatingWorkflow({ credential });
		const { id, url } = await listen(testServer, workflow);
		await testServer.n8n.client.waitForWebhook(path);
		const items = images(sandboxUrl, 3);
		expect((await testServer.n8n.client.sendToWebhook(path, { body: { items } })).status).toBe(200);
		await triggeredTimes(testServer.n8n, { id, times: 3 });
		await webhooksHandled(control);
		const { tasks, acceptedPosts } = await control.state();
		expect(acceptedPosts).toBe(3);
		expect(tasks.every(({ webhookUrl }) => webhookUrl?.startsWith(url))).toBe(true);
		const found = passedOn(testServer.n8n, id);
		for (const { name } of items) {
			const task = tasks.find(({ prompt }) => prompt === name)!;
			const own = found.filter(({ task_id }) => task_id === task.taskId);
			expect(own).toEqual([finishedShape(task, { json: own[0]!, metadata: { name } })]);
		}
		expect(found).toHaveLength(3);
		expect((await traffic(control)).read.toSorted()).toEqual(
			tasks.map(({ taskId }) => taskId).toSorted(),
		);
	});

	it('webhooks about videos of another workflow pass too, whatever the kind: where the last ones were comes first', async () => {
		const { id, url } = await listening();
		const first = await newTask();
		expect(await tell(url, first)).toBe(200);
		expect(await gets()).toBe(1);
		// A webhook does not name the model, so the second has to be tried.
		const second = await newTask('COMPLETED', 'happy-horse-1-1');
		expect(await tell(url, second)).toBe(200);
		expect(await gets()).toBe(3);
		const third = await newTask('COMPLETED', 'happy-horse-1-1');
		expect(await tell(url, third)).toBe(200);
		expect(await gets()).toBe(4);
		await triggeredTimes(testServer.n8n, { id, times: 3 });
		expect(passedOn(testServer.n8n, id).map(({ task_id, model }) => [task_id, model])).toEqual([
			[first, 'happy-horse-1'],
			[second, 'happy-horse-1-1'],
			[third, 'happy-horse-1-1'],
		]);
	});

	it('forged webhooks do not pass: unknown task, not finished, other outcome', async () => {
		const trigger = await listening();
		expect(await tell(trigger.url, randomUUID())).toBe(401);
		// It may be finished in a moment, so the API is polled for a while.
		const unfinished = await newTask('IN_PROGRESS');
		expect(await tell(trigger.url, unfinished)).toBe(503);
		expect(await tell(trigger.url, await newTask('FAILED'))).toBe(401);
		expect(await tell(trigger.url, await newTask('COMPLETED'), 'FAILED')).toBe(401);
		await expectNothingStarted(trigger);
		// Until the API denies it: the reads of other tests are counted.
		const { control } = testServer.sandbox;
		await control.advance(unfinished, 'FAILED');
		const since = Date.now();
		await until('a last read', async () =>
			(await traffic(control, since)).read.includes(unfinished),
		);
	});

	it('sends no request about what is no task ID', async () => {
		const trigger = await listening();
		for (const taskId of ['../../v1/account', 'a b', '', 'x'.repeat(129), 'ü', 'a/b', '%2e%2e']) {
			expect(await tell(trigger.url, taskId)).toBe(400);
		}
		expect(await gets()).toBe(0);
		await expectNothingStarted(trigger);
	});

	it('a webhook that comes before the API itself knows is believed a moment later', async () => {
		const { id, url } = await listening();
		const taskId = await newTask();
		// What the first look finds: by the second, a moment later, the API knows.
		const body = { data: { task_id: taskId, status: 'IN_PROGRESS', generated: [] } };
		const first = { on: 'get', times: 1, do: { response: { status: 200, body } } } as const;
		await testServer.sandbox.control.rules(first);
		// 503 where earlier tests have used up what strangers may read in a minute: the check continues all the same.
		expect([200, 503]).toContain(await tell(url, taskId));
		await triggeredTimes(testServer.n8n, { id, times: 1, timeoutMs: 90_000 });
		expect(await gets()).toBe(2);
		expect(passedOn(testServer.n8n, id)).toMatchObject([{ task_id: taskId, status: 'COMPLETED' }]);
	});

	it.each([
		['503', { response: { status: 503, body: { message: 'Service Unavailable' } } }],
		['429', { response: { status: 429, body: { message: 'Too many requests' } } }],
		['a cut connection', { reset: 'before' as const }],
	])('the API down (%s): the sender may send it again, but need not', async (_name, effect) => {
		const { control } = testServer.sandbox;
		const { id, url } = await listening();
		const taskId = await newTask();
		await control.rules({ on: 'get', do: effect });
		expect(await tell(url, taskId)).toBe(503);
		expect(countExecutions(testServer.n8n, id)).toBe(0);
		await control.clearRules();
		await triggeredTimes(testServer.n8n, { id, times: 1 });
		expect(await tell(url, taskId)).toBe(200);
		expect(passedOn(testServer.n8n, id).map(({ task_id }) => task_id)).toEqual([taskId]);
		expect(countExecutions(testServer.n8n, id)).toBe(1);
	});
});

// What a minute allows is counted by the process.
describe('without a webhook secret, in an n8n that has just started', () => {
	let trigger: Listening;

	beforeEach(async () => {
		trigger = await listening();
		await testServer.n8n.restart();
		await testServer.n8n.client.waitForWebhook(`happy-horse-${trigger.id}`, { timeoutMs: 60_000 });
	});

	it('ten webhooks at the same moment start one execution', async () => {
		const { id, url } = trigger;
		const taskId = await newTask();
		const responses = await Promise.all(
			Array.from({ length: 10 }, async () => await tell(url, taskId)),
		);
		expect(responses.filter((status) => status === 200).length).toBeGreaterThan(0);
		expect(responses.filter((status) => status !== 200 && status !== 503)).toEqual([]);
		// Once a later webhook has come through, none of the ten can still be on its way.
		const later = await newTask();
		expect(await tell(url, later)).toBe(200);
		await triggeredTimes(testServer.n8n, { id, times: 2 });
		expect(passedOn(testServer.n8n, id).map(({ task_id }) => task_id)).toEqual([taskId, later]);
		expect(countExecutions(testServer.n8n, id)).toBe(2);
	});

	it('strangers cannot use up the requests that the API allows the account', async () => {
		const { id, url } = trigger;
		const started = Date.now();
		const responses: number[] = [];
		for (let round = 0; round < 8; round++) {
			const requests = Array.from({ length: 10 }, async () => await tell(url, randomUUID()));
			responses.push(...(await Promise.all(requests)));
		}
		expect(responses.filter((status) => status !== 401 && status !== 503)).toEqual([]);
		const minutes = Math.ceil((Date.now() - started) / 60_000);
		expect(await gets()).toBeLessThanOrEqual(READS_PER_MINUTE * minutes);
		expect(countExecutions(testServer.n8n, id)).toBe(0);
		expect((await fetch(`${testServer.n8n.url}/healthz`)).status).toBe(200);
	});
});
