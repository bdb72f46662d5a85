import type { Endpoint } from '../../../nodes/HappyHorse/tasks/endpoint';
import { findTask } from '../../../nodes/HappyHorse/tasks/findTask';
import { createTask, readTask } from '../../../nodes/HappyHorse/tasks/taskClient';
import { endpoints } from '../../../nodes/HappyHorse/resources';
import type { Api } from '../../../nodes/HappyHorse/http/apiClient';
import { ApiError } from '../../../nodes/HappyHorse/http/apiError';
import { thrownBy } from '../support/fakeExecution';
import { ID, keyRejected, notFound, outage, scriptedApi } from '../support/scriptedApi';

/** An account where the task belongs to one endpoint only. */
const ownedBy = (endpoint: string) =>
	scriptedApi(({ path }) => {
		if (!path.includes(`/${endpoint}/`)) throw notFound();
		return { data: { task_id: ID, status: 'COMPLETED', generated: [] } };
	});

it.each(endpoints.map((endpoint, index) => [endpoint, index + 1]))(
	'finds a task of %s by itself, with %i requests',
	async (endpoint, requests) => {
		const { api, sent } = ownedBy(endpoint);
		expect(await findTask(api, ID, endpoints)).toMatchObject({ endpoint, task: { task_id: ID } });
		expect(sent).toHaveLength(requests);
		expect(sent.every(({ method }) => method === 'GET')).toBe(true);
	},
);

it('looks only under the endpoint that is known', async () => {
	const [wrong, right] = endpoints as [Endpoint, Endpoint];
	const found = ownedBy(right);
	expect(await findTask(found.api, ID, [right])).toMatchObject({ endpoint: right });
	expect(found.sent).toHaveLength(1);
	const missed = ownedBy(right);
	expect(await findTask(missed.api, ID, [wrong])).toBeNull();
	expect(missed.sent).toHaveLength(1);
});

describe('the endpoints that the account used last', () => {
	const [, second, third] = endpoints as [Endpoint, Endpoint, Endpoint];

	it('are the first ones, so that the usual task costs one request', async () => {
		const { api, sent } = ownedBy(third);
		await findTask(api, ID, endpoints);
		expect(sent).toHaveLength(3);
		for (let count = 4; count < 8; count++) {
			expect(await findTask(api, ID, endpoints)).toMatchObject({ endpoint: third });
			expect(sent).toHaveLength(count);
		}
	});

	it('are known from create requests and reads, too', async () => {
		for (const use of [
			async (api: Api) => void (await readTask(api, { endpoint: third, taskId: ID })),
			async (api: Api) =>
				void (await createTask(api, { endpoint: third, body: {}, retryUnavailable: false })),
		]) {
			const { api, sent } = scriptedApi(({ path }) => {
				if (!path.includes(third)) throw notFound();
				return { data: { task_id: ID, status: 'COMPLETED', generated: [] } };
			});
			await use(api);
			expect(await findTask(api, ID, endpoints)).toMatchObject({ endpoint: third });
			expect(sent).toHaveLength(2);
		}
	});

	it('are not those where nothing was found, and each is tried once', async () => {
		const { api, sent } = ownedBy('none');
		api.account.latestEndpoints.add(second);
		for (let count = 1; count < 3; count++) {
			expect(await findTask(api, ID, endpoints)).toBeNull();
			expect(sent).toHaveLength(endpoints.length * count);
		}
		const paths = sent.slice(endpoints.length).map(({ path }) => path);
		expect(new Set(paths).size).toBe(endpoints.length);
		expect(paths[0]).toContain(`/${second}/`);
	});

	it('never lead to one that the webhook does not allow', async () => {
		const { api, sent } = ownedBy(third);
		api.account.latestEndpoints.add(third);
		expect(await findTask(api, ID, [second])).toBeNull();
		expect(sent).toHaveLength(1);
	});
});

it('W54: says that no endpoint has it', async () => {
	const { api, sent } = ownedBy('none');
	expect(await findTask(api, ID, endpoints)).toBeNull();
	expect(sent).toHaveLength(endpoints.length);
});

it.each([
	['an outage', () => outage()],
	['a limit', () => outage(1000)],
	['a rejected key', keyRejected],
	['a fault of n8n', () => new Error('no network')],
])('%s is not taken for a response', async (_, failure) => {
	const { api, sent } = scriptedApi(() => {
		throw failure();
	});
	expect(await thrownBy(findTask(api, ID, endpoints))).toBeInstanceOf(ApiError);
	expect(sent).toHaveLength(1);
});

it('an outage at the second endpoint is not taken for a response either', async () => {
	const { api } = scriptedApi((_request, index) => {
		throw index === 0 ? notFound() : outage();
	});
	expect(await thrownBy(findTask(api, ID, endpoints))).toMatchObject({ statusCode: 503 });
});

it('does not take the task of another account for it', async () => {
	const { api } = scriptedApi(() => ({ data: { task_id: 'another', status: 'COMPLETED' } }));
	expect(await thrownBy(findTask(api, ID, endpoints))).toBeInstanceOf(ApiError);
});
