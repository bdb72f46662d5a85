import { openRunContext, ROUTE, type Scene } from './scene';

let scene: Scene;
beforeAll(async () => {
	scene = await openRunContext();
});
afterAll(async () => await scene.close());
beforeEach(async () => await scene.control.reset());

test('an answer replaces the work, as often as told, then the next rule follows', async () => {
	await scene.control.rules(
		{
			on: 'create',
			times: 2,
			do: {
				answer: {
					status: 429,
					body: { message: 'Too many requests' },
					headers: { 'retry-after': '1' },
				},
			},
		},
		{ on: 'create', times: 1, do: { answer: { status: 503, body: '<html>edge</html>' } } },
	);
	const busy = await scene.create();
	expect([busy.status, busy.json]).toEqual([429, { message: 'Too many requests' }]);
	expect(busy.headers.get('retry-after')).toBe('1');
	expect((await scene.create()).status).toBe(429);
	const edge = await scene.create();
	expect([edge.status, edge.text]).toEqual([503, '<html>edge</html>']);
	expect(edge.headers.get('content-type')).toContain('text/html');
	expect((await scene.create()).status).toBe(200);
	const { posts, acceptedPosts } = await scene.control.state();
	expect(posts.map(({ status }) => status)).toEqual([429, 429, 503, 200]);
	expect(acceptedPosts).toBe(1);
});

test('a rule can be limited to a prompt, an image or a task', async () => {
	const answer = { status: 402, body: {} };
	await scene.control.rules(
		{ on: 'create', where: { prompt: 'bad' }, do: { answer } },
		{ on: 'image-to-video', where: { imageUrl: 'n=13' }, do: { answer } },
	);
	expect((await scene.create({ prompt: 'a bad one' })).status).toBe(402);
	expect((await scene.create({ image_url: scene.image('400x300.png?n=13') })).status).toBe(402);
	const taskId = await scene.task({ prompt: 'good' });
	const other = await scene.task();
	await scene.control.rules({ on: 'any', where: { taskId }, do: { answer } });
	expect((await scene.call('GET', `${ROUTE}/${taskId}`)).status).toBe(402);
	expect((await scene.call('GET', `${ROUTE}/${other}`)).status).toBe(200);
	await scene.control.clearRules();
	expect((await scene.call('GET', `${ROUTE}/${taskId}`)).status).toBe(200);
});

test.each([
	['before', 0],
	['afterProcessing', 1],
] as const)('a connection cut %s leaves %d tasks', async (reset, made) => {
	await scene.control.rules({ on: 'create', times: 1, do: { reset } });
	await expect(scene.create()).rejects.toThrow('fetch failed');
	const { posts, acceptedPosts, tasks } = await scene.control.state();
	expect(posts).toMatchObject([{ status: 0 }]);
	expect([acceptedPosts, tasks.length]).toEqual([made, made]);
	expect((await scene.create()).status).toBe(200);
});

test.each([0, 1, 40])('an answer cut after %d bytes fails, but the task is made', async (bytes) => {
	await scene.control.rules({ on: 'create', times: 1, do: { cutAfterBytes: bytes } });
	await expect(scene.create()).rejects.toThrow('terminated');
	expect((await scene.control.state()).acceptedPosts).toBe(1);
});

test('a video can be cut, too', async () => {
	const { generated } = await scene.get(await scene.task());
	await scene.control.rules({ on: 'result', times: 1, do: { cutAfterBytes: 100 } });
	await expect(scene.call('GET', String(generated[0]))).rejects.toThrow('terminated');
	expect((await scene.call('GET', String(generated[0]))).status).toBe(200);
});

test('answers can be broken, incomplete, redirected or late', async () => {
	await scene.control.rules(
		{ on: 'create', times: 1, do: { brokenJson: true } },
		{ on: 'create', times: 1, do: { withoutTaskId: true } },
	);
	// Both rules do different things, so the first request uses up both.
	const broken = await scene.create();
	expect([broken.status, broken.json]).toEqual([200, undefined]);
	await scene.control.rules({ on: 'create', times: 1, do: { withoutTaskId: true } });
	expect((await scene.create()).json).toEqual({ data: { status: 'CREATED', generated: [] } });
	await scene.control.rules({
		on: 'create',
		times: 1,
		do: { redirectTo: 'http://127.0.0.1:9/', status: 302 },
	});
	const moved = await scene.create();
	expect([moved.status, moved.headers.get('location')]).toEqual([302, 'http://127.0.0.1:9/']);
	await scene.control.rules({ on: 'list', do: { delayMs: 120 } });
	const start = performance.now();
	await scene.call('GET', ROUTE);
	expect(performance.now() - start).toBeGreaterThan(100);
});

test('tasks can fail, with or without a reason, or complete without a video', async () => {
	await scene.control.rules(
		{ on: 'create', times: 1, do: { outcome: 'FAILED' } },
		{ on: 'create', times: 1, do: { outcome: 'FAILED', failure: { error: 'too wild' } } },
		{ on: 'create', times: 1, do: { outcome: 'COMPLETED_EMPTY' } },
	);
	const ends = [];
	for (let n = 0; n < 3; n++) ends.push(await scene.get(await scene.task()));
	expect(ends).toEqual([
		{ task_id: expect.any(String), status: 'FAILED', generated: [] },
		{ task_id: expect.any(String), status: 'FAILED', generated: [], error: 'too wild' },
		{ task_id: expect.any(String), status: 'COMPLETED', generated: [] },
	]);
});

test('a task can have its own run time', async () => {
	await scene.control.rules({ on: 'create', times: 1, do: { seconds: 3600 } });
	const slow = await scene.task();
	const quick = await scene.task();
	expect((await scene.get(quick)).status).toBe('COMPLETED');
	expect((await scene.get(slow)).status).toBe('CREATED');
});

test('reset brings the first state back', async () => {
	await scene.task();
	await scene.control.settings({ speed: 7, problemForm: 'flat' });
	await scene.control.rules({ on: 'any', do: { delayMs: 1 } });
	await scene.control.reset();
	expect(await scene.control.state()).toMatchObject({
		...{ posts: [], tasks: [], requests: [], rules: [], callbacks: [], acceptedPosts: 0 },
		settings: { speed: 1, problemForm: 'nested', videoQuality: 'small' },
	});
});

test('wrong use of the control endpoints is told', async () => {
	await expect(scene.control.settings({ speed: 0 })).rejects.toThrow('speed must be above 0');
	await expect(scene.control.advance('unknown', 'FAILED')).rejects.toThrow('No such task');
	expect((await scene.post('/_sandbox/rules', '{')).status).toBe(400);
	expect((await scene.post('/_sandbox/rules', { rules: [{}] })).status).toBe(400);
});

test('the page for people shows tasks and never a raw prompt', async () => {
	await scene.task({ prompt: '<script>alert(1)</script>' });
	const { text } = await scene.call('GET', '/');
	expect(text).toContain('COMPLETED');
	expect(text).toContain('&lt;script&gt;alert(1)');
	expect(text).not.toContain('<script>alert');
});
