import type { IDataObject } from 'n8n-workflow';

import type { VideoFacts } from '../../../nodes/HappyHorse/media/video/videoReader';
import { taskItem, taskOutput } from '../../../nodes/HappyHorse/output/item';
import type { Task } from '../../../nodes/HappyHorse/tasks/task';
import { ID, videoAt } from '../support/scriptedApi';

const task = (changes: Partial<Task> = {}): Task => ({
	task_id: ID,
	status: 'COMPLETED',
	generated: [videoAt(ID)],
	extra: {},
	...changes,
});

const endpoint = 'image-to-video/happy-horse-1';

const SHAPE = [
	'task_id',
	'video_url',
	'status',
	'video_expires_at',
	'generated',
	'mode',
	'model',
	'timed_out',
];

it('shows a finished video in one shape, the names of the API first', () => {
	const json = taskOutput(task(), { endpoint });
	expect(Object.keys(json)).toEqual(SHAPE);
	expect(json).toEqual({
		task_id: ID,
		status: 'COMPLETED',
		generated: [videoAt(ID)],
		video_url: videoAt(ID),
		video_expires_at: '2033-01-22T09:46:40.000Z',
		mode: 'image-to-video',
		model: 'happy-horse-1',
		timed_out: false,
	});
});

it('says of a downloaded video what its file says, and leaves out the rest', () => {
	const facts: VideoFacts = {
		container: 'mp4',
		width: 1080,
		height: 1920,
		seconds: 5.042,
		fps: 24,
		codec: 'avc1',
		hasVideo: true,
		hasAudio: false,
		fastStart: true,
	};
	expect(taskOutput(task(), { endpoint, video: { ...facts, bytes: 7 } }).video).toEqual({
		bytes: 7,
		width: 1080,
		height: 1920,
		duration_seconds: 5.042,
		fps: 24,
		has_audio: false,
		fast_start: true,
	});
	const { video } = taskOutput(task(), { endpoint, video: { bytes: 7, fastStart: false } });
	expect(video).toEqual({ bytes: 7, fast_start: false });
	expect(Object.keys(video as object)).toEqual(['bytes', 'fast_start']);
});

it.each<[string, Partial<Task>, object, string[]]>([
	['an unfinished one', { status: 'CREATED', generated: [] }, { timedOut: true }, []],
	['metadata', {}, { metadata: { row: 7 } }, ['metadata']],
	['a failed one', { status: 'FAILED', generated: [] }, { metadata: {} }, ['metadata', 'failure']],
	['a downloaded one', {}, { video: { bytes: 9 } }, ['video']],
	['a failed download', {}, { downloadFailure: 'no' }, ['download_failure']],
	['further fields', { extra: { note: 1, cost: 2 } }, {}, ['note', 'cost']],
	['a listed unfinished one', { status: 'CREATED', generated: [], listed: true }, {}, []],
	['an odd signature', {}, { webhookWarning: 'no' }, ['webhook_warning']],
	['a reused one', {}, { reused: true }, ['reused']],
	[
		'everything',
		{ status: 'FAILED', generated: [], extra: { note: 1 } },
		{ metadata: {}, downloadFailure: 'no' },
		['metadata', 'failure', 'download_failure', 'note'],
	],
])('shows %s in the same shape', (_, changes, extra, added) => {
	expect(Object.keys(taskOutput(task(changes), { endpoint, ...extra }))).toEqual([
		...SHAPE,
		...added,
	]);
});

it.each(['COMPLETED', 'FAILED'])('leaves out what a list does not say of a %s task', (status) => {
	const json = taskOutput(task({ status, generated: [], listed: true }), { endpoint });
	expect(Object.keys(json)).toEqual(['task_id', 'status', 'mode', 'model', 'timed_out']);
});

it('says why there is no video', () => {
	const failed = taskOutput(task({ status: 'FAILED', generated: [], extra: { reason: 'x' } }), {
		endpoint,
	});
	expect(failed).toMatchObject({
		video_url: null,
		video_expires_at: null,
		failure: { message: 'x' },
	});
	const empty = taskOutput(task({ generated: [] }), { endpoint });
	expect(empty).toMatchObject({
		status: 'COMPLETED',
		failure: { message: expect.stringContaining('no video') as string },
	});
});

it('says why the finished video could not be fetched', () => {
	expect(taskOutput(task(), { endpoint, downloadFailure: 'The disk is full' })).toMatchObject({
		download_failure: { message: 'The disk is full' },
		video_url: videoAt(ID),
	});
});

it.each<[unknown, IDataObject]>([
	[null, {}],
	[undefined, {}],
	['bad', { api_error: 'bad' }],
	[{ code: 5 }, { api_error: { code: 5 } }],
	['', { api_error: '' }],
	[false, { api_error: false }],
])('never has a key error at the top, also when the API sends %p', (error, wanted) => {
	for (const status of ['CREATED', 'IN_PROGRESS', 'COMPLETED', 'FAILED']) {
		const json = taskOutput(task({ status, extra: { error: error as never } }), { endpoint });
		expect(json).not.toHaveProperty('error');
		expect(json).toMatchObject(wanted);
		expect('api_error' in json).toBe('api_error' in wanted);
	}
});

it('does not let the API overwrite what we say', () => {
	const extra = {
		video_url: 'x',
		video_expires_at: 'x',
		mode: 'x',
		model: 'x',
		timed_out: 'x',
		metadata: 'x',
		failure: 'x',
		download_failure: 'x',
	};
	expect(taskOutput(task({ extra }), { endpoint })).toEqual(taskOutput(task(), { endpoint }));
});

it('pairs each item, with the video where there is one', () => {
	expect(taskItem({ a: 1 }, { item: 4 })).toEqual({ json: { a: 1 }, pairedItem: { item: 4 } });
	const data = { data: '', mimeType: 'video/mp4' };
	expect(taskItem({ a: 1 }, { item: 4, video: { property: 'clip', data } })).toEqual({
		json: { a: 1 },
		binary: { clip: data },
		pairedItem: { item: 4 },
	});
});
