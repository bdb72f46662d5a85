import { dataOf, invalidParams, openFixture, ROUTE, type Fixture } from './fixture';

let fixture: Fixture;
beforeAll(async () => {
	fixture = await openFixture();
});
afterAll(async () => await fixture.close());
beforeEach(async () => await fixture.control.reset());

describe('the API key', () => {
	test.each([
		['is missing', {}, 'Missing API key'],
		['is wrong', { 'x-magnific-api-key': 'other' }, 'Invalid API key'],
		[
			'comes in the old header',
			{ 'x-freepik-api-key': 'sandbox-key-0123456789' },
			'Missing API key',
		],
	])('401 when it %s', async (_case, headers, text) => {
		for (const [method, path] of [
			['GET', '/v1/ai/loras'],
			['GET', ROUTE],
			['GET', `${ROUTE}/some-task`],
			['POST', ROUTE],
			['GET', '/v1/ai/uploads'],
			['POST', '/v1/ai/uploads/request-url'],
		] as const) {
			const reply = await fixture.request(method, path, { headers });
			expect([path, reply.status, reply.json]).toEqual([path, 401, { message: text }]);
		}
	});

	test('comes in the old header when the sandbox is told to take it', async () => {
		await fixture.control.settings({ legacy: true });
		const headers = { 'x-freepik-api-key': fixture.sandbox.key };
		expect((await fixture.request('GET', '/v1/ai/loras', { headers })).status).toBe(200);
	});

	test('separates accounts: tasks of another key do not exist', async () => {
		const taskId = await fixture.task();
		await fixture.control.addKey('second-key');
		const headers = { 'x-magnific-api-key': 'second-key' };
		expect((await fixture.request('GET', `${ROUTE}/${taskId}`, { headers })).status).toBe(404);
		expect((await fixture.request('GET', ROUTE, { headers })).status).toBe(404);
		expect((await fixture.request('GET', `${ROUTE}/${taskId}`)).status).toBe(200);
	});
});

describe('the body', () => {
	test.each([
		['image_url', undefined],
		['image_url', 'not a url'],
		['image_url', 'data:image/png;base64,iVBORw0KGgo='],
		['image_url', 'ftp://example.com/a.png'],
		['image_url', 7],
		['prompt', null],
		['resolution', '720p'],
		['resolution', ''],
		['duration', '5'],
		['duration', 2],
		['duration', 16],
		['duration', 5.5],
		['duration', null],
		['seed', -1],
		['seed', 2147483648],
		['seed', 1.5],
		['webhook_url', ''],
		['webhook_url', 'somewhere'],
	])('400 names %s when it is %j', async (name, value) => {
		const reply = await fixture.create({ [name]: value });
		expect(reply.status).toBe(400);
		expect(reply.headers.get('content-type')).toContain('application/problem+json');
		expect(Object.keys(invalidParams(reply))).toEqual([name]);
		expect((await fixture.control.state()).acceptedPosts).toBe(0);
	});

	test('400 for a prompt of more than 2500 characters, however many bytes each has', async () => {
		for (const letter of ['x', '🐎']) {
			const reply = await fixture.create({ prompt: letter.repeat(2501) });
			expect(invalidParams(reply)).toEqual({ prompt: expect.stringContaining('2500') });
		}
	});

	test.each([
		{ prompt: '🐎'.repeat(2500) },
		{ prompt: '' },
		{ duration: 3, resolution: '720P', seed: 0 },
		{ duration: 15, resolution: '1080P', seed: 2147483647 },
	])('200 at the limits %#', async (fields) => {
		expect(dataOf(await fixture.create(fields))).toMatchObject({
			status: 'CREATED',
			generated: [],
		});
	});

	test.each(['', '[]', '"text"', '{"image_url":', 'null'])('400 for %j', async (body) => {
		expect(invalidParams(await fixture.post(ROUTE, body))).toHaveProperty('body');
	});

	test('400 when it is not announced as JSON', async () => {
		const body = JSON.stringify({ image_url: fixture.image() });
		const headers = { ...fixture.withKey, 'content-type': 'text/plain' };
		expect((await fixture.request('POST', ROUTE, { headers, body })).status).toBe(400);
	});

	test('problems come in the flat form on demand', async () => {
		await fixture.control.settings({ problemForm: 'flat' });
		expect((await fixture.create({ duration: 99 })).json).toEqual({
			message: 'Validation error',
			invalid_params: [{ name: 'duration', reason: 'must be <= 15' }],
		});
	});
});

describe('the image', () => {
	test.each([
		'300x300.png',
		'300x750.jpg',
		'750x300.webp',
		'640x480.bmp',
		'400x300.png?bytes=10485760',
	])('200 for %s', async (name) => {
		expect((await fixture.create({ image_url: fixture.image(name) })).status).toBe(200);
	});

	test.each([
		['299x300.png', /299x300: each side/],
		['300x299.jpg', /each side/],
		['300x751.webp', /aspect ratio/],
		['751x300.bmp', /aspect ratio/],
		['400x300.gif', /gif is not supported/],
		['400x300.png?bytes=10485761', /larger than 10 MB/],
		['nothing.png', /HTTP 404/],
		['../', /not a readable image/],
	])('400 for %s', async (name, reason) => {
		const reply = await fixture.create({ image_url: fixture.image(name) });
		expect(reply.status).toBe(400);
		expect(invalidParams(reply)).toEqual({ image_url: expect.stringMatching(reason) });
	});

	test('400 when no server responds, and the key never goes to its host', async () => {
		const reply = await fixture.create({ image_url: 'http://127.0.0.1:9/a.png' });
		expect(invalidParams(reply)).toEqual({ image_url: expect.stringMatching(/not be fetched/) });
		await fixture.create();
		const { requests } = await fixture.control.state();
		const fetched = requests.filter(({ path }) => path.startsWith('/images/'));
		expect(fetched).toMatchObject([{ bySandbox: true, hadKey: false, status: 200 }]);
	});
});

test('every POST is counted, accepted or rejected', async () => {
	const image_url = fixture.image('400x300.png?n=7');
	const taskId = await fixture.task({ image_url, prompt: 'run' });
	await fixture.create({ image_url, duration: '3' });
	await fixture.create({ image_url }, { 'x-magnific-api-key': 'wrong' });
	const state = await fixture.control.state();
	expect(state.postsPerImage).toEqual({ [image_url]: 3 });
	expect(state.acceptedPerImage).toEqual({ [image_url]: 1 });
	expect(state.acceptedPosts).toBe(1);
	expect(state.posts).toMatchObject([
		{ status: 200, taskId, prompt: 'run', imageUrl: image_url, keyHeader: 'x-magnific-api-key' },
		{ status: 400, taskId: null, body: { duration: '3' } },
		{ status: 401, taskId: null },
	]);
});

test('tasks are counted by file, prompt and endpoint', async () => {
	const [a, b] = [fixture.image('400x400.png?n=1'), fixture.image('400x400.png?n=2')];
	const reference = async (...urls: string[]) =>
		await fixture.post('/v1/ai/reference-to-video/happy-horse-1', {
			...{ prompt: 'run', image_urls: urls.map((url) => ({ url })) },
		});
	expect((await reference(a, b, a)).status).toBe(200);
	expect((await reference(b)).status).toBe(200);
	expect((await reference(a, 'x')).status).toBe(400);
	await fixture.task({ image_url: a, prompt: 'run' });
	expect(await fixture.control.state()).toMatchObject({
		...{ postsPerImage: { [a]: 3, [b]: 2, x: 1 }, acceptedPerImage: { [a]: 2, [b]: 2 } },
		acceptedPerPrompt: { run: 3 },
		acceptedPerEndpoint: {
			'image-to-video/happy-horse-1': 1,
			'reference-to-video/happy-horse-1': 2,
		},
	});
});

test('unknown paths and methods respond with 404', async () => {
	expect((await fixture.request('GET', '/v1/ai/nothing')).status).toBe(404);
	expect((await fixture.request('DELETE', ROUTE)).status).toBe(404);
	expect((await fixture.request('GET', '/nothing')).status).toBe(404);
});
