import type { N8nClient } from '../../../../sandbox/n8n/client';
import type { ExecutionView } from '../../../../sandbox/n8n/execution';
import { until } from '../assertions/watching';

/** Presses "Retry" of an execution so many times at once; does not wait for what comes of it. */
export async function startRetries(
	client: N8nClient,
	{ id, workflowId }: Pick<ExecutionView, 'id' | 'workflowId'>,
	amount = 1,
): Promise<string[]> {
	const retries = async () => {
		const listed = await client.executions({ workflowId });
		return listed.filter(({ retryOf }) => String(retryOf) === id).map((found) => found.id);
	};
	const known = new Set(await retries());
	for (let time = 0; time < amount; time++) {
		// n8n responds when the retry has ended, which may take longer than a request may.
		void client.rest('POST', `executions/${id}/retry`, { loadWorkflow: false }).catch(() => null);
	}
	return await until(`${amount} retries of execution ${id}`, async () => {
		const fresh = (await retries()).filter((retry) => !known.has(retry));
		return fresh.length >= amount && fresh;
	});
}

/** The same, and waits until the one retry has ended. */
export async function retried(
	client: N8nClient,
	execution: Pick<ExecutionView, 'id' | 'workflowId'>,
	timeoutMs = 120_000,
): Promise<ExecutionView> {
	const [id] = await startRetries(client, execution);
	return await client.waitForExecution(id!, { timeoutMs });
}
