import { spawnSandboxApi } from '../../../sandbox/api/spawn';
import type { SandboxTask } from '../../../sandbox/api/control';
import { N8nClient } from '../../../sandbox/n8n/client';
import { packNodePackage } from '../../../sandbox/n8n/nodePackage';
import type { N8nProcess } from '../../../sandbox/n8n/process';
import type { QueueN8n } from '../../../sandbox/n8n/queue';
import { startQueueN8n } from '../../../sandbox/n8n/queue';
import { webhookBody, genuineHeaders } from '../../server/support/webhooks/signing';
import type { TestServer } from '../../server/support/testServer/testServer';
import { setUp, SANDBOX } from '../../server/support/testServer/testServer';
import { n8nFacts } from '../../n8nFacts';
import { runningDuringTests } from '../../server/support/testServer/useTestServer';

/** n8n in queue mode next to a sandbox; `n8n` is the main process. */
export interface QueueServer extends TestServer {
	queue: QueueN8n;
	/** Sends webhooks to the webhook processor. */
	door: N8nClient;
}

/** A worker that dies is noticed after seconds, not after the minute and more that n8n takes by itself. */
const QUICK_TO_NOTICE = {
	QUEUE_WORKER_LOCK_DURATION: '30000',
	QUEUE_WORKER_LOCK_RENEW_TIME: '5000',
	QUEUE_WORKER_STALLED_INTERVAL: '5000',
};

async function startQueueServer(): Promise<QueueServer> {
	const tarball = await packNodePackage();
	const sandbox = await spawnSandboxApi(SANDBOX);
	const queue = await startQueueN8n({ tarball, env: QUICK_TO_NOTICE }).catch(
		async (error: unknown) => {
			await sandbox.stop();
			throw error;
		},
	);
	const close = async () => {
		await queue.stop();
		await sandbox.stop();
	};
	const door = new N8nClient(queue.webhookUrl);
	try {
		return { ...(await setUp({ sandbox, n8n: queue.main, door, close })), queue, door };
	} catch (error) {
		await close();
		throw error;
	}
}

/** The servers of a test in queue mode, with an empty sandbox for each test. */
export const useQueueServer = (): QueueServer => runningDuringTests(startQueueServer);

/** Prints a fact that a test does not hold n8n to, such as how long something took. */
export function tell(fact: string): void {
	process.stdout.write(`queue mode: ${fact}\n`);
}

export const inSeconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

/** The file is where every worker finds it: in the database, or (n8n 1 has no such place) in the execution itself. */
export function expectFileForAll(binary: { id?: string; data?: string } | undefined): void {
	if (n8nFacts.keepsFilesOutside) expect(binary?.id).toMatch(/^database:/);
	else expect([binary?.id, binary?.data]).toEqual([undefined, expect.any(String)]);
}

/** How often each worker has taken up this execution. */
export function takenUp({ workers }: QueueN8n, executionId: string): number[] {
	const line = new RegExp(`Worker started execution ${executionId} `, 'g');
	return workers.map((worker) => [...worker.log().matchAll(line)].length);
}

/** The worker that took the execution up. */
export function workerOf(queue: QueueN8n, executionId: string): N8nProcess | undefined {
	return queue.workers[takenUp(queue, executionId).findIndex((times) => times > 0)];
}

/** How many entries each claim of a workflow has: one row of n8n's table is one claim. */
export async function claimsOf({ database }: QueueN8n, workflowId: string): Promise<number[]> {
	const rows = await database.rows(
		`SELECT json_array_length(value::json -> 'data') AS amount FROM processed_data
		WHERE "workflowId" = '${workflowId}'`,
	);
	return rows.map(({ amount }) => Number(amount));
}

/** One webhook of the provider, sent to this URL. */
export async function sendSignedWebhook(
	url: string,
	{ taskId, secret }: { taskId: string; secret: string },
): Promise<number> {
	const body = webhookBody(taskId);
	const headers = genuineHeaders(secret, { body });
	const response = await fetch(url, { method: 'POST', body, headers });
	await response.arrayBuffer();
	return response.status;
}

/** The callback URL of a task at the main process instead of the webhook processor. */
export function atMain({ main }: QueueN8n, { webhookUrl }: SandboxTask): string {
	const { pathname, search } = new URL(webhookUrl ?? '');
	return main.url + pathname + search;
}

/** The same values in an order that differs from theirs, and is the same in each run. */
export function shuffled<T>(values: readonly T[]): T[] {
	const mixed = values.map((value, index) => ({
		value,
		key: ((index * 7919 + 13) % 104_729) % 61,
	}));
	return mixed.sort((a, b) => a.key - b.key).map(({ value }) => value);
}
