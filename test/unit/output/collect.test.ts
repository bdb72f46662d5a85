import type { AwaitedTask, CollectRun } from '../../../nodes/HappyHorse/output/collect';
import { collectItems } from '../../../nodes/HappyHorse/output/collect';
import type { Task } from '../../../nodes/HappyHorse/tasks/task';
import { FakeClock, START } from '../support/fakeClock';
import type { FakeResponse } from '../support/fakeExecution';
import { fakeExecution } from '../support/fakeExecution';
import { MP4 } from '../support/fakeVendor';
import type { Listed } from '../support/scriptedApi';
import { outage, scriptedApi, taskApi, videoAt } from '../support/scriptedApi';

const awaited = (item: number, download = true): AwaitedTask => ({
	item,
	taskId: `t${item}`,
	endpoint: 'image-to-video/happy-horse-1',
	metadata: { row: item },
	videoOutput: { download, property: 'clip', maxMegabytes: 5 },
});

/** As a list shows it. */
const known = (taskId: string, status: string): Task => ({
	task_id: taskId,
	status,
	generated: [],
	extra: {},
	listed: true,
});

interface Changes {
	download?: boolean;
	toErrorOutput?: boolean;
	file?: () => FakeResponse;
	/** What the list had said; by default the same as a read. */
	listed?: Listed;
	down?: boolean;
}

async function collected(statuses: Listed, changes: Changes = {}) {
	const { context, requests } = fakeExecution({
		respond: changes.file ?? (() => ({ statusCode: 200, body: MP4 })),
	});
	const { api, sent } = changes.down
		? scriptedApi(() => {
				throw outage();
			})
		: taskApi(() => statuses);
	const ids = Object.keys(statuses);
	const items = await collectItems(
		{ context, api, clock: new FakeClock(), toErrorOutput: changes.toErrorOutput ?? false },
		ids.map((taskId, item) => ({
			awaitedTask: awaited(item, changes.download),
			task: known(taskId, changes.listed?.[taskId] ?? statuses[taskId]!),
		})),
	);
	return { items, sent, requests };
}

it('gives each finished video with its URL, its file and its item', async () => {
	const { items, sent, requests } = await collected({ t0: 'COMPLETED', t1: 'COMPLETED' });
	expect(items).toMatchObject([
		{
			json: {
				task_id: 't0',
				video_url: videoAt('t0'),
				metadata: { row: 0 },
				timed_out: false,
				video: { bytes: MP4.length },
			},
			pairedItem: { item: 0 },
		},
		{
			json: { task_id: 't1', video_url: videoAt('t1'), metadata: { row: 1 } },
			pairedItem: { item: 1 },
		},
	]);
	expect(items[0]?.binary).toEqual({
		clip: { data: MP4.toString('base64'), fileName: 'happy-horse-t0.mp4', mimeType: 'video/mp4' },
	});
	expect(sent).toHaveLength(2);
	expect(requests.every(({ credential }) => credential === undefined)).toBe(true);
});

it('downloads nothing that was not requested', async () => {
	const { items, requests } = await collected({ t0: 'COMPLETED' }, { download: false });
	expect(items[0]).not.toHaveProperty('binary');
	expect(items[0]?.json).not.toHaveProperty('video');
	expect(items[0]?.json).toMatchObject({ video_url: videoAt('t0') });
	expect(requests).toEqual([]);
});

it('marks what is not finished, without a request for it', async () => {
	const { items, sent } = await collected({ t0: 'IN_PROGRESS' });
	expect(items[0]?.json).toMatchObject({ status: 'IN_PROGRESS', timed_out: true, video_url: null });
	expect(sent).toEqual([]);
});

it('lets a failed task be an item among the others', async () => {
	const { items } = await collected({ t0: 'FAILED', t1: 'COMPLETED' });
	expect(items[0]?.json).toMatchObject({
		status: 'FAILED',
		failure: { message: expect.any(String) as string },
	});
	expect(items[0]?.json).not.toHaveProperty('error');
	expect(items[1]?.json).toMatchObject({ status: 'COMPLETED' });
});

it('sends what has no video to the error output when that is wanted', async () => {
	const { items } = await collected(
		{ t0: 'FAILED', t1: 'IN_PROGRESS', t2: 'COMPLETED' },
		{ toErrorOutput: true },
	);
	expect(items.map(({ json }) => Object.keys(json)[0])).toEqual(['error', 'error', 'task_id']);
	expect(items[0]?.json.details).toMatchObject({ task_id: 't0', status: 'FAILED' });
	expect(items[1]?.json.details).toMatchObject({ task_id: 't1', timed_out: true });
	expect(items.map(({ pairedItem }) => pairedItem)).toEqual([
		{ item: 0 },
		{ item: 1 },
		{ item: 2 },
	]);
});

it.each<[string, () => FakeResponse]>([
	['a rejection', () => ({ statusCode: 403, body: 'no' })],
	['rubbish', () => ({ statusCode: 200, body: '<html></html>' })],
	['a giant', () => ({ statusCode: 200, headers: { 'content-length': '999999999' }, body: MP4 })],
	[
		'a break',
		() => {
			throw new Error('reset');
		},
	],
])('%s at the download loses neither URL nor ID', async (_, file) => {
	for (const toErrorOutput of [false, true]) {
		const { items } = await collected({ t0: 'COMPLETED' }, { file, toErrorOutput });
		const json = toErrorOutput ? items[0]?.json.details : items[0]?.json;
		expect(json).toMatchObject({
			task_id: 't0',
			status: 'COMPLETED',
			video_url: videoAt('t0'),
			download_failure: { message: expect.any(String) as string },
		});
		expect(items[0]).not.toHaveProperty('binary');
		expect(items[0]?.json.error !== undefined).toBe(toErrorOutput);
	}
});

it('keeps the ID of a finished video whose URL cannot be read', async () => {
	const { items } = await collected({ t0: 'COMPLETED' }, { down: true });
	expect(items[0]?.json).toMatchObject({
		task_id: 't0',
		status: 'COMPLETED',
		download_failure: { message: expect.stringContaining('could not be read') as string },
	});
	expect(items[0]?.json).not.toHaveProperty('failure');
});

it('sends a failed task to the error output also when its reason cannot be read', async () => {
	const { items } = await collected({ t0: 'FAILED' }, { down: true, toErrorOutput: true });
	expect(Object.keys(items[0]!.json)).toEqual(['error', 'message', 'details']);
});

it('says that a failed task failed, not that its URL is missing, when its reason cannot be read', async () => {
	const { items } = await collected({ t0: 'FAILED' }, { down: true });
	expect(items[0]?.json).toHaveProperty('failure.message');
	expect(items[0]?.json).not.toHaveProperty('download_failure');
});

it('lets the read win over the list: a task that turns out to have failed', async () => {
	const { items } = await collected(
		{ t0: 'FAILED' },
		{ listed: { t0: 'COMPLETED' }, toErrorOutput: true },
	);
	expect(items[0]?.json.details).toMatchObject({ status: 'FAILED' });
});

it('downloads three at a time and keeps the order', async () => {
	let running = 0;
	let most = 0;
	const { context, bendable } = fakeExecution({ respond: () => ({ statusCode: 200, body: MP4 }) });
	const inner = bendable.helpers.httpRequest;
	bendable.helpers.httpRequest = async (options) => {
		most = Math.max(most, ++running);
		for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
		running--;
		return await inner(options);
	};
	const statuses = Object.fromEntries(
		Array.from({ length: 10 }, (_, item) => [`t${item}`, 'COMPLETED']),
	);
	const items = await collectItems(
		{ context, api: taskApi(() => statuses).api, clock: new FakeClock(), toErrorOutput: false },
		Object.keys(statuses).map((id, item) => ({
			awaitedTask: awaited(item),
			task: known(id, 'COMPLETED'),
		})),
	);
	expect(items.map(({ json }) => json.task_id)).toEqual(Object.keys(statuses));
	expect(most).toBe(3);
});

describe('what a signed webhook has told', () => {
	const told: Task = { task_id: 't0', status: 'COMPLETED', generated: [videoAt('t0')], extra: {} };

	async function run(task: Task, read: () => unknown, more: Partial<CollectRun> = {}) {
		const clock = new FakeClock();
		const { context } = fakeExecution({ respond: () => ({ statusCode: 200, body: MP4 }) });
		const { api, sent } = scriptedApi(read);
		const videoOutput = { context, api, clock, toErrorOutput: false, ...more };
		const [item] = await collectItems(videoOutput, [{ awaitedTask: awaited(0), task }]);
		return { item, sent };
	}

	const forbid = () => {
		throw outage();
	};

	it('is not requested again', async () => {
		const { item, sent } = await run(told, forbid);
		expect(item?.binary?.clip?.data).toBe(MP4.toString('base64'));
		expect(sent).toEqual([]);
	});

	const until = (ms: number): Task => ({
		...told,
		generated: [`https://cdn.example.com/old.mp4?token=exp=${Math.floor((START + ms) / 1000)}`],
	});

	it.each([
		[-1000, 1],
		[59_000, 1],
		[60_000, 0],
		[3_600_000, 0],
	])('is read for a fresh URL when its own ends in %i ms: %i times', async (ms, reads) => {
		const fresh = () => ({ data: { ...told, extra: undefined } });
		const { item, sent } = await run(until(ms), fresh);
		expect(sent).toHaveLength(reads);
		expect(item?.json.video_url).toBe(reads === 1 ? videoAt('t0') : until(ms).generated[0]);
	});

	it('is used as it is when no fresh URL can be had: an old one may still work', async () => {
		const { item } = await run(until(-1000), forbid);
		expect(item?.binary?.clip?.data).toBe(MP4.toString('base64'));
	});

	it('says on each item what is wrong with the webhooks', async () => {
		for (const task of [told, known('t0', 'IN_PROGRESS')]) {
			const { item } = await run(task, forbid, { webhookWarning: 'another secret' });
			expect(item?.json.webhook_warning).toEqual({ message: 'another secret' });
		}
	});
});

it('leaves a failed download on the main output where the error output is not wanted', async () => {
	const { items } = await collected(
		{ t0: 'COMPLETED' },
		{ down: true, download: false, toErrorOutput: true },
	);
	expect(items[0]?.json).toMatchObject({ task_id: 't0', download_failure: {} });
});
