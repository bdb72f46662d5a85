import type { SandboxRule } from '../../../sandbox/api/control';
import { itemsOf } from '../../../sandbox/n8n/execution';
import { useTestServer } from '../support/testServer/useTestServer';
import type { Secret, WaitingRun } from '../support/executions/waitingRuns';
import { finish, useWaitingRuns } from '../support/executions/waitingRuns';
import {
	arrivals,
	expectedArrivals,
	expectPaidOnce,
	servedVideo,
	storedVideo,
	tasksOf,
} from '../support/assertions/watching';
import { AFTER, HAPPY_HORSE } from '../support/workflows/workflow';

const MAX_WAIT_MS = 45_000;
/** From Max Wait on: n8n's own timer, which knows of no video, comes after 15 seconds. */
const SOON_MS = 15_000;
const FOR_EVER_MS = 10 * 60_000;

/** About which the API says nothing. */
const SILENT = 1;

interface Case {
	title: string;
	secret: Secret;
	silence(taskId: string): SandboxRule[];
}

const never = { delayMs: FOR_EVER_MS };
const list: SandboxRule = { on: 'list', do: never };
const oneRead = (taskId: string): SandboxRule => ({ on: 'get', where: { taskId }, do: never });

const cases: Case[] = [
	{ title: 'one task', secret: 'none', silence: (taskId) => [oneRead(taskId)] },
	{
		title: 'one task, and no list',
		secret: 'none',
		silence: (taskId) => [list, oneRead(taskId)],
	},
	{
		title: 'anything, but two webhooks have said enough',
		secret: 'right',
		silence: () => [list, { on: 'get', do: never }],
	},
];

const testServer = useTestServer();
const runs = useWaitingRuns(testServer);
const started = new Map<Case, WaitingRun>();

// All of them wait at the same time.
beforeAll(async () => {
	await Promise.all(
		cases.map(async (each) => {
			const { secret, silence } = each;
			const parameters = { maxWait: MAX_WAIT_MS / 60_000 };
			const lost = {
				on: 'create',
				where: { prompt: `image ${SILENT}` },
				do: { webhooks: 'lost' },
			} as const;
			const rules = secret === 'right' ? [lost] : [];
			const run = await runs.start({ amount: 3, secret, rules, parameters });
			await run.control.rules(...silence(run.tasks[SILENT]!.taskId));
			await finish(run, run.tasks);
			started.set(each, run);
		}),
	);
});

describe('The API takes requests and never responds about', () => {
	it.each(cases)('$title', async (each) => {
		const { control, items, tasks, id, startedAt } = started.get(each)!;
		const timeoutMs = Math.max(0, startedAt + MAX_WAIT_MS + SOON_MS + 10_000 - Date.now());
		const done = await testServer.n8n.client.waitForExecution(id, { timeoutMs });
		expect([done.status, done.error?.message]).toEqual(['success', undefined]);
		const late = Number(done.stoppedAt) - startedAt - MAX_WAIT_MS;
		process.stdout.write(`${each.title}: ${late} ms after Max Wait\n`);
		expect(late).toBeLessThan(SOON_MS);
		const out = itemsOf(done, HAPPY_HORSE);
		expect(out.map(({ json }) => [json.task_id, json.status, json.timed_out])).toEqual(
			tasks.map(({ taskId }, index) =>
				index === SILENT ? [taskId, 'CREATED', true] : [taskId, 'COMPLETED', false],
			),
		);
		for (const [index, task] of (await tasksOf(control, items)).entries()) {
			if (index === SILENT) continue;
			const stored = await storedVideo(testServer, out[index]!);
			expect(stored.equals(await servedVideo(control, task))).toBe(true);
		}
		expect(arrivals(done)).toEqual(expectedArrivals(items, tasks));
		expect(done.runData[AFTER]).toHaveLength(1);
		await expectPaidOnce(control, items);
	});
});
