import { setTimeout as sleep } from 'node:timers/promises';

import { itemsOf } from '../../../sandbox/n8n/execution';
import { n8nFacts } from '../../n8nFacts';
import { useTestServer } from '../support/testServer/useTestServer';
import type { Secret, WaitingRun } from '../support/executions/waitingRuns';
import { expectFinalWebhooksOnce, finish, useWaitingRuns } from '../support/executions/waitingRuns';
import {
	arrivals,
	expectedArrivals,
	expectPaidOnce,
	jsonsOf,
	servedVideo,
	storedVideo,
	tasksOf,
} from '../support/assertions/watching';
import { AFTER, HAPPY_HORSE } from '../support/workflows/workflow';

const MAX_WAIT_MS = 60_000;
/** What n8n and our node may need from Max Wait on; n8n's own timer comes later. */
const SOON_MS = 20_000;

/** The one that never ends. */
const ENDLESS = 2;

interface Case {
	waitUsing: 'webhook' | 'polling';
	secret: Secret;
}

const cases: Case[] = [
	{ waitUsing: 'webhook', secret: 'right' },
	{ waitUsing: 'webhook', secret: 'none' },
	// Without a token in the URL such a webhook proves nothing at all.
	...(n8nFacts.hasResumeToken ? [{ waitUsing: 'webhook', secret: 'wrong' } as const] : []),
	{ waitUsing: 'polling', secret: 'none' },
];

const testServer = useTestServer();
const runs = useWaitingRuns(testServer);
const started = new Map<Case, WaitingRun & { shown: Array<Record<string, unknown>> }>();

// All of them wait at the same time.
beforeAll(async () => {
	await Promise.all(
		cases.map(async (each) => {
			const { waitUsing, secret } = each;
			const parameters = { waitUsing, maxWait: MAX_WAIT_MS / 60_000 };
			const run = await runs.start({ amount: 5, secret, parameters });
			const shown = jsonsOf(await testServer.n8n.client.execution(run.id));
			await finish(
				run,
				run.tasks.filter((_, index) => index !== ENDLESS),
			);
			started.set(each, { ...run, shown });
		}),
	);
});

describe('one of five videos is never finished', () => {
	it.each(cases)('$waitUsing, webhook secret: $secret', async (each) => {
		const run = started.get(each)!;
		const { control, items, tasks, id, startedAt } = run;
		const timeoutMs = Math.max(0, startedAt + MAX_WAIT_MS + SOON_MS - Date.now());
		const done = await testServer.n8n.client.waitForExecution(id, { timeoutMs });
		expect([done.status, done.error?.message]).toEqual(['success', undefined]);
		const took = Number(done.stoppedAt) - startedAt;
		expect(took).toBeGreaterThan(MAX_WAIT_MS - 2000);
		expect(took).toBeLessThan(MAX_WAIT_MS + SOON_MS);

		const out = itemsOf(done, HAPPY_HORSE);
		expect(out.map(({ json }) => [json.task_id, json.status, json.timed_out])).toEqual(
			tasks.map(({ taskId }, index) =>
				index === ENDLESS ? [taskId, 'CREATED', true] : [taskId, 'COMPLETED', false],
			),
		);
		for (const [index, task] of (await tasksOf(control, items)).entries()) {
			if (index === ENDLESS) {
				expect(out[index]!.binary).toBeUndefined();
				continue;
			}
			const stored = await storedVideo(testServer, out[index]!);
			expect(stored.equals(await servedVideo(control, task))).toBe(true);
		}
		expect(arrivals(done)).toEqual(expectedArrivals(items, tasks));
		await expectPaidOnce(control, items);
		await expectFinalWebhooksOnce(control);
	});

	// n8n's own timer, and what the last video is late to tell, find nothing to continue.
	it('and nothing comes out twice, whatever happens later', async () => {
		for (const run of started.values()) await finish(run, [run.tasks[ENDLESS]!]);
		const ends = [...started.values()].map(({ startedAt }) => startedAt);
		await sleep(Math.max(0, Math.max(...ends) + MAX_WAIT_MS + 40_000 - Date.now()));
		for (const { id, workflowId } of started.values()) {
			const { runData, status } = await testServer.n8n.client.execution(id);
			expect([status, runData[HAPPY_HORSE]?.length, runData[AFTER]?.length]).toEqual([
				...['success', 1, 1],
			]);
			expect(await testServer.n8n.client.executions({ workflowId })).toHaveLength(1);
		}
	});
});

it('items that are shown while the execution waits are not marked as timed out', () => {
	for (const [{ waitUsing }, { shown, tasks }] of started) {
		if (waitUsing === 'polling') continue;
		expect(shown.map(({ task_id, status, timed_out }) => [task_id, status, timed_out])).toEqual(
			tasks.map(({ taskId }) => [taskId, 'CREATED', false]),
		);
	}
});
