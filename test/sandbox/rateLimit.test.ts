import { openFixture, ROUTE, type Fixture } from './fixture';

let fixture: Fixture;
beforeAll(async () => {
	fixture = await openFixture();
});
afterAll(async () => await fixture.close());
beforeEach(async () => await fixture.control.reset());

const LORAS = '/v1/ai/loras';

const limitsIn = ({ headers }: { headers: Headers }) =>
	['limit', 'remaining', 'reset'].map((name) => headers.get(`x-ratelimit-${name}`));

const aMinute = expect.stringMatching(/^(60|5\d)$/);

test('all kinds of requests share the limit, and one more is rejected without any work', async () => {
	await fixture.control.settings({ requestsPerMinute: 5 });
	expect(limitsIn(await fixture.create())).toEqual(['5', '4', aMinute]);
	const { tasks } = await fixture.control.state();
	const get = `${ROUTE}/${tasks[0]?.taskId}`;
	for (const path of [ROUTE, get, `${ROUTE}/unknown`]) await fixture.request('GET', path);
	expect(limitsIn(await fixture.request('GET', LORAS))).toEqual(['5', '0', aMinute]);

	const rejected = await fixture.create();
	expect([rejected.status, rejected.json]).toEqual([429, { message: 'Too many requests' }]);
	expect(limitsIn(rejected)).toEqual(['5', '0', aMinute]);
	expect(rejected.headers.get('retry-after')).toEqual(aMinute);
	const { posts, requests, acceptedPosts } = await fixture.control.state();
	expect(posts.map(({ status, taskId }) => [status, taskId === null])).toEqual([
		[200, false],
		[429, true],
	]);
	expect(acceptedPosts).toBe(1);
	const sent = requests.filter(({ path }) => path.startsWith('/v1'));
	expect(sent.map(({ status }) => status)).toEqual([200, 200, 200, 404, 200, 429]);
});

test('each key has its own, and a wrong key has none', async () => {
	await fixture.control.settings({ requestsPerMinute: 1 });
	await fixture.control.addKey('second');
	const statusWith = async (key: string) =>
		(await fixture.request('GET', LORAS, { headers: { 'x-magnific-api-key': key } })).status;
	const statuses = [];
	for (const key of ['second', 'second', fixture.sandbox.key, 'wrong', 'wrong']) {
		statuses.push(await statusWith(key));
	}
	expect(statuses).toEqual([200, 429, 200, 401, 401]);
});

test.each([
	['none', [null, null, null], null],
	['retryAfter', [null, null, null], aMinute],
	['all', ['1', '0', aMinute], aMinute],
] as const)('a rejection tells what limitHeaders says: %s', async (limitHeaders, limits, after) => {
	await fixture.control.settings({ requestsPerMinute: 1, limitHeaders });
	expect((await fixture.request('GET', LORAS)).headers.has('retry-after')).toBe(false);
	const rejected = await fixture.request('GET', LORAS);
	expect(rejected.status).toBe(429);
	expect(limitsIn(rejected)).toEqual(limits);
	expect(rejected.headers.get('retry-after')).toEqual(after);
});

test('responses of rules tell of the limit too, and a rejected request uses up no rule', async () => {
	await fixture.control.settings({ requestsPerMinute: 2 });
	const response = { status: 503, body: {} };
	await fixture.control.rules(
		{ on: 'loras', times: 1, do: { response } },
		{ on: 'loras', times: 2, do: { cutAfterBytes: 1_000 } },
	);
	const down = await fixture.request('GET', LORAS);
	expect([down.status, ...limitsIn(down)]).toEqual([503, '2', '1', aMinute]);
	expect(limitsIn(await fixture.request('GET', LORAS))).toEqual(['2', '0', aMinute]);
	expect((await fixture.request('GET', LORAS)).status).toBe(429);
	expect((await fixture.control.state()).rules.map(({ times }) => times)).toEqual([0, 1]);
});

test('a raised limit lets in at once, and reset forgets what was used', async () => {
	await fixture.control.settings({ requestsPerMinute: 1 });
	const statuses: number[] = [];
	const request = async () => statuses.push((await fixture.request('GET', LORAS)).status);
	for (let n = 0; n < 2; n++) await request();
	await fixture.control.settings({ requestsPerMinute: 2 });
	for (let n = 0; n < 2; n++) await request();
	await fixture.control.reset();
	await fixture.control.settings({ requestsPerMinute: 1 });
	await request();
	expect(statuses).toEqual([200, 429, 200, 429, 200]);
});
