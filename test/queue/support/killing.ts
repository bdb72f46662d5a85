import type { ExecutionView } from '../../../sandbox/n8n/execution';
import type { N8nProcess } from '../../../sandbox/n8n/process';
import { n8nFacts } from '../../n8nFacts';
import { until } from '../../server/support/assertions/watching';
import type { QueueServer } from './queueServer';
import { inSeconds, tell, workerOf } from './queueServer';

const PATIENCE_MS = 240_000;

export async function workerTaking({ queue }: QueueServer, id: string): Promise<N8nProcess> {
	return await until(`a worker takes execution ${id} up`, async () => workerOf(queue, id));
}

/** Waits until these executions have ended, some time after their worker died; gives how. */
export async function endsOf(
	{ n8n }: QueueServer,
	executions: readonly string[],
): Promise<string[]> {
	const before = Date.now();
	const seen = await Promise.all(
		executions.map(async (id) => await n8n.client.waitForExecution(id, { timeoutMs: PATIENCE_MS })),
	);
	const ends = seen.map(({ status }) => status);
	const after = inSeconds(Date.now() - before);
	tell(`n8n noticed after ${after} that a worker is dead: ${ends.join(', ')}`);
	return ends;
}

/** Kills the worker at once and starts it again when n8n has found out; gives how its executions ended. */
export async function killed(
	testServer: QueueServer,
	{ worker, executions }: { worker: N8nProcess; executions: readonly string[] },
): Promise<string[]> {
	await worker.kill9();
	const ends = await endsOf(testServer, executions);
	await worker.boot();
	return ends;
}

/**
 * Presses "Retry", and expects what n8n 2.41.1 makes of it when a worker has died: it has kept neither items nor
 * results of the execution, so the retry ends at once with the same error and runs no node.
 */
async function expectRetryToDoNothing({ n8n, sandbox }: QueueServer, id: string): Promise<void> {
	const { client } = n8n;
	const { posts } = await sandbox.control.state();
	const again = await client.waitForExecution(await client.retryExecution(id));
	expect(again.status).toBe('error');
	expect(again.error?.message).toMatch(/failed to be processed too many times/);
	expect(again.runData).toEqual({});
	expect((await sandbox.control.state()).posts).toHaveLength(posts.length);
}

/** What has come of the execution after its worker died: no more of it, or all that it is about. */
export async function expectEnded(
	testServer: QueueServer,
	id: string,
	{ ends, whole }: { ends: readonly string[]; whole: (done: ExecutionView) => void },
): Promise<void> {
	if (n8nFacts.endsWithItsWorker) {
		expect(ends).not.toContain('success');
		await expectRetryToDoNothing(testServer, id);
	} else {
		const done = await testServer.n8n.client.execution(id);
		expect(done.status).toBe('success');
		whole(done);
	}
}
