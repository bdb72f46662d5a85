import type { IContextObject } from 'n8n-workflow';

import type {
	CreationRun,
	Placed,
	Submission,
} from '../../../../nodes/HappyHorse/lifecycle/creating/creation';
import { placeOrders } from '../../../../nodes/HappyHorse/lifecycle/creating/creation';
import type {
	Earlier,
	Journal,
	Order,
} from '../../../../nodes/HappyHorse/lifecycle/memory/journal';
import { openLedger } from '../../../../nodes/HappyHorse/lifecycle/memory/ledger';
import type { Api, ApiCall } from '../../../../nodes/HappyHorse/transport/api';
import {
	explainAnswer,
	explainSilence,
	explainUnreadable,
} from '../../../../nodes/HappyHorse/transport/explain';
import { outage, scriptedApi } from '../../support/scriptedApi';

function submission(item: number, changes: Partial<Submission> = {}): Submission {
	const url = `https://pictures.example.com/${item}.jpg`;
	return {
		item,
		order: {
			model: 'happy-horse-1',
			image: { url },
			fields: { prompt: `p${item}`, resolution: '720P', duration: 5 },
			metadata: undefined,
		},
		imageIdentity: url,
		imageUrl: async () => url,
		...changes,
	};
}

const submissions = (count: number) => Array.from({ length: count }, (_, item) => submission(item));

const run = (api: Api, changes: Partial<CreationRun> = {}): CreationRun => ({
	api,
	ledger: openLedger({}, 0),
	executionId: '7',
	limit: 5,
	keepGoing: true,
	isCancelled: () => false,
	...changes,
});

/** A service that creates: tasks are named after their prompt. */
function creator(intervene: (call: ApiCall) => unknown = () => undefined, status = 'IN_PROGRESS') {
	return scriptedApi(async (call) => {
		const special = await intervene(call);
		if (special !== undefined) return special;
		if (call.purpose === 'create') {
			const task_id = `task-${String(call.body?.prompt)}`;
			return { data: { task_id, status: 'CREATED', generated: [] } };
		}
		if (call.purpose === 'list') return { data: [] };
		return { data: { task_id: call.path.split('/').at(-1), status } };
	});
}

const idOf = (placed: Placed | undefined) =>
	placed && 'task' in placed ? placed.task.task_id : undefined;

const failureOf = (placed: Placed | undefined) =>
	placed && 'failure' in placed ? placed.failure : undefined;

it('sends one POST per item, with what was ordered and nothing else', async () => {
	const { api, sent } = creator();
	const placed = await placeOrders(run(api), [
		submission(0),
		submission(1, { webhookUrl: 'https://n8n.example.com/x' }),
	]);
	expect(placed).toMatchObject([
		{ task: { task_id: 'task-p0' }, executionId: '7' },
		{ task: { task_id: 'task-p1' }, executionId: '7' },
	]);
	expect(sent.map(({ body }) => body)).toEqual([
		{
			image_url: 'https://pictures.example.com/0.jpg',
			prompt: 'p0',
			resolution: '720P',
			duration: 5,
		},
		{
			image_url: 'https://pictures.example.com/1.jpg',
			prompt: 'p1',
			resolution: '720P',
			duration: 5,
			webhook_url: 'https://n8n.example.com/x',
		},
	]);
});

it.each([1, 3, 20])(
	'keeps the order of items with %i in flight, and never has more',
	async (limit) => {
		let running = 0;
		let most = 0;
		const { api } = creator(async ({ body }) => {
			most = Math.max(most, ++running);
			// Later items are answered sooner.
			for (let turn = 30; turn > Number(String(body?.prompt).slice(1)); turn--) {
				await new Promise((resolve) => setImmediate(resolve));
			}
			running--;
			return undefined;
		});
		const placed = await placeOrders(run(api, { limit }), submissions(25));
		expect(placed.map(idOf)).toEqual(Array.from({ length: 25 }, (_, item) => `task-p${item}`));
		expect(most).toBe(limit);
	},
);

const answered = (statusCode: number, body?: unknown) =>
	explainAnswer({ statusCode, headers: {}, body, receivedAt: 0 }, 'create');

// 503 in the words of the API: it was turned away.
const refused = [400, 401, 402, 403, 404, 413, 422, 429, 503].map(
	(status) => [String(status), answered(status, { message: 'no' })] as const,
);

const ambiguous = [
	['500', answered(500, { message: 'Internal Server Error' })],
	['502', answered(502)],
	['503 in HTML', answered(503)],
	['504', answered(504)],
	['a redirect', answered(302)],
	['broken JSON', explainUnreadable(200, 'create')],
	['a reset', explainSilence('ECONNRESET', 'create')],
	['a timeout', explainSilence('ETIMEDOUT', 'create')],
	['silence', explainSilence('', 'create')],
] as const;

/** What n8n hands to the next try: the node's context, as it was stored. */
const stored = (nodeContext: IContextObject) =>
	JSON.parse(JSON.stringify(nodeContext)) as IContextObject;

describe.each(ambiguous)('after %s', (_, failure) => {
	it('nobody knows, so it is said and never sent again', async () => {
		const nodeContext: IContextObject = {};
		const first = creator(() => {
			throw failure;
		});
		const [placed] = await placeOrders(run(first.api, { ledger: openLedger(nodeContext, 0) }), [
			submission(0),
		]);
		expect(failureOf(placed)).toMatchObject({ mayHaveCreated: true });
		expect(first.sent).toHaveLength(1);

		const second = creator();
		const ledger = openLedger(stored(nodeContext), 0);
		const [again] = await placeOrders(run(second.api, { ledger }), [submission(0)]);
		expect(failureOf(again)).toMatchObject({
			mayHaveCreated: true,
			message: 'An earlier try of this item may have created its video',
			advice: expect.stringContaining("'Get Many'") as string,
		});
		expect(second.sent).toEqual([]);
	});
});

it.each([[{}], [{ data: {} }], [{ data: { task_id: 'a/b', status: 'CREATED' } }]])(
	'an answer without a task, %p, is ambiguous too',
	async (answer) => {
		const ledger = openLedger({}, 0);
		const first = creator(() => answer);
		const [placed] = await placeOrders(run(first.api, { ledger }), [submission(0)]);
		expect(failureOf(placed)).toMatchObject({ mayHaveCreated: true });
		const second = creator();
		await placeOrders(run(second.api, { ledger }), [submission(0)]);
		expect(second.sent).toEqual([]);
	},
);

it('a process that died while the request was under way leaves it unknown', async () => {
	const nodeContext: IContextObject = {};
	let atTheServer: IContextObject = {};
	const first = creator(() => void (atTheServer = stored(nodeContext)));
	await placeOrders(run(first.api, { ledger: openLedger(nodeContext, 0) }), [submission(0)]);
	const second = creator();
	await placeOrders(run(second.api, { ledger: openLedger(atTheServer, 0) }), [submission(0)]);
	expect(second.count('create')).toBe(0);
});

it.each(refused)('what was refused with %s may be sent by a later try', async (_, failure) => {
	const nodeContext: IContextObject = {};
	const first = creator(() => {
		throw failure;
	});
	const [placed] = await placeOrders(run(first.api, { ledger: openLedger(nodeContext, 0) }), [
		submission(0),
	]);
	expect(failureOf(placed)).toMatchObject({ mayHaveCreated: false });
	const second = creator();
	const ledger = openLedger(stored(nodeContext), 0);
	const [again] = await placeOrders(run(second.api, { ledger }), [submission(0)]);
	expect(idOf(again)).toBe('task-p0');
	expect(second.count('create')).toBe(1);
});

describe('a task of an earlier try', () => {
	async function earlier() {
		const nodeContext: IContextObject = {};
		await placeOrders(run(creator().api, { ledger: openLedger(nodeContext, 0) }), submissions(3));
		return stored(nodeContext);
	}

	it('is taken up again without a POST, and says which execution made it', async () => {
		const { api, count } = creator();
		const ledger = openLedger(await earlier(), 0);
		const placed = await placeOrders(run(api, { ledger, executionId: '8' }), submissions(3));
		expect(placed.map(idOf)).toEqual(['task-p0', 'task-p1', 'task-p2']);
		expect(placed[0]).toMatchObject({ task: { status: 'IN_PROGRESS' }, executionId: '7' });
		expect([count('create'), count('list')]).toEqual([0, 1]);
	});

	it('is ordered anew when it had failed', async () => {
		const { api, count } = creator(() => undefined, 'FAILED');
		const ledger = openLedger(await earlier(), 0);
		await placeOrders(run(api, { ledger, executionId: '8' }), submissions(3));
		expect(count('create')).toBe(3);
	});

	it.each([
		['the list', 'list'],
		['a single read', 'read'],
	])('is not paid for again when %s cannot be had', async (_, purpose) => {
		const { api, count } = creator((call) => {
			if (call.purpose === purpose) throw outage();
			return undefined;
		});
		const ledger = openLedger(await earlier(), 0);
		const placed = await placeOrders(run(api, { ledger }), submissions(3));
		expect(placed.map(idOf)).toEqual(['task-p0', 'task-p1', 'task-p2']);
		expect(count('create')).toBe(0);
	});

	it.each<[string, Submission]>([
		[
			'another prompt',
			submission(0, {
				order: {
					...submission(0).order,
					fields: { prompt: 'new', resolution: '720P', duration: 5 },
				},
			}),
		],
		['another picture', submission(0, { imageIdentity: 'another' })],
		[
			'another model',
			submission(0, { order: { ...submission(0).order, model: 'happy-horse-1-1' } }),
		],
	])('does not stand for %s', async (_, changed) => {
		const { api, count } = creator();
		await placeOrders(run(api, { ledger: openLedger(await earlier(), 0) }), [changed]);
		expect(count('create')).toBe(1);
	});

	it('stands for the same order with another callback address', async () => {
		const { api, count } = creator();
		const ledger = openLedger(await earlier(), 0);
		await placeOrders(run(api, { ledger }), [
			submission(0, { webhookUrl: 'https://new.example.com/' }),
		]);
		expect(count('create')).toBe(0);
	});

	it('does not stand for the next round of a loop', async () => {
		const { api, count } = creator();
		await placeOrders(run(api, { ledger: openLedger(await earlier(), 1) }), submissions(3));
		expect(count('create')).toBe(3);
	});
});

describe('R9: what a killed n8n had ordered', () => {
	/** What the journal of the execution that was killed says of every order. */
	const journal = (earlier: Earlier): Journal => ({
		begin: async () => earlier,
		finish: async () => undefined,
	});

	it('is taken up by its retry, which knows nothing else of it', async () => {
		const { api, count } = creator();
		const [placed] = await placeOrders(
			run(api, { journal: journal({ taskId: 'task-7' }) }),
			submissions(1),
		);
		expect(placed).toMatchObject({ task: { task_id: 'task-7' }, executionId: 'crashed' });
		expect(count('create')).toBe(0);
	});

	it('is not ordered again when nobody can tell which task it was, now or later', async () => {
		const { api, count } = creator();
		const ledger = openLedger({}, 0);
		for (const earlier of ['may exist', 'nothing'] as const) {
			const changes = { ledger, journal: journal(earlier) };
			const [placed] = await placeOrders(run(api, changes), submissions(1));
			expect(failureOf(placed)).toMatchObject({ mayHaveCreated: true });
		}
		expect(count('create')).toBe(0);
	});

	it('is ordered anew when it had failed, or was never begun', async () => {
		for (const [earlier, status] of [
			[{ taskId: 'task-7' }, 'FAILED'],
			['nothing', 'IN_PROGRESS'],
		] as const) {
			const { api, count } = creator(() => undefined, status);
			await placeOrders(run(api, { journal: journal(earlier) }), submissions(1));
			expect(count('create')).toBe(1);
		}
	});
});

describe('when one item fails', () => {
	const failing = () =>
		creator(({ body }) => {
			if (body?.prompt === 'p2') throw answered(400, { message: 'bad' });
			return undefined;
		});

	it('the others go on if the node goes on', async () => {
		const placed = await placeOrders(run(failing().api, { limit: 1 }), submissions(5));
		expect(placed.map(idOf)).toEqual(['task-p0', 'task-p1', undefined, 'task-p3', 'task-p4']);
		expect(failureOf(placed[2])).toMatchObject({ statusCode: 400 });
	});

	it('nothing more is sent if it does not', async () => {
		const { api, sent } = failing();
		const placed = await placeOrders(run(api, { limit: 1, keepGoing: false }), submissions(5));
		expect(sent).toHaveLength(3);
		expect(placed.map(idOf).slice(0, 2)).toEqual(['task-p0', 'task-p1']);
		expect(placed.slice(3)).toEqual([{ skipped: true }, { skipped: true }]);
	});
});

it('the picture that cannot be uploaded costs nothing and may be sent later', async () => {
	const ledger = openLedger({}, 0);
	const { api, count } = creator();
	const broken = submission(0, { imageUrl: async () => await Promise.reject(new Error('upload')) });
	const [placed] = await placeOrders(run(api, { ledger }), [broken]);
	expect(failureOf(placed)).toMatchObject({ message: 'upload' });
	expect(count('create')).toBe(0);
	expect(idOf((await placeOrders(run(api, { ledger }), [submission(0)]))[0])).toBe('task-p0');
});

describe('a cancelled execution', () => {
	it('creates nothing more, and what it did not send may be sent later', async () => {
		const ledger = openLedger({}, 0);
		let cancelled = false;
		const { api, count } = creator(() => void (cancelled = true));
		const placed = await placeOrders(
			run(api, { ledger, limit: 1, isCancelled: () => cancelled }),
			submissions(4),
		);
		expect(count('create')).toBe(1);
		expect(idOf(placed[0])).toBe('task-p0');
		expect(failureOf(placed[3])).toMatchObject({ mayHaveCreated: false });
		await placeOrders(run(creator().api, { ledger }), submissions(4));
		expect(count('create')).toBe(1);
	});

	it('R15: orders nothing that was canceled during its upload', async () => {
		let cancelled = false;
		const { api, count } = creator();
		const imageUrl = async () => {
			cancelled = true;
			return 'https://assets.example.com/1.png';
		};
		const placed = await placeOrders(run(api, { isCancelled: () => cancelled }), [
			submission(0, { imageUrl }),
		]);
		expect(failureOf(placed[0])).toMatchObject({ mayHaveCreated: false });
		expect(count('create')).toBe(0);
	});

	it('does not even upload', async () => {
		const imageUrl = jest.fn(async () => 'https://assets.example.com/1.png');
		await placeOrders(run(creator().api, { isCancelled: () => true }), [
			submission(0, { imageUrl }),
		]);
		expect(imageUrl).not.toHaveBeenCalled();
	});
});

describe('after a crash, when only the journal is left', () => {
	/** In the place of n8n's database. */
	function notebook(): Journal & { asked: number } {
		const notes = new Map<string, string | null>();
		const keyOf = (order: Order) => JSON.stringify(order);
		return {
			asked: 0,
			async begin(order) {
				this.asked++;
				const taskId = notes.get(keyOf(order));
				if (taskId === undefined) notes.set(keyOf(order), null);
				return taskId === undefined ? 'nothing' : taskId === null ? 'may exist' : { taskId };
			},
			async finish(order, taskId) {
				notes.set(keyOf(order), taskId);
			},
		};
	}

	/** A service whose tasks are numbered, as the same order may be placed several times. */
	const numbering = (intervene: () => unknown = () => undefined) => {
		let last = 0;
		return creator(async ({ purpose }) => {
			if (purpose !== 'create') return undefined;
			const special = await intervene();
			return special ?? { data: { task_id: `task-${++last}`, status: 'CREATED', generated: [] } };
		});
	};

	const round = async (
		api: Api,
		parts: { journal: Journal; context: IContextObject; index: number },
	) => {
		const ledger = openLedger(parts.context, parts.index);
		const [placed] = await placeOrders(run(api, { ledger, journal: parts.journal }), [
			submission(0),
		]);
		return placed;
	};

	it('takes up the task of each round of a loop that ordered the very same, and orders the rest', async () => {
		const journal = notebook();
		const { api, count } = numbering();
		const before: IContextObject = {};
		for (const index of [0, 1]) await round(api, { journal, context: before, index });
		expect(count('create')).toBe(2);
		const after: IContextObject = {};
		const ids = [];
		for (const index of [0, 1, 2])
			ids.push(idOf(await round(api, { journal, context: after, index })));
		expect(ids).toEqual(['task-1', 'task-2', 'task-3']);
		expect(count('create')).toBe(3);
	});

	it('does not send an order of the second round again whose answer was never written down', async () => {
		const journal = notebook();
		const { api, count } = numbering();
		await round(api, { journal, context: {}, index: 0 });
		await journal.begin({ ...(await firstOrder()), round: 1 });
		const after: IContextObject = {};
		expect(idOf(await round(api, { journal, context: after, index: 0 }))).toBe('task-1');
		expect(failureOf(await round(api, { journal, context: after, index: 1 }))).toMatchObject({
			message: 'An earlier try of this item may have created its video',
		});
		expect(count('create')).toBe(1);
	});

	/** What the journal is told about the order of `round`. */
	async function firstOrder(): Promise<Order> {
		const told: Order[] = [];
		const listener: Journal = {
			begin: async (order) => (told.push(order), 'nothing'),
			finish: async () => {},
		};
		await round(numbering().api, { journal: listener, context: {}, index: 0 });
		return told[0]!;
	}

	it('is not asked about an order that this very execution knows of', async () => {
		const journal = notebook();
		const context: IContextObject = {};
		let refuse = true;
		const { api, count } = numbering(() => {
			if (refuse) throw answered(402, { message: 'Payment required' });
		});
		expect(failureOf(await round(api, { journal, context, index: 0 }))).toBeDefined();
		refuse = false;
		expect(idOf(await round(api, { journal, context, index: 0 }))).toBe('task-1');
		expect([journal.asked, count('create')]).toEqual([1, 2]);
	});
});
