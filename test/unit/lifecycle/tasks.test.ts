import { ApiFailure } from '../../../nodes/HappyHorse/transport/apiFailure';
import {
	createTask,
	listTasks,
	readStatuses,
	readTask,
} from '../../../nodes/HappyHorse/lifecycle/tasks';
import {
	ID,
	keyRefused,
	LIST_PATH,
	notFound,
	outage,
	scriptedApi,
	taskApi,
} from '../support/scriptedApi';

const model = 'happy-horse-1';

const reference = (taskId: string) => ({ model, taskId }) as const;

it('creates with one POST of exactly the given fields', async () => {
	const { api, sent } = scriptedApi(() => ({
		data: { task_id: ID, status: 'CREATED', generated: [] },
	}));
	expect(await createTask(api, model, { duration: 5 })).toMatchObject({ task_id: ID });
	expect(sent).toEqual([
		{ method: 'POST', path: LIST_PATH, purpose: 'create', body: { duration: 5 } },
	]);
});

it.each([[{}], [{ data: {} }], [{ data: { status: 'CREATED' } }], [[]], ['ok'], [null]])(
	'does not know after the answer %p whether a video was paid for, and does not ask again',
	async (answer) => {
		const { api, sent } = scriptedApi(() => answer);
		await expect(createTask(api, model, {})).rejects.toMatchObject({ mayHaveCreated: true });
		expect(sent).toHaveLength(1);
	},
);

it('reads one task', async () => {
	const { api, sent } = taskApi(() => ({ [ID]: 'COMPLETED' }));
	expect(await readTask(api, reference(ID))).toMatchObject({ task_id: ID, status: 'COMPLETED' });
	expect(sent).toEqual([{ method: 'GET', path: `${LIST_PATH}/${ID}`, purpose: 'read' }]);
});

it.each([[{}], [{ data: { task_id: 'another', status: 'COMPLETED' } }]])(
	'does not take %p for the task',
	async (answer) => {
		const { api } = scriptedApi(() => answer);
		await expect(readTask(api, reference(ID))).rejects.toMatchObject({ passing: true });
	},
);

describe('the list', () => {
	it('of an account without tasks is empty, though the API answers 404', async () => {
		const { api } = scriptedApi(() => {
			throw notFound();
		});
		expect(await listTasks(api, model)).toEqual([]);
	});

	it.each([[outage()], [keyRefused()]])('that cannot be had is a failure: %p', async (failure) => {
		const { api } = scriptedApi(() => {
			throw failure;
		});
		await expect(listTasks(api, model)).rejects.toBe(failure);
	});

	it('that is none is a failure', async () => {
		const { api } = scriptedApi(() => ({ tasks: [] }));
		await expect(listTasks(api, model)).rejects.toMatchObject({ passing: true });
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

	it('cost one request for each model', async () => {
		const { api, sent } = taskApi(() => ({ a: 'CREATED', b: 'CREATED' }));
		await readStatuses(api, [reference('a'), { model: 'happy-horse-1-1', taskId: 'b' }]);
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
		const statuses = await readStatuses(api, ['a', 'b', 'c'].map(reference), 2);
		expect([...statuses.keys()]).toEqual(['a', 'b']);
		expect(count('read')).toBe(2);
	});

	it('hold the failure of a single read in the place of the task', async () => {
		const { api } = taskApi(() => ({ a: 'CREATED' }));
		const statuses = await readStatuses(api, [reference('a'), reference('gone')]);
		expect(statuses.get('gone')).toBeInstanceOf(ApiFailure);
		expect(statuses.get('gone')).toMatchObject({ statusCode: 404 });
	});
});
