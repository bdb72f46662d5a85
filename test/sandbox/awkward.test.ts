import { dataOf, openReceiver, openRunContext, ROUTE, until, type Scene } from './scene';

let scene: Scene;
let receiver: Awaited<ReturnType<typeof openReceiver>>;
beforeAll(async () => {
	scene = await openRunContext();
});
afterAll(async () => await scene.close());
beforeEach(async () => {
	await scene.control.reset();
	receiver = await openReceiver();
});
afterEach(() => receiver.close());

const listed = async () => {
	const data = dataOf(await scene.call('GET', ROUTE)) as unknown as Array<{ status: string }>;
	return data.map(({ status }) => status);
};

test('reads can lag behind the callback, which tells the truth at once', async () => {
	await scene.control.settings({ readLagSeconds: 1 });
	const taskId = await scene.task({ webhook_url: receiver.url });
	await until(() => receiver.received.length === 3);
	const [finished] = receiver.received.slice(-1);
	const body = JSON.parse(finished?.body ?? '') as { status: string; generated: string[] };
	expect(body.status).toBe('COMPLETED');
	expect((await fetch(String(body.generated[0]))).status).toBe(200);
	expect(await scene.get(taskId)).toMatchObject({ status: 'CREATED', generated: [] });
	expect(await listed()).toEqual(['CREATED']);
	const [task] = (await scene.control.state()).tasks;
	expect(task?.status).toBe('COMPLETED');
	await until(async () => (await scene.get(taskId)).status === 'COMPLETED');
	expect(Date.now() - Number(task?.createdAt)).toBeGreaterThanOrEqual(1000);
	expect(await listed()).toEqual(['COMPLETED']);
	expect((await scene.get(taskId)).generated).toHaveLength(1);
});

test('without the lag the truth shows at once', async () => {
	await scene.control.rules({ on: 'create', do: { hold: true } });
	await scene.control.settings({ readLagSeconds: 60 });
	const taskId = await scene.task();
	await scene.control.advance(taskId, 'FAILED');
	expect((await scene.get(taskId)).status).toBe('CREATED');
	await scene.control.settings({ readLagSeconds: 0 });
	expect((await scene.get(taskId)).status).toBe('FAILED');
});

test('a rule can end at a time', async () => {
	const untilMs = Date.now() + 300;
	const answer = { status: 503, body: {} };
	await scene.control.rules({ on: 'image-to-video', untilMs, do: { answer } });
	expect((await scene.create()).status).toBe(503);
	await until(async () => (await scene.create()).status === 200);
	expect(Date.now()).toBeGreaterThanOrEqual(untilMs);
	expect((await scene.call('GET', ROUTE)).status).toBe(200);
});

test.each([-360, 360])('the clock of callbacks can be off by %d seconds', async (skew) => {
	await scene.control.settings({ clockSkewSeconds: skew });
	await scene.task({ webhook_url: receiver.url });
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
	await expect(scene.control.settings(change)).rejects.toThrow(fault);
	const { settings } = await scene.control.state();
	expect(settings).toMatchObject({ requestsPerMinute: 0, limitHeaders: 'all', readLagSeconds: 0 });
});

test('a rule whose end is no time is refused', async () => {
	const rule = {
		on: 'any',
		untilMs: '2026-11-26' as unknown as number,
		do: { delayMs: 1 },
	} as const;
	await expect(scene.control.rules(rule)).rejects.toThrow('untilMs must be a number');
});
