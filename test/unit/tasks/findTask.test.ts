import { findTask } from '../../../nodes/HappyHorse/tasks/findTask';
import { ApiError } from '../../../nodes/HappyHorse/http/apiError';
import { thrownBy } from '../support/fakeExecution';
import { ID, keyRefused, notFound, outage, scriptedApi } from '../support/scriptedApi';

/** An account where the task belongs to one model only. */
const ownedBy = (model: string) =>
	scriptedApi(({ path }) => {
		if (!path.includes(`/${model}/`)) throw notFound();
		return { data: { task_id: ID, status: 'COMPLETED', generated: [] } };
	});

it.each([
	['happy-horse-1', 1],
	['happy-horse-1-1', 2],
])('finds the model %s by itself, with %i requests', async (model, requests) => {
	const { api, sent } = ownedBy(model);
	expect(await findTask(api, ID, undefined)).toMatchObject({ model, task: { task_id: ID } });
	expect(sent).toHaveLength(requests);
	expect(sent.every(({ method }) => method === 'GET')).toBe(true);
});

it('asks only the model that is known', async () => {
	const right = ownedBy('happy-horse-1-1');
	expect(await findTask(right.api, ID, 'happy-horse-1-1')).toMatchObject({
		model: 'happy-horse-1-1',
	});
	expect(right.sent).toHaveLength(1);
	const wrong = ownedBy('happy-horse-1-1');
	expect(await findTask(wrong.api, ID, 'happy-horse-1')).toBeNull();
	expect(wrong.sent).toHaveLength(1);
});

it('W54: says that no model has it', async () => {
	const { api, sent } = ownedBy('none');
	expect(await findTask(api, ID, undefined)).toBeNull();
	expect(sent).toHaveLength(2);
});

it.each([
	['an outage', () => outage()],
	['a limit', () => outage(1000)],
	['a refused key', keyRefused],
	['a fault of n8n', () => new Error('no network')],
])('%s is not taken for an answer', async (_, failure) => {
	const { api, sent } = scriptedApi(() => {
		throw failure();
	});
	expect(await thrownBy(findTask(api, ID, undefined))).toBeInstanceOf(ApiError);
	expect(sent).toHaveLength(1);
});

it('an outage at the second model is not taken for an answer either', async () => {
	const { api } = scriptedApi((_call, index) => {
		throw index === 0 ? notFound() : outage();
	});
	expect(await thrownBy(findTask(api, ID, undefined))).toMatchObject({ statusCode: 503 });
});

it('does not take the task of somebody else for it', async () => {
	const { api } = scriptedApi(() => ({ data: { task_id: 'another', status: 'COMPLETED' } }));
	expect(await thrownBy(findTask(api, ID, undefined))).toBeInstanceOf(ApiError);
});
