import { Agent, request } from 'node:http';

import { providerFrom } from '../../../nodes/HappyHorse/http/provider';
import { addSignedQuery } from '../../../nodes/HappyHorse/webhook/signedQuery';
import type { SpawnedSandbox } from '../../../sandbox/api/spawn';
import { webhookHeaders } from '../../../sandbox/api/sign';
import { countEnded } from '../../server/support/executions/executionTable';
import { webhookBody, messageId, seconds } from '../../server/support/webhooks/signing';
import { listen, passedOn, triggerWorkflow } from '../../server/support/workflows/triggerWorkflow';
import { until } from '../../server/support/assertions/watching';
import type { NodeJson } from '../contenders/nodes';
import { DONE, done, links, node, READ, read, webhook } from '../contenders/nodes';
import type { Measure, Plan, Row } from '../measure';
import { inTurn, OURS, Rows } from '../measure';
import type { Rig } from '../rig/rig';
import { startRig } from '../rig/rig';

const CONNECTIONS = 10;

const CAREFUL = 'Webhook node with a key + HTTP Request';

const row = (id: string, what: string): Omit<Row, 'runs'> => ({
	...{ id, what, unit: '1/s', better: 'more' },
});

/** n8n spares its own Webhook node the JavaScript engine that it builds for the webhooks of all other nodes (2.41.1). */
const ENGINE_FOR_ALL = { N8N_EXPRESSION_ENGINE_ALLOW_WEBHOOK_ISOLATE_SKIP: 'false' };

/** Webhooks per second: ours verified and confirmed, n8n's own Webhook node without any check. */
export const triggerRate: Measure = {
	name: 'trigger',
	title: 'Webhooks per second through the trigger',
	async run(plan) {
		const rows = new Rows();
		const asItComes = await plan.rig();
		await compare(asItComes, plan, ({ contender, responded, ended }) => {
			rows.add(row('accepted', 'Signed webhooks accepted'), contender, responded);
			rows.add(row('ended', 'Executions ended'), contender, ended);
		});
		const engineForAll = await startRig(ENGINE_FOR_ALL);
		try {
			await compare(engineForAll, plan, ({ contender, ended }) => {
				rows.add(
					row('ended-alike', 'Executions ended, an engine for each webhook'),
					contender,
					ended,
				);
			});
		} finally {
			await engineForAll.close();
		}
		return {
			rows: rows.all(),
			notes: [
				`${amountOf(plan)} webhooks over ${CONNECTIONS} connections. They come to the URL that Happy Horse gives to the API with each task. Happy Horse Trigger verifies each signature and drops repeated webhooks; the Webhook node accepts everything. "${CAREFUL}" is the closest that can be built from n8n's own nodes: it compares a key that the client sends, and an HTTP Request reads the task.`,
				"n8n builds a JavaScript engine, some 60 ms of CPU, for each webhook, but not for those of its own Webhook node without expressions. The last row takes this exemption away with n8n's setting `N8N_EXPRESSION_ENGINE_ALLOW_WEBHOOK_ISOLATE_SKIP=false`: what is left is what the nodes do. Happy Horse Trigger records each video in n8n's database, so that no process passes one on twice.",
			],
		};
	},
};

interface Rate {
	contender: string;
	/** Per second. */
	responded: number;
	ended: number;
}

const amountOf = ({ quick }: Plan) => (quick ? 20 : 100);

/** Sends the same number of webhooks to each, in turns. */
async function compare(rig: Rig, plan: Plan, add: (rate: Rate) => void): Promise<void> {
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
	const targets = [
		{ contender: OURS, id: trigger.id, url: handedOut(trigger.url, sandbox) },
		{ contender: CAREFUL, id: careful.id, url: `${n8n.url}/webhook/${path}-2` },
		{ contender: 'Webhook node', id: plain.id, url: `${n8n.url}/webhook/${path}` },
	];
	const amount = amountOf(plan);
	for (let round = 0; round < plan.repeats; round++) {
		for (const { contender, ...target } of inTurn(targets, round)) {
			add({ contender, ...(await flood(rig, { ...target, amount })) });
		}
	}
	const passed = new Set(passedOn(n8n, trigger.id).map(({ task_id }) => task_id)).size;
	if (passed !== amount * plan.repeats) throw new Error(`${passed} videos passed the trigger`);
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

interface Flood {
	id: string;
	url: string;
	amount: number;
}

/** Webhooks per second. */
async function flood({ testServer }: Rig, { id, url, amount }: Flood) {
	const { n8n, sandbox } = testServer;
	const before = countEnded(n8n, id);
	const taskIds = await sandbox.control.seedTasks({ count: amount, status: 'COMPLETED' });
	const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
	const started = performance.now();
	const responses = await Promise.all(
		taskIds.map(async (taskId) => await post(url, { agent, taskId, sandbox })),
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

async function post(
	target: string,
	{ agent, taskId, sandbox }: { agent: Agent; taskId: string; sandbox: SpawnedSandbox },
): Promise<number> {
	const body = webhookBody(taskId);
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
