import type { IDataObject } from 'n8n-workflow';

import { getAll } from '../../../nodes/HappyHorse/operations/getAll';
import { fakeExecution, ownTime, settle, thrownBy } from '../support/fakeExecution';
import { FakeVendor, json } from '../support/fakeVendor';
import { videoAt } from '../support/scriptedApi';

function setup(
	changes: IDataObject = {},
	statuses = ['COMPLETED', 'FAILED', 'CREATED', 'IN_PROGRESS', 'COMPLETED'],
) {
	const vendor = new FakeVendor();
	statuses.forEach((status, item) =>
		vendor.tasks.set(`t${item}`, { endpoint: 'image-to-video/happy-horse-1', status, request: {} }),
	);
	return {
		vendor,
		...fakeExecution({
			parameters: {
				model: 'happy-horse-1',
				returnAll: false,
				limit: 50,
				includeVideoUrl: false,
				filters: {},
				...changes,
			},
			respond: (request) => vendor.respond(request),
		}),
	};
}

const ids = async (changes: IDataObject) =>
	(await getAll.execute(setup(changes).context)).map(({ json: { task_id } }) => task_id);

it.each<[IDataObject, string[]]>([
	[{}, ['t0', 't1', 't2', 't3', 't4']],
	[{ limit: 2 }, ['t0', 't1']],
	[{ returnAll: true, limit: 2 }, ['t0', 't1', 't2', 't3', 't4']],
	[{ filters: { status: ['COMPLETED'] } }, ['t0', 't4']],
	[{ filters: { status: ['COMPLETED'] }, limit: 1 }, ['t0']],
	[{ filters: { status: ['CREATED', 'FAILED'] } }, ['t1', 't2']],
])('%p gives %p in the order of the API', async (changes, wanted) => {
	expect(await ids(changes)).toEqual(wanted);
});

it('says of a listed task only what the list says', async () => {
	const { context, requests } = setup();
	const results = await getAll.execute(context);
	expect(results[0]?.json).toEqual({
		task_id: 't0',
		status: 'COMPLETED',
		mode: 'image-to-video',
		model: 'happy-horse-1',
		timed_out: false,
	});
	expect(results[1]?.json).not.toHaveProperty('failure');
	expect(requests).toHaveLength(1);
});

it('reads each finished task, and no other, for its URL', async () => {
	const { context, requests } = setup({ includeVideoUrl: true });
	const results = await getAll.execute(context);
	expect(results.map(({ json: { video_url } }) => video_url)).toEqual([
		videoAt('t0'),
		null,
		null,
		null,
		videoAt('t4'),
	]);
	expect(results[1]?.json).toHaveProperty('failure.message');
	expect(requests).toHaveLength(1 + 3);
});

it('reads only what the limit lets through', async () => {
	const { context, requests } = setup({ includeVideoUrl: true, limit: 1 });
	await getAll.execute(context);
	expect(requests).toHaveLength(2);
});

it('gives nothing for an account without tasks', async () => {
	expect(await getAll.execute(setup({}, []).context)).toEqual([]);
});

it('tells an outage from an empty list', async () => {
	ownTime();
	const { context, vendor, requests } = setup();
	vendor.intervene = () => json(503, { message: 'x' });
	expect((await settle(thrownBy(getAll.execute(context)))).message).toContain('(503)');
	expect(requests).toHaveLength(5);
	jest.useRealTimers();
});

describe('a single task whose URL cannot be read', () => {
	it('does not spoil the list', async () => {
		const { context, vendor } = setup({ includeVideoUrl: true });
		vendor.intervene = ({ url }) =>
			url.endsWith('/t0') ? json(404, { message: 'Not found' }) : undefined;
		const results = await getAll.execute(context);
		expect(results).toHaveLength(5);
		expect(results[0]?.json).toMatchObject({
			task_id: 't0',
			status: 'COMPLETED',
			download_failure: { message: expect.stringContaining('could not be read') as string },
		});
		expect(results[4]?.json.video_url).toBe(videoAt('t4'));
	});

	it('ends it when the whole account is rejected', async () => {
		const { context, vendor } = setup({ includeVideoUrl: true });
		vendor.intervene = ({ url }) =>
			url.endsWith('/t0') ? json(401, { message: 'Invalid API key' }) : undefined;
		expect((await thrownBy(getAll.execute(context))).message).toContain('API key');
	});
});

it('reads the URLs of two hundred videos in time, within the limit of the API', async () => {
	ownTime();
	const statuses = Array<string>(200).fill('COMPLETED');
	const { context, requests } = setup({ includeVideoUrl: true, returnAll: true }, statuses);
	const start = Date.now();
	const results = await settle(getAll.execute(context));
	expect(results.every(({ json: { video_url } }) => typeof video_url === 'string')).toBe(true);
	expect(requests).toHaveLength(201);
	// 50 a minute.
	expect(Date.now() - start).toBeGreaterThanOrEqual(4 * 60_000);
	expect(Date.now() - start).toBeLessThan(5 * 60_000);
	jest.useRealTimers();
});
