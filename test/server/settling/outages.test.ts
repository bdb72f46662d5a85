import type { SandboxRule } from '../../../sandbox/api/control';
import { useTestServer } from '../support/testServer/useTestServer';
import type { WaitingRun } from '../support/executions/waitingRuns';
import {
	expectAllVideos,
	expectNoReads,
	finish,
	useWaitingRuns,
} from '../support/executions/waitingRuns';

const OUTAGE_MS = 60_000;
/** Within so much of the end of the outage, a video has to come out. */
const SOON_MS = 30_000;

type RuleResponse = NonNullable<SandboxRule['do']['response']>;

const tooMany = { status: 429, body: { message: 'Too many requests' } };
const RESPONSES: Record<string, RuleResponse> = {
	503: {
		status: 503,
		body: { message: 'Service Unavailable. Please try again later.' },
	},
	'503 of a gateway': { status: 503, body: '<html><body>Bad gateway day</body></html>' },
	429: tooMany,
	'429 with Retry-After': { ...tooMany, headers: { 'retry-after': '7' } },
};

const cases = Object.keys(RESPONSES).flatMap((response) =>
	(['right', 'none'] as const).map((secret) => ({ response, secret })),
);

const testServer = useTestServer();
const runs = useWaitingRuns(testServer);
const started = new Map<string, { run: WaitingRun; finishedAt: number; endsAt: number }>();
const nameOf = ({ response, secret }: (typeof cases)[number]) => `${response} ${secret}`;

// All of them wait at the same time.
beforeAll(async () => {
	await Promise.all(
		cases.map(async ({ response, secret }) => {
			const run = await runs.start({ secret });
			const endsAt = Date.now() + OUTAGE_MS;
			const rejection = { untilMs: endsAt, do: { response: RESPONSES[response]! } };
			await run.control.rules({ on: 'list', ...rejection }, { on: 'get', ...rejection });
			const finishedAt = await finish(run, run.tasks);
			started.set(nameOf({ response, secret }), { run, finishedAt, endsAt });
		}),
	);
});

describe('A minute without responses, just after the webhooks', () => {
	it.each(cases)('$response, webhook secret: $secret', async ({ response, secret }) => {
		const { run, finishedAt, endsAt } = started.get(nameOf({ response, secret }))!;
		const timeoutMs = Math.max(0, endsAt + SOON_MS - Date.now());
		const done = await testServer.n8n.client.waitForExecution(run.id, { timeoutMs });
		await expectAllVideos(testServer, { done, run });
		const stoppedAt = Number(done.stoppedAt);
		if (secret === 'right') {
			expect(stoppedAt - finishedAt).toBeLessThan(SOON_MS);
			await expectNoReads(run.control, finishedAt);
		} else {
			expect(stoppedAt).toBeGreaterThan(endsAt);
			expect(stoppedAt - endsAt).toBeLessThan(SOON_MS);
		}
	});
});
