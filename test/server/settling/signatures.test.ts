import { itemsOf } from '../../../sandbox/n8n/execution';
import { n8nFacts } from '../../n8nFacts';
import { useTestServer } from '../support/testServer/useTestServer';
import type { Secret, WaitingRun, WaitingSetup } from '../support/executions/waitingRuns';
import { expectAllVideos, finish, useWaitingRuns } from '../support/executions/waitingRuns';
import { HAPPY_HORSE } from '../support/workflows/workflow';

const SOON_MS = 30_000;
const SIX_MINUTES = 360;

interface Case {
	title: string;
	secret: Secret;
	settings?: WaitingSetup['settings'];
	amount: number;
	warned: boolean;
}

const cases: Case[] = [1, 3].flatMap((amount) => [
	{ title: 'the secret is wrong', secret: 'wrong' as const, amount, warned: true },
	...[-SIX_MINUTES, SIX_MINUTES].map((clockSkewSeconds) => ({
		title: `the clock of the sender is ${clockSkewSeconds} s off`,
		secret: 'right' as const,
		settings: { clockSkewSeconds },
		amount,
		warned: true,
	})),
	{ title: 'all is as it should be', secret: 'right' as const, amount, warned: false },
	{ title: 'there is no secret', secret: 'none' as const, amount, warned: false },
]);

// Without a token in the URL a webhook whose signature does not hold proves nothing at all.
const provable = cases.filter(({ warned }) => !warned || n8nFacts.hasResumeToken);

const testServer = useTestServer();
const runs = useWaitingRuns(testServer);
const started = new Map<Case, { run: WaitingRun; finishedAt: number }>();

// All of them wait at the same time.
beforeAll(async () => {
	await Promise.all(
		provable.map(async (each) => {
			const { amount, secret, settings = {} } = each;
			const run = await runs.start({ amount, secret, settings });
			started.set(each, { run, finishedAt: await finish(run, run.tasks) });
		}),
	);
});

describe('Every video comes out, and its item says whether signatures match, when', () => {
	it.each(provable)('$title ($amount)', async (each) => {
		const { run, finishedAt } = started.get(each)!;
		const timeoutMs = Math.max(0, finishedAt + SOON_MS - Date.now());
		const done = await testServer.n8n.client.waitForExecution(run.id, { timeoutMs });
		await expectAllVideos(testServer, { done, run });
		expect(Number(done.stoppedAt) - finishedAt).toBeLessThan(SOON_MS);
		const { webhooks } = await run.control.state();
		const responses = webhooks
			.filter(({ status }) => status === 'COMPLETED')
			.map(({ responseStatus }) => responseStatus);
		expect(responses).toEqual(run.tasks.map(() => (each.warned ? 401 : 200)));
		for (const { json } of itemsOf(done, HAPPY_HORSE)) {
			const { message } = (json.webhook_warning ?? {}) as { message?: string };
			if (each.warned) expect(message).toMatch(/signatures? .*(do|does) not match/i);
			else expect(json).not.toHaveProperty('webhook_warning');
		}
	});
});
