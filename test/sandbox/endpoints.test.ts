import { ENDPOINT_NAMES } from '../../sandbox/api/endpoints';
import { ENDPOINT_CASES, type At, type Body } from './endpointCases';
import { dataOf, invalidParams, openFixture, type Fixture } from './fixture';
import { videoFacts } from './videoFacts';

let fixture: Fixture;
let at: At;
beforeAll(async () => {
	fixture = await openFixture();
	at = { image: fixture.image, video: (name) => `${fixture.sandbox.url}/videos/${name}` };
});
afterAll(async () => await fixture.close());
beforeEach(async () => await fixture.control.reset());

const pathOf = (endpoint: string) => `/v1/ai/${endpoint}`;
const cases = ENDPOINT_CASES.map((each) => ({ ...each, path: pathOf(each.endpoint) }));

test('the table has every endpoint', () => {
	expect(cases.map(({ endpoint }) => endpoint).sort()).toEqual([...ENDPOINT_NAMES].sort());
});

test('the OpenAPI document has two paths for each', async () => {
	const { json } = await fixture.request('GET', '/_sandbox/openapi.json');
	const paths = Object.keys((json as { paths: object }).paths);
	const expected = cases.flatMap(({ path }) => [path, `${path}/{task-id}`]);
	expect(paths.filter((path) => path.includes('happy-horse'))).toEqual(expected);
});

describe.each(cases)('$endpoint', ({ endpoint, path, minimal, full, valid, invalid, videos }) => {
	const create = async (body: Body) => await fixture.post(path, body);
	const changes = valid.map((change, index) => ({ index, change }));
	const mistakes = invalid.flatMap(([name, ...all]) => all.map((change) => ({ name, change })));

	test('makes a task from a minimal and from a full body', async () => {
		const facts = [];
		for (const body of [minimal(at), full(at)]) {
			const reply = await create(body);
			expect(dataOf(reply)).toMatchObject({ status: 'CREATED', generated: [] });
			facts.push(dataOf(await fixture.request('GET', `${path}/${dataOf(reply).task_id}`)));
		}
		const state = await fixture.control.state();
		expect(state.acceptedPerEndpoint).toEqual({ [endpoint]: 2 });
		expect(state.posts.map((post) => post.endpoint)).toEqual([endpoint, endpoint]);
		expect(state.tasks.map((task) => task.endpoint)).toEqual([endpoint, endpoint]);
		const urls = facts.map(({ generated }) => ({ url: String(generated[0]), points: [] }));
		const seen = await videoFacts(urls);
		expect(seen.map(({ codec }) => codec)).toEqual(['AVC', 'AVC']);
		expect(seen.map(({ seconds }) => seconds)).toEqual(videos.map(({ seconds }) => seconds));
		// The small videos have a shorter side of 120 pixels, and whole pairs of pixels.
		seen.forEach(({ width, height }, index) => {
			const { ratio = 0 } = videos[index] ?? {};
			expect(Math.abs(width / height / ratio - 1)).toBeLessThan(0.02);
		});
	});

	test.each(changes)('takes what is just valid, $index', async ({ change }) => {
		const reply = await create({ ...minimal(at), ...change(at) });
		expect([reply.status, reply.text]).toEqual([200, expect.anything()]);
		expect((await fixture.control.state()).acceptedPerEndpoint).toEqual({ [endpoint]: 1 });
	});

	test('has at least 20 mistakes to make', () => {
		expect(mistakes.length).toBeGreaterThanOrEqual(20);
	});

	test.each(mistakes)('400 for a wrong $name', async ({ name, change }) => {
		const reply = await create({ ...minimal(at), ...change(at) });
		expect([reply.status, reply.text]).toEqual([400, expect.anything()]);
		expect(Object.keys(invalidParams(reply))).toEqual([name]);
		const state = await fixture.control.state();
		expect(state.posts).toMatchObject([{ endpoint, status: 400, taskId: null }]);
		expect([state.tasks, state.acceptedPosts, state.acceptedPerEndpoint]).toEqual([[], 0, {}]);
	});

	test('has a list and a get of its own', async () => {
		const { task_id } = dataOf(await create(minimal(at)));
		for (const { path: other } of cases) {
			const list = await fixture.request('GET', other);
			const get = await fixture.request('GET', `${other}/${task_id}`);
			const own = other === path;
			expect([other, list.status, get.status]).toEqual([other, own ? 200 : 404, own ? 200 : 404]);
			if (own) expect(list.json).toEqual({ data: [{ task_id, status: 'COMPLETED' }] });
			else expect(list.json).toEqual({ message: 'Tasks not found' });
		}
	});

	test('can be told to misbehave alone', async () => {
		const response = { status: 402, body: {} };
		await fixture.control.rules({ on: 'create', where: { endpoint }, do: { response } });
		const replies = [];
		for (const each of cases)
			replies.push((await fixture.post(each.path, each.minimal(at))).status);
		expect(replies).toEqual(cases.map((each) => (each.endpoint === endpoint ? 402 : 200)));
	});

	test('tasks can be made without a POST', async () => {
		const [id = ''] = await fixture.control.seedTasks({ count: 1, endpoint });
		expect(dataOf(await fixture.request('GET', `${path}/${id}`)).status).toBe('COMPLETED');
	});
});
