import type { SandboxRule } from '../../sandbox/api/wire';
import { openFixture, ROUTE, type Fixture } from './fixture';

let fixture: Fixture;
beforeAll(async () => {
	fixture = await openFixture();
});
afterAll(async () => await fixture.close());
beforeEach(async () => await fixture.control.reset());

test('a response replaces the work, as often as told, then the next rule follows', async () => {
	await fixture.control.rules(
		{
			on: 'create',
			times: 2,
			do: {
				response: {
					status: 429,
					body: { message: 'Too many requests' },
					headers: { 'retry-after': '1' },
				},
			},
		},
		{ on: 'create', times: 1, do: { response: { status: 503, body: '<html>edge</html>' } } },
	);
	const busy = await fixture.create();
	expect([busy.status, busy.json]).toEqual([429, { message: 'Too many requests' }]);
	expect(busy.headers.get('retry-after')).toBe('1');
	expect((await fixture.create()).status).toBe(429);
	const edge = await fixture.create();
	expect([edge.status, edge.text]).toEqual([503, '<html>edge</html>']);
	expect(edge.headers.get('content-type')).toContain('text/html');
	expect((await fixture.create()).status).toBe(200);
	const { posts, acceptedPosts } = await fixture.control.state();
	expect(posts.map(({ status }) => status)).toEqual([429, 429, 503, 200]);
	expect(acceptedPosts).toBe(1);
});

test('a rule can be limited to a prompt, an image or a task', async () => {
	const response = { status: 402, body: {} };
	await fixture.control.rules(
		{ on: 'create', where: { prompt: 'bad' }, do: { response } },
		{ on: 'image-to-video', where: { imageUrl: 'n=13' }, do: { response } },
	);
	expect((await fixture.create({ prompt: 'a bad one' })).status).toBe(402);
	expect((await fixture.create({ image_url: fixture.image('400x300.png?n=13') })).status).toBe(402);
	const taskId = await fixture.task({ prompt: 'good' });
	const other = await fixture.task();
	await fixture.control.rules({ on: 'any', where: { taskId }, do: { response } });
	expect((await fixture.request('GET', `${ROUTE}/${taskId}`)).status).toBe(402);
	expect((await fixture.request('GET', `${ROUTE}/${other}`)).status).toBe(200);
	await fixture.control.clearRules();
	expect((await fixture.request('GET', `${ROUTE}/${taskId}`)).status).toBe(200);
});

test('a rule can be limited to a mode or an endpoint, and fits any file of a request', async () => {
	const text = '/v1/ai/text-to-video/happy-horse-1';
	const reference = '/v1/ai/reference-to-video/happy-horse-1-1';
	const urls = ['400x400.png?n=1', '400x400.png?n=13'].map(fixture.image);
	const statuses = async () => [
		(await fixture.create()).status,
		(await fixture.post(text, { prompt: 'a horse' })).status,
		(await fixture.post(reference, { prompt: 'x', image_urls: urls.map((url) => ({ url })) }))
			.status,
	];
	const response = { status: 402, body: {} };
	for (const [rule, expected] of [
		[{ on: 'image-to-video' }, [402, 200, 200]],
		[{ on: 'text-to-video' }, [200, 402, 200]],
		[{ on: 'create', where: { endpoint: 'reference-to-video/happy-horse-1-1' } }, [200, 200, 402]],
		[{ on: 'create', where: { imageUrl: 'n=13' } }, [200, 200, 402]],
		[{ on: 'create' }, [402, 402, 402]],
	] as Array<[Pick<SandboxRule, 'on' | 'where'>, number[]]>) {
		await fixture.control.clearRules();
		await fixture.control.rules({ ...rule, do: { response } });
		expect([rule, await statuses()]).toEqual([rule, expected]);
	}
});

test.each([
	['before', 0],
	['afterProcessing', 1],
] as const)('a connection cut %s leaves %d tasks', async (reset, made) => {
	await fixture.control.rules({ on: 'create', times: 1, do: { reset } });
	await expect(fixture.create()).rejects.toThrow('fetch failed');
	const { posts, acceptedPosts, tasks } = await fixture.control.state();
	expect(posts).toMatchObject([{ status: 0 }]);
	expect([acceptedPosts, tasks.length]).toEqual([made, made]);
	expect((await fixture.create()).status).toBe(200);
});

test.each([0, 1, 40])(
	'a response cut after %d bytes fails, but the task is made',
	async (bytes) => {
		await fixture.control.rules({ on: 'create', times: 1, do: { cutAfterBytes: bytes } });
		await expect(fixture.create()).rejects.toThrow('terminated');
		expect((await fixture.control.state()).acceptedPosts).toBe(1);
	},
);

test('a video can be cut, too', async () => {
	const { generated } = await fixture.get(await fixture.task());
	await fixture.control.rules({ on: 'result', times: 1, do: { cutAfterBytes: 100 } });
	await expect(fixture.request('GET', String(generated[0]))).rejects.toThrow('terminated');
	expect((await fixture.request('GET', String(generated[0]))).status).toBe(200);
});

test('responses can be broken, incomplete, redirected or late', async () => {
	await fixture.control.rules(
		{ on: 'create', times: 1, do: { brokenJson: true } },
		{ on: 'create', times: 1, do: { withoutTaskId: true } },
	);
	// Both rules do different things, so the first request uses up both.
	const broken = await fixture.create();
	expect([broken.status, broken.json]).toEqual([200, undefined]);
	await fixture.control.rules({ on: 'create', times: 1, do: { withoutTaskId: true } });
	expect((await fixture.create()).json).toEqual({ data: { status: 'CREATED', generated: [] } });
	await fixture.control.rules({
		on: 'create',
		times: 1,
		do: { redirectTo: 'http://127.0.0.1:9/', status: 302 },
	});
	const moved = await fixture.create();
	expect([moved.status, moved.headers.get('location')]).toEqual([302, 'http://127.0.0.1:9/']);
	await fixture.control.rules({ on: 'list', do: { delayMs: 120 } });
	const start = performance.now();
	await fixture.request('GET', ROUTE);
	expect(performance.now() - start).toBeGreaterThan(100);
});

test('tasks can fail, with or without a reason, or complete without a video', async () => {
	await fixture.control.rules(
		{ on: 'create', times: 1, do: { outcome: 'FAILED' } },
		{ on: 'create', times: 1, do: { outcome: 'FAILED', failure: { error: 'too wild' } } },
		{ on: 'create', times: 1, do: { outcome: 'COMPLETED_EMPTY' } },
	);
	const ends = [];
	for (let n = 0; n < 3; n++) ends.push(await fixture.get(await fixture.task()));
	expect(ends).toEqual([
		{ task_id: expect.any(String), status: 'FAILED', generated: [] },
		{ task_id: expect.any(String), status: 'FAILED', generated: [], error: 'too wild' },
		{ task_id: expect.any(String), status: 'COMPLETED', generated: [] },
	]);
});

test('a task can have its own run time', async () => {
	await fixture.control.rules({ on: 'create', times: 1, do: { seconds: 3600 } });
	const slow = await fixture.task();
	const quick = await fixture.task();
	expect((await fixture.get(quick)).status).toBe('COMPLETED');
	expect((await fixture.get(slow)).status).toBe('CREATED');
});

test('reset brings the first state back', async () => {
	await fixture.task();
	await fixture.control.settings({ speed: 7, problemForm: 'flat' });
	await fixture.control.rules({ on: 'any', do: { delayMs: 1 } });
	await fixture.control.reset();
	expect(await fixture.control.state()).toMatchObject({
		...{ posts: [], tasks: [], requests: [], rules: [], webhooks: [], acceptedPosts: 0 },
		settings: { speed: 1, problemForm: 'nested', videoQuality: 'small' },
	});
});

test('wrong use of the control endpoints is told', async () => {
	await expect(fixture.control.settings({ speed: 0 })).rejects.toThrow('speed must be above 0');
	await expect(fixture.control.advance('unknown', 'FAILED')).rejects.toThrow('No such task');
	expect((await fixture.post('/_sandbox/rules', '{')).status).toBe(400);
	expect((await fixture.post('/_sandbox/rules', { rules: [{}] })).status).toBe(400);
	expect((await fixture.post('/_sandbox/tasks', { endpoint: 'extend/happy-horse-1' })).status).toBe(
		400,
	);
});

test('the page for people shows tasks and never a raw prompt', async () => {
	await fixture.task({ prompt: '<script>alert(1)</script>' });
	await fixture.control.seedTasks({ count: 1, endpoint: 'video-edit/happy-horse-1' });
	const { text } = await fixture.request('GET', '/');
	expect(text).toContain('image-to-video/happy-horse-1, 3 s');
	expect(text).toContain('video-edit/happy-horse-1, 3 s');
	expect(text).toContain('COMPLETED');
	expect(text).toContain('&lt;script&gt;alert(1)');
	expect(text).not.toContain('<script>alert');
});
