import { webhookHeaders } from '../../sandbox/api/sign';
import { dataOf, openReceiver, openFixture, ROUTE, until, type Fixture } from './fixture';

let fixture: Fixture;
let receiver: Awaited<ReturnType<typeof openReceiver>>;
beforeAll(async () => {
	fixture = await openFixture();
});
afterAll(async () => await fixture.close());
beforeEach(async () => {
	await fixture.control.reset();
	receiver = await openReceiver();
});
afterEach(() => receiver.close());

test('a task goes from CREATED over IN_PROGRESS to COMPLETED', async () => {
	await fixture.control.settings({ taskSeconds: 1000 });
	const taskId = await fixture.task();
	expect(await fixture.get(taskId)).toMatchObject({ status: 'CREATED', generated: [] });
	// A tenth of the run time is now 0.1 s, the rest 0.9 s.
	await fixture.control.settings({ speed: 1000 });
	await until(async () => (await fixture.get(taskId)).status !== 'CREATED');
	expect(await fixture.get(taskId)).toMatchObject({ status: 'IN_PROGRESS', generated: [] });
	await until(async () => (await fixture.get(taskId)).status !== 'IN_PROGRESS');
	expect(await fixture.get(taskId)).toEqual({
		task_id: taskId,
		status: 'COMPLETED',
		generated: [expect.stringMatching(/\/results\/.*\.mp4\?token=exp=\d+~hmac=[0-9a-f]{64}$/)],
	});
});

test('running tasks follow a changed speed or run time at once', async () => {
	await fixture.control.settings({ taskSeconds: 3600 });
	const slow = await fixture.task();
	await fixture.control.settings({ speed: 1_000_000 });
	await until(async () => (await fixture.get(slow)).status === 'COMPLETED');
	await fixture.control.settings({ speed: 1, taskSeconds: 3600 });
	const long = await fixture.task();
	expect((await fixture.get(long)).status).toBe('CREATED');
	await fixture.control.settings({ taskSeconds: 0 });
	expect((await fixture.get(long)).status).toBe('COMPLETED');
});

test('a held task moves only by hand', async () => {
	await fixture.control.rules({ on: 'create', do: { hold: true } });
	const taskId = await fixture.task({ webhook_url: receiver.url });
	await until(() => receiver.received.length === 1);
	expect((await fixture.get(taskId)).status).toBe('CREATED');
	await fixture.control.advance(taskId, 'FAILED');
	await until(() => receiver.received.length === 2);
	expect(await fixture.get(taskId)).toEqual({ task_id: taskId, status: 'FAILED', generated: [] });
});

test('the list responds with 404 without tasks, else the newest first', async () => {
	const empty = await fixture.request('GET', ROUTE);
	expect([empty.status, empty.json]).toEqual([404, { message: 'Tasks not found' }]);
	const seeded = await fixture.control.seedTasks({ count: 119, status: 'IN_PROGRESS' });
	const last = await fixture.task();
	const data = dataOf(await fixture.request('GET', ROUTE)) as unknown as object[];
	expect(data).toHaveLength(120);
	expect(data[0]).toEqual({ task_id: last, status: 'COMPLETED' });
	expect(data[119]).toEqual({ task_id: seeded[0], status: 'IN_PROGRESS' });
	expect((await fixture.request('GET', `${ROUTE}-1`)).status).toBe(404);
});

test('an unknown task, or one of the other model, responds with 404', async () => {
	const taskId = await fixture.task();
	expect((await fixture.request('GET', `${ROUTE}/unknown`)).status).toBe(404);
	expect((await fixture.request('GET', `${ROUTE}-1/${taskId}`)).status).toBe(404);
});

describe('webhooks', () => {
	test('come for each status, in order, signed over the raw body', async () => {
		const taskId = await fixture.task({ webhook_url: receiver.url });
		await until(() => receiver.received.length === 3);
		expect(receiver.statuses()).toEqual(['CREATED', 'IN_PROGRESS', 'COMPLETED']);
		const ids = new Set<unknown>();
		for (const { headers, body } of receiver.received) {
			const id = String(headers['webhook-id']);
			const timestamp = Number(headers['webhook-timestamp']);
			ids.add(id);
			expect(Math.abs(timestamp * 1000 - Date.now())).toBeLessThan(5_000);
			expect(headers).toMatchObject(
				webhookHeaders(fixture.sandbox.secret, { id, timestamp, body }),
			);
			expect(headers).not.toHaveProperty('x-magnific-api-key');
		}
		expect(ids.size).toBe(3);
		const final: unknown = JSON.parse(receiver.received[2]?.body ?? '');
		expect(final).toMatchObject({ task_id: taskId, generated: [expect.stringContaining(taskId)] });
		const { webhooks } = await fixture.control.state();
		expect(webhooks).toHaveLength(3);
		expect(webhooks[2]).toMatchObject({ taskId, responseStatus: 200, responseBody: 'thanks' });
	});

	test('a final one is repeated under the same id until it is taken', async () => {
		await fixture.control.settings({ speed: 1000 });
		receiver.close();
		receiver = await openReceiver([500, 500, 500, 404]);
		await fixture.task({ webhook_url: receiver.url });
		await until(() => receiver.received.length === 5);
		expect(receiver.statuses()).toEqual([
			...['CREATED', 'IN_PROGRESS', 'COMPLETED', 'COMPLETED', 'COMPLETED'],
		]);
		const ids = receiver.received.slice(2).map(({ headers }) => headers['webhook-id']);
		expect(new Set(ids).size).toBe(1);
	});

	test('none is repeated when told so, and a dead receiver is recorded', async () => {
		await fixture.control.settings({ webhookRetries: 0 });
		receiver.close();
		await fixture.task({ webhook_url: receiver.url });
		await until(async () => (await fixture.control.state()).webhooks.length === 3);
		const { webhooks } = await fixture.control.state();
		expect(webhooks[2]?.error).toContain('ECONNREFUSED');
	});

	test.each([
		['lost', []],
		['doubled', ['CREATED', 'CREATED', 'IN_PROGRESS', 'IN_PROGRESS', 'COMPLETED', 'COMPLETED']],
		['shuffled', ['COMPLETED', 'IN_PROGRESS', 'CREATED']],
		['early', ['CREATED', 'IN_PROGRESS', 'COMPLETED']],
		['forged', ['CREATED', 'IN_PROGRESS', 'COMPLETED']],
		['unsigned', ['CREATED', 'IN_PROGRESS', 'COMPLETED']],
	] as const)('can be %s', async (webhooks, statuses) => {
		await fixture.control.rules({ on: 'create', do: { webhooks } });
		const taskId = await fixture.task({ webhook_url: receiver.url });
		if (webhooks === 'early') expect(receiver.received).toHaveLength(3);
		await until(() => receiver.received.length >= statuses.length);
		await new Promise((resolve) => setTimeout(resolve, 30));
		expect(receiver.statuses()).toEqual(statuses);
		expect((await fixture.get(taskId)).status).toBe('COMPLETED');
		const [first] = receiver.received;
		if (first === undefined) return;
		const id = String(first.headers['webhook-id']);
		const timestamp = Number(first.headers['webhook-timestamp']);
		const genuine = webhookHeaders(fixture.sandbox.secret, { id, timestamp, body: first.body });
		const signature = first.headers['webhook-signature'];
		if (webhooks === 'unsigned') expect(signature).toBeUndefined();
		else if (webhooks === 'forged') expect(signature).not.toBe(genuine['webhook-signature']);
		else expect(signature).toBe(genuine['webhook-signature']);
	});

	test('extra ones can be sent by hand', async () => {
		await fixture.control.rules({ on: 'create', do: { hold: true } });
		const taskId = await fixture.task({ webhook_url: receiver.url });
		await until(() => receiver.received.length === 1);
		const sent = await fixture.control.sendWebhook(taskId, {
			...{ status: 'COMPLETED', times: 2, sameId: true, ageSeconds: 900 },
		});
		expect(sent).toMatchObject([{ responseStatus: 200 }, { responseStatus: 200 }]);
		expect(sent[0]?.webhookId).toBe(sent[1]?.webhookId);
		const sentAt = Number(receiver.received[1]?.headers['webhook-timestamp']);
		expect(Date.now() / 1000 - sentAt).toBeGreaterThan(890);
		expect((await fixture.get(taskId)).status).toBe('CREATED');
	});
});
