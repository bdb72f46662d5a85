import type { N8nServer } from '../../../sandbox/n8n/server';
import { itemsOf } from '../../../sandbox/n8n/execution';
import { useOwnServer } from '../support/testServer/useTestServer';
import type { WaitingRun, WaitingSetup } from '../support/executions/waitingRuns';
import { expectVideos, finish, useWaitingRuns } from '../support/executions/waitingRuns';
import { arrivals, expectedArrivals, expectPaidOnce, until } from '../support/assertions/watching';
import { AFTER, HAPPY_HORSE } from '../support/workflows/workflow';

const FOR_EVER_MS = 10 * 60_000;

/** How long the last webhook waits for its response while the videos are downloaded. */
const RESPONSE_MS = 8000;

/** From a webhook on: 20 seconds of silence until the node looks at all videos, and what a busy computer takes. */
const SOON_MS = 60_000;

/** n8n looks once a minute for executions whose time has come. */
const TIMER_MS = 75_000;

const noFile = { on: 'result', do: { delayMs: FOR_EVER_MS } } as const;

async function downloading({ control, tasks }: WaitingRun): Promise<void> {
	await until('all downloads have begun', async () => {
		const { requests } = await control.state();
		const requested = new Set(requests.map(({ path }) => path.split('?')[0]));
		return tasks.every(({ taskId }) =>
			[...requested].some((path) => path!.includes(`s/${taskId}`)),
		);
	});
}

/** The second ends when the webhook about the first has its response. */
async function finishInTurn(run: WaitingRun): Promise<void> {
	const { control, tasks } = run;
	await finish(run, tasks.slice(0, 1));
	await until('the first webhook has its response', async () => {
		const { webhooks } = await control.state();
		return webhooks.some(({ status }) => status === 'COMPLETED');
	});
	await finish(run, tasks.slice(1));
}

/** What became of the webhooks about the tasks: the response, or nothing. */
async function responsesOf({ control, tasks }: WaitingRun): Promise<Array<number | undefined>> {
	return await until('all webhooks are over', async () => {
		const { webhooks } = await control.state();
		const final = webhooks.filter(({ status }) => status === 'COMPLETED');
		if (final.length < tasks.length) return false;
		return tasks.map(
			({ taskId }) => final.find((webhook) => webhook.taskId === taskId)!.responseStatus,
		);
	});
}

const ENDS: Array<[string, (n8n: N8nServer) => Promise<void>]> = [
	['killed', async (n8n) => await n8n.kill9()],
	// It is stopped in order by the restart.
	['stopped', async () => {}],
];

describe.each(ENDS)('n8n is %s during the downloads', (_, end) => {
	const testServer = useOwnServer();
	const runs = useWaitingRuns(testServer);
	const SETUPS: Record<'signed' | 'unsigned' | 'forgotten', WaitingSetup> = {
		signed: { amount: 2, secret: 'right' },
		unsigned: { amount: 2, secret: 'none' },
		forgotten: { amount: 2, secret: 'right', parameters: { maxWait: 0.5 } },
	};
	const started = new Map<string, WaitingRun & { timerAt: number }>();
	let downAt: number;

	// All of them are downloading at the same time.
	beforeAll(async () => {
		const { n8n } = testServer;
		await Promise.all(
			Object.entries(SETUPS).map(async ([name, setup]) => {
				const run = await runs.start({ ...setup, rules: [noFile] });
				const { waitTill } = await n8n.client.execution(run.id);
				started.set(name, { ...run, timerAt: Number(waitTill) });
			}),
		);
		const all = [...started.values()];
		await Promise.all(all.map(finishInTurn));
		await Promise.all(all.map(downloading));
		downAt = Date.now();
		await end(n8n);
		await n8n.restart();
		for (const { control } of all) await control.clearRules();
	});

	it('tells no sender before that the last webhook was taken', async () => {
		for (const run of started.values()) {
			const responses = await responsesOf(run);
			expect(responses).toHaveLength(2);
			// The first needs nothing of the other.
			expect(responses[0]).toBe(200);
			const { webhooks } = await run.control.state();
			const { at } = webhooks.find(({ taskId }) => taskId === run.tasks[1]!.taskId)!;
			expect(downAt - at).toBeLessThan(RESPONSE_MS);
			expect(responses[1]).not.toBe(200);
		}
	});

	it.each(['signed', 'unsigned'])('all videos come out when it is repeated (%s)', async (name) => {
		const run = started.get(name)!;
		const { client } = testServer.n8n;
		expect(await client.executionStatus(run.id)).toBe('waiting');
		const repeatedAt = Date.now();
		const [repeated] = await run.control.sendWebhook(run.tasks[1]!.taskId, { status: 'COMPLETED' });
		expect(repeated!.responseStatus).toBe(200);
		const done = await client.waitForExecution(run.id, { timeoutMs: SOON_MS });
		await expectVideos(testServer, { done, run });
		process.stdout.write(`${name}: ${Number(done.stoppedAt) - repeatedAt} ms after the repeat\n`);
	});

	it('else all task IDs come out, by the timer of n8n', async () => {
		const run = started.get('forgotten')!;
		const { control, id, items, tasks, timerAt } = run;
		const timeoutMs = Math.max(0, timerAt + TIMER_MS - Date.now());
		const done = await testServer.n8n.client.waitForExecution(id, { timeoutMs });
		expect(done.status).toBe('success');
		const out = itemsOf(done, HAPPY_HORSE);
		expect(out.map(({ json, binary }) => [json.task_id, json.timed_out, binary])).toEqual(
			tasks.map(({ taskId }) => [taskId, true, undefined]),
		);
		expect(arrivals(done)).toEqual(expectedArrivals(items, tasks));
		expect(done.runData[AFTER]).toHaveLength(1);
		const late = Number(done.stoppedAt) - timerAt;
		process.stdout.write(`the timer continued it after ${late} ms\n`);
		expect(late).toBeGreaterThan(-1000);
		await expectPaidOnce(control, items);
	});
});
