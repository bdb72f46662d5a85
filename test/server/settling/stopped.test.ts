import { setTimeout as sleep } from 'node:timers/promises';

import { itemsOf } from '../../../sandbox/n8n/execution';
import { leadsTo, node } from '../support/workflows/node';
import { useTestServer } from '../support/testServer/useTestServer';
import { expectFinalWebhooksOnce, finish, useWaitingRuns } from '../support/executions/waitingRuns';
import { expectPaidOnce, suspended, tasksOf, traffic, until } from '../support/assertions/watching';
import {
	AFTER,
	createAndWait,
	HAPPY_HORSE,
	images,
	workflowWith,
} from '../support/workflows/workflow';

const LAG_SECONDS = 12;
/** So long after the API shows the videos, an execution that waits for them has long been continued. */
const LONG_AFTER_MS = 20_000;

const testServer = useTestServer();
const runs = useWaitingRuns(testServer);

describe('An execution that is stopped while it polls for its last videos', () => {
	it.each(['right', 'none'] as const)('is not continued; webhook secret: %s', async (secret) => {
		const { client } = testServer.n8n;
		const settings = { readLagSeconds: LAG_SECONDS };
		const run = await runs.start({ amount: 3, secret, settings });
		const { control, id, tasks, workflowId } = run;
		// All but one have ended, which is what keeps it polling with a secret too.
		await finish(run, tasks.slice(0, 2));
		await until('the webhooks got their responses', async () => {
			const { webhooks } = await control.state();
			return webhooks.filter(({ status }) => status === 'COMPLETED').length === 2;
		});
		await sleep(2000);
		expect(await client.executionStatus(id)).toBe('waiting');
		await client.stopExecution(id);
		expect(await client.executionStatus(id)).toBe('canceled');
		const finishedAt = await finish(run, tasks.slice(2));
		await sleep(LAG_SECONDS * 1000 + LONG_AFTER_MS);

		const { status, runData } = await client.execution(id);
		expect([status, runData[AFTER]]).toEqual(['canceled', undefined]);
		expect(await client.executions({ workflowId })).toHaveLength(1);
		const { webhooks } = await control.state(finishedAt - 500);
		const last = webhooks.filter(({ taskId }) => taskId === tasks[2]!.taskId);
		expect(last.map(({ responseStatus }) => responseStatus! >= 400)).toEqual([true]);
		// It stops polling, too, once it has learned of it.
		const quietSince = Date.now();
		await sleep(5000);
		expect(await traffic(control, quietSince)).toMatchObject({ lists: 0, gets: 0 });
		await expectPaidOnce(control, run.items);
		await expectFinalWebhooksOnce(control);
	});
});

describe('An execution that waits at another node after ours', () => {
	const WAIT = 'Wait';

	/** Webhook → Items → Happy Horse → Wait → After. */
	function waitingAfter(
		wait: Record<string, unknown>,
		happyHorse: Parameters<typeof workflowWith>[0],
	) {
		const { nodes, connections, ...workflow } = workflowWith(happyHorse);
		const parameters = { ...wait };
		return {
			...workflow,
			nodes: [
				...nodes,
				node(WAIT, 'n8n-nodes-base.wait', { typeVersion: 1.1, webhookId: 'wait', parameters }),
			],
			connections: {
				...connections,
				[HAPPY_HORSE]: leadsTo(WAIT),
				[WAIT]: leadsTo(AFTER),
			},
		};
	}

	it.each([
		['its webhook', { resume: 'webhook', httpMethod: 'POST' }],
		['a time', { resume: 'timeInterval', amount: 2, unit: 'hours' }],
	])('for %s is not continued by late webhooks', async (_, wait) => {
		const { client } = testServer.n8n;
		const { sandbox, control, credential } = await runs.api({ secret: 'right' });
		await control.rules({ on: 'create', do: { hold: true } });
		const items = images(sandbox.url, 2);
		const parameters = createAndWait({ waitUsing: 'webhook', downloadVideo: false });
		const workflow = await testServer.publish(waitingAfter(wait, { credential, parameters }));
		const id = await workflow.start(items);
		expect((await suspended(testServer, id)).status).toBe('waiting');
		const tasks = await tasksOf(control, items);
		for (const { taskId } of tasks) await control.advance(taskId, 'COMPLETED');
		const there = await until('it waits at the other node', async () => {
			const seen = await client.execution(id);
			return seen.status === 'waiting' && seen.lastNodeExecuted === WAIT && seen;
		});
		expect(itemsOf(there, HAPPY_HORSE).map(({ json }) => json.status)).toEqual([
			...['COMPLETED', 'COMPLETED'],
		]);

		for (const form of ['signed', 'unsigned', 'forged'] as const) {
			for (const { taskId } of tasks) {
				const [late] = await control.sendWebhook(taskId, { status: 'COMPLETED', form });
				expect(late!.responseStatus).toBeGreaterThanOrEqual(400);
			}
		}
		await sleep(3000);
		const still = await client.execution(id);
		expect([still.status, still.lastNodeExecuted]).toEqual(['waiting', WAIT]);
		expect(still.runData[AFTER]).toBeUndefined();
		expect(still.waitTill).toEqual(there.waitTill);
		await client.stopExecution(id);
	});
});
