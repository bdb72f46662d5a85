import type { SandboxRule } from '../../../sandbox/api/control';
import { useTestServer } from '../support/testServer/useTestServer';
import type { WaitingRun } from '../support/executions/waitingRuns';
import { expectAllVideos, finish, useWaitingRuns } from '../support/executions/waitingRuns';
import { traffic } from '../support/assertions/watching';

/** Long before Max Wait, which is 30 minutes. */
const SOON_MS = 120_000;

const LISTS: Record<string, NonNullable<SandboxRule['do']['response']>> = {
	500: { status: 500, body: { message: 'Internal Server Error' } },
	403: { status: 403, body: { message: 'Forbidden' } },
	'another shape': { status: 200, body: { tasks: { total: 3, page: 1 } } },
};
const missing = { response: { status: 404, body: { message: 'Task not found' } } };

interface Case {
	title: string;
	waitUsing: 'webhook' | 'polling';
	amount: number;
	/** From the start. */
	rules: SandboxRule[];
	/** From just before the webhooks. */
	lateRules: SandboxRule[];
	/** The list fails, so that only single reads can tell. */
	byGetAlone: boolean;
}

const cases: Case[] = (['webhook', 'polling'] as const).flatMap((waitUsing) => [
	...Object.entries(LISTS).map(([shape, response]) => ({
		title: `the list responds with ${shape} for ever`,
		waitUsing,
		amount: 3,
		rules: [
			{ on: 'list' as const, do: { response: response } },
			// Only a poll can tell that this one is finished.
			{
				on: 'create' as const,
				where: { prompt: 'image 1' },
				do: { webhooks: 'lost' as const },
			},
		],
		lateRules: [],
		byGetAlone: true,
	})),
	...[1, 3].map((amount) => ({
		title: `one single 404 about an own task of ${amount}`,
		waitUsing,
		amount,
		rules: [],
		lateRules: [{ on: 'get' as const, times: 1, do: missing }],
		byGetAlone: false,
	})),
]);

const testServer = useTestServer();
const runs = useWaitingRuns(testServer);
const started = new Map<Case, { run: WaitingRun; finishedAt: number }>();

// All of them wait at the same time.
beforeAll(async () => {
	await Promise.all(
		cases.map(async (each) => {
			const { waitUsing, amount, rules, lateRules } = each;
			const run = await runs.start({ amount, rules, parameters: { waitUsing } });
			await run.control.rules(...lateRules);
			started.set(each, { run, finishedAt: await finish(run, run.tasks) });
		}),
	);
});

describe.each(['webhook', 'polling'] as const)('No video is lost by %s, when', (waitUsing) => {
	it.each(cases.filter((each) => each.waitUsing === waitUsing))('$title', async (each) => {
		const { run, finishedAt } = started.get(each)!;
		const timeoutMs = Math.max(0, finishedAt + SOON_MS - Date.now());
		const done = await testServer.n8n.client.waitForExecution(run.id, { timeoutMs });
		await expectAllVideos(testServer, { done, run });
		expect(Number(done.stoppedAt) - finishedAt).toBeLessThan(SOON_MS);
		const { lists, gets } = await traffic(run.control);
		expect(gets).toBeGreaterThanOrEqual(each.amount);
		// Where it never responds, it is not polled for ever either.
		if (each.byGetAlone) expect(lists).toBeLessThanOrEqual(6);
		else expect((await run.control.state()).rules.at(-1)).toMatchObject({ on: 'get', times: 0 });
	});
});
