import { setTimeout as sleep } from 'node:timers/promises';

import type { IDataObject } from 'n8n-workflow';

import type { ExecutionView } from '../../../sandbox/n8n/execution';
import { itemsOf } from '../../../sandbox/n8n/execution';
import { n8nFacts } from '../../n8nFacts';
import type { RequestCase } from '../../unit/support/requestCases';
import { jsonsOf, until } from '../support/assertions/watching';
import { retried } from '../support/executions/retries';
import {
	endpointsOf,
	parametersFrom,
	requestOf,
	RESOURCE_CASES,
} from '../support/resources/resourceCases';
import type { NodeOnServer } from '../support/testServer/testServer';
import { useOwnServer } from '../support/testServer/useTestServer';
import { HAPPY_HORSE } from '../support/workflows/workflow';

// Tasks of all tests live next to each other: prompts tell them apart.
const testServer = useOwnServer({ reset: false });

const RETRY = { retryOnFail: true, maxTries: 2, waitBetweenTries: 300 };

const state = async () => await testServer.sandbox.control.state();

/** Items whose prompts begin with a name of their own; Create, unless other parameters say more. */
async function publish(
	theCase: RequestCase,
	names: string[],
	{
		others = {},
		...node
	}: { others?: IDataObject } & Pick<NodeOnServer, 'onError' | 'settings'> = {},
) {
	const requests = names.map((name) =>
		requestOf(theCase, testServer.sandbox.url, { prompt: `${name}.` }),
	);
	const parameters = parametersFrom(theCase, requests, others);
	const workflow = await testServer.publishNode({ parameters, ...node });
	return { workflow, items: requests.map((request, index) => ({ name: names[index], request })) };
}

const namesOf = (batch: string, amount: number) =>
	Array.from({ length: amount }, (_, index) => `${batch} ${index}`);

/** How many tasks were created, and how many requests sent, for each name. */
async function counted(names: readonly string[]) {
	const { tasks, posts } = await state();
	const of = (all: ReadonlyArray<{ prompt: string | null }>, name: string) =>
		all.filter(({ prompt }) => prompt?.startsWith(`${name}.`)).length;
	return {
		created: names.map((name) => of(tasks, name)),
		sent: names.map((name) => of(posts, name)),
	};
}

const idsOf = (execution: ExecutionView) => jsonsOf(execution).map(({ task_id }) => task_id);

const ended = async (id: string) =>
	await testServer.n8n.client.waitForExecution(id, { timeoutMs: 90_000 });

const once = (names: readonly unknown[]) => names.map(() => 1);

/** What differs each time the node runs, for each way to continue after a create request. */
const VOLATILE: Record<string, IDataObject> = {
	'create, $now in the prompt': {
		prompt: "={{ $('Items').item.json.request.prompt + ' ' + $now.toMillis() }}",
	},
	'webhook, a random seed': {
		...{ operation: 'createAndWait', waitUsing: 'webhook', maxWait: 5, downloadVideo: false },
		options: { seed: '={{ Math.floor(Math.random() * 1e9) }}' },
	},
	'polling, $now in the prompt': {
		...{ operation: 'createAndWait', waitUsing: 'polling', maxWait: 5, downloadVideo: false },
		prompt: "={{ $('Items').item.json.request.prompt + ' ' + $now.toMillis() }}",
		options: { pollInterval: 5 },
	},
};

interface Retried {
	names: string[];
	failed: ExecutionView;
	/** How many tasks there were before the first Retry. */
	before: number[];
	retries: ExecutionView[];
}

describe('Retry On Fail, Retry, and a second Retry', () => {
	const runs = new Map<string, Retried>();

	// The last item is rejected by all tries of the execution. All of them run at the same time.
	beforeAll(async () => {
		const { control } = testServer.sandbox;
		const all = RESOURCE_CASES.flatMap(([name, theCase]) =>
			Object.entries(VOLATILE).map(([way, others]) => ({ key: `${name} ${way}`, theCase, others })),
		);
		await control.rules(
			...all.map(({ key }) => ({
				...{ on: 'create' as const, where: { prompt: `${key} 2.` }, times: RETRY.maxTries },
				do: { response: { status: 400, body: { message: 'Not this one' } } },
			})),
		);
		await Promise.all(
			all.map(async ({ key, theCase, others }) => {
				const names = namesOf(key, 3);
				const { workflow, items } = await publish(theCase, names, { others, settings: RETRY });
				const failed = await workflow.run(items, 90_000);
				const before = (await counted(names)).created;
				const retries: ExecutionView[] = [];
				while (retries.length < 2) retries.push(await retried(testServer.n8n.client, failed));
				runs.set(key, { names, failed, before, retries });
			}),
		);
	});

	it.each(
		RESOURCE_CASES.flatMap(([name]) =>
			Object.keys(VOLATILE).map((way): [string, string] => [name, way]),
		),
	)('%s, %s: pay for each item once, although its fields have changed', async (name, way) => {
		const { names, failed, before, retries } = runs.get(`${name} ${way}`)!;
		expect(failed.status).toBe('error');
		expect(failed.error?.message).toContain('Not this one');
		expect(before).toEqual([1, 1, 0]);
		expect(retries.map(({ status }) => status)).toEqual(['success', 'success']);
		const [first, second] = retries.map(idsOf);
		expect(new Set(first).size).toBe(3);
		expect(second).toEqual(first);
		expect(await counted(names)).toEqual({
			created: once(names),
			sent: [1, 1, RETRY.maxTries + 1],
		});
	});
});

const KEYED: IDataObject = { options: { idempotencyKey: '={{ $json.name }}' } };

describe('An idempotency key', () => {
	it.each(RESOURCE_CASES)(
		'%s: is paid once by two executions at once, and a third one',
		async (name, theCase) => {
			const names = namesOf(`${name} keyed`, 3);
			const { workflow, items } = await publish(theCase, names, { others: KEYED });
			const [one, two] = [await workflow.start(items), await workflow.start(items)];
			const [first, second] = [await ended(one), await ended(two)];
			const third = await workflow.run(items);
			expect([first, second, third].map(({ status }) => status)).toEqual(Array(3).fill('success'));
			expect(idsOf(second)).toEqual(idsOf(first));
			expect(idsOf(third)).toEqual(idsOf(first));
			expect(jsonsOf(third).map(({ reused }) => reused)).toEqual(names.map(() => true));
			expect(await counted(names)).toEqual({ created: once(names), sent: once(names) });
		},
	);

	it.each(RESOURCE_CASES.filter(([, { resource }]) => resource.models.length > 1))(
		'%s: with the same prompt and seed is two tasks at two models',
		async (name, theCase) => {
			const { resource } = theCase;
			const prompt = `${name} at both.`;
			const requests = resource.models.map(({ value }) =>
				requestOf(theCase, testServer.sandbox.url, { prompt, model: value, options: { seed: 7 } }),
			);
			const options = { idempotencyKey: 'one key' };
			const parameters = parametersFrom(theCase, requests, { options });
			const workflow = await testServer.publishNode({ parameters });
			const run = async () => await workflow.run(requests.map((request) => ({ name, request })));
			const [first, again] = [await run(), await run()];
			expect(new Set(idsOf(first)).size).toBe(2);
			expect(idsOf(again)).toEqual(idsOf(first));
			const { tasks, posts } = await state();
			const own = tasks.filter((task) => task.prompt === prompt);
			expect(own.map(({ endpoint }) => endpoint).toSorted()).toEqual(
				endpointsOf(resource).toSorted(),
			);
			expect(posts.filter((post) => post.prompt === prompt)).toHaveLength(2);
		},
	);
});

/** Slow enough that n8n is killed in the middle of a batch. */
const SLOW_MS = 500;
const MANY = 10;

interface Batch {
	names: string[];
	/** How often each was created before n8n was killed. */
	before: number[];
	crashed: { id: string; workflowId: string };
	retry?: ExecutionView;
}

// Last of all, since nothing else can run meanwhile.
describe('n8n is killed while it creates the videos of each resource', () => {
	const batches = new Map<string, Batch>();

	beforeAll(async () => {
		const { n8n, sandbox } = testServer;
		const { control } = sandbox;
		await control.rules({ on: 'create', where: { prompt: 'killed' }, do: { delayMs: SLOW_MS } });
		for (const [name, theCase] of RESOURCE_CASES) {
			const names = namesOf(`${name} killed`, MANY);
			const others = { options: { maxConcurrency: 1 } };
			const onError = 'continueRegularOutput';
			const { workflow, items } = await publish(theCase, names, { others, onError });
			const crashed = { id: await workflow.start(items), workflowId: workflow.id };
			batches.set(name, { names, before: [], crashed });
		}
		const all = [...batches.values()];
		const isUnderWay = async ({ names }: Batch) =>
			(await counted(names)).created.filter((times) => times > 0).length >= 2;
		await until('two of each are created', async () =>
			(await Promise.all(all.map(isUnderWay))).every((is) => is),
		);
		await n8n.kill9();
		await n8n.restart();
		// A request that was under way is processed all the same.
		await sleep(2 * SLOW_MS);
		await control.clearRules();
		for (const batch of all) batch.before = (await counted(batch.names)).created;
		await Promise.all(
			all.map(async (batch) => {
				await n8n.client.waitForExecution(batch.crashed.id, { until: ['crashed'] });
				batch.retry = await retried(n8n.client, batch.crashed);
			}),
		);
	});

	it.each(RESOURCE_CASES)(
		'%s: a Retry creates those that were not, and none again',
		async (name) => {
			const { names, before, retry } = batches.get(name)!;
			const { created, sent } = await counted(names);
			expect(retry!.status).toBe('success');
			expect(before.slice(0, 2)).toEqual([1, 1]);
			if (n8nFacts.createsAgainAfterCrash > 0) {
				expect(created).toEqual(before.map((times) => times + 1));
				return;
			}
			expect([Math.max(...created), Math.max(...sent)]).toEqual([1, 1]);
			// n8n may keep the run that crashed before the new one.
			const run = retry!.runData[HAPPY_HORSE]!.length - 1;
			const out = itemsOf(retry!, HAPPY_HORSE, { run }).map(({ json }) => json);
			expect(out).toHaveLength(MANY);
			// What came of the request that was under way is not known, and it is not sent again.
			const unsure = out.filter(({ error }) => /may have created/.test(String(error)));
			expect(unsure.length).toBeLessThanOrEqual(1);
			const ids = out.flatMap(({ task_id }) => (task_id === undefined ? [] : [task_id]));
			expect(new Set(ids).size).toBe(MANY - unsure.length);
			expect(created.filter((times) => times === 0).length).toBeLessThanOrEqual(unsure.length);
		},
	);
});
