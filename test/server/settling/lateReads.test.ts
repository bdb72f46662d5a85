import { useTestServer } from '../support/testServer/useTestServer';
import type { WaitingRun } from '../support/executions/waitingRuns';
import {
	expectAllVideos,
	expectNoReads,
	finish,
	useWaitingRuns,
} from '../support/executions/waitingRuns';
import { traffic } from '../support/assertions/watching';

/** Within so much of what the API shows, a video has to come out. */
const SOON_MS = 30_000;

const LAGS = [2, 10, 60];
const SECRETS = ['right', 'none'] as const;
const cases = LAGS.flatMap((lag) => SECRETS.map((secret) => ({ lag, secret })));

const testServer = useTestServer();
const runs = useWaitingRuns(testServer);
const started = new Map<string, { run: WaitingRun; finishedAt: number }>();
const nameOf = ({ lag, secret }: (typeof cases)[number]) => `${lag} ${secret}`;

// All of them wait at the same time.
beforeAll(async () => {
	await Promise.all(
		cases.map(async ({ lag, secret }) => {
			const run = await runs.start({ secret, settings: { readLagSeconds: lag } });
			started.set(nameOf({ lag, secret }), { run, finishedAt: await finish(run, run.tasks) });
		}),
	);
});

describe('W59: the API shows what the webhook has told only later', () => {
	it.each(cases)('$lag s, webhook secret: $secret', async ({ lag, secret }) => {
		const { run, finishedAt } = started.get(nameOf({ lag, secret }))!;
		const shownAt = finishedAt + lag * 1000;
		const timeoutMs = Math.max(0, shownAt + SOON_MS - Date.now());
		const done = await testServer.n8n.client.waitForExecution(run.id, { timeoutMs });
		await expectAllVideos(testServer, { done, run });
		const took = Number(done.stoppedAt) - finishedAt;
		if (secret === 'right') {
			// A signed webhook is believed, and nothing is requested.
			expect(took).toBeLessThan(SOON_MS);
			const { lists, gets } = await traffic(run.control);
			expect(lists + gets).toBeLessThanOrEqual(1);
			await expectNoReads(run.control, finishedAt);
		} else {
			expect(took).toBeGreaterThan(lag * 1000 - 1000);
			expect(took).toBeLessThan(lag * 1000 + SOON_MS);
		}
	});
});
