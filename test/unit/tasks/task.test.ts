import type { Task } from '../../../nodes/HappyHorse/tasks/task';
import {
	expiryOf,
	failureOf,
	isFinal,
	isRecord,
	isTaskId,
	STATUSES,
	taskFrom,
	taskListFrom,
	unseenTask,
	videoUrl,
} from '../../../nodes/HappyHorse/tasks/task';
import { ID } from '../support/scriptedApi';

const task = (changes: Partial<Task> = {}): Task => ({
	task_id: ID,
	status: 'COMPLETED',
	generated: ['https://cdn.example.com/a.mp4'],
	extra: {},
	...changes,
});

it.each([
	['COMPLETED', true],
	['FAILED', true],
	['CREATED', false],
	['IN_PROGRESS', false],
	['completed', false],
	['PAUSED', false],
	['', false],
])('%s is final: %p', (status, wanted) => {
	expect(isFinal(status)).toBe(wanted);
});

it('knows two statuses of a task that has ended, and two of one that has not', () => {
	expect(STATUSES.filter(isFinal).sort()).toEqual(['COMPLETED', 'FAILED']);
	expect(STATUSES.filter((status) => !isFinal(status)).sort()).toEqual(['CREATED', 'IN_PROGRESS']);
});

it.each([
	[{}, true],
	[{ a: 1 }, true],
	[[], false],
	[[{ a: 1 }], false],
	[null, false],
	[undefined, false],
	['a', false],
	[5, false],
	[() => {}, false],
])('%p has names and values: %p', (value, wanted) => {
	expect(isRecord(value)).toBe(wanted);
});

it.each([
	[ID, true],
	['a', true],
	['', false],
	['..', false],
	['a/b', false],
	['a\n', false],
	['.', false],
	['v1:a.b~c', true],
	['a'.repeat(128), true],
	['a'.repeat(129), false],
	[5, false],
])('%p is a task ID: %p', (value, wanted) => {
	expect(isTaskId(value)).toBe(wanted);
});

describe('a task', () => {
	it.each([
		['in data', { data: { task_id: ID, status: 'FAILED', generated: [], note: 1 } }],
		['bare', { task_id: ID, status: 'FAILED', generated: [], note: 1 }],
	])('is read %s, with what else came along', (_, payload) => {
		expect(taskFrom(payload)).toEqual({
			task_id: ID,
			status: 'FAILED',
			generated: [],
			extra: { note: 1 },
		});
	});

	it.each([
		[undefined, []],
		[null, []],
		['', []],
		[5, []],
		[{ a: 1 }, []],
		['a', ['a']],
		[{ url: 'a' }, ['a']],
		[
			['a', '', null, 5, {}, { url: 'b' }, { url: 5 }, ['c'], 'd'],
			['a', 'b', 'd'],
		],
	])('has only URLs in generated: %p', (generated, wanted) => {
		const read = taskFrom({ task_id: ID, status: 'COMPLETED', generated });
		expect(read?.generated).toEqual(wanted);
	});

	it.each([
		['COMPLETED', 'COMPLETED'],
		['completed', 'COMPLETED'],
		[' Failed ', 'FAILED'],
		['in-progress', 'IN_PROGRESS'],
		['SUCCEEDED', 'COMPLETED'],
		['success', 'COMPLETED'],
		['error', 'FAILED'],
		['processing', 'IN_PROGRESS'],
		['PAUSED', 'PAUSED'],
		['constructor', 'constructor'],
		['', ''],
	])('with the status %p is %s, and keeps the word as it came', (status, wanted) => {
		const read = taskFrom({ task_id: ID, status, generated: [] });
		expect(read?.status).toBe(wanted);
		expect(read?.extra).toEqual(status === wanted ? {} : { api_status: status });
	});

	it.each([
		[undefined],
		[null],
		['x'],
		[5],
		[[]],
		[{}],
		[{ data: null }],
		[{ data: {} }],
		[{ data: [{ task_id: ID, status: 'CREATED' }] }],
		[{ task_id: ID }],
		[{ task_id: ID, status: 5 }],
		[{ task_id: 5, status: 'CREATED' }],
		[{ task_id: '../loras', status: 'CREATED' }],
	])('is not in %p', (payload) => {
		expect(taskFrom(payload)).toBeNull();
	});

	it('poisons nothing', () => {
		const payload: unknown = JSON.parse(
			`{"task_id":"${ID}","status":"CREATED","__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}`,
		);
		expect(taskFrom(payload)).not.toBeNull();
		expect({}).not.toHaveProperty('polluted');
	});
});

describe('a list', () => {
	it('keeps its order and drops what is no task', () => {
		const data = [
			{ task_id: 'b', status: 'CREATED' },
			null,
			{ task_id: '../x', status: 'CREATED' },
			{ task_id: 'a', status: 'FAILED' },
		];
		expect(taskListFrom({ data })?.map(({ task_id }) => task_id)).toEqual(['b', 'a']);
	});

	it.each([[undefined], [null], [[]], [{}], [{ data: {} }], [{ data: null }], ['x']])(
		'is not %p',
		(payload) => {
			expect(taskListFrom(payload)).toBeNull();
		},
	);
});

describe('the video', () => {
	it.each([
		['https://cdn.example.com/a.mp4?token=x', 'https://cdn.example.com/a.mp4?token=x'],
		['//cdn.example.com/a.mp4', 'https://cdn.example.com/a.mp4'],
		['http://127.0.0.1:4010/a.mp4', 'http://127.0.0.1:4010/a.mp4'],
		['http://cdn.example.com/a.mp4', null],
		['ftp://cdn.example.com/a.mp4', null],
		['file:///etc/passwd', null],
		['data:video/mp4;base64,AA', null],
		['javascript:alert(1)', null],
		['/a.mp4', null],
		['a.mp4', null],
	])('at %s is %p', (url, wanted) => {
		expect(videoUrl(task({ generated: [url, 'https://cdn.example.com/b.mp4'] }))).toBe(wanted);
	});

	it.each(['CREATED', 'IN_PROGRESS', 'FAILED', 'NEW'])(
		'is not there while the task is %s',
		(status) => {
			expect(videoUrl(task({ status }))).toBeNull();
		},
	);

	it('is not there in an empty list', () => {
		expect(videoUrl(task({ generated: [] }))).toBeNull();
	});
});

it.each([
	['https://c.example/a.mp4?token=exp=1760000000~hmac=ab', '2025-10-09T08:53:20.000Z'],
	['https://c.example/a.mp4?exp=1760000000', '2025-10-09T08:53:20.000Z'],
	['https://c.example/a.mp4?a=1&exp=1760000000&b=2', '2025-10-09T08:53:20.000Z'],
	['https://c.example/a.mp4?token=st=1~exp=1760000000~acl=/*', '2025-10-09T08:53:20.000Z'],
	['https://c.example/a.mp4?token%3Dexp=1760000000', '2025-10-09T08:53:20.000Z'],
	['https://c.example/a.mp4?token=exp%3D1760000000%7Ehmac%3Dab', '2025-10-09T08:53:20.000Z'],
	['https://c.example/a.mp4', null],
	['https://c.example/a.mp4?exp=soon', null],
	['https://c.example/a.mp4?exp=1760000000000', null],
	['https://c.example/a.mp4?regexp=1760000000', null],
	['https://c.example/exp1760000000.mp4', null],
	['', null],
	[null, null],
])('%s is good until %p', (url, wanted) => {
	expect(expiryOf(url)).toBe(wanted);
});

it('a task that could not be read is neither finished nor failed, and has no video', () => {
	const unseen = unseenTask(ID);
	expect(unseen).toEqual({ task_id: ID, status: 'CREATED', generated: [], extra: {} });
	expect([isFinal(unseen.status), videoUrl(unseen), failureOf(unseen)]).toEqual([
		false,
		null,
		null,
	]);
});

describe('the failure', () => {
	it.each<[string, Task['extra'], string]>([
		['error_message', { error_message: 'one', message: 'two' }, 'one'],
		['failure_reason', { failure_reason: 'one', error: 'two' }, 'one'],
		['reason', { reason: ' one ' }, 'one'],
		['error as text', { error: 'one' }, 'one'],
		['error as object', { error: { message: 'one', code: 5 } }, 'one'],
		['message', { message: 'one' }, 'one'],
		[
			'the first that is not empty',
			{ error_message: '', reason: null, error: {}, message: 'one' },
			'one',
		],
		['the first that is more than blanks', { error_message: ' \n', reason: 'one' }, 'one'],
		['nothing', {}, 'The video could not be made. The API gave no reason.'],
		['error null', { error: null }, 'The video could not be made. The API gave no reason.'],
		[
			'odd values',
			{ error: 5, message: [], reason: { message: 7 } } as never,
			'The video could not be made. The API gave no reason.',
		],
	])('is told from %s', (_, extra, wanted) => {
		expect(failureOf(task({ status: 'FAILED', generated: [], extra }))).toBe(wanted);
	});

	it('has its own words for a completed task without a video', () => {
		expect(failureOf(task({ generated: [] }))).toContain('holds no video');
	});

	it.each(['CREATED', 'IN_PROGRESS'])('is none while the task is %s', (status) => {
		expect(failureOf(task({ status, extra: { message: 'working' } }))).toBeNull();
	});

	it('is none when there is a video', () => {
		expect(failureOf(task({ extra: { message: 'done' } }))).toBeNull();
	});
});
