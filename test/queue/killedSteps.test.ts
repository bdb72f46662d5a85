import type { ExecutionStatus, ExecutionView } from '../../sandbox/n8n/execution';
import { n8nFacts } from '../n8nFacts';
import { createWithKey } from '../server/support/executions/atOnce';
import type { PublishedWorkflow } from '../server/support/testServer/testServer';
import { jsonsOf, tasksOf, until } from '../server/support/assertions/watching';
import type { NamedImage } from '../server/support/workflows/workflow';
import { imagesOf } from '../server/support/workflows/workflow';
import { claimsOf, takenUp, useQueueServer } from './support/queueServer';

const PATIENCE_MS = 240_000;
/** So long that a worker may start meanwhile. */
const HELD_MS = 25_000;

const DOUBT = 'An earlier try of this item may have created its video';

/** Entries of a claim without and with the ID of its task. */
const OPEN = 1;
const COMPLETE = 34;

const testServer = useQueueServer();

/** One moment between claim and ID, at which the worker is when it is killed. */
interface Step {
	name: string;
	/** Which of the two requests of an execution takes its time, so that the step can be prepared. */
	slow: 'first' | 'second';
	/** What holds everybody at the step from then on: a lock on a table, or nothing but the slow request. */
	lock?: { table: string; mode: string };
	/** Whether the second request makes a task, sooner or later. */
	creates: boolean;
}

const STEPS: Step[] = [
	{
		// The credential is read for each request, right before it leaves.
		name: 'between claim and POST',
		slow: 'first',
		lock: { table: 'credentials_entity', mode: 'ACCESS EXCLUSIVE' },
		creates: false,
	},
	{ name: 'while the POST is on its way', slow: 'second', creates: true },
	{
		// Reading continues, writing waits.
		name: 'between the response and the ID',
		slow: 'second',
		lock: { table: 'processed_data', mode: 'EXCLUSIVE' },
		creates: true,
	},
];

interface Case {
	workflow: PublishedWorkflow;
	items: NamedImage[];
	id: string;
}

async function started(batch: string, options: Record<string, unknown>): Promise<Case> {
	const parameters = createWithKey({ maxConcurrency: 1, ...options });
	const workflow = await testServer.publishNode({ parameters, onError: 'continueRegularOutput' });
	const items = imagesOf(testServer.sandbox.url, { batch, amount: 2 }).map((item, index) => ({
		...item,
		name: `${index === 0 ? 'first' : 'second'} of ${batch}`,
	}));
	return { workflow, items, id: await workflow.start(items) };
}

const waiting = (table: string) =>
	`FROM pg_locks WHERE NOT granted AND relation = '${table}'::regclass`;

/** PostgreSQL runs a statement even if its client is gone: these shall not be. */
async function dropWaiting(table: string): Promise<void> {
	await testServer.queue.database.rows(`SELECT pg_terminate_backend(pid) ${waiting(table)}`);
}

/** Waits until so many statements wait for a table. */
async function waitingFor(table: string, amount: number): Promise<void> {
	await until(`${amount} statements wait for ${table}`, async () => {
		const found = await testServer.queue.database.rows(`SELECT pid ${waiting(table)}`);
		return found.length >= amount;
	});
}

/**
 * Brings all executions to the step, and kills the worker that has them. On n8n 2 a worker that starts at once marks them
 * crashed, so that they can be retried with all of their data; on n8n 1 the other worker is there to begin them again.
 */
async function killedAt({ slow, lock, creates }: Step, cases: readonly Case[]): Promise<void> {
	const { queue, sandbox } = testServer;
	const { control } = sandbox;
	const [busy, spare] = queue.workers;
	await until('one worker has all executions', async () =>
		cases.every(({ id }) => takenUp(queue, id)[0]! > 0),
	);
	const spareIsThere = n8nFacts.endsWithItsWorker ? undefined : spare!.boot();
	await until('the slow requests are on their way', async () => {
		const { posts } = await control.state();
		const slowOnes = posts.filter(({ prompt }) => prompt?.startsWith(slow));
		return slowOnes.length === cases.length && slowOnes.every(({ status }) => status === 0);
	});
	const release = lock && (await queue.database.lock(lock.table, lock.mode));
	if (lock) await waitingFor(lock.table, cases.length);
	const { acceptedPosts } = await control.state();
	// The first requests, and the second ones where their response has come.
	expect(acceptedPosts).toBe(cases.length * (creates && lock ? 2 : 1));
	for (const { workflow } of cases) {
		const claims = await claimsOf(queue, workflow.id);
		expect(claims.sort((a, b) => a - b)).toEqual([OPEN, COMPLETE]);
	}
	await spareIsThere;
	await busy!.kill9();
	if (lock) await dropWaiting(lock.table);
	await release?.();
	await control.clearRules();
	if (n8nFacts.endsWithItsWorker) await busy!.boot();
}

/** The execution once more, with all of its data: by a user's "Retry" or, on n8n 1, by another worker. */
async function goneOn({ id, workflow }: Case): Promise<ExecutionView> {
	const { client } = testServer.n8n;
	const ends: ExecutionStatus[] = [n8nFacts.endsWithItsWorker ? 'crashed' : 'success'];
	const seen = await client.waitForExecution(id, { until: ends, timeoutMs: PATIENCE_MS });
	if (!n8nFacts.endsWithItsWorker) return seen;
	// At once: half a minute later n8n replaces what it has of the execution by an error.
	// n8n responds when the retry has ended, which is later than the client waits for.
	void client.retryExecution(id).catch(() => undefined);
	const retry = await until('the retry has started', async () => {
		const found = await client.executions({ workflowId: workflow.id });
		return found.find(({ retryOf }) => String(retryOf) === id);
	});
	return await client.waitForExecution(retry.id, { timeoutMs: PATIENCE_MS });
}

/** The first video is there, and the second is in doubt. */
function expectDoubt(done: ExecutionView, taskId: string, reused?: boolean): void {
	expect(done.status).toBe('success');
	const out = jsonsOf(done);
	expect(out.map(({ task_id, reused: again }) => [task_id, again])).toEqual([
		[taskId, reused],
		[undefined, undefined],
	]);
	expect(JSON.stringify(out[1])).toContain(DOUBT);
}

describe('a worker is killed', () => {
	it.each(STEPS)('$name: nothing is created again, and the doubt is said', async (step) => {
		const { control } = testServer.sandbox;
		await control.rules(
			{ on: 'create', where: { prompt: step.slow }, do: { delayMs: HELD_MS, hold: true } },
			{ on: 'create', do: { hold: true } },
		);
		const [first, other] = testServer.queue.workers;
		if (first!.pid === 0) await first!.boot();
		await other!.halt();
		const keyless = await started('none', { idempotencyKey: undefined });
		const keyed = await started('key', {});
		const cases = [keyless, keyed];
		await killedAt(step, cases);

		const again = Promise.all(cases.map(goneOn));
		const second = await keyed.workflow.run(keyed.items, PATIENCE_MS);
		const [ofKeyless, ofKeyed] = await again;
		const [keylessTask] = await tasksOf(control, keyless.items.slice(0, 1));
		const [keyedTask] = await tasksOf(control, keyed.items.slice(0, 1));
		expectDoubt(ofKeyless!, keylessTask!.taskId);
		expectDoubt(ofKeyed!, keyedTask!.taskId, true);
		expectDoubt(second, keyedTask!.taskId, true);

		const { acceptedPerImage, posts } = await control.state();
		const all = cases.flatMap(({ items }) => items);
		const created = step.creates ? all : cases.map(({ items }) => items[0]!);
		expect(acceptedPerImage).toEqual(Object.fromEntries(created.map(({ image }) => [image, 1])));
		expect(posts).toHaveLength(created.length);
	});
});
