import { randomInt } from 'node:crypto';
import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

import { webhookHeaders } from '../../sandbox/api/sign';
import { allEnded, countEnded, countExecutions } from './support/executions/executionTable';
import { webhookBody, messageId, seconds } from './support/webhooks/signing';
import type { Listening } from './support/workflows/triggerWorkflow';
import { listen, passedOn, triggered, triggerWorkflow } from './support/workflows/triggerWorkflow';
import { useOwnServer } from './support/testServer/useTestServer';
import { traffic, until } from './support/assertions/watching';

const TASKS = 500;
const DELIVERIES = 4;
const CONNECTIONS = 20;

/** Many times what it takes on a computer that does nothing else. */
const PATIENCE_MS = 400_000;

/*
 * By default n8n 2.41 builds a JavaScript engine for each webhook that comes while another is
 * dealt with, some 60 ms of CPU. Its older way lets more webhooks in at the same moment.
 */
const N8N_ENVIRONMENT = { N8N_EXPRESSION_ENGINE: 'legacy' };

const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });

// Hooks run as they are registered: n8n stops sooner when nothing is open any more.
afterAll(() => agent.destroy());

const testServer = useOwnServer({ n8n: { env: N8N_ENVIRONMENT }, reset: false });
let trigger: Listening;

beforeAll(async () => {
	trigger = await listen(testServer, triggerWorkflow({ credential: testServer.credential }));
});

async function sendWebhook(body: string, secret: string): Promise<number> {
	const headers = {
		'content-type': 'application/json',
		...webhookHeaders(secret, { id: messageId(), timestamp: seconds(), body }),
	};
	return await new Promise((resolve, reject) => {
		const sent = request(trigger.url, { method: 'POST', agent, headers }, (response) => {
			response.resume();
			response.on('end', () => resolve(response.statusCode ?? 0));
			response.on('error', reject);
		});
		sent.on('error', reject);
		sent.end(body);
	});
}

function shuffled<T>(list: readonly T[]): T[] {
	const copy = [...list];
	for (let last = copy.length - 1; last > 0; last--) {
		const other = randomInt(last + 1);
		[copy[last], copy[other]] = [copy[other]!, copy[last]!];
	}
	return copy;
}

/** Sends everything over the connections, while the test looks in now and then. */
async function flood(bodies: readonly string[], secret: string) {
	let flowing = true;
	const looks: Array<{ status: number; ms: number }> = [];
	const visitor = (async () => {
		while (flowing) {
			const started = Date.now();
			const { status } = await fetch(`${testServer.n8n.url}/healthz`, {
				signal: AbortSignal.timeout(30_000),
			});
			looks.push({ status, ms: Date.now() - started });
			await sleep(250);
		}
	})();
	const responses = await Promise.all(bodies.map(async (body) => await sendWebhook(body, secret)));
	flowing = false;
	await visitor;
	return { responses, looks };
}

function expectResponsive(looks: ReadonlyArray<{ status: number; ms: number }>): void {
	expect(looks.length).toBeGreaterThan(2);
	expect(new Set(looks.map(({ status }) => status))).toEqual(new Set([200]));
	// n8n shares two cores with the sandbox, with this process and with other tests.
	expect(Math.max(...looks.map(({ ms }) => ms))).toBeLessThan(20_000);
}

/** Waits until so many executions have ended, and none is left. */
async function settled(times: number): Promise<void> {
	const ended = async () => {
		await sleep(500);
		// The first request is cheap, the second reads them all.
		return countEnded(testServer.n8n, trigger.id) >= times && allEnded(testServer.n8n, trigger.id);
	};
	await until(`${times} executions have ended`, ended, PATIENCE_MS);
}

describe('a flood of webhooks', () => {
	it(
		'2,000 for 500 videos: each passes the trigger once',
		async () => {
			const { sandbox, n8n } = testServer;
			const taskIds = await sandbox.control.seedTasks({ count: TASKS, status: 'COMPLETED' });
			const bodies = taskIds.flatMap((taskId) =>
				Array<string>(DELIVERIES).fill(webhookBody(taskId)),
			);
			const { responses, looks } = await flood(shuffled(bodies), sandbox.secret);
			expect(responses).toHaveLength(TASKS * DELIVERIES);
			expect(responses.filter((status) => status !== 200)).toEqual([]);
			await settled(TASKS);

			const passed = passedOn(n8n, trigger.id);
			expect(passed.map(({ task_id }) => String(task_id)).toSorted()).toEqual(taskIds.toSorted());
			expect(
				passed.filter(({ status, video_url }) => status !== 'COMPLETED' || !video_url),
			).toEqual([]);
			const executions = triggered(n8n, trigger.id);
			expect(executions.filter(({ status }) => status !== 'success')).toEqual([]);
			expectResponsive(looks);
			// What was read is what is true; webhooks cost nothing.
			const { creates, gets } = await traffic(sandbox.control);
			expect(creates).toBe(0);
			expect(gets).toBeGreaterThanOrEqual(TASKS);
		},
		PATIENCE_MS,
	);

	it(
		'2,000 forged ones: none starts anything, and none causes a request to the API',
		async () => {
			const { sandbox, n8n } = testServer;
			const before = countExecutions(n8n, trigger.id);
			const [goodTask, ...taskIds] = await sandbox.control.seedTasks({
				count: TASKS + 1,
				status: 'COMPLETED',
			});
			const since = Date.now();
			const bodies = taskIds.flatMap((taskId) =>
				Array<string>(DELIVERIES).fill(webhookBody(taskId)),
			);
			const { responses, looks } = await flood(shuffled(bodies), 'a secret of strangers');
			expect(responses).toHaveLength(TASKS * DELIVERIES);
			expect(responses.filter((status) => status !== 401)).toEqual([]);
			expect((await traffic(sandbox.control, since)).gets).toBe(0);
			expectResponsive(looks);

			// Once a later webhook has come through, no earlier one can still be on its way.
			expect(await sendWebhook(webhookBody(goodTask!), sandbox.secret)).toBe(200);
			await settled(before + 1);
			expect(countExecutions(n8n, trigger.id)).toBe(before + 1);
			expect(passedOn(n8n, trigger.id).at(-1)).toMatchObject({ task_id: goodTask });
		},
		PATIENCE_MS,
	);
});
