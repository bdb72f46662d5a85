import type { IContextObject, IDataObject } from 'n8n-workflow';

import type { Api, ApiRequest } from '../../../nodes/HappyHorse/http/apiClient';
import { networkFault } from '../../../nodes/HappyHorse/http/networkFault';
import {
	notSentError,
	noResponseError,
	unreadableError,
} from '../../../nodes/HappyHorse/http/requestErrors';
import { responseError } from '../../../nodes/HappyHorse/http/responseError';
import { createOnce } from '../../../nodes/HappyHorse/idempotency/createOnce';
import type {
	CreateResult,
	CreateRun,
	PreparedRequest,
} from '../../../nodes/HappyHorse/idempotency/createTypes';
import { openDatabaseStore } from '../../../nodes/HappyHorse/idempotency/databaseStore';
import { openExecutionStore } from '../../../nodes/HappyHorse/idempotency/executionStore';
import { FakeClock, START } from '../support/fakeClock';
import { FakeDatabase } from '../support/fakeDatabase';
import { keyRejected, outage, scriptedApi } from '../support/scriptedApi';

const request = (item: number, changes: Partial<PreparedRequest> = {}): PreparedRequest => ({
	item,
	endpoint: 'image-to-video/happy-horse-1',
	scope: 'execution',
	claim: `claim ${item}`,
	uploads: false,
	body: async () => ({ prompt: `p${item}` }),
	retryUnavailable: true,
	...changes,
});

const requests = (count: number) => Array.from({ length: count }, (_, item) => request(item));

const run = (api: Api, changes: Partial<CreateRun> = {}): CreateRun => ({
	api,
	clock: new FakeClock(),
	executionStore: openExecutionStore({}, 0),
	databaseStore: null,
	executionId: '7',
	isRetry: false,
	limit: 5,
	keepGoing: true,
	...changes,
});

/** A service that creates: tasks are named after their prompt. */
function creator(
	intervene: (apiRequest: ApiRequest) => unknown = () => undefined,
	status = 'IN_PROGRESS',
) {
	return scriptedApi(async (apiRequest) => {
		const special = await intervene(apiRequest);
		if (special !== undefined) return special;
		if (apiRequest.purpose === 'create') {
			const task_id = `task-${String(apiRequest.body?.prompt)}`;
			return { data: { task_id, status: 'CREATED', generated: [] } };
		}
		if (apiRequest.purpose === 'list') return { data: [] };
		return { data: { task_id: apiRequest.path.split('/').at(-1), status } };
	});
}

const idOf = (placed: CreateResult | undefined) =>
	placed && 'task' in placed ? placed.task.task_id : undefined;

const failureOf = (placed: CreateResult | undefined) =>
	placed && 'failure' in placed ? placed.failure : undefined;

it('sends one POST per request, with its body and nothing else', async () => {
	const { api, sent } = creator();
	const placed = await createOnce(run(api), [request(0), request(1, { retryUnavailable: false })]);
	expect(placed).toMatchObject([
		{ task: { task_id: 'task-p0' }, own: true, reused: false },
		{ task: { task_id: 'task-p1' }, own: true, reused: false },
	]);
	expect(sent.map(({ body, retryUnavailable }) => [body, retryUnavailable])).toEqual([
		[{ prompt: 'p0' }, true],
		[{ prompt: 'p1' }, false],
	]);
});

it.each([1, 3, 20])(
	'keeps the order of items with %i in flight, and never has more',
	async (limit) => {
		let running = 0;
		let most = 0;
		const { api } = creator(async ({ body }) => {
			most = Math.max(most, ++running);
			// Later items get their responses sooner.
			for (let turn = 30; turn > Number(String(body?.prompt).slice(1)); turn--) {
				await new Promise((resolve) => setImmediate(resolve));
			}
			running--;
			return undefined;
		});
		const placed = await createOnce(run(api, { limit }), requests(25));
		expect(placed.map(idOf)).toEqual(Array.from({ length: 25 }, (_, item) => `task-p${item}`));
		expect(most).toBe(limit);
	},
);

const DOCUMENTED = { message: 'Service Unavailable. Please try again later.' };

const failureAfter = (statusCode: number, body?: unknown) =>
	responseError({ statusCode, headers: {}, body, receivedAt: 0 }, 'create');

const rejected = [
	...[400, 401, 402, 403, 404, 413, 422, 429].map(
		(status) => [String(status), failureAfter(status, { message: 'no' })] as const,
	),
	// In the words of the API: it was turned away.
	['503', failureAfter(503, DOCUMENTED)] as const,
];

const ambiguous = [
	['500', failureAfter(500, { message: 'Internal Server Error' })],
	['502', failureAfter(502)],
	['503 in other words', failureAfter(503, { message: 'no' })],
	['503 in HTML', failureAfter(503)],
	['504', failureAfter(504)],
	['a redirect', failureAfter(302)],
	['broken JSON', unreadableError(200, 'create')],
	['a reset', noResponseError(networkFault({ code: 'ECONNRESET' }), 'create')],
	['a timeout', noResponseError(networkFault({ code: 'ETIMEDOUT' }), 'create')],
	['silence', noResponseError(networkFault({ code: '' }), 'create')],
] as const;

/** What n8n hands to the next try: the node's context, as it was stored. */
const stored = (nodeContext: IContextObject) =>
	JSON.parse(JSON.stringify(nodeContext)) as IContextObject;

describe.each(ambiguous)('after %s', (_, failure) => {
	it('is unknown, so it is said and never sent again', async () => {
		const nodeContext: IContextObject = {};
		const first = creator(() => {
			throw failure;
		});
		const [placed] = await createOnce(
			run(first.api, { executionStore: openExecutionStore(nodeContext, 0) }),
			[request(0)],
		);
		expect(failureOf(placed)).toMatchObject({ outcomeUnknown: true });
		expect(first.sent).toHaveLength(1);

		const second = creator();
		const executionStore = openExecutionStore(stored(nodeContext), 0);
		const [again] = await createOnce(run(second.api, { executionStore }), [request(0)]);
		expect(failureOf(again)).toMatchObject({
			outcomeUnknown: true,
			message: 'An earlier try of this item may have created its video',
			hint: expect.stringContaining("'Get Many'") as string,
		});
		expect(second.sent).toEqual([]);
	});
});

it.each([[{}], [{ data: {} }], [{ data: { task_id: ' ', status: 'CREATED' } }]])(
	'a response without a task, %p, is ambiguous too',
	async (response) => {
		const executionStore = openExecutionStore({}, 0);
		const first = creator(() => response);
		const [placed] = await createOnce(run(first.api, { executionStore }), [request(0)]);
		expect(failureOf(placed)).toMatchObject({ outcomeUnknown: true });
		const second = creator();
		await createOnce(run(second.api, { executionStore }), [request(0)]);
		expect(second.sent).toEqual([]);
	},
);

it('a process that died while the request was under way leaves it unknown', async () => {
	const nodeContext: IContextObject = {};
	let atTheServer: IContextObject = {};
	const first = creator(() => void (atTheServer = stored(nodeContext)));
	await createOnce(run(first.api, { executionStore: openExecutionStore(nodeContext, 0) }), [
		request(0),
	]);
	const second = creator();
	await createOnce(run(second.api, { executionStore: openExecutionStore(atTheServer, 0) }), [
		request(0),
	]);
	expect(second.count('create')).toBe(0);
});

it.each(rejected)('what was rejected with %s may be sent by a later try', async (_, failure) => {
	const nodeContext: IContextObject = {};
	const first = creator(() => {
		throw failure;
	});
	const [placed] = await createOnce(
		run(first.api, { executionStore: openExecutionStore(nodeContext, 0) }),
		[request(0)],
	);
	expect(failureOf(placed)).toMatchObject({ outcomeUnknown: false });
	const second = creator();
	const executionStore = openExecutionStore(stored(nodeContext), 0);
	const [again] = await createOnce(run(second.api, { executionStore }), [request(0)]);
	expect(idOf(again)).toBe('task-p0');
	expect(second.count('create')).toBe(1);
});

/** What an execution and its retries share: the database, and the node context as each of them got it. */
class Workflow {
	readonly database = new FakeDatabase();

	readonly api = creator();

	store = (clock = new FakeClock()) =>
		openDatabaseStore(this.database.context(), clock, () => 0.5)!;

	async create(
		these: readonly PreparedRequest[],
		{ nodeContext = {}, ...changes }: Partial<CreateRun> & { nodeContext?: IContextObject } = {},
	) {
		const clock = new FakeClock();
		const results = await createOnce(
			run(this.api.api, {
				clock,
				executionStore: openExecutionStore(nodeContext, 0),
				databaseStore: this.store(clock),
				...changes,
			}),
			these,
		);
		return { results, clock };
	}

	posts = () => this.api.count('create');
}

describe('a task of an earlier try', () => {
	async function earlier() {
		const nodeContext: IContextObject = {};
		await createOnce(
			run(creator().api, { executionStore: openExecutionStore(nodeContext, 0) }),
			requests(3),
		);
		return stored(nodeContext);
	}

	it('is taken up again without a POST, and says whether this execution made it', async () => {
		const { api, count } = creator();
		const executionStore = openExecutionStore(await earlier(), 0);
		const placed = await createOnce(run(api, { executionStore, executionId: '8' }), requests(3));
		expect(placed.map(idOf)).toEqual(['task-p0', 'task-p1', 'task-p2']);
		expect(placed[0]).toMatchObject({ task: { status: 'IN_PROGRESS' }, own: false, reused: false });
		expect([count('create'), count('list')]).toEqual([0, 1]);
		const [own] = await createOnce(run(api, { executionStore }), requests(1));
		expect(own).toMatchObject({ own: true });
	});

	it.each([
		['the list', 'list'],
		['a single read', 'read'],
	])('is not paid for again when %s cannot be had', async (_, purpose) => {
		const { api, count } = creator((apiRequest) => {
			if (apiRequest.purpose === purpose) throw outage();
			return undefined;
		});
		const executionStore = openExecutionStore(await earlier(), 0);
		const placed = await createOnce(run(api, { executionStore }), requests(3));
		expect(placed.map(idOf)).toEqual(['task-p0', 'task-p1', 'task-p2']);
		expect(count('create')).toBe(0);
	});

	it('does not stand for another request', async () => {
		const { api, count } = creator();
		const executionStore = openExecutionStore(await earlier(), 0);
		await createOnce(run(api, { executionStore }), [request(0, { claim: 'another' })]);
		expect(count('create')).toBe(1);
	});
});

describe('a task that has ended', () => {
	/** Creates it, lets it end, and tries the same request again. */
	async function again(
		status: string,
		{ scope, ...changes }: Partial<CreateRun> & { scope: PreparedRequest['scope'] },
	) {
		const nodeContext: IContextObject = {};
		const executionStore = openExecutionStore(nodeContext, 0);
		const { api, count } = creator(() => undefined, status);
		await createOnce(run(api, { executionStore }), [request(0, { scope })]);
		const second = run(api, { executionStore, ...changes });
		const [placed] = await createOnce(second, [request(0, { scope })]);
		await createOnce(second, [request(0, { scope })]);
		return { placed, posts: count('create') };
	}

	it.each<[string, string, PreparedRequest['scope'], Partial<CreateRun>, number]>([
		['FAILED, the same execution', 'FAILED', 'execution', {}, 1],
		['FAILED, a retry by the user', 'FAILED', 'execution', { executionId: '8', isRetry: true }, 2],
		['FAILED, another execution', 'FAILED', 'execution', { executionId: '8' }, 1],
		['FAILED, the same retry', 'FAILED', 'execution', { isRetry: true }, 1],
		['FAILED, under a key in the same execution', 'FAILED', 'key', {}, 1],
		['FAILED, under a key in the next execution', 'FAILED', 'key', { executionId: '8' }, 2],
		['FAILED, requested by an agent again', 'FAILED', 'tool', {}, 1],
		['COMPLETED, the same execution', 'COMPLETED', 'execution', {}, 1],
		['COMPLETED, a retry', 'COMPLETED', 'execution', { executionId: '8', isRetry: true }, 1],
		['COMPLETED, under a key', 'COMPLETED', 'key', { executionId: '8' }, 1],
		['COMPLETED, requested by an agent twice more', 'COMPLETED', 'tool', {}, 3],
		['COMPLETED, in the retry of an agent', 'COMPLETED', 'tool', { executionId: '8' }, 1],
		['IN_PROGRESS, requested by an agent again', 'IN_PROGRESS', 'tool', {}, 1],
	])('%s', async (_, status, scope, changes, posts) => {
		expect((await again(status, { scope, ...changes })).posts).toBe(posts);
	});

	it('is marked as reused under a key only', async () => {
		const { placed } = await again('COMPLETED', { scope: 'key', executionId: '8' });
		expect(placed).toMatchObject({ reused: true, own: false });
		const kept = await again('COMPLETED', { scope: 'execution', executionId: '8' });
		expect(kept.placed).toMatchObject({ reused: false });
	});
});

describe('the claim', () => {
	it('is in the database before the request leaves, and holds the task ID after it', async () => {
		const workflow = new Workflow();
		let claimed = false;
		const { api } = creator(async () => void (claimed = await workflow.store().exists('claim 0')));
		await workflow.create(requests(1), { api });
		expect(claimed).toBe(true);
		expect(await workflow.store().read('claim 0', '7')).toEqual({ taskId: 'task-p0', own: true });
	});

	it('R9: lets a retry that knows nothing else find the task, without a POST', async () => {
		const workflow = new Workflow();
		await workflow.create(requests(3));
		const { results } = await workflow.create(requests(3), { executionId: '8', isRetry: true });
		expect(results.map(idOf)).toEqual(['task-p0', 'task-p1', 'task-p2']);
		expect(results[0]).toMatchObject({ own: false });
		expect(workflow.posts()).toBe(3);
	});

	it('R9: without a task ID is waited for, and nothing is sent, now or later', async () => {
		for (const [scope, seconds] of [
			['execution', 15],
			['tool', 15],
			['key', 60],
		] as const) {
			const workflow = new Workflow();
			await workflow.store().claim('claim 0');
			const { results, clock } = await workflow.create([request(0, { scope })]);
			expect(failureOf(results[0])).toMatchObject({
				message: 'An earlier try of this item may have created its video',
				hint: expect.stringContaining(
					scope === 'key' ? "use another 'Idempotency Key'" : 'start a new execution',
				) as string,
				outcomeUnknown: true,
			});
			expect(clock.time - START).toBe(seconds * 1000);
			expect(workflow.posts()).toBe(0);
		}
	});

	it('that is unreadable is not waited for', async () => {
		const workflow = new Workflow();
		await workflow.store().claim('claim 0');
		await workflow.store().complete('claim 0', { taskId: 'x', executionId: '7' });
		const { helpers } = workflow.database.context({ id: 'claim 0' });
		await helpers.checkProcessedAndRecord(['odd'], 'node', { mode: 'entries' });
		const { results, clock } = await workflow.create(requests(1));
		expect(failureOf(results[0])).toMatchObject({ outcomeUnknown: true });
		expect([clock.pauses, workflow.posts()]).toEqual([[], 0]);
	});

	it('of a request that is on its way lets the other one wait for its task', async () => {
		const workflow = new Workflow();
		await workflow.store().claim('claim 0');
		const clock = new FakeClock(({ pauses }) => {
			if (pauses.length !== 5) return;
			void workflow.store().complete('claim 0', { taskId: 'task-x', executionId: '6' });
		});
		const { results } = await workflow.create(requests(1), {
			clock,
			databaseStore: workflow.store(clock),
		});
		expect(results[0]).toMatchObject({ task: { task_id: 'task-x' }, own: false });
		expect([clock.pauses.length, workflow.posts()]).toEqual([5, 0]);
	});

	it('that is given back meanwhile is taken by the one that waits', async () => {
		const workflow = new Workflow();
		await workflow.store().claim('claim 0');
		const clock = new FakeClock(() => void workflow.store().release('claim 0'));
		const { results } = await workflow.create(requests(1), {
			clock,
			databaseStore: workflow.store(clock),
		});
		expect(idOf(results[0])).toBe('task-p0');
		expect(workflow.posts()).toBe(1);
	});

	it('is not waited for once the execution is canceled', async () => {
		const workflow = new Workflow();
		await workflow.store().claim('claim 0');
		const clock = new FakeClock((one) => void (one.cancelled = true));
		const { results } = await workflow.create(requests(1), {
			clock,
			databaseStore: workflow.store(clock),
		});
		expect(failureOf(results[0])).toMatchObject({ outcomeUnknown: false });
		expect([clock.pauses.length, workflow.posts()]).toEqual([1, 0]);
	});

	it.each(rejected)('is given back when the request ended with %s', async (_, failure) => {
		const workflow = new Workflow();
		const { api } = creator(() => {
			throw failure;
		});
		await workflow.create(requests(1), { api });
		expect(workflow.database.rows.size).toBe(0);
		const { results } = await workflow.create(requests(1));
		expect(idOf(results[0])).toBe('task-p0');
	});

	it.each(ambiguous)('stays when the request ended with %s', async (_, failure) => {
		const workflow = new Workflow();
		const { api } = creator(() => {
			throw failure;
		});
		await workflow.create(requests(1), { api });
		const { results } = await workflow.create(requests(1), { executionId: '8', isRetry: true });
		expect(failureOf(results[0])).toMatchObject({ outcomeUnknown: true });
		expect(workflow.posts()).toBe(0);
	});

	it('that cannot be written keeps the request from being sent, and stops the batch', async () => {
		const workflow = new Workflow();
		workflow.database.intervene = () => {
			throw new Error('disk full');
		};
		const { results } = await workflow.create(requests(3), { limit: 1 });
		expect(failureOf(results[0])).toMatchObject({
			outcomeUnknown: false,
			hint: expect.stringContaining('disk full') as string,
		});
		expect(results[2]).toHaveProperty('skipped');
		expect(workflow.posts()).toBe(0);
	});

	it('that this n8n cannot keep lets a request pass, unless it has a key', async () => {
		const databaseStore = openDatabaseStore(
			new FakeDatabase().context({ id: 'n1' }, { workflow: '' }),
			new FakeClock(),
		);
		const { api, count } = creator();
		const changes = { databaseStore };
		expect(idOf((await createOnce(run(api, changes), requests(1)))[0])).toBe('task-p0');
		const [keyed] = await createOnce(run(api, changes), [request(0, { scope: 'key' })]);
		expect(failureOf(keyed)).toMatchObject({
			message: expect.stringContaining("'Idempotency Key'") as string,
		});
		expect(count('create')).toBe(1);
	});

	it('is one for two items of a batch that share it, which share the task', async () => {
		const workflow = new Workflow();
		const twins = [0, 1, 2].map((item) => request(item, { claim: 'same', scope: 'key' }));
		const { results } = await workflow.create(twins, { limit: 3 });
		expect(new Set(results.map(idOf)).size).toBe(1);
		expect(workflow.posts()).toBe(1);
	});

	it('of many executions at once is won by one, and all get its task', async () => {
		const workflow = new Workflow();
		const all = await Promise.all(
			[...'123456'].map(
				async (executionId) =>
					await workflow.create([request(0, { scope: 'key' })], { executionId }),
			),
		);
		expect(new Set(all.map(({ results }) => idOf(results[0])))).toEqual(new Set(['task-p0']));
		expect(workflow.posts()).toBe(1);
	});

	it('saves the upload for a task that exists, in a retry and under a key', async () => {
		for (const changes of [
			{ isRetry: true, scope: 'execution' },
			{ isRetry: false, scope: 'key' },
		] as const) {
			const { scope, isRetry } = changes;
			const workflow = new Workflow();
			await workflow.create([request(0, { scope })]);
			const body = jest.fn(async (): Promise<IDataObject> => ({ prompt: 'p0' }));
			const again = request(0, { scope, uploads: true, body });
			await workflow.create([again], { executionId: '8', isRetry });
			expect(body).not.toHaveBeenCalled();
		}
	});

	it('costs five queries for each task at most', async () => {
		const workflow = new Workflow();
		await workflow.create(requests(20));
		expect(workflow.database.queries.length / 20).toBeLessThanOrEqual(5);
	});
});

describe('a rejection that holds for the whole account', () => {
	it.each([401, 402, 403])(
		'%i stops the batch, also where the node continues on errors',
		async (status) => {
			const { api, count } = creator(() => {
				throw failureAfter(status, { message: 'no' });
			});
			const placed = await createOnce(run(api, { limit: 1 }), requests(4));
			expect(count('create')).toBe(1);
			expect(failureOf(placed[0])).toMatchObject({ statusCode: status });
			expect(placed.slice(1).map((one) => 'skipped' in one && one.skipped)).toEqual(
				[1, 2, 3].map(() => failureOf(placed[0])),
			);
		},
	);

	it('is not any other', async () => {
		const { api, count } = creator(() => {
			throw failureAfter(429, { message: 'Slow down' });
		});
		await createOnce(run(api, { limit: 1 }), requests(4));
		// Each is sent again as often as the table of retries says.
		expect(count('create')).toBe(4 * 12);
	});
});

it('takes a task for unfinished when its state cannot be read', async () => {
	const workflow = new Workflow();
	await workflow.create(requests(1));
	const { api } = creator(({ purpose }) => {
		if (purpose !== 'create') throw keyRejected();
	});
	const { results } = await workflow.create(requests(1), { api, executionId: '8', isRetry: true });
	expect(results[0]).toMatchObject({ task: { task_id: 'task-p0', status: 'CREATED' } });
});

describe('when one item fails', () => {
	const failing = () =>
		creator(({ body }) => {
			if (body?.prompt === 'p2') throw failureAfter(400, { message: 'bad' });
			return undefined;
		});

	it('the others continue if the node does', async () => {
		const placed = await createOnce(run(failing().api, { limit: 1 }), requests(5));
		expect(placed.map(idOf)).toEqual(['task-p0', 'task-p1', undefined, 'task-p3', 'task-p4']);
		expect(failureOf(placed[2])).toMatchObject({ statusCode: 400 });
	});

	it('nothing more is sent if it does not', async () => {
		const { api, sent } = failing();
		const placed = await createOnce(run(api, { limit: 1, keepGoing: false }), requests(5));
		expect(sent).toHaveLength(3);
		expect(placed.map(idOf).slice(0, 2)).toEqual(['task-p0', 'task-p1']);
		expect(placed.slice(3)).toEqual([3, 4].map(() => ({ skipped: failureOf(placed[2]) })));
	});
});

it('the image that cannot be uploaded costs nothing and may be sent later', async () => {
	const executionStore = openExecutionStore({}, 0);
	const { api, count } = creator();
	const broken = request(0, { body: async () => await Promise.reject(new Error('upload')) });
	const [placed] = await createOnce(run(api, { executionStore }), [broken]);
	expect(failureOf(placed)).toMatchObject({ message: 'upload' });
	expect(count('create')).toBe(0);
	expect(idOf((await createOnce(run(api, { executionStore }), [request(0)]))[0])).toBe('task-p0');
});

describe('a canceled execution', () => {
	it('creates nothing more, and what it did not send may be sent later', async () => {
		const clock = new FakeClock();
		const workflow = new Workflow();
		const { api, count } = creator(() => void (clock.cancelled = true));
		const { results } = await workflow.create(requests(4), { api, clock, limit: 1 });
		expect(count('create')).toBe(1);
		expect(idOf(results[0])).toBe('task-p0');
		expect(failureOf(results[3])).toMatchObject({ outcomeUnknown: false });
		await workflow.create(requests(4), { isRetry: true, executionId: '8' });
		expect(workflow.posts()).toBe(3);
	});

	it('R15: sends nothing that was canceled during its upload', async () => {
		const clock = new FakeClock();
		const { api, count } = creator();
		const body = async () => {
			clock.cancelled = true;
			return { prompt: 'x' };
		};
		const [placed] = await createOnce(run(api, { clock }), [request(0, { body })]);
		expect(failureOf(placed)).toMatchObject({ outcomeUnknown: false });
		expect(count('create')).toBe(0);
	});

	it('does not even upload', async () => {
		const clock = new FakeClock();
		clock.cancelled = true;
		const body = jest.fn(async () => ({ prompt: 'x' }));
		await createOnce(run(creator().api, { clock }), [request(0, { body })]);
		expect(body).not.toHaveBeenCalled();
	});
});

describe('the turn of a paid request', () => {
	/** Counts what becomes of the turns, and does `wait` before each is given. */
	function turns(api: Api, wait: (count: number) => unknown = () => undefined) {
		const counts = { taken: 0, used: 0, givenBack: 0 };
		const limited: Api = {
			...api,
			async takeTicket() {
				await wait(++counts.taken);
				let open = true;
				const close = () => {
					const wasOpen = open;
					open = false;
					return wasOpen;
				};
				return {
					use() {
						counts.used += 1;
						return close();
					},
					giveBack: () => void (counts.givenBack += close() ? 1 : 0),
				};
			},
		};
		return { api: limited, counts };
	}

	it('is used once by each request, and none is left over', async () => {
		const { api, counts } = turns(creator().api);
		await createOnce(run(api), requests(8));
		expect(counts).toEqual({ taken: 8, used: 8, givenBack: 0 });
	});

	it('is waited for before the claim: others wait for the task ID of what is claimed, and not for long', async () => {
		const workflow = new Workflow();
		const claimed: boolean[] = [];
		const { api } = turns(workflow.api.api, async () => {
			claimed.push(await workflow.store().exists('claim 0'));
		});
		await workflow.create(requests(1), { api });
		expect(claimed).toEqual([false]);
	});

	it('is given back when another one has created the task meanwhile', async () => {
		const workflow = new Workflow();
		const { api, counts } = turns(workflow.api.api, async (count) => {
			if (count === 1) await workflow.create(requests(1), { executionId: '8' });
		});
		const { results } = await workflow.create(requests(1), { api });
		expect(results.map(idOf)).toEqual(['task-p0']);
		expect(counts).toEqual({ taken: 1, used: 0, givenBack: 1 });
		expect(workflow.posts()).toBe(1);
	});

	it('is given back when another item has failed meanwhile, and nothing is sent', async () => {
		const { api: inner, sent } = creator(({ body }) => {
			if (body?.prompt === 'p0') throw keyRejected();
			return undefined;
		});
		let release = () => {};
		const failed = new Promise<void>((resolve) => (release = resolve));
		const { api, counts } = turns(inner, async (count) => {
			// The second one waits for its turn until the first one has failed.
			if (count === 2) await failed;
			else setTimeout(release, 20);
		});
		await createOnce(run(api, { limit: 2, keepGoing: false }), requests(2));
		expect(sent).toHaveLength(1);
		expect(counts).toEqual({ taken: 2, used: 1, givenBack: 1 });
	});

	it('that never comes, since the execution is canceled, leaves no claim', async () => {
		const workflow = new Workflow();
		const canceled = notSentError('canceled', 'create');
		const { api } = turns(workflow.api.api, () => {
			throw canceled;
		});
		const { results } = await workflow.create(requests(1), { api });
		expect(failureOf(results[0])).toBe(canceled);
		expect(await workflow.store().exists('claim 0')).toBe(false);
		expect(workflow.posts()).toBe(0);
	});
});
