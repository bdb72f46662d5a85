import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

import type { ExecutionView } from '../../../sandbox/n8n/execution';
import { itemsOf } from '../../../sandbox/n8n/execution';
import { n8nFacts } from '../../n8nFacts';
import { between } from '../support/workflows/insertNode';
import { createdFor } from '../support/assertions/created';
import { node } from '../support/workflows/node';
import { taskFromItem } from '../support/workflows/itemParameters';
import type { PublishedWorkflow } from '../support/testServer/testServer';
import { useOwnServer } from '../support/testServer/useTestServer';
import {
	webhooksHandled,
	expectNoSecrets,
	jsonsOf,
	traffic,
	until,
} from '../support/assertions/watching';
import type { NamedImage, OnError } from '../support/workflows/workflow';
import { createAndWait, HAPPY_HORSE, imagesOf, workflowWith } from '../support/workflows/workflow';

const testServer = useOwnServer();

afterEach(async () => {
	await webhooksHandled(testServer.sandbox.control);
});

const RETRY = { retryOnFail: true, maxTries: 3, waitBetweenTries: 300 };

const REJECTED = { response: { status: 400, body: { message: 'Not this one' } } };

const batchOf = (batch: string, amount: number) =>
	imagesOf(testServer.sandbox.url, { batch, amount });

const created = async (items: readonly NamedImage[]) =>
	await createdFor(testServer.sandbox.control, items);

const idsOf = (execution: ExecutionView) => jsonsOf(execution).map(({ task_id }) => task_id);

async function retried(id: string): Promise<ExecutionView> {
	const { client } = testServer.n8n;
	return await client.waitForExecution(await client.retryExecution(id), { timeoutMs: 90_000 });
}

const ONCE = (items: readonly unknown[]) => items.map(() => 1);

/** Fields whose expressions give another value each time they are evaluated, next to one that does not. */
const VALUES: Record<string, Record<string, unknown>> = {
	constant: {},
	'random seed': { options: { seed: '={{ Math.floor(Math.random() * 1e6) }}' } },
	'$now in the prompt': { prompt: '={{ $json.name }} at {{ $now.toMillis() }}' },
	'new URL each time': { imageUrl: "={{ $json.image + '&t=' + $now.toMillis() }}" },
	'signed URL': {
		imageUrl:
			"={{ $json.image + '&X-Amz-Date=' + $now.toMillis() + '&X-Amz-Signature=' + Math.random() }}",
	},
	'earlier node with a random value': { prompt: '={{ $json.text }}' },
};

const WAITING: Record<string, Record<string, unknown>> = {
	create: { operation: 'create', callback: 'none' },
	webhook: { waitUsing: 'webhook', downloadVideo: false },
	polling: { waitUsing: 'polling', downloadVideo: false },
};

/** Adds a text that differs each time the node runs. */
const textNode = () =>
	node('Text', 'n8n-nodes-base.set', {
		typeVersion: 3.4,
		parameters: {
			mode: 'raw',
			jsonOutput: "={{ { ...$json, text: $json.name + ' ' + Math.random() } }}",
			options: {},
		},
	});

async function publish(
	parameters: Record<string, unknown>,
	{ onError, settings = {} }: { onError?: OnError; settings?: Record<string, unknown> } = {},
): Promise<PublishedWorkflow> {
	const { credential } = testServer;
	const { options = {}, ...fields } = parameters;
	const workflow = workflowWith({
		credential,
		settings,
		...(onError ? { onError } : {}),
		parameters: createAndWait({ ...fields, options: { pollInterval: 5, ...(options as object) } }),
	});
	return await testServer.publish(between(workflow, textNode()));
}

describe('A row is paid for once, whatever its expressions give the next time', () => {
	// The third row is rejected by all tries of the execution and by the first one of its retry.
	it.each(Object.keys(WAITING))('Retry On Fail and Retry, by %s', async (operation) => {
		const { control } = testServer.sandbox;
		const runs = Object.keys(VALUES).flatMap((value, index) =>
			[1, 7].map((size) => {
				const items = batchOf(`${index}of${size}`, size);
				return { value, items, rejected: items[Math.min(2, size - 1)]! };
			}),
		);
		await control.rules(
			...runs.map(({ rejected }) => ({
				...{ on: 'create' as const, where: { imageUrl: rejected.image } },
				...{ times: RETRY.maxTries + 1, do: REJECTED },
			})),
		);
		await Promise.all(
			Object.entries(VALUES).map(async ([value, fields]) => {
				const workflow = await publish({ ...WAITING[operation], ...fields }, { settings: RETRY });
				const failed: ExecutionView[] = [];
				for (const run of runs) if (run.value === value) failed.push(await workflow.run(run.items));
				expect([value, ...failed.map(({ status }) => status)]).toEqual([value, 'error', 'error']);
				for (const { error } of failed) expect(error?.message).toContain('Not this one');
				const done = await Promise.all(failed.map(async ({ id }) => await retried(id)));
				expect([value, ...done.map(({ status }) => status)]).toEqual([
					...[value, 'success', 'success'],
				]);
				expect(done.map((execution) => new Set(idsOf(execution)).size)).toEqual([1, 7]);
			}),
		);
		const { posts } = await control.state();
		for (const { value, items, rejected } of runs) {
			expect([value, await created(items)]).toEqual([value, ONCE(items)]);
			const sent = posts.filter(({ imageUrl }) => imageUrl?.startsWith(rejected.image));
			expect([value, sent.length]).toEqual([value, RETRY.maxTries + 2]);
		}
	});
});

describe('Retry of one failed execution, more than once', () => {
	const rejectOnce = async (items: readonly NamedImage[]) =>
		await testServer.sandbox.control.rules({
			...{ on: 'create', where: { imageUrl: items[2]!.image } },
			...{ times: 1, do: REJECTED },
		});

	it.each(Object.keys(WAITING))('takes up what the first one created, by %s', async (operation) => {
		const items = batchOf('twice', 7);
		await rejectOnce(items);
		const workflow = await publish({ ...WAITING[operation], ...VALUES['random seed'] });
		const failed = await workflow.run(items);
		expect(failed.status).toBe('error');
		const first = await retried(failed.id);
		const second = await retried(failed.id);
		expect([first.status, second.status]).toEqual(['success', 'success']);
		expect(idsOf(second)).toEqual(idsOf(first));
		expect(await created(items)).toEqual(ONCE(items));
	});

	it.each(['create', 'polling'])(
		'creates each row once when two run at once, by %s',
		async (operation) => {
			const { client } = testServer.n8n;
			const { control } = testServer.sandbox;
			const items = batchOf('together', 7);
			await rejectOnce(items);
			const workflow = await publish({ ...WAITING[operation], ...VALUES['$now in the prompt'] });
			const failed = await workflow.run(items);
			expect(failed.status).toBe('error');
			await control.rules({ on: 'create', do: { delayMs: 500 } });
			await Promise.all([client.retryExecution(failed.id), client.retryExecution(failed.id)]);
			const retries = (await client.executions({ workflowId: workflow.id })).filter(
				({ retryOf }) => String(retryOf) === failed.id,
			);
			expect(retries).toHaveLength(2);
			const [one, two] = await Promise.all(
				retries.map(async ({ id }) => await client.waitForExecution(id)),
			);
			expect([one?.status, two?.status]).toEqual(['success', 'success']);
			expect(idsOf(one!)).toEqual(idsOf(two!));
			expect(await created(items)).toEqual(ONCE(items));
			expectNoSecrets(testServer, one!);
		},
	);

	it('creates a failed task once more for each Retry, and never for Retry On Fail', async () => {
		const { client } = testServer.n8n;
		const { control } = testServer.sandbox;
		const items = batchOf('unlucky', 3);
		await control.rules(
			{
				...{ on: 'create', where: { imageUrl: items[0]!.image } },
				do: { outcome: 'FAILED', seconds: 1 },
			},
			{
				...{ on: 'create', where: { imageUrl: items[2]!.image } },
				...{ times: RETRY.maxTries, do: REJECTED },
			},
		);
		const workflow = await publish(WAITING.create!, { settings: RETRY });
		const failed = await workflow.run(items);
		expect(failed.status).toBe('error');
		expect(await created(items)).toEqual([1, 1, 0]);
		expect((await retried(failed.id)).status).toBe('success');
		expect(await created(items)).toEqual([2, 1, 1]);
		expect((await retried(failed.id)).status).toBe('success');
		expect(await created(items)).toEqual([3, 1, 1]);
		await Promise.all([client.retryExecution(failed.id), client.retryExecution(failed.id)]);
		const [failing, ...others] = await created(items);
		expect(failing).toBeGreaterThan(3);
		expect(failing).toBeLessThanOrEqual(5);
		expect(others).toEqual([1, 1]);
	});
});

describe('Retry On Fail with an error output, after waiting', () => {
	const ERROR_OUTPUT = { onError: 'continueErrorOutput', settings: RETRY } as const;

	/** From its first node to its end. */
	const secondsOf = ({ startedAt, stoppedAt }: ExecutionView) =>
		(Number(stoppedAt) - Number(startedAt)) / 1000;

	// One wait of six seconds, and n8n's pauses between its tries.
	const ONE_WAIT = { least: 5, most: 6 + 7 };

	function expectOneWait(execution: ExecutionView) {
		expect(execution.status).toBe('success');
		expect(secondsOf(execution)).toBeGreaterThan(ONE_WAIT.least);
		expect(secondsOf(execution)).toBeLessThan(ONE_WAIT.most);
	}

	it('neither creates nor waits again for a first item that failed or was too late', async () => {
		const { control } = testServer.sandbox;
		const [failing, late] = [batchOf('failing', 3), batchOf('late', 3)];
		await control.rules(
			{ on: 'create', where: { imageUrl: failing[0]!.image }, do: { outcome: 'FAILED' } },
			{ on: 'create', where: { imageUrl: late[0]!.image }, do: { hold: true } },
		);
		const polling = { ...WAITING.polling, maxWait: 0.1 };
		const [one, two] = await Promise.all([
			publish(polling, ERROR_OUTPUT).then(async (made) => await made.run(failing)),
			publish(polling, ERROR_OUTPUT).then(async (made) => await made.run(late)),
		]);
		for (const [execution, items] of [[one, failing] as const, [two, late] as const]) {
			expectOneWait(execution);
			expect(await created(items)).toEqual([1, 1, 1]);
			expect(itemsOf(execution, HAPPY_HORSE)).toHaveLength(2);
			expect(itemsOf(execution, HAPPY_HORSE, { output: 1 })).toHaveLength(1);
		}
		const { creates } = await traffic(control);
		expect(creates).toBe(6);
	});

	it('neither waits nor polls for such an item in the operation Wait', async () => {
		const { control } = testServer.sandbox;
		const seed = async (status: 'CREATED' | 'FAILED' | 'COMPLETED') =>
			(await control.seedTasks({ count: 1, status }))[0]!;
		const [late, failed, done] = [
			await seed('CREATED'),
			await seed('FAILED'),
			await seed('COMPLETED'),
		];
		const parameters = taskFromItem('wait', {
			...{ downloadVideo: false, maxWait: 0.1, options: { pollInterval: 5 } },
		});
		const workflow = await testServer.publishNode({ parameters, ...ERROR_OUTPUT });
		const item = (task_id: string) => ({ name: task_id, task_id, model: 'happy-horse-1' });
		const begin = Date.now();
		const failing = await workflow.run([item(failed), item(done)]);
		const failingMs = Date.now() - begin;
		const reads = (await traffic(control)).read.filter((id) => id === failed);
		const tooLate = await workflow.run([item(late), item(done)]);
		expectOneWait(tooLate);
		expect(failing.status).toBe('success');
		expect(failingMs).toBeLessThan(5000);
		expect(reads.length).toBeLessThanOrEqual(1);
		for (const execution of [failing, tooLate]) {
			expect(itemsOf(execution, HAPPY_HORSE).map(({ json }) => json.task_id)).toEqual([done]);
			expect(itemsOf(execution, HAPPY_HORSE, { output: 1 })).toHaveLength(1);
		}
	});
});

describe('Retry after a crash, with rows that moved', () => {
	const SLOW_MS = 600;

	/** Enough that a busy computer does not get through all of them before it kills n8n. */
	const MANY = 12;

	const rows: Record<string, NamedImage[]> = {};
	const source = createServer((request, response) => {
		const { pathname } = new URL(request.url ?? '/', 'http://127.0.0.1');
		response.writeHead(200, { 'content-type': 'application/json' });
		response.end(JSON.stringify({ rows: rows[pathname.slice(1)] ?? [] }));
	});

	beforeAll(async () => {
		source.listen(0, '127.0.0.1');
		await once(source, 'listening');
	});

	afterAll(() => {
		source.closeAllConnections();
		source.close();
	});

	/** Takes its rows from the source, not from what started it. */
	async function publishRows(name: string, fields: Record<string, unknown>) {
		const { credential } = testServer;
		const { port } = source.address() as AddressInfo;
		const { options = {}, ...others } = fields;
		const workflow = workflowWith({
			credential,
			onError: 'continueRegularOutput',
			parameters: createAndWait({
				...{ operation: 'create', callback: 'none', ...others },
				options: { maxConcurrency: 1, ...(options as object) },
			}),
		});
		const request = node('Items', 'n8n-nodes-base.httpRequest', {
			typeVersion: 4.2,
			parameters: { url: `http://127.0.0.1:${port}/${name}`, options: {} },
		});
		const split = node('Rows', 'n8n-nodes-base.splitOut', {
			typeVersion: 1,
			parameters: { fieldToSplitOut: 'rows', options: {} },
		});
		const nodes = workflow.nodes.filter((each) => each.name !== 'Items');
		return await testServer.publish(between({ ...workflow, nodes: [...nodes, request] }, split));
	}

	it('pays for the new row, and for none again that was paid for', async () => {
		const { n8n, sandbox } = testServer;
		const { control } = sandbox;
		await control.rules({ on: 'create', where: { imageUrl: 'moved' }, do: { delayMs: SLOW_MS } });
		const kinds = { 'moved-constant': VALUES.constant!, 'moved-random': VALUES['random seed']! };
		const started = await Promise.all(
			Object.entries(kinds).map(async ([name, fields]) => {
				const first = batchOf(name, MANY);
				// Two equal rows are two videos.
				rows[name] = [first[0]!, ...first];
				const workflow = await publishRows(name, fields);
				return { name, first, id: await workflow.start([]) };
			}),
		);
		const sumOf = async (items: readonly NamedImage[]) =>
			(await created(items)).reduce((total, each) => total + each, 0);
		await until('four of each are created', async () => {
			const sums = await Promise.all(started.map(async ({ first }) => await sumOf(first)));
			return sums.every((sum) => sum >= 4);
		});
		await n8n.kill9();
		await n8n.restart();
		// A request that was under way is processed all the same.
		await sleep(2 * SLOW_MS);
		await control.clearRules();
		const expectOnce = async ({ name, first, id }: (typeof started)[number]) => {
			const before = await created(first);
			expect(before.slice(0, 3)).toEqual([2, 1, 1]);
			expect(before.at(-1)).toBe(0);
			const [added] = batchOf(`${name}-new`, 1);
			rows[name] = [added!, ...rows[name]!];
			await n8n.client.waitForExecution(id, { until: ['crashed'] });
			const done = await retried(id);
			expect(done.status).toBe('success');
			// n8n may keep the run that crashed before the new one.
			const run = done.runData[HAPPY_HORSE]!.length - 1;
			const out = itemsOf(done, HAPPY_HORSE, { run }).map(({ json }) => json);
			expect(out).toHaveLength(MANY + 2);
			expect(await created([added!])).toEqual([1]);
			const after = await created(first);
			if (n8nFacts.createsAgainAfterCrash > 0) {
				expect(after).toEqual(before.map((times, index) => times + (index === 0 ? 2 : 1)));
				return;
			}
			// The kill fell before or after the last request had left: the retry cannot know, and sends nothing.
			const unsure = out.filter(({ error }) => /may have created/.test(String(error)));
			expect(unsure.length).toBeLessThanOrEqual(1);
			expect(after.reduce((total, each) => total + each, 0)).toBeLessThanOrEqual(MANY + 1);
			expect(after.slice(0, 3)).toEqual([2, 1, 1]);
			expect(Math.max(...after.slice(1))).toBe(1);
			expect(after.filter((times) => times === 0).length).toBeLessThanOrEqual(unsure.length);
			const ids = out.flatMap(({ task_id }) => (task_id === undefined ? [] : [task_id]));
			expect(new Set(ids).size).toBe(MANY + 2 - unsure.length);
		};
		await Promise.all(started.map(expectOnce));
	});
});
