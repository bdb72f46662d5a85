import type { IDataObject } from 'n8n-workflow';
import { sleep } from 'n8n-workflow';

import { createAndWait } from '../../../nodes/HappyHorse/operations/createAndWait';
import { suspensionIn } from '../../../nodes/HappyHorse/waiting/storedSuspension';
import type { FakeRequest, Setup } from '../support/fakeExecution';
import {
	createParameters,
	fakeExecution,
	ownTime,
	settle,
	thrownBy,
} from '../support/fakeExecution';
import { FakeVendor, json, MP4 } from '../support/fakeVendor';
import { videoAt } from '../support/scriptedApi';

/** What the node keeps of a run that has claimed nothing. */
const NOTHING_PAID = { paid_requests: { states: {}, named: {}, counts: {} } };

beforeEach(ownTime);
afterEach(() => jest.useRealTimers());

const RESUME = 'https://n8n.example.com/webhook-waiting/1?signature=abc';

function setup(changes: IDataObject, count = 3, more: Setup = {}) {
	const vendor = new FakeVendor();
	const parameters = Array.from({ length: count }, (_, item) => ({
		...createParameters,
		prompt: `p${item}`,
		...changes,
	}));
	const items = parameters.map(() => ({ json: {} }));
	const fake = fakeExecution({
		items,
		parameters,
		respond: (request) => vendor.respond(request),
		resumeUrl: RESUME,
		...more,
	});
	const gets = () =>
		fake.requests.filter(({ method, url }) => method === 'GET' && url.includes('/v1/'));
	return { ...fake, vendor, gets, items };
}

describe('polling', () => {
	it('starts each video once, polls with one list a round, and gives all in order', async () => {
		const { context, vendor, posts, gets } = setup({ downloadVideo: true });
		let lists = 0;
		vendor.onRead = () => {
			if (++lists === 2) vendor.finishAll();
		};
		const results = await settle(createAndWait.execute(context));
		expect(results.map(({ json: { task_id, video_url } }) => [task_id, video_url])).toEqual(
			[0, 1, 2].map((item) => [`task-${item}`, videoAt(`task-${item}`)]),
		);
		expect(results[1]?.binary?.data).toMatchObject({
			data: MP4.toString('base64'),
			fileName: 'happy-horse-task-1.mp4',
		});
		expect(posts()).toHaveLength(3);
		expect(posts().every(({ body }) => !('webhook_url' in (body as IDataObject)))).toBe(true);
		expect(gets()).toHaveLength(2 + 3);
	});

	it('lets a failed video be an item', async () => {
		const { context, vendor } = setup({}, 2);
		vendor.onRead = () => {
			vendor.tasks.get('task-0')!.status = 'FAILED';
			vendor.tasks.get('task-1')!.status = 'COMPLETED';
		};
		const results = await settle(createAndWait.execute(context));
		expect(results.map(({ json: { status } }) => status)).toEqual(['FAILED', 'COMPLETED']);
		expect(results.every((item) => !('error' in item.json))).toBe(true);
	});

	it('sends it to the error output where there is one', async () => {
		const { context, vendor } = setup({}, 1, { onError: 'continueErrorOutput' });
		vendor.onRead = () => vendor.finishAll('FAILED');
		const [item] = await settle(createAndWait.execute(context));
		expect(item?.json).toMatchObject({
			error: expect.any(String) as string,
			details: { task_id: 'task-0', status: 'FAILED' },
		});
	});

	it('ends at the limit with what is unfinished marked', async () => {
		const { context } = setup({ maxWait: 1 }, 2);
		const results = await settle(createAndWait.execute(context), 120_000);
		expect(results).toMatchObject([
			{ json: { task_id: 'task-0', timed_out: true } },
			{ json: { task_id: 'task-1', timed_out: true } },
		]);
	});

	it('loses no ID when the task cannot be read', async () => {
		const { context, vendor } = setup({ maxWait: 1 }, 1);
		vendor.intervene = ({ method, credential }) =>
			method === 'GET' && credential ? json(404, { message: 'Not found' }) : undefined;
		const [item] = await settle(createAndWait.execute(context));
		expect(item?.json).toMatchObject({ task_id: 'task-0', status: 'CREATED', timed_out: true });
	});

	it('names the tasks when the key is withdrawn while waiting', async () => {
		const { context, vendor } = setup({}, 2);
		vendor.intervene = ({ method }) =>
			method === 'GET' ? json(401, { message: 'Invalid API key' }) : undefined;
		const error = await settle(thrownBy(createAndWait.execute(context)));
		expect(error.message).toContain('API key');
		expect(error.description).toContain('Already created (2): task-0, task-1.');
	});

	it('names the task in each item then, where the node continues on errors', async () => {
		const { context, vendor } = setup({}, 2, { continueOnFail: true });
		vendor.intervene = ({ method }) =>
			method === 'GET' ? json(401, { message: 'Invalid API key' }) : undefined;
		const results = await settle(createAndWait.execute(context));
		expect(results.map(({ json: { message } }) => message)).toEqual([
			expect.stringContaining('task-0'),
			expect.stringContaining('task-1'),
		]);
	});

	it('names the tasks when it is cancelled', async () => {
		const stop = new AbortController();
		const { context, vendor } = setup({}, 2, { signal: stop.signal });
		vendor.onRead = () => stop.abort();
		const error = await settle(thrownBy(createAndWait.execute(context)));
		expect(error.message).toContain('canceled');
		expect(error.description).toContain('task-0, task-1');
	});

	it.each<[string, IDataObject, Setup]>([
		[
			'n8n is not reachable',
			{ waitUsing: 'auto' },
			{ resumeUrl: 'http://localhost:5678/webhook-waiting/1?signature=abc' },
		],
		[
			'an agent uses the node',
			{ waitUsing: 'auto' },
			{ nodeType: 'n8n-nodes-happy-horse.happyHorseTool' },
		],
	])('is chosen when %s', async (_, changes, more) => {
		const { context, vendor, waits } = setup(changes, 1, more);
		vendor.onRead = () => vendor.finishAll();
		await settle(createAndWait.execute(context));
		expect(waits).toEqual([]);
		// No webhook is requested: without this, a wait that ends at once would look the same.
		const creates = [...vendor.tasks.values()].map(({ request }) => request);
		expect(creates.map((create) => 'webhook_url' in create)).toEqual([false]);
	});
});

it('says why it polled, and only when the user had not chosen it', async () => {
	const local = { resumeUrl: 'http://localhost:5678/webhook-waiting/1?signature=abc' };
	const automatic = setup({ waitUsing: 'auto' }, 1, local);
	automatic.vendor.onRead = () => automatic.vendor.finishAll();
	await settle(createAndWait.execute(automatic.context));
	expect(automatic.hints).toMatchObject([
		{ message: expect.stringContaining('N8N_WEBHOOK_URL') as string },
	]);
	const chosen = setup({ waitUsing: 'polling' }, 1, local);
	chosen.vendor.onRead = () => chosen.vendor.finishAll();
	await settle(createAndWait.execute(chosen.context));
	expect(chosen.hints).toEqual([]);
});

it('polls by itself in a sub-workflow that may run once for each item, and says why', async () => {
	const sub = {
		before: [{ name: 'W', type: 'n8n-nodes-base.executeWorkflowTrigger' }],
		expressions: { '{{ $("W").isExecuted && $("W").all().length === 1 }}': true },
	};
	const automatic = setup({ waitUsing: 'auto' }, 1, sub);
	automatic.vendor.onRead = () => automatic.vendor.finishAll();
	await settle(createAndWait.execute(automatic.context));
	expect(automatic.waits).toEqual([]);
	expect(automatic.hints).toMatchObject([
		{ message: expect.stringContaining('Another workflow started this one') as string },
	]);
	const chosen = setup({ waitUsing: 'webhook' }, 1, sub);
	await settle(createAndWait.execute(chosen.context));
	expect(chosen.waits).toHaveLength(1);
});

describe('waiting for webhooks', () => {
	const webhook = { waitUsing: 'auto', maxWait: 30 };

	it('gives each task a callback URL of its own, looks once, and suspends last', async () => {
		const { context, posts, steps, waits, nodeContext, executeData, items } = setup(webhook);
		const start = Date.now();
		const results = await settle(createAndWait.execute(context));
		const callbackUrls = posts().map(({ body }) => (body as IDataObject).webhook_url);
		expect(callbackUrls).toEqual(
			[0, 1, 2].map(
				(item) =>
					`https://n8n.example.com/webhook-waiting/1/happy-horse?signature=abc&ref=0.${item}`,
			),
		);
		const creates = Array<string>(3).fill('POST /v1/ai/image-to-video/happy-horse-1');
		expect(steps).toEqual([
			'GET /a.jpg',
			...creates,
			'GET /v1/ai/image-to-video/happy-horse-1',
			'putExecutionToWait',
		]);
		// n8n's timer is a net for what no webhook has continued by then.
		expect(waits[0]!.getTime() - start).toBe(30 * 60_000 + 90_000);
		expect(results.every(({ json: { timed_out } }) => timed_out === false)).toBe(true);
		expect(executeData.data.main).toEqual([
			results.map((item) => ({ ...item, json: { ...item.json, timed_out: true } })),
		]);
		expect(items).toEqual([{ json: {} }, { json: {} }, { json: {} }]);
		expect(suspensionIn(nodeContext.suspension)).toMatchObject({
			run: 0,
			endsAt: start + 30 * 60_000,
			finalBefore: [],
			places: [{ awaits: { taskId: 'task-0' } }, {}, {}],
		});
	});

	/** What n8n sends to itself in the minute after a run whose create requests take so long. */
	async function sentAfter(createMs: number, signal?: AbortSignal) {
		const vendor = new FakeVendor();
		const respond = async (request: FakeRequest) => {
			if (new URL(request.url).hostname === 'n8n.example.com') return json(200, {});
			if (request.method === 'POST') await sleep(createMs);
			return vendor.respond(request);
		};
		const run = setup(webhook, 3, { respond, ...(signal ? { signal } : {}) });
		await settle(createAndWait.execute(run.context));
		const own = () => run.requests.filter(({ url }) => url.startsWith('https://n8n.example.com'));
		return { ...run, own };
	}

	it('R1: has the tasks looked at once more after it was suspended, where creating took long', async () => {
		const { own, steps, requests } = await sentAfter(25_000);
		expect(steps.at(-1)).toBe('putExecutionToWait');
		await jest.advanceTimersByTimeAsync(8000);
		expect(own()).toEqual([]);
		await jest.advanceTimersByTimeAsync(60_000);
		expect(own()).toMatchObject([
			{
				method: 'POST',
				url: 'https://n8n.example.com/webhook-waiting/1/happy-horse?signature=abc&ref=0.poll',
				headers: { 'x-happy-horse-check': expect.stringMatching(/^poll /) as string },
			},
		]);
		// It is n8n that looks.
		expect(requests.at(-1)).toBe(own()[0]);
	});

	it('has nothing looked at where creating was quick', async () => {
		const { own, waits } = await sentAfter(3000);
		await jest.advanceTimersByTimeAsync(60_000);
		expect([waits.length, own()]).toEqual([1, []]);
	});

	it('has nothing looked at when it is canceled before', async () => {
		const stop = new AbortController();
		const { own, waits } = await sentAfter(25_000, stop.signal);
		stop.abort();
		await jest.advanceTimersByTimeAsync(60_000);
		expect([waits.length, own()]).toEqual([1, []]);
	});

	it('does not suspend when all is finished already', async () => {
		const { context, vendor, waits } = setup(webhook);
		vendor.onRead = () => vendor.finishAll();
		const results = await settle(createAndWait.execute(context));
		expect(waits).toEqual([]);
		expect(results.map(({ json: { status } }) => status)).toEqual([
			'COMPLETED',
			'COMPLETED',
			'COMPLETED',
		]);
	});

	it.each([1, 10])(
		'polls on while the API cannot respond, and then suspends: %i minutes',
		async (minutes) => {
			const { context, vendor, waits } = setup(webhook);
			const start = Date.now();
			vendor.intervene = ({ url }) => {
				const isDown = Date.now() < start + minutes * 60_000 && url.includes('api.magnific.com');
				return isDown && vendor.tasks.size === 3 ? json(500, {}) : undefined;
			};
			await settle(createAndWait.execute(context));
			// Looking is a part of the wait.
			expect(waits.map((until) => until.getTime() - start)).toEqual([30 * 60_000 + 90_000]);
			expect(Date.now() - start).toBeLessThan((minutes + 1.5) * 60_000);
		},
	);

	it('waits no longer than Max Wait for an API that never responds', async () => {
		const { context, vendor, waits } = setup(webhook);
		const start = Date.now();
		vendor.intervene = ({ method }) => (method === 'GET' ? json(500, {}) : undefined);
		const results = await settle(createAndWait.execute(context));
		expect(waits).toEqual([]);
		expect(results.map(({ json: { timed_out } }) => timed_out)).toEqual([true, true, true]);
		expect(Date.now() - start).toBeLessThan(31.5 * 60_000);
	});

	it('does not suspend when no item has a task', async () => {
		const { context, vendor, waits, gets } = setup(webhook, 2, { continueOnFail: true });
		vendor.intervene = () => json(400, { message: 'no' });
		const results = await settle(createAndWait.execute(context));
		expect(results.every(({ json: { error } }) => typeof error === 'string')).toBe(true);
		expect([waits, gets()]).toEqual([[], []]);
	});

	it('polls for tasks whose webhooks go to an earlier execution', async () => {
		const nodeContext = {};
		const first = setup(webhook, 2, { nodeContext });
		await settle(createAndWait.execute(first.context));
		const second = setup(webhook, 2, {
			nodeContext,
			executionId: '2',
			respond: (request) => first.vendor.respond(request),
		});
		first.vendor.onRead = () => first.vendor.finishAll();
		const results = await settle(createAndWait.execute(second.context));
		expect(second.waits).toEqual([]);
		expect(second.posts()).toEqual([]);
		expect(results).toMatchObject([
			{ json: { status: 'COMPLETED' } },
			{ json: { status: 'COMPLETED' } },
		]);
	});

	it('takes up its own tasks and suspends again when n8n tries the node once more', async () => {
		const nodeContext = {};
		const first = setup(webhook, 2, { nodeContext });
		await settle(createAndWait.execute(first.context));
		const second = setup(webhook, 2, {
			nodeContext,
			respond: (request) => first.vendor.respond(request),
		});
		await settle(createAndWait.execute(second.context));
		expect([second.waits.length, second.posts()]).toEqual([1, []]);
	});

	it('is a validation error before anything is charged where the provider cannot send webhooks', async () => {
		const { context, requests } = setup({ waitUsing: 'webhook' }, 1, {
			resumeUrl: 'http://localhost:5678/w/1',
		});
		expect((await settle(thrownBy(createAndWait.execute(context)))).message).toContain(
			'cannot reach this n8n',
		);
		expect(requests).toEqual([]);
	});
});

it.each<IDataObject>([
	{ maxWait: 0 },
	{ waitUsing: 'hope' },
	{ downloadVideo: 'perhaps' },
	{ downloadVideo: true, outputBinaryPropertyName: '' },
	{ options: { pollInterval: 1 } },
	{ options: { maxDownloadSize: 0 } },
	{ options: { maxConcurrency: 99 } },
	{ options: { dryRun: 'perhaps' } },
])('sends nothing with %p', async (changes) => {
	const { context, toApi } = setup(changes);
	await settle(thrownBy(createAndWait.execute(context)));
	expect(toApi()).toEqual([]);
});

it('sends nothing in a dry run', async () => {
	const { context, toApi, waits, nodeContext } = setup({
		options: { dryRun: true },
		waitUsing: 'auto',
	});
	const results = await settle(createAndWait.execute(context));
	expect(results[0]?.json).toMatchObject({
		dry_run: true,
		request: { webhook_url: 'https://n8n.example.com/webhook-waiting/1/happy-horse' },
	});
	expect([toApi(), waits]).toEqual([[], []]);
	expect(nodeContext).toEqual(NOTHING_PAID);
});

describe('the retry of an execution that was stopped while it waited', () => {
	/** What n8n gives to the node then: the input that was replaced, and its context. */
	async function stopped(count = 3, more: Setup = {}) {
		const first = setup({ waitUsing: 'auto' }, count, more);
		await settle(createAndWait.execute(first.context));
		expect(first.waits).toHaveLength(1);
		const [items] = structuredClone(first.executeData.data.main);
		return {
			vendor: first.vendor,
			retry: {
				items: items!,
				nodeContext: structuredClone(first.nodeContext),
				executionId: '2',
				respond: first.vendor.respond.bind(first.vendor),
			},
		};
	}

	/** Expressions that read the original item find nothing in the input that was replaced. */
	const blank: IDataObject = { waitUsing: 'auto', prompt: '', imageUrl: '' };

	it('pays nothing, polls, and gives all videos in order', async () => {
		const { vendor, retry } = await stopped();
		vendor.finishAll();
		const second = setup(blank, 3, retry);
		const results = await settle(createAndWait.execute(second.context));
		expect(results.map(({ json }) => [json.task_id, json.status, json.timed_out])).toEqual(
			[0, 1, 2].map((item) => [`task-${item}`, 'COMPLETED', false]),
		);
		expect(results.map(({ pairedItem }) => pairedItem)).toEqual(
			[0, 1, 2].map((item) => ({ item })),
		);
		expect([second.posts(), second.looks(), second.waits]).toEqual([[], [], []]);
		expect(vendor.tasks.size).toBe(3);
	});

	it('keeps the video output and the metadata that were requested', async () => {
		const first = setup(
			{
				waitUsing: 'auto',
				downloadVideo: true,
				outputBinaryPropertyName: 'clip',
				options: { metadata: { row: 7 } },
			},
			1,
		);
		await settle(createAndWait.execute(first.context));
		first.vendor.finishAll();
		const second = setup(blank, 1, {
			items: structuredClone(first.executeData.data.main[0]!),
			nodeContext: structuredClone(first.nodeContext),
			respond: first.vendor.respond.bind(first.vendor),
		});
		const [item] = await settle(createAndWait.execute(second.context));
		expect(item).toMatchObject({
			json: { metadata: { row: 7 } },
			binary: { clip: { data: MP4.toString('base64') } },
		});
		expect(second.posts()).toEqual([]);
	});

	it('gives what is still unfinished at the limit with its ID', async () => {
		const { retry } = await stopped(2);
		const second = setup({ ...blank, maxWait: 1 }, 2, retry);
		const results = await settle(createAndWait.execute(second.context), 120_000);
		expect(results).toMatchObject([
			{ json: { task_id: 'task-0', timed_out: true } },
			{ json: { task_id: 'task-1', timed_out: true } },
		]);
		expect(second.posts()).toEqual([]);
	});

	it('names the tasks when it goes wrong again', async () => {
		const { vendor, retry } = await stopped(2);
		vendor.intervene = ({ method }) =>
			method === 'GET' ? json(401, { message: 'Invalid API key' }) : undefined;
		const second = setup(blank, 2, retry);
		const error = await settle(thrownBy(createAndWait.execute(second.context)));
		expect(error.description).toContain('task-0, task-1');
		expect(second.posts()).toEqual([]);
	});

	it('leaves an item that was rejected before waiting began as it was', async () => {
		const odd = { continueOnFail: true };
		const first = setup({ waitUsing: 'auto' }, 2, odd);
		first.vendor.intervene = ({ body }) =>
			(body as IDataObject | undefined)?.prompt === 'p1' ? json(400, { message: 'no' }) : undefined;
		await settle(createAndWait.execute(first.context));
		first.vendor.finishAll();
		const second = setup(blank, 2, {
			...odd,
			items: structuredClone(first.executeData.data.main[0]!),
			nodeContext: structuredClone(first.nodeContext),
			respond: first.vendor.respond.bind(first.vendor),
		});
		const results = await settle(createAndWait.execute(second.context));
		expect(results).toMatchObject([
			{ json: { task_id: 'task-0', status: 'COMPLETED' } },
			{ json: { error: expect.any(String) as string, details: { item: 1 } } },
		]);
		expect(second.posts()).toEqual([]);
	});

	it('creates again in the next round of a loop', async () => {
		const { vendor, retry } = await stopped(1);
		const next = setup({ waitUsing: 'auto' }, 1, { ...retry, items: [{ json: {} }], runIndex: 1 });
		await settle(createAndWait.execute(next.context));
		expect(next.posts()).toHaveLength(1);
		expect(vendor.tasks.size).toBe(2);
	});
});

describe('used by an agent', () => {
	const agent = { nodeType: 'n8n-nodes-happy-horse.happyHorseTool' };

	it('lets a rejected item be an item, so that the agent learns what was paid for', async () => {
		const { context, vendor, posts, waits } = setup({ waitUsing: 'auto' }, 3, agent);
		vendor.intervene = ({ body }) =>
			(body as IDataObject | undefined)?.prompt === 'p1' ? json(400, { message: 'no' }) : undefined;
		vendor.onRead = () => vendor.finishAll();
		const results = await settle(createAndWait.execute(context));
		expect(results.map(({ json: { task_id, error } }) => task_id ?? error)).toEqual([
			'task-0',
			expect.stringContaining('no'),
			'task-1',
		]);
		expect([posts().length, waits]).toEqual([3, []]);
	});

	it('names the task in each item when it cannot be waited for', async () => {
		const { context, vendor } = setup({}, 2, agent);
		vendor.intervene = ({ method, credential }) =>
			method === 'GET' && credential ? json(401, { message: 'x' }) : undefined;
		const results = await settle(createAndWait.execute(context));
		expect(results.map(({ json: { details } }) => details)).toMatchObject([
			{ task_id: 'task-0' },
			{ task_id: 'task-1' },
		]);
	});
});
