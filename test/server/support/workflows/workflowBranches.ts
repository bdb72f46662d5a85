import type { ExecutionView } from '../../../../sandbox/n8n/execution';
import { isWhole } from '../../../../sandbox/n8n/execution';
import { storedExecutions } from '../executions/executionTable';
import { itemsNode, leadsTo, node, webhookNode } from './node';
import type { Stage } from '../testServer/testServer';
import { until } from '../assertions/watching';
import type { CredentialReference } from './workflow';
import { NODE_TYPE } from './workflow';

/** One way through a workflow that has many: Webhook → Items → Happy Horse, each with the lane's name. */
export interface Lane {
	name: string;
	credential: CredentialReference;
	/** Of our node. */
	parameters: Record<string, unknown>;
	/** Of our node, such as `retryOnFail`. */
	settings?: Record<string, unknown>;
}

export interface Lanes {
	id: string;
	/** Calls a lane's webhook with these items. */
	start(lane: string, items: unknown[]): Promise<void>;
	/** All executions, once so many have ended. */
	ended(amount: number, timeoutMs: number): Promise<ExecutionView[]>;
}

export const laneNode = (lane: string) => `Happy Horse ${lane}`;

let count = 0;

/** Publishes one workflow with all lanes: much faster than a workflow for each. */
export async function publishLanes(stage: Stage, lanes: readonly Lane[]): Promise<Lanes> {
	const { client } = stage.n8n;
	const prefix = `lanes-${process.pid}-${Date.now()}-${count++}`;
	const paths = new Map(lanes.map(({ name }, index) => [name, `${prefix}-${index}`]));
	const id = await client.importWorkflow({
		name: prefix,
		settings: { executionOrder: 'v1' },
		nodes: lanes.flatMap((lane) => nodesOf(lane, paths.get(lane.name)!)),
		connections: Object.assign({}, ...lanes.map(connectionsOf)) as object,
	});
	for (const path of paths.values()) await client.waitForWebhook(path);
	return {
		id,
		async start(lane, items) {
			const answer = await client.callWebhook(paths.get(lane)!, { body: { items } });
			if (answer.status !== 200)
				throw new Error(`The webhook of ${lane} answered ${answer.status}`);
		},
		async ended(amount, timeoutMs) {
			const all = async () => {
				const seen = await client.executions({ workflowId: id });
				const ends = seen.filter(({ status }) => ['success', 'error', 'crashed'].includes(status));
				return ends.length >= amount;
			};
			await until(`${amount} executions have ended`, all, timeoutMs);
			return await until('all of them are stored', async () => {
				const stored = storedExecutions(stage.n8n, id);
				return stored.every(isWhole) && stored;
			});
		},
	};
}

/** The lane that an execution took. */
export function laneOf({ runData }: ExecutionView): string {
	const webhook = Object.keys(runData).find((name) => name.startsWith('Webhook '));
	return webhook?.slice('Webhook '.length) ?? '';
}

function nodesOf({ name, credential, parameters, settings }: Lane, path: string): object[] {
	return [
		webhookNode(`Webhook ${name}`, path),
		itemsNode(`Items ${name}`),
		node(laneNode(name), NODE_TYPE, {
			typeVersion: 1,
			parameters: { resource: 'imageToVideo', ...parameters },
			credentials: { happyHorseApi: credential },
			...settings,
		}),
	];
}

function connectionsOf({ name }: Lane): object {
	return {
		[`Webhook ${name}`]: leadsTo(`Items ${name}`),
		[`Items ${name}`]: leadsTo(laneNode(name)),
	};
}
