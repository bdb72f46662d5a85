import { ApiError } from '../../../nodes/HappyHorse/http/apiError';
import {
	createTask,
	listTasks,
	readStatuses,
	readTask,
} from '../../../nodes/HappyHorse/tasks/taskClient';
import {
	ID,
	keyRejected,
	LIST_PATH,
	notFound,
	outage,
	scriptedApi,
	taskApi,
} from '../support/scriptedApi';

const endpoint = 'image-to-video/happy-horse-1';

const reference = (taskId: string) => ({ endpoint, taskId }) as const;

it('creates with one POST of exactly the given fields', async () => {
	const { api, sent } = scriptedApi(() => ({
		data: { task_id: ID, status: 'CREATED', generated: [] },
	}));
	const request = { endpoint, body: { duration: 5 }, retryUnavailable: true } as const;
	expect(await createTask(api, request)).toMatchObject({ task_id: ID });
	expect(sent).toEqual([
		{
			...{ method: 'POST', path: LIST_PATH, purpose: 'create', once: true, body: { duration: 5 } },
			retryUnavailable: true,
		},
	]);
});

it.each([[{}], [{ data: {} }], [{ data: { status: 'CREATED' } }], [[]], ['ok'], [null]])(
	'does not know after the response %p whether a video was paid for, and does not send it again',
	async (response) => {
		const { api, sent } = scriptedApi(() => response);
		const request = { endpoint, body: {}, retryUnavailable: true } as const;
		const failure = createTask(api, request);
		await expect(failure).rejects.toMatchObject({ outcomeUnknown: true });
		// The response may hold the ID in a place that is new.
		await expect(failure).rejects.toThrow(JSON.stringify(response));
		expect(sent).toHaveLength(1);
	},
);

it('never shows a secret with a response that it cannot read', async () => {
	const { api } = scriptedApi(() => ({ note: 'your key is key-of-the-test' }));
	const request = { endpoint, body: {}, retryUnavailable: true } as const;
	const failure = createTask(api, request);
	await expect(failure).rejects.toThrow('your key is ***');
});

it.each([
	['a status is missing', { task_id: ID }, ID],
	['the ID has a colon and a dot', { task_id: 'v1:a.b', status: 'CREATED' }, 'v1:a.b'],
	['the ID is a number', { task_id: 17, status: 'CREATED' }, '17'],
	['the ID could not be read again', { task_id: 'a/b c', status: 'CREATED' }, 'a/b c'],
])('keeps the ID of a paid task when %s', async (_when, data, wanted) => {
	const { api } = scriptedApi(() => ({ data }));
	const request = { endpoint, body: {}, retryUnavailable: true } as const;
	const task = await createTask(api, request);
	expect(task).toMatchObject({ task_id: wanted, status: 'CREATED', generated: [] });
});

it('reads one task', async () => {
	const { api, sent } = taskApi(() => ({ [ID]: 'COMPLETED' }));
	expect(await readTask(api, reference(ID))).toMatchObject({ task_id: ID, status: 'COMPLETED' });
	expect(sent).toEqual([{ method: 'GET', path: `${LIST_PATH}/${ID}`, purpose: 'read' }]);
});

it.each([[{}], [{ data: { task_id: 'another', status: 'COMPLETED' } }]])(
	'does not take %p for the task',
	async (response) => {
		const { api } = scriptedApi(() => response);
		await expect(readTask(api, reference(ID))).rejects.toMatchObject({ retryable: true });
	},
);

describe('the list', () => {
	it('of an account without tasks is empty, though the API responds with 404', async () => {
		const { api } = scriptedApi(() => {
			throw notFound();
		});
		expect(await listTasks(api, endpoint)).toEqual([]);
	});

	it.each([[outage()], [keyRejected()]])('that cannot be had is a failure: %p', async (failure) => {
		const { api } = scriptedApi(() => {
			throw failure;
		});
		await expect(listTasks(api, endpoint)).rejects.toBe(failure);
	});

	it('that is none is a failure', async () => {
		const { api } = scriptedApi(() => ({ tasks: [] }));
		await expect(listTasks(api, endpoint)).rejects.toMatchObject({ retryable: true });
	});
});

describe('many statuses', () => {
	const ids = Array.from({ length: 60 }, (_, index) => `t${index}`);

	it('cost one request when the list holds all', async () => {
		const { api, sent } = taskApi(() => Object.fromEntries(ids.map((id) => [id, 'CREATED'])));
		const statuses = await readStatuses(api, ids.map(reference));
		expect(ids.every((id) => statuses.get(id) !== undefined)).toBe(true);
		expect(sent).toHaveLength(1);
	});

	it('cost one request for each endpoint', async () => {
		const { api, sent } = taskApi(() => ({ a: 'CREATED', b: 'CREATED' }));
		await readStatuses(api, [
			reference('a'),
			{ endpoint: 'image-to-video/happy-horse-1-1', taskId: 'b' },
		]);
		expect(sent.map(({ path }) => path)).toEqual([LIST_PATH, `${LIST_PATH}-1`]);
	});

	it('cost nothing for no tasks', async () => {
		const { api, sent } = taskApi(() => ({}));
		await readStatuses(api, []);
		expect(sent).toEqual([]);
	});

	it('are read singly where the list leaves tasks out, three at a time', async () => {
		let running = 0;
		let most = 0;
		const { api, count } = scriptedApi(async ({ purpose, path }) => {
			if (purpose === 'list') return { data: [{ task_id: 't0', status: 'CREATED' }] };
			most = Math.max(most, ++running);
			await new Promise((resolve) => setImmediate(resolve));
			running--;
			return { data: { task_id: path.split('/').at(-1), status: 'FAILED' } };
		});
		const statuses = await readStatuses(api, ids.slice(0, 10).map(reference));
		expect(statuses.get('t0')).toMatchObject({ status: 'CREATED' });
		expect(statuses.get('t9')).toMatchObject({ status: 'FAILED' });
		expect([count('list'), count('read'), most]).toEqual([1, 9, 3]);
	});

	it('leave out what is beyond the given number of single reads', async () => {
		const { api, count } = taskApi(
			() => ({ a: 'CREATED', b: 'CREATED', c: 'CREATED' }),
			() => ({}),
		);
		const statuses = await readStatuses(api, ['a', 'b', 'c'].map(reference), {
			maxSingleReads: 2,
		});
		expect([...statuses.keys()]).toEqual(['a', 'b']);
		expect(count('read')).toBe(2);
	});

	it.each([[500], [403], [undefined]])(
		'are read singly when the list fails (%p)',
		async (statusCode) => {
			const statuses = { a: 'COMPLETED', b: 'CREATED' };
			const inner = taskApi(() => statuses);
			const { api, count } = scriptedApi(async (request) => {
				if (request.purpose !== 'list') return await inner.api.send(request);
				if (statusCode === undefined) return { tasks: [] };
				throw new ApiError('No list', {
					hint: 'Later',
					statusCode,
					retryable: statusCode === 500,
				});
			});
			const found = await readStatuses(api, ['a', 'b', 'gone'].map(reference));
			expect(found.get('a')).toMatchObject({ status: 'COMPLETED' });
			expect(found.get('b')).toMatchObject({ status: 'CREATED' });
			expect(found.get('gone')).toMatchObject({ statusCode: 404 });
			expect(count('list')).toBe(1);
		},
	);

	it('cost two requests in an outage, however many tasks there are', async () => {
		const { api, sent } = scriptedApi(() => {
			throw outage();
		});
		await expect(readStatuses(api, ids.map(reference))).rejects.toMatchObject({ retryable: true });
		expect(sent.map(({ purpose }) => purpose)).toEqual(['list', 'read']);
	});

	it('hold the failure of a single read in the place of the task', async () => {
		const { api } = taskApi(() => ({ a: 'CREATED' }));
		const statuses = await readStatuses(api, [reference('a'), reference('gone')]);
		expect(statuses.get('gone')).toBeInstanceOf(ApiError);
		expect(statuses.get('gone')).toMatchObject({ statusCode: 404 });
	});
});
