/** Executions that wait for their videos, each at an API of its own, so that many can run at the same time. */
import type {
	SandboxControl,
	SandboxRequest,
	SandboxRule,
	SandboxSettings,
	SandboxTask,
} from '../../../../sandbox/api/control';
import type { SpawnedSandbox } from '../../../../sandbox/api/spawn';
import { spawnSandboxApi } from '../../../../sandbox/api/spawn';
import type { ExecutionView } from '../../../../sandbox/n8n/execution';
import { itemsOf } from '../../../../sandbox/n8n/execution';
import type { TestServer } from '../testServer/testServer';
import { SANDBOX } from '../testServer/testServer';
import {
	arrivals,
	expectedArrivals,
	expectPaidOnce,
	servedVideo,
	storedVideo,
	suspended,
	tasksOf,
	traffic,
	until,
} from '../assertions/watching';
import type { CredentialReference, NamedImage, OnError } from '../workflows/workflow';
import { AFTER, createAndWait, HAPPY_HORSE, images } from '../workflows/workflow';

/** Of the credential: the one that webhooks are signed with, another one, or none. */
export type Secret = 'right' | 'wrong' | 'none';

export interface WaitingSetup {
	/** How many items; three unless said. */
	amount?: number;
	secret?: Secret;
	/** Of our node, besides waiting by webhook. */
	parameters?: Record<string, unknown>;
	onError?: OnError;
	/** Of the sandbox, besides sending each webhook once. */
	settings?: Partial<SandboxSettings>;
	/** Before the one that lets no task end by itself. */
	rules?: SandboxRule[];
	/** Tasks end by themselves, so that the execution may never be suspended. */
	endAtOnce?: boolean;
}

export interface WaitingRun {
	control: SandboxControl;
	items: NamedImage[];
	tasks: SandboxTask[];
	id: string;
	workflowId: string;
	startedAt: number;
}

export interface WaitingRuns {
	/** An API of its own that sends each webhook once, and a credential for it. */
	api(setup?: Pick<WaitingSetup, 'secret' | 'settings'>): Promise<OwnApi>;
	/** Resolves when the execution is suspended; where it is not, when all tasks are created. */
	start(setup?: WaitingSetup): Promise<WaitingRun>;
}

export interface OwnApi {
	sandbox: SpawnedSandbox;
	control: SandboxControl;
	credential: CredentialReference;
}

/** Where the API takes 50 requests a minute, each fifty takes another minute. */
const CREATED_WITHIN_MS = 150_000;

const SECRETS: Record<Secret, (right: string) => object> = {
	right: (webhookSecret) => ({ webhookSecret }),
	wrong: (right) => ({ webhookSecret: [...right].reverse().join('') }),
	none: () => ({}),
};

/** To be used before tests are defined; the APIs end with the file. */
export function useWaitingRuns(testServer: TestServer): WaitingRuns {
	const started: SpawnedSandbox[] = [];

	afterAll(async () => {
		await Promise.all(started.map(async (sandbox) => await sandbox.stop()));
	});

	const api: WaitingRuns['api'] = async ({ secret = 'none', settings = {} } = {}) => {
		const sandbox = await spawnSandboxApi(SANDBOX);
		started.push(sandbox);
		const { control, url, key } = sandbox;
		await control.settings({ webhookRetries: 0, ...settings });
		const credential = await testServer.addCredential({
			...{ provider: 'custom', baseUrl: url, apiKey: key },
			...SECRETS[secret](sandbox.secret),
		});
		return { sandbox, control, credential };
	};

	return {
		api,
		async start({ amount = 3, parameters = {}, onError, rules = [], ...setup } = {}) {
			const { endAtOnce = false } = setup;
			const { sandbox, control, credential } = await api(setup);
			await control.rules(...rules, { on: 'create', do: endAtOnce ? {} : { hold: true } });
			const items = images(sandbox.url, amount);
			const workflow = await testServer.publishNode({
				...(onError === undefined ? {} : { onError }),
				credential,
				parameters: createAndWait({
					waitUsing: 'webhook',
					options: { pollInterval: 5 },
					...parameters,
				}),
			});
			const startedAt = Date.now();
			const id = await workflow.start(items);
			const created = async () => (await control.state()).acceptedPosts === amount;
			await until('all tasks', created, CREATED_WITHIN_MS);
			if (parameters.waitUsing !== 'polling' && !endAtOnce) {
				expect((await suspended(testServer, id)).status).toBe('waiting');
			}
			const tasks = await tasksOf(control, items);
			return { control, items, tasks, id, workflowId: workflow.id, startedAt };
		},
	};
}

/** Finishes the tasks, and thereby sends the only webhook about each; gives the time of the last. */
export async function finish(
	{ control }: WaitingRun,
	tasks: readonly SandboxTask[],
): Promise<number> {
	for (const { taskId } of tasks) await control.advance(taskId, 'COMPLETED');
	return Date.now();
}

/** All requests that the node has sent to the API, uploads and the test of the credential included. */
export async function apiRequests(
	control: SandboxControl,
	since?: number,
): Promise<SandboxRequest[]> {
	const { requests } = await control.state(since);
	return requests.filter(({ path, bySandbox }) => path.startsWith('/v1/') && !bySandbox);
}

export async function expectNoReads(control: SandboxControl, since: number): Promise<void> {
	expect(await traffic(control, since)).toMatchObject({ lists: 0, gets: 0 });
}

/** The same as `expectVideos`, and no webhook came twice. */
export async function expectAllVideos(
	testServer: TestServer,
	{ done, run }: { done: ExecutionView; run: WaitingRun },
): Promise<void> {
	await expectVideos(testServer, { done, run });
	await expectFinalWebhooksOnce(run.control);
}

/** Every item with its video, in its place, handed on once and paid for once. */
export async function expectVideos(
	testServer: TestServer,
	{ done, run }: { done: ExecutionView; run: WaitingRun },
): Promise<void> {
	const { control, items, tasks, workflowId } = run;
	expect([done.status, done.error?.message]).toEqual(['success', undefined]);
	const out = itemsOf(done, HAPPY_HORSE);
	expect(out.map(({ json }) => [json.task_id, json.status, json.timed_out])).toEqual(
		tasks.map(({ taskId }) => [taskId, 'COMPLETED', false]),
	);
	expect(arrivals(done)).toEqual(expectedArrivals(items, tasks));
	expect(done.runData[AFTER]).toHaveLength(1);
	for (const [index, task] of (await tasksOf(control, items)).entries()) {
		const stored = await storedVideo(testServer, out[index]!);
		expect(stored.equals(await servedVideo(control, task))).toBe(true);
	}
	expect(await testServer.n8n.client.executions({ workflowId })).toHaveLength(1);
	await expectPaidOnce(control, items);
}

export async function expectFinalWebhooksOnce(control: SandboxControl): Promise<void> {
	const { webhooks } = await control.state();
	const final = webhooks.filter(({ status }) => status === 'COMPLETED' || status === 'FAILED');
	const about = final.map(({ taskId }) => taskId);
	expect(about).toHaveLength(new Set(about).size);
}
