import type { ExecutionView } from '../../../../sandbox/n8n/execution';
import { isWhole } from '../../../../sandbox/n8n/execution';
import { storedExecutions } from '../executions/executionTable';
import { itemsNode, leadsTo, node, webhookNode } from './node';
import type { TestServer } from '../testServer/testServer';
import { until } from '../assertions/watching';
import type { CredentialReference } from './workflow';
import { NODE_TYPE } from './workflow';

/** One branch of a workflow that has many: Webhook → Items → Happy Horse, each with the name of the branch. */
export interface WorkflowBranch {
	name: string;
	credential: CredentialReference;
	/** Of our node. */
	parameters: Record<string, unknown>;
	/** Of our node, such as `retryOnFail`. */
	settings?: Record<string, unknown>;
}

export interface WorkflowBranches {
	id: string;
	/** Sends a request to the webhook of a branch with these items. */
	start(branch: string, items: unknown[]): Promise<void>;
	/** All executions, once so many have ended. */
	ended(amount: number, timeoutMs: number): Promise<ExecutionView[]>;
}

export const branchNode = (branch: string) => `Happy Horse ${branch}`;

let count = 0;

/** Publishes one workflow with all branches: much faster than a workflow for each. */
export async function publishBranches(
	testServer: TestServer,
	branches: readonly WorkflowBranch[],
): Promise<WorkflowBranches> {
	const { client } = testServer.n8n;
	const prefix = `branches-${process.pid}-${Date.now()}-${count++}`;
	const paths = new Map(branches.map(({ name }, index) => [name, `${prefix}-${index}`]));
	const id = await client.importWorkflow({
		name: prefix,
		settings: { executionOrder: 'v1' },
		nodes: branches.flatMap((branch) => nodesOf(branch, paths.get(branch.name)!)),
		connections: Object.assign({}, ...branches.map(connectionsOf)) as object,
	});
	for (const path of paths.values()) await client.waitForWebhook(path);
	return {
		id,
		async start(branch, items) {
			const response = await client.sendToWebhook(paths.get(branch)!, { body: { items } });
			if (response.status !== 200)
				throw new Error(`The webhook of ${branch} responded ${response.status}`);
		},
		async ended(amount, timeoutMs) {
			const all = async () => {
				const seen = await client.executions({ workflowId: id });
				const ends = seen.filter(({ status }) => ['success', 'error', 'crashed'].includes(status));
				return ends.length >= amount;
			};
			await until(`${amount} executions have ended`, all, timeoutMs);
			return await until('all of them are stored', async () => {
				const stored = storedExecutions(testServer.n8n, id);
				return stored.every(isWhole) && stored;
			});
		},
	};
}

/** The branch that an execution took. */
export function branchOf({ runData }: ExecutionView): string {
	const webhook = Object.keys(runData).find((name) => name.startsWith('Webhook '));
	return webhook?.slice('Webhook '.length) ?? '';
}

function nodesOf(
	{ name, credential, parameters, settings }: WorkflowBranch,
	path: string,
): object[] {
	return [
		webhookNode(`Webhook ${name}`, path),
		itemsNode(`Items ${name}`),
		node(branchNode(name), NODE_TYPE, {
			typeVersion: 1,
			parameters: { resource: 'imageToVideo', ...parameters },
			credentials: { happyHorseApi: credential },
			...settings,
		}),
	];
}

function connectionsOf({ name }: WorkflowBranch): object {
	return {
		[`Webhook ${name}`]: leadsTo(`Items ${name}`),
		[`Items ${name}`]: leadsTo(branchNode(name)),
	};
}
