import type { IDataObject } from 'n8n-workflow';

import { wait } from '../../../nodes/HappyHorse/operations/wait';
import type { Setup } from '../support/fakeExecution';
import { fakeExecution, ownTime, settle, thrownBy } from '../support/fakeExecution';
import { FakeVendor, json } from '../support/fakeVendor';
import { videoAt } from '../support/scriptedApi';

beforeEach(ownTime);
afterEach(() => jest.useRealTimers());

function setup(
	ids: unknown[],
	statuses: Record<string, string>,
	more: Setup & { changes?: IDataObject } = {},
) {
	const vendor = new FakeVendor();
	for (const [id, status] of Object.entries(statuses)) {
		vendor.tasks.set(id, { endpoint: 'image-to-video/happy-horse-1', status, request: {} });
	}
	const parameters = ids.map(
		(taskId) =>
			({
				model: 'happy-horse-1',
				taskId,
				maxWait: 30,
				downloadVideo: false,
				options: {},
				...more.changes,
			}) as IDataObject,
	);
	const fake = fakeExecution({
		items: ids.map(() => ({ json: {} })),
		parameters,
		respond: (request) => vendor.respond(request),
		...more,
	});
	return { ...fake, vendor };
}

it('polls at once, never creates, and gives each video to its item', async () => {
	const { context, posts, requests } = setup(['a', 'b'], { a: 'COMPLETED', b: 'FAILED' });
	const results = await settle(wait.execute(context));
	expect(results).toMatchObject([
		{ json: { task_id: 'a', video_url: videoAt('a') }, pairedItem: { item: 0 } },
		{ json: { task_id: 'b', status: 'FAILED', failure: {} }, pairedItem: { item: 1 } },
	]);
	expect(posts()).toEqual([]);
	expect(requests[0]?.url).toMatch(/happy-horse-1$/);
});

it('waits with one list a round until all are finished', async () => {
	const { context, vendor, requests } = setup(['a', 'b'], { a: 'IN_PROGRESS', b: 'CREATED' });
	let reads = 0;
	vendor.onRead = () => {
		if (++reads === 4) vendor.finishAll();
	};
	const results = await settle(wait.execute(context));
	expect(results.map(({ json: { status } }) => status)).toEqual(['COMPLETED', 'COMPLETED']);
	expect(requests).toHaveLength(4 + 2);
});

it('marks what is not finished at the limit', async () => {
	const { context } = setup(
		['a', 'b'],
		{ a: 'IN_PROGRESS', b: 'COMPLETED' },
		{ changes: { maxWait: 1 } },
	);
	const results = await settle(wait.execute(context), 120_000);
	expect(results).toMatchObject([
		{ json: { task_id: 'a', timed_out: true } },
		{ json: { task_id: 'b', timed_out: false } },
	]);
});

it('keeps the ID also when the API was down all the time', async () => {
	const { context, vendor } = setup(['a'], {}, { changes: { maxWait: 1 } });
	vendor.intervene = () => json(503, { message: 'Unavailable' });
	const [item] = await settle(wait.execute(context), 120_000);
	expect(item?.json).toMatchObject({ task_id: 'a', timed_out: true });
});

it('says so for a task of another account, and gives the others all the same', async () => {
	const some = setup(['a', 'gone'], { a: 'COMPLETED' });
	const items = await settle(wait.execute(some.context));
	expect(items).toMatchObject([
		{ json: { task_id: 'a', status: 'COMPLETED' } },
		{
			json: {
				task_id: 'gone',
				status: 'NOT_FOUND',
				failure: { message: expect.stringContaining('Task not found') as string },
			},
			pairedItem: { item: 1 },
		},
	]);
	expect(items[1]?.json).not.toHaveProperty('error');

	const none = setup(['gone', 'lost'], { a: 'COMPLETED' });
	const error = await settle(thrownBy(wait.execute(none.context)));
	expect(error.message).toBe('Task not found for this API key');
	expect(error).toHaveProperty('context.itemIndex', 0);

	const goOn = setup(['a', 'gone'], { a: 'COMPLETED' }, { continueOnFail: true });
	const results = await settle(wait.execute(goOn.context));
	expect(results[0]?.json).toMatchObject({ task_id: 'a', status: 'COMPLETED' });
	expect(results[1]?.json).toMatchObject({
		error: 'Task not found for this API key',
		details: { http_code: 404 },
	});
});

it.each([[''], ['../x'], [undefined], [5], [{ value: '' }]])(
	'sends no request while an item has the task %p',
	async (taskId) => {
		const { context, requests } = setup(['a', taskId], { a: 'COMPLETED' });
		expect((await settle(thrownBy(wait.execute(context)))).message).toContain("'Task'");
		expect(requests).toEqual([]);
	},
);

it('continues with the other items where the node continues on errors', async () => {
	const { context } = setup(['', 'a'], { a: 'COMPLETED' }, { continueOnFail: true });
	const results = await settle(wait.execute(context));
	expect(results).toMatchObject([
		{ json: { error: expect.any(String) as string } },
		{ json: { task_id: 'a' } },
	]);
});

it('stops within a second after a cancel', async () => {
	const stop = new AbortController();
	const { context, vendor, requests } = setup(['a'], { a: 'CREATED' }, { signal: stop.signal });
	vendor.onRead = () => stop.abort();
	expect((await settle(thrownBy(wait.execute(context)), 2000)).message).toContain('canceled');
	expect(requests).toHaveLength(1);
});
