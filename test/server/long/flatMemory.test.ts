import { Agent, request } from 'node:http';

import { freePorts } from '../../../sandbox/n8n/ports';
import { itemsOf } from '../../../sandbox/n8n/execution';
import { countEnded, countExecutions } from '../support/executions/executionTable';
import { inspectable } from '../support/testServer/inspector';
import { liveMegabytes } from '../support/testServer/liveMemory';
import { webhookBody, genuineHeaders } from '../support/webhooks/signing';
import { listen, triggerWorkflow } from '../support/workflows/triggerWorkflow';
import { useOwnServer } from '../support/testServer/useTestServer';
import { suspended, tasksOf, until } from '../support/assertions/watching';
import { createAndWait, HAPPY_HORSE, images } from '../support/workflows/workflow';

const AMOUNT = 1000;

/** Before anything is measured, n8n fills its caches. */
const WARM_UP = 100;

const GROWTH_MB = 30;

const CONNECTIONS = 4;

const PATIENCE_MS = 600_000;

/*
 * By default n8n 2.41 builds a JavaScript engine for each webhook, some 60 ms of CPU, and throws it away afterwards. Its
 * older way is faster; what our node would keep is the same.
 */
let inspector: number;
const testServer = useOwnServer({
	reset: false,
	n8n: async () => {
		[inspector = 0] = await freePorts(1);
		return { env: { ...inspectable(inspector), N8N_EXPRESSION_ENGINE: 'legacy' } };
	},
});

const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });

afterAll(() => agent.destroy());

interface Sent {
	headers: Record<string, string>;
	body: string;
}

async function send(url: string, { headers, body }: Sent): Promise<number> {
	return await new Promise((resolve, reject) => {
		const sent = request(url, { method: 'POST', agent, headers }, (response) => {
			response.resume();
			response.on('end', () => resolve(response.statusCode ?? 0));
			response.on('error', reject);
		});
		sent.on('error', reject);
		sent.end(body);
	});
}

/** What may come in about a task, with the response it gets. */
function kindsOf(secret: string): Record<string, [(taskId: string) => Sent, status: number]> {
	const json = { 'content-type': 'application/json' };
	const signed = (body: string, key = secret) => ({ body, headers: genuineHeaders(key, { body }) });
	return {
		'signed, final': [(taskId) => signed(webhookBody(taskId)), 200],
		'signed, not final': [(taskId) => signed(webhookBody(taskId, { status: 'IN_PROGRESS' })), 200],
		unsigned: [(taskId) => ({ body: webhookBody(taskId), headers: json }), 401],
		'badly signed': [(taskId) => signed(webhookBody(taskId), 'another secret'), 401],
		'signed rubbish': [() => signed('{"no":"task"}'), 400],
		'a check': [
			() => ({ body: '{}', headers: { ...json, 'x-happy-horse-check': 'wait' } }),
			// Only an execution that waits knows this check.
			0,
		],
	};
}

async function flood(
	url: string,
	{ amount, taskId, check }: { amount: number; taskId(): string; check: number },
): Promise<void> {
	for (const [kind, [make, status]] of Object.entries(kindsOf(testServer.sandbox.secret))) {
		const responses = await Promise.all(
			Array.from({ length: amount }, async () => await send(url, make(taskId()))),
		);
		expect([kind, ...new Set(responses)]).toEqual([kind, status || check]);
	}
}

/** Sends everything, and wants none of it to be kept. */
async function expectFlat(title: string, work: (amount: number) => Promise<void>): Promise<void> {
	await work(WARM_UP);
	const before = await liveMegabytes(inspector);
	const startedAt = Date.now();
	await work(AMOUNT);
	const seconds = (Date.now() - startedAt) / 1000;
	const growth = (await liveMegabytes(inspector)) - before;
	process.stdout.write(
		`${title}: ${before.toFixed(0)} MB in use, ${growth.toFixed(1)} MB more afterwards (${seconds.toFixed(0)} s)\n`,
	);
	expect(growth).toBeLessThan(GROWTH_MB);
}

describe(`${AMOUNT} requests of every kind leave nothing in memory`, () => {
	it(
		'at an execution that waits, which then comes out complete',
		async () => {
			const { n8n, sandbox } = testServer;
			const { control } = sandbox;
			await control.settings({ webhookRetries: 0 });
			await control.rules({ on: 'create', do: { hold: true } });
			const items = images(sandbox.url, 2);
			const parameters = createAndWait({ waitUsing: 'webhook', downloadVideo: false });
			const id = await (await testServer.publishNode({ parameters })).start(items);
			expect((await suspended(testServer, id)).status).toBe('waiting');
			const tasks = await tasksOf(control, items);
			const [first, second] = tasks;
			// One open webhook is there from the warm-up on.
			await control.advance(first!.taskId, 'COMPLETED');
			const url = first!.webhookUrl!;
			await expectFlat('waiting', async (amount) => {
				await flood(url, { amount, taskId: () => first!.taskId, check: 200 });
			});
			await control.advance(second!.taskId, 'COMPLETED');
			const done = await n8n.client.waitForExecution(id);
			expect(itemsOf(done, HAPPY_HORSE).map(({ json }) => [json.task_id, json.status])).toEqual(
				tasks.map(({ taskId }) => [taskId, 'COMPLETED']),
			);
		},
		PATIENCE_MS,
	);

	it(
		'at the trigger, each final signed one about another video',
		async () => {
			const { n8n, sandbox, credential } = testServer;
			const { id, url } = await listen(testServer, triggerWorkflow({ credential }));
			const taskIds = await sandbox.control.seedTasks({
				count: WARM_UP + AMOUNT,
				status: 'COMPLETED',
			});
			let next = 0;
			const taskId = () => taskIds[next++ % taskIds.length]!;
			await expectFlat('trigger', async (amount) => {
				next = amount === AMOUNT ? WARM_UP : 0;
				await flood(url, { amount, taskId, check: 401 });
				const all = amount === AMOUNT ? WARM_UP + AMOUNT : WARM_UP;
				const ended = async () => countEnded(n8n, id) >= all;
				await until('all executions have ended', ended, PATIENCE_MS);
			});
			expect(countExecutions(n8n, id)).toBe(WARM_UP + AMOUNT);
		},
		PATIENCE_MS,
	);
});
