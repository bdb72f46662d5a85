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

const listed = async () => {
	const data = dataOf(await fixture.request('GET', ROUTE)) as unknown as Array<{ status: string }>;
	return data.map(({ status }) => status);
};

test('reads can lag behind the webhook, which tells the truth at once', async () => {
	await fixture.control.settings({ readLagSeconds: 1 });
	const taskId = await fixture.task({ webhook_url: receiver.url });
	await until(() => receiver.received.length === 3);
	const [finished] = receiver.received.slice(-1);
	const body = JSON.parse(finished?.body ?? '') as { status: string; generated: string[] };
	expect(body.status).toBe('COMPLETED');
	expect((await fetch(String(body.generated[0]))).status).toBe(200);
	expect(await fixture.get(taskId)).toMatchObject({ status: 'CREATED', generated: [] });
	expect(await listed()).toEqual(['CREATED']);
	const [task] = (await fixture.control.state()).tasks;
	expect(task?.status).toBe('COMPLETED');
	await until(async () => (await fixture.get(taskId)).status === 'COMPLETED');
	expect(Date.now() - Number(task?.createdAt)).toBeGreaterThanOrEqual(1000);
	expect(await listed()).toEqual(['COMPLETED']);
	expect((await fixture.get(taskId)).generated).toHaveLength(1);
});

test('without the lag the truth shows at once', async () => {
	await fixture.control.rules({ on: 'create', do: { hold: true } });
	await fixture.control.settings({ readLagSeconds: 60 });
	const taskId = await fixture.task();
	await fixture.control.advance(taskId, 'FAILED');
	expect((await fixture.get(taskId)).status).toBe('CREATED');
	await fixture.control.settings({ readLagSeconds: 0 });
	expect((await fixture.get(taskId)).status).toBe('FAILED');
});

test('a rule can end at a time', async () => {
	const untilMs = Date.now() + 300;
	const response = { status: 503, body: {} };
	await fixture.control.rules({ on: 'image-to-video', untilMs, do: { response } });
	expect((await fixture.create()).status).toBe(503);
	await until(async () => (await fixture.create()).status === 200);
	expect(Date.now()).toBeGreaterThanOrEqual(untilMs);
	expect((await fixture.request('GET', ROUTE)).status).toBe(200);
});

test.each([-360, 360])('the clock of webhooks can be off by %d seconds', async (skew) => {
	await fixture.control.settings({ clockSkewSeconds: skew });
	await fixture.task({ webhook_url: receiver.url });
	await until(() => receiver.received.length === 3);
	for (const { headers } of receiver.received) {
		const off = Number(headers['webhook-timestamp']) - Date.now() / 1000;
		expect(Math.abs(off - skew)).toBeLessThan(5);
	}
});

test.each([
	[{ requestsPerMinute: -1 }, 'requestsPerMinute must be a whole number of at least 0'],
	[{ requestsPerMinute: 1.5 }, 'requestsPerMinute must be a whole number of at least 0'],
	[{ limitHeaders: 'some' as 'all' }, 'limitHeaders must be one of none, retryAfter, all'],
	[{ readLagSeconds: -1 }, 'readLagSeconds must be a number of at least 0'],
	[{ clockSkewSeconds: '6' as unknown as number }, 'clockSkewSeconds must be a number'],
])('settings without sense are told: %j', async (change, fault) => {
	await expect(fixture.control.settings(change)).rejects.toThrow(fault);
	const { settings } = await fixture.control.state();
	expect(settings).toMatchObject({ requestsPerMinute: 0, limitHeaders: 'all', readLagSeconds: 0 });
});

test('a rule whose end is no time is rejected', async () => {
	const rule = {
		on: 'any',
		untilMs: '2026-11-26' as unknown as number,
		do: { delayMs: 1 },
	} as const;
	await expect(fixture.control.rules(rule)).rejects.toThrow('untilMs must be a number');
});
