import type { SandboxRule } from '../../../sandbox/api/control';
import { retried } from '../../server/support/executions/retries';
import { until } from '../../server/support/assertions/watching';
import { loopOverItems, serialNode, waitLoop } from '../contenders/alternatives';
import type { Contender } from '../contenders/contender';
import { byKey, byWebhook } from '../contenders/happyHorse';
import { CREATE } from '../contenders/nodes';
import type { Findings, Measure } from '../measure';
import { Rows } from '../measure';
import { batchOf, paidFor, type BatchItem } from '../rig/paidRun';
import type { Rig } from '../rig/rig';
import { withOwnApi } from '../rig/rig';
import { publishContender, type PublishedContender } from '../rig/runContender';

const WAYS: readonly Contender[] = [byWebhook, byKey, waitLoop, loopOverItems, serialNode];

const AMOUNT = 5;

/** A video of the measure takes 60 s divided by this; longer where n8n has to be killed and started meanwhile. */
const PACE = 12;
const CRASH_PACE = 2;

/** Alibaba's list price of the same model: 3 seconds at 720P, 0.14 dollars each. */
const DOLLARS = 3 * 0.14;

const TIMEOUT_MS = 300_000;

/** One way at an API of its own, and the rows that it is to make videos of. */
interface Attempt {
	rig: Rig;
	published: PublishedContender;
	items: BatchItem[];
}

interface Mishap {
	id: string;
	what: string;
	happen(attempt: Attempt): Promise<void>;
	/** Of the node that creates. */
	node?: Record<string, unknown> | undefined;
}

/** The API turns one create request of the batch away, once. */
async function turnOneAway({ rig, published }: Attempt): Promise<void> {
	const rejection: SandboxRule = {
		...{ on: 'create', where: { prompt: `${published.runName} #3` }, times: 1 },
		do: { response: { status: 400, body: { message: 'Try again' } } },
	};
	const { control } = rig.testServer.sandbox;
	const { rules } = await control.state();
	await control.clearRules();
	await control.rules(rejection, ...rules);
}

const MISHAPS: readonly Mishap[] = [
	{
		id: 'twice',
		what: 'The same rows started twice at once',
		async happen({ published: { workflow }, items, rig }) {
			const ids = await Promise.all([workflow.start(items), workflow.start(items)]);
			await Promise.all([...new Set(ids)].map(async (id) => await ended(rig, id)));
			await settled(rig, workflow.id, 2);
		},
	},
	{
		id: 'retry-on-fail',
		what: 'One item turned away, Retry On Fail is on',
		node: { retryOnFail: true, maxTries: 3, waitBetweenTries: 1000 },
		async happen(attempt) {
			await turnOneAway(attempt);
			await attempt.published.workflow.run(attempt.items, TIMEOUT_MS);
		},
	},
	{
		id: 'retry',
		what: 'One item turned away, Retry is pressed',
		async happen(attempt) {
			await turnOneAway(attempt);
			const { client } = attempt.rig.testServer.n8n;
			const failed = await attempt.published.workflow.run(attempt.items, TIMEOUT_MS);
			if (failed.status !== 'error') throw new Error('The item that was turned away did no harm');
			await retried(client, failed, TIMEOUT_MS);
		},
	},
];

/** What is paid when something goes wrong. */
export const money: Measure = {
	name: 'money',
	title: 'What a mishap costs',
	async run(plan) {
		const rig = await plan.rig();
		const rows = new Rows();
		for (const mishap of MISHAPS) {
			for (const contender of WAYS) {
				const attempt = await prepare(rig, contender, { settings: mishap.node });
				await mishap.happen(attempt);
				await add(rows, mishap, attempt);
				await attempt.rig.close();
			}
		}
		for (const attempt of await crash(rig)) {
			await add(rows, { id: 'crash', what: 'n8n is killed while it waits' }, attempt);
			await attempt.rig.close();
		}
		return { rows: rows.all(), notes: NOTES } satisfies Findings;
	},
};

async function prepare(
	rig: Rig,
	contender: Contender,
	{ settings = {}, pace = PACE }: { settings?: Mishap['node']; pace?: number } = {},
): Promise<Attempt> {
	const own = await withOwnApi(rig, {});
	const creating = [CREATE, 'Serial video', 'Happy Horse'];
	const withSettings: Contender = {
		...contender,
		async build(...args) {
			const { nodes, connections } = await contender.build(...args);
			const changed = nodes.map((node) =>
				creating.includes(node.name) ? { ...node, ...settings } : node,
			);
			return { nodes: changed, connections };
		},
	};
	const published = await publishContender(own, withSettings, { scale: pace });
	return { rig: own, published, items: batchOf(own, published.runName, AMOUNT) };
}

/** Kills n8n when each way has paid at least once, starts it again, and starts again what the crash has ended. */
async function crash(rig: Rig): Promise<Attempt[]> {
	const attempts = await Promise.all(
		WAYS.map(async (contender) => await prepare(rig, contender, { pace: CRASH_PACE })),
	);
	const { n8n } = rig.testServer;
	const { client } = n8n;
	const ids = await Promise.all(
		attempts.map(async ({ published, items }) => await published.workflow.start(items)),
	);
	await until('each way has paid, and those that suspend are suspended', async () => {
		const waits = await Promise.all(
			attempts.map(async (attempt, index) => {
				const { suspends } = attempt.published.contender;
				if (suspends) return (await client.execution(ids[index]!)).status === 'waiting';
				return (await paidFor(attempt.rig, attempt.published)) > 0;
			}),
		);
		return waits.every(Boolean);
	});
	await n8n.kill9();
	await n8n.restart();
	await Promise.all(
		attempts.map(async ({ published: { workflow }, items }, index) => {
			const after = await until(`execution ${ids[index]} is told`, async () => {
				const found = await client.execution(ids[index]!);
				return found.status !== 'running' && found.status !== 'new' && found;
			});
			if (after.status === 'waiting' || after.status === 'success') {
				await client.waitForExecution(ids[index]!, { timeoutMs: TIMEOUT_MS });
			} else {
				await workflow.run(items, TIMEOUT_MS);
			}
		}),
	);
	return attempts;
}

async function ended({ testServer }: Rig, id: string): Promise<void> {
	await testServer.n8n.client.waitForExecution(id, { timeoutMs: TIMEOUT_MS });
}

/** Waits until a workflow has so many executions that are all over. */
async function settled({ testServer }: Rig, workflowId: string, amount: number): Promise<void> {
	await until(
		`${amount} executions have ended`,
		async () => {
			const executions = await testServer.n8n.client.executions({ workflowId });
			const over = executions.filter(({ status }) =>
				['success', 'error', 'crashed'].includes(status),
			);
			return over.length >= amount;
		},
		TIMEOUT_MS,
	);
}

async function add(rows: Rows, { id, what }: Pick<Mishap, 'id' | 'what'>, attempt: Attempt) {
	const paid = await paidFor(attempt.rig, attempt.published);
	rows.add(
		{ id: `money-${id}`, what, unit: 'dollars per video', better: 'less' },
		attempt.published.contender.name,
		(paid / AMOUNT) * DOLLARS,
	);
}

const NOTES = [
	`${AMOUNT} rows, one video each: ${DOLLARS.toFixed(2)} dollars is right (3 seconds at 720P for 0.14 dollars a second, the list price of the model at Alibaba; the videos are counted by the sandbox).`,
	'"One item turned away": the API responds to the create request of the fourth row with 400, once. Before the next try HTTP Request and the serial node send again what was paid for already.',
	'"n8n is killed": with kill -9, while the videos are made. Then n8n starts again; an execution that it reports as crashed is started again with the same rows, as a schedule would. Executions of Happy Horse lie in the database and continue.',
	'"Happy Horse, key" has an idempotency key that names the row. Without it, two starts are two requests for two videos.',
];
