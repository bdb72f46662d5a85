import type { N8nClient } from '../../../../sandbox/n8n/client';
import type { ExecutionView } from '../../../../sandbox/n8n/execution';
import type { TestServer } from '../testServer/testServer';
import { jsonsOf, until } from '../assertions/watching';
import type { NamedImage } from '../workflows/workflow';
import { CREATE_FIELDS, workflowWith } from '../workflows/workflow';

/** Parameters of Create with an idempotency key for each item. */
export function createWithKey(options: Record<string, unknown> = {}): Record<string, unknown> {
	return {
		...CREATE_FIELDS,
		operation: 'create',
		callback: 'none',
		options: { checkMedia: false, idempotencyKey: '={{ $json.name }}', ...options },
	};
}

export interface AtOnce {
	items: readonly NamedImage[];
	times: number;
	/** Where webhooks go, if that is another process. */
	door?: N8nClient;
	timeoutMs: number;
}

/** Starts a workflow so many times at the same moment, and gives its ID and executions, which all succeeded. */
export async function succeedAtOnce(
	{ credential, n8n, publish }: TestServer,
	{ items, times, door = n8n.client, timeoutMs }: AtOnce,
): Promise<{ workflowId: string; executions: ExecutionView[] }> {
	const { client } = n8n;
	const parameters = createWithKey({ maxConcurrency: 20 });
	const workflow = workflowWith({ credential, parameters });
	const { id: workflowId } = await publish(workflow);
	const requests = Array.from({ length: times }, async () => {
		return await door.sendToWebhook(workflow.path, { body: { items } });
	});
	const responses = await Promise.all(requests);
	expect(responses.map(({ status }) => status)).toEqual(responses.map(() => 200));
	const started = await until(`${times} executions have started`, async () => {
		const found = await client.executions({ workflowId });
		return found.length >= times && found;
	});
	expect(started).toHaveLength(times);
	const executions = await Promise.all(
		started.map(async ({ id }) => await client.waitForExecution(id, { timeoutMs })),
	);
	expect(executions.map(({ error }) => error)).toEqual(executions.map(() => undefined));
	expect(executions.map(({ status }) => status)).toEqual(executions.map(() => 'success'));
	return { workflowId, executions };
}

/** Each execution has the same task for each item, in the order of the items. */
export function expectSameTasks(
	executions: readonly ExecutionView[],
	tasks: ReadonlyArray<{ taskId: string }>,
): void {
	const taskIds = tasks.map(({ taskId }) => taskId);
	for (const execution of executions) {
		expect(jsonsOf(execution).map(({ task_id }) => task_id)).toEqual(taskIds);
	}
}
