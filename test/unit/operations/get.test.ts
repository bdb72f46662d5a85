import type { IDataObject } from 'n8n-workflow';

import { get } from '../../../nodes/HappyHorse/operations/get';
import type { Setup } from '../support/fakeExecution';
import { fakeExecution, thrownBy } from '../support/fakeExecution';
import { FakeVendor } from '../support/fakeVendor';
import { videoAt } from '../support/scriptedApi';

function setup(ids: string[], more: Setup & { changes?: IDataObject } = {}) {
	const vendor = new FakeVendor();
	for (const [id, status] of [
		['done', 'COMPLETED'],
		['failed', 'FAILED'],
		['running', 'IN_PROGRESS'],
	] as const) {
		vendor.tasks.set(id, { endpoint: 'image-to-video/happy-horse-1', status, request: {} });
	}
	const parameters = ids.map(
		(taskId): IDataObject => ({
			model: 'happy-horse-1',
			taskId: { __rl: true, mode: 'id', value: taskId },
			downloadVideo: false,
			...more.changes,
		}),
	);
	return fakeExecution({
		items: ids.map(() => ({ json: {} })),
		parameters,
		respond: (request) => vendor.respond(request),
		...more,
	});
}

it('gives each task as it is', async () => {
	const { context, requests } = setup(['done', 'failed', 'running']);
	const results = await get.execute(context);
	expect(results).toMatchObject([
		{ json: { task_id: 'done', video_url: videoAt('done'), timed_out: false } },
		{ json: { task_id: 'failed', failure: {} } },
		{ json: { task_id: 'running', status: 'IN_PROGRESS', timed_out: false } },
	]);
	expect(results.map(({ pairedItem }) => pairedItem)).toEqual([
		{ item: 0 },
		{ item: 1 },
		{ item: 2 },
	]);
	expect(requests.every(({ method }) => method === 'GET')).toBe(true);
});

it('reads a finished task with one request', async () => {
	const { context, requests } = setup(['done']);
	await get.execute(context);
	expect(requests).toHaveLength(1);
});

it('downloads on demand', async () => {
	const { context } = setup(['done', 'running'], {
		changes: { downloadVideo: true, outputBinaryPropertyName: 'clip' },
	});
	const results = await get.execute(context);
	expect(results[0]?.binary?.clip?.mimeType).toBe('video/mp4');
	expect(results[1]).not.toHaveProperty('binary');
});

it('does not take a running task for a failed item', async () => {
	const { context } = setup(['running', 'failed'], { onError: 'continueErrorOutput' });
	const results = await get.execute(context);
	expect(results.map(({ json }) => Object.keys(json)[0])).toEqual(['task_id', 'error']);
});

it('names both causes of an unknown task', async () => {
	const error = await thrownBy(get.execute(setup(['gone']).context));
	expect(error.description).toMatch(/'Task', 'Resource' and 'Model'.*other accounts/);
});

it('continues after it where the node continues on errors', async () => {
	const results = await get.execute(setup(['gone', 'done'], { continueOnFail: true }).context);
	expect(results).toMatchObject([
		{ json: { details: { http_code: 404 } } },
		{ json: { task_id: 'done' } },
	]);
});

it.each(['../loras', 'a/b', 'a?b', '', '%2e%2e'])('sends nothing for the ID %p', async (id) => {
	const { context, requests } = setup([id]);
	await thrownBy(get.execute(context));
	expect(requests).toEqual([]);
});
