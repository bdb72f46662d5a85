import { useTestServer } from '../support/testServer/useTestServer';
import type { WaitingRun } from '../support/executions/waitingRuns';
import { expectAllVideos, finish, useWaitingRuns } from '../support/executions/waitingRuns';
import { traffic } from '../support/assertions/watching';

const AMOUNT = 20;
/** Long before Max Wait, which is 30 minutes. */
const SOON_MS = 90_000;

const testServer = useTestServer();
const runs = useWaitingRuns(testServer);

const LOST = [
	{ which: 'the first to end', at: 0 },
	{ which: 'the last to end', at: AMOUNT - 1 },
];
const cases = (['right', 'none'] as const).flatMap((secret) =>
	LOST.map((lost) => ({ secret, ...lost })),
);
type Case = (typeof cases)[number];

const started = new Map<Case, { run: WaitingRun; finishedAt: number }>();

// All of them wait at the same time.
beforeAll(async () => {
	await Promise.all(
		cases.map(async (each) => {
			const { secret, at } = each;
			const lost = {
				on: 'create',
				where: { imageUrl: `n=${at}` },
				do: { webhooks: 'lost' },
			} as const;
			// The text n=1 is in n=10 as well.
			const rules = [...(at === 0 ? [{ ...lost, times: 1 }] : [lost])];
			const run = await runs.start({ amount: AMOUNT, secret, rules });
			started.set(each, { run, finishedAt: await finish(run, run.tasks) });
		}),
	);
});

describe(`One webhook of ${AMOUNT} is lost, and all videos come out long before Max Wait`, () => {
	it.each(cases)('$which, webhook secret: $secret', async (each) => {
		const { run, finishedAt } = started.get(each)!;
		const timeoutMs = Math.max(0, finishedAt + SOON_MS - Date.now());
		const done = await testServer.n8n.client.waitForExecution(run.id, { timeoutMs });
		await expectAllVideos(testServer, { done, run });
		expect(Number(done.stoppedAt) - finishedAt).toBeLessThan(SOON_MS);
		const { webhooks } = await run.control.state();
		const told = webhooks.filter(({ status }) => status === 'COMPLETED');
		const told20 = new Set(told.map(({ taskId }) => taskId));
		const silent = run.tasks.filter(({ taskId }) => !told20.has(taskId));
		expect(silent.map(({ taskId }) => taskId)).toEqual([run.tasks[each.at]!.taskId]);
		const { read } = await traffic(run.control, finishedAt);
		const readAlone = new Set(read);
		expect(readAlone).toContain(silent[0]!.taskId);
		// With the secret nothing else is read: the other webhooks are believed.
		if (each.secret === 'right') expect(readAlone.size).toBe(1);
	});
});
