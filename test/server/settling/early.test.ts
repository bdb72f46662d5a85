import { setTimeout as sleep } from 'node:timers/promises';

import type { SandboxRule } from '../../../sandbox/api/control';
import { traffic } from '../support/assertions/watching';
import { testsAtOnce } from '../support/executions/testsAtOnce';
import type { Secret, WaitingRun } from '../support/executions/waitingRuns';
import {
	expectAllVideos,
	expectVideos,
	finish,
	useWaitingRuns,
} from '../support/executions/waitingRuns';
import { useTestServer } from '../support/testServer/useTestServer';

const OUTAGE_MS = 30_000;
/** Within so much of the end of the outage, a video has to come out. */
const SOON_MS = 30_000;

const down = { response: { status: 503, body: { message: 'Service Unavailable' } } };
const busy = { response: { status: 429, body: { message: 'Too many requests' } } };

const FAULTS: Record<string, (untilMs: number) => SandboxRule[]> = {
	'nothing can be read': (untilMs) => [
		{ on: 'list', untilMs, do: down },
		{ on: 'get', untilMs, do: down },
	],
	'too much was read': (untilMs) => [
		{ on: 'list', untilMs, do: busy },
		{ on: 'get', untilMs, do: busy },
	],
	'only the list can be read': (untilMs) => [{ on: 'get', untilMs, do: down }],
	'all can be read': () => [],
};

const cases = Object.keys(FAULTS).flatMap((fault) =>
	[1, 3].flatMap((amount) =>
		(['right', 'none'] as const).map((secret) => ({ fault, amount, secret })),
	),
);
type Case = (typeof cases)[number];

const testServer = useTestServer();
const runs = useWaitingRuns(testServer);
const started = new Map<Case, { run: WaitingRun; endsAt: number }>();

// All of them wait at the same time.
beforeAll(async () => {
	await Promise.all(
		cases.map(async (each) => {
			const { fault, amount, secret } = each;
			const endsAt = Date.now() + OUTAGE_MS;
			const rules = FAULTS[fault]!(endsAt);
			const settings = { taskSeconds: 0 };
			const run = await runs.start({ amount, secret, rules, settings, endAtOnce: true });
			started.set(each, { run, endsAt });
		}),
	);
});

// n8n turns webhooks away until an execution is suspended.
describe('All videos are finished, and all webhooks gone, before the execution can wait', () => {
	it.each(cases)('$fault ($amount, webhook secret: $secret)', async (each) => {
		const { run, endsAt } = started.get(each)!;
		const timeoutMs = Math.max(0, endsAt + SOON_MS - Date.now());
		const done = await testServer.n8n.client.waitForExecution(run.id, { timeoutMs });
		await expectAllVideos(testServer, { done, run });
		expect(Number(done.stoppedAt)).toBeLessThan(endsAt + SOON_MS);
	});
});

/** Sandbox seconds, which pass 30 times as fast as real ones. */
const FIVE_SECONDS = 150;

/** The API is as slow as for a batch at its limit of requests. */
const slow: SandboxRule = { on: 'create', do: { delayMs: 22_000 } };
const lost: SandboxRule = { on: 'create', do: { webhooks: 'lost' } };

async function expectNoVideoForgotten(secret: Secret): Promise<void> {
	const run = await runs.start({ secret, rules: [slow, lost] });
	const endedAt = await finish(run, run.tasks);
	const done = await testServer.n8n.client.waitForExecution(run.id, { timeoutMs: SOON_MS });
	await expectVideos(testServer, { done, run });
	expect(await traffic(run.control, endedAt)).toMatchObject({ lists: 1, gets: 3 });
}

describe('While the execution is being suspended', () => {
	testsAtOnce({
		async 'reading those that are finished takes so long that the last one ends meanwhile'() {
			const last = {
				on: 'create',
				where: { imageUrl: 'n=5' },
				do: { seconds: FIVE_SECONDS },
			} as const;
			const run = await runs.start({
				amount: 6,
				rules: [last, { on: 'get', untilMs: Date.now() + 60_000, do: { delayMs: 8000 } }],
				settings: { taskSeconds: 0 },
				endAtOnce: true,
			});
			const done = await testServer.n8n.client.waitForExecution(run.id, { timeoutMs: 90_000 });
			await expectAllVideos(testServer, { done, run });
		},

		'no video waits for a webhook that came too early; webhook secret: right': async () =>
			await expectNoVideoForgotten('right'),

		'no video waits for a webhook that came too early; webhook secret: none': async () =>
			await expectNoVideoForgotten('none'),

		async 'one list is all that it costs when nothing has ended'() {
			const run = await runs.start({ rules: [slow] });
			const suspendedAt = Date.now();
			await sleep(20_000);
			expect(await traffic(run.control, suspendedAt)).toMatchObject({ lists: 1, gets: 0 });
			expect(await testServer.n8n.client.executionStatus(run.id)).toBe('waiting');
			await finish(run, run.tasks);
			const done = await testServer.n8n.client.waitForExecution(run.id, { timeoutMs: SOON_MS });
			await expectAllVideos(testServer, { done, run });
		},

		async 'an execution that is stopped right after it was suspended is left alone'() {
			const { client } = testServer.n8n;
			const run = await runs.start({ rules: [slow, lost] });
			await client.stopExecution(run.id);
			const endedAt = await finish(run, run.tasks);
			await sleep(20_000);
			expect(await client.executionStatus(run.id)).toBe('canceled');
			expect(await traffic(run.control, endedAt)).toMatchObject({ lists: 0, gets: 0 });
		},
	});
});
