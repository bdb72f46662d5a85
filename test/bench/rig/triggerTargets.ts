import { Agent, request } from 'node:http';

import { providerFrom } from '../../../nodes/HappyHorse/http/provider';
import { addSignedQuery } from '../../../nodes/HappyHorse/webhook/signedQuery';
import type { SpawnedSandbox } from '../../../sandbox/api/spawn';
import { webhookHeaders } from '../../../sandbox/api/sign';
import { countEnded } from '../../server/support/executions/executionTable';
import { webhookBody, messageId, seconds } from '../../server/support/webhooks/signing';
import { listen, triggerWorkflow } from '../../server/support/workflows/triggerWorkflow';
import { until } from '../../server/support/assertions/watching';
import type { NodeJson } from '../contenders/nodes';
import { DONE, done, links, node, READ, read, webhook } from '../contenders/nodes';
import { OURS } from '../measure';
import type { Rig } from './rig';

export const CONNECTIONS = 10;

export const CAREFUL = 'Webhook node with a key + HTTP Request';

export const PLAIN = 'Webhook node';

/** n8n spares its own Webhook node the JavaScript engine that it builds for the webhooks of all other nodes (2.41.1). */
export const ENGINE_FOR_ALL = { N8N_EXPRESSION_ENGINE_ALLOW_WEBHOOK_ISOLATE_SKIP: 'false' };

/** A published workflow that starts with each webhook that it accepts. */
export interface TriggerTarget {
	contender: string;
	/** Of the workflow. */
	id: string;
	url: string;
}

/** Our trigger, and what can be built from n8n's own nodes in its place. */
export async function triggerTargets(rig: Rig): Promise<TriggerTarget[]> {
	const { testServer } = rig;
	const path = `plain-${Date.now().toString(36)}`;
	const plain = await testServer.publish({
		...{ path, name: path, settings: { executionOrder: 'v1' } },
		nodes: [webhook(path), done],
		connections: links(['Webhook', DONE]),
	});
	const careful = await testServer.publish({
		...{ path: `${path}-2`, name: `${path}-2`, settings: { executionOrder: 'v1' } },
		nodes: carefulNodes(rig, `${path}-2`),
		connections: links(['Webhook', READ], [READ, DONE]),
	});
	const { credential, n8n, sandbox } = testServer;
	const trigger = await listen(testServer, triggerWorkflow({ credential }));
	return [
		{ contender: OURS, id: trigger.id, url: handedOut(trigger.url, sandbox) },
		{ contender: CAREFUL, id: careful.id, url: `${n8n.url}/webhook/${path}-2` },
		{ contender: PLAIN, id: plain.id, url: `${n8n.url}/webhook/${path}` },
	];
}

/** The URL as the Happy Horse node gives it to the API with each task. */
function handedOut(triggerUrl: string, { url, key }: SpawnedSandbox): string {
	const { signingKey } = providerFrom({ provider: 'custom', baseUrl: url, apiKey: key });
	return addSignedQuery(triggerUrl, { endpoint: 'image-to-video/happy-horse-1' }, signingKey);
}

/** The same care, as far as n8n's own nodes can take it. */
function carefulNodes({ headerAuth, meter }: Rig, path: string): NodeJson[] {
	const guarded = node('Webhook', {
		...{
			type: 'webhook',
			version: 2,
			webhookId: path,
			credentials: { httpHeaderAuth: headerAuth },
		},
		parameters: { path, httpMethod: 'POST', authentication: 'headerAuth', options: {} },
	});
	const api = { base: meter.base('trigger'), auth: headerAuth };
	return [guarded, read(api, { taskId: '$json.body.task_id' }), done];
}

export interface Rate {
	/** Webhooks per second that got their response. */
	responded: number;
	/** Executions per second that ended. */
	ended: number;
}

/** Sends so many signed webhooks, each of another task, and waits for the executions that they start. */
export async function flood(
	{ testServer }: Rig,
	{ id, url }: TriggerTarget,
	amount: number,
): Promise<Rate> {
	const { n8n, sandbox } = testServer;
	const before = countEnded(n8n, id);
	const bodies = await finishedTasks(sandbox, amount);
	const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
	const started = performance.now();
	const responses = await Promise.all(
		bodies.map(async (body) => await post(url, { agent, body, sandbox })),
	);
	const respondedMs = performance.now() - started;
	await until(
		`${amount} executions have ended`,
		async () => countEnded(n8n, id) - before >= amount,
		300_000,
	);
	const endedMs = performance.now() - started;
	agent.destroy();
	const rejected = responses.filter((status) => status !== 200);
	if (rejected.length > 0) throw new Error(`${rejected.length} webhooks got ${rejected[0]}`);
	return { responded: (amount / respondedMs) * 1000, ended: (amount / endedMs) * 1000 };
}

/** The bodies of the webhooks of new tasks that have their videos, as the API sends them: with the URL of the video. */
async function finishedTasks({ control }: SpawnedSandbox, count: number): Promise<string[]> {
	const taskIds = new Set(await control.seedTasks({ count, status: 'COMPLETED' }));
	const tasks = (await control.state()).tasks.filter(({ taskId }) => taskIds.has(taskId));
	return tasks.map(({ taskId, generated }) => webhookBody(taskId, { generated }));
}

async function post(
	target: string,
	{ agent, body, sandbox }: { agent: Agent; body: string; sandbox: SpawnedSandbox },
): Promise<number> {
	const message = { id: messageId(), timestamp: seconds(), body };
	const headers = {
		'content-type': 'application/json',
		'x-magnific-api-key': sandbox.key,
		...webhookHeaders(sandbox.secret, message),
	};
	return await new Promise((resolve, reject) => {
		const sent = request(target, { method: 'POST', agent, headers }, (response) => {
			response.resume();
			response.on('end', () => resolve(response.statusCode ?? 0));
			response.on('error', reject);
		});
		sent.on('error', reject);
		sent.end(body);
	});
}
