/** Workflows that a webhook starts: Happy Horse Trigger -> After trigger. */
import type { ExecutionView } from '../../../../sandbox/n8n/execution';
import type { Database } from '../executions/executionTable';
import { itemsOf } from '../../../../sandbox/n8n/execution';
import { allEnded, storedExecutions } from '../executions/executionTable';
import { leadsTo } from './node';
import { rawRequest } from '../network/rawRequest';
import type { TestServer } from '../testServer/testServer';
import { until } from '../assertions/watching';
import type { CredentialReference } from './workflow';
import { CREATE_FIELDS, workflowWith } from './workflow';

export const TRIGGER_TYPE = 'n8n-nodes-happy-horse.happyHorseTrigger';
export const TRIGGER = 'Happy Horse Trigger';
export const AFTER_TRIGGER = 'After trigger';

export interface TriggerParts {
	credential: CredentialReference;
	parameters?: Record<string, unknown>;
}

function triggerNodes({ credential, parameters }: TriggerParts) {
	return [
		{
			id: 'node-trigger',
			name: TRIGGER,
			type: TRIGGER_TYPE,
			typeVersion: 1,
			position: [0, 300],
			// Copies keep it: the trigger's URL must not depend on it.
			webhookId: 'b6b1e8b4-6b0e-4a3c-9f0e-6a1d1f9f0001',
			parameters: { events: ['COMPLETED', 'FAILED'], options: {}, ...parameters },
			credentials: { happyHorseApi: credential },
		},
		{
			id: 'node-after-trigger',
			name: AFTER_TRIGGER,
			type: 'n8n-nodes-base.noOp',
			typeVersion: 1,
			position: [200, 300],
			parameters: {},
		},
	];
}

const TRIGGER_LINK = { [TRIGGER]: leadsTo(AFTER_TRIGGER) };

let count = 0;

/** Only the trigger and the node after it. */
export function triggerWorkflow(parts: TriggerParts) {
	return {
		name: `trigger ${count++}`,
		settings: { executionOrder: 'v1' },
		nodes: triggerNodes(parts),
		connections: TRIGGER_LINK,
	};
}

/** Webhook -> Items -> Happy Horse (Create) -> After, and the trigger next to it. */
export function creatingWorkflow(parts: TriggerParts, create: Record<string, unknown> = {}) {
	const { credential } = parts;
	const createFields = {
		...CREATE_FIELDS,
		operation: 'create',
		callback: 'thisWorkflow',
		options: { metadata: '={{ { name: $json.name } }}' },
		...create,
	};
	const workflow = workflowWith({ credential, parameters: createFields });
	return {
		...workflow,
		nodes: [...workflow.nodes, ...triggerNodes(parts)],
		connections: { ...workflow.connections, ...TRIGGER_LINK },
	};
}

export interface Listening {
	id: string;
	/** Production URL of the trigger. */
	url: string;
}

/** Publishes a workflow with a trigger, and waits until its URL is registered. */
export async function listen(
	{ n8n }: Pick<TestServer, 'n8n'>,
	workflow: Record<string, unknown>,
): Promise<Listening> {
	const id = await n8n.client.importWorkflow(workflow);
	const path = `happy-horse-${id}`;
	await n8n.client.waitForWebhook(path);
	return { id, url: `${n8n.url}/webhook/${path}` };
}

/** Waits until nothing listens at a URL; a webhook without a signature starts nothing before. */
export async function untilUnregistered(url: string): Promise<void> {
	const knock = async () => (await rawRequest(url, { headers: [] })).status;
	await until(`${url} is gone`, async () => (await knock()) === 404);
}

/** The executions that the trigger has started, without those that create videos. */
export function triggered(n8n: Database, workflowId: string): ExecutionView[] {
	return storedExecutions(n8n, workflowId).filter(({ runData }) => runData[TRIGGER] !== undefined);
}

/** What has arrived at the node after the trigger, over all executions of the workflow. */
export function passedOn(n8n: Database, workflowId: string): Array<Record<string, unknown>> {
	return triggered(n8n, workflowId).flatMap((execution) =>
		itemsOf(execution, AFTER_TRIGGER).map(({ json }) => json),
	);
}

/** Waits until that many executions of the trigger have ended, and any other of the workflow, and gives them. */
export async function triggeredTimes(
	n8n: Database,
	{ id, times, timeoutMs }: { id: string; times: number; timeoutMs?: number },
): Promise<ExecutionView[]> {
	const what = `${times} executions of the trigger in workflow ${id}`;
	return await until(
		what,
		async () => {
			// One too many that still runs would not show itself.
			if (!allEnded(n8n, id)) return false;
			const ended = triggered(n8n, id);
			return ended.length >= times && ended;
		},
		timeoutMs,
	);
}
