import { setTimeout as sleep } from 'node:timers/promises';

import { residentMegabytes, watchPeak } from '../../bench/rig/memory';
import { countEnded, countExecutions } from '../support/executions/executionTable';
import { leadsTo, node, webhookNode } from '../support/workflows/node';
import { webhookBody, genuineHeaders } from '../support/webhooks/signing';
import {
	listen,
	creatingWorkflow,
	passedOn,
	triggered,
	triggerWorkflow,
} from '../support/workflows/triggerWorkflow';
import type { OwnServer } from '../support/testServer/testServer';
import { useOwnServer } from '../support/testServer/useTestServer';
import { traffic, until } from '../support/assertions/watching';
import { images } from '../support/workflows/workflow';

const AT_ONCE = 300;

/** What a burst may take. */
const MOST_MB = 500;

/** Where it takes more at n8n's own Webhook node: that, and so large a share of it. */
const MOST_MORE = 0.3;

const PATIENCE_MS = 240_000;

interface Place {
	id: string;
	url: string;
}

async function send({ sandbox }: OwnServer, { url }: Place, taskId: string): Promise<number> {
	const body = webhookBody(taskId, { generated: [`https://cdn.example/${taskId}.mp4`] });
	const headers = genuineHeaders(sandbox.secret, { body });
	const response = await fetch(url, {
		...{ method: 'POST', headers, body },
		signal: AbortSignal.timeout(PATIENCE_MS),
	});
	await response.arrayBuffer();
	return response.status;
}

/**
 * Sends one webhook about each task at the same moment, all of which start an execution, and gives the peak of
 * n8n's memory over what it took before, in MB. n8n has to be fresh: what it has taken once it does not give back.
 */
async function burst(
	title: string,
	testServer: OwnServer,
	place: Place,
): Promise<[string[], number]> {
	const { n8n, sandbox } = testServer;
	const ended = async (times: number) => {
		const all = async () => countEnded(n8n, place.id) >= times;
		await until(`${times} executions have ended`, all, PATIENCE_MS);
	};
	const earlier = countExecutions(n8n, place.id);
	const [first = '', ...taskIds] = await sandbox.control.seedTasks({
		count: AT_ONCE + 1,
		status: 'COMPLETED',
	});
	expect(await send(testServer, place, first)).toBe(200);
	await ended(earlier + 1);
	await sleep(3000);
	const startedAt = Date.now();
	const before = residentMegabytes(n8n.pid);
	const growth = watchPeak(n8n.pid);
	const responses = await Promise.all(
		taskIds.map(async (taskId) => await send(testServer, place, taskId)),
	);
	await ended(earlier + 1 + AT_ONCE);
	const grown = growth();
	process.stdout.write(
		`${title}: ended in ${Date.now() - startedAt} ms; memory of n8n: ` +
			`${before.toFixed(0)} MB before, ${grown.toFixed(0)} MB more at most\n`,
	);
	expect(new Set(responses)).toEqual(new Set([200]));
	expect(countExecutions(n8n, place.id)).toBe(earlier + 1 + AT_ONCE);
	return [[first, ...taskIds], grown];
}

/*
 * By default n8n holds a JavaScript engine of some 10 MB for each execution from its first node to its last (2.41.1), so
 * that 300 at the same moment take 3 GB, whatever they do. Its older engine shows what our node takes.
 */
describe.each<[string, Record<string, string>]>([
	['with the older engine', { N8N_EXPRESSION_ENGINE: 'legacy' }],
	['as n8n comes', {}],
])(`${AT_ONCE} webhooks about as many tasks at the same moment, %s`, (engine, env) => {
	let own: number;

	describe("at n8n's own Webhook node", () => {
		const testServer = useOwnServer({ reset: false, n8n: { env } });

		it(
			'take what they take',
			async () => {
				const path = `burst-${Date.now()}`;
				const id = await testServer.n8n.client.importWorkflow({
					...{ name: path, settings: { executionOrder: 'v1' } },
					nodes: [
						webhookNode('Webhook', path),
						node('After', 'n8n-nodes-base.noOp', { typeVersion: 1, parameters: {} }),
					],
					connections: { Webhook: leadsTo('After') },
				});
				await testServer.n8n.client.waitForWebhook(path);
				const place = { id, url: `${testServer.n8n.url}/webhook/${path}` };
				[, own] = await burst(`${engine}, Webhook node`, testServer, place);
			},
			2 * PATIENCE_MS,
		);
	});

	describe.each([
		['with our note, so that none is read', true],
		['without it, so that each is read', false],
	])('at the trigger, %s', (title, isNoted) => {
		const testServer = useOwnServer({ reset: false, n8n: { env } });

		it(
			'take little more, and each passes once',
			async () => {
				const { n8n, sandbox, credential } = testServer;
				const { control, url } = sandbox;
				const trigger = isNoted
					? await testServer.publish(creatingWorkflow({ credential }, { options: {} }))
					: await listen(testServer, triggerWorkflow({ credential }));
				let note = '';
				if ('run' in trigger) {
					await trigger.run(images(url, 1));
					const { tasks } = await control.state();
					note = new URL(tasks[0]!.webhookUrl!).search;
					const passed = async () => passedOn(n8n, trigger.id).length === 1;
					await until('its video has passed', passed);
				}
				const { id } = trigger;
				const earlier = passedOn(n8n, id).map(({ task_id }) => String(task_id));
				const since = Date.now();
				const place = { id, url: `${n8n.url}/webhook/happy-horse-${id}${note}` };
				const [taskIds, grown] = await burst(`${engine}, ${title}`, testServer, place);
				expect(triggered(n8n, id).filter(({ status }) => status !== 'success')).toEqual([]);
				const passed = passedOn(n8n, id).map(({ task_id }) => String(task_id));
				expect(passed.toSorted()).toEqual([...earlier, ...taskIds].toSorted());
				expect((await traffic(control, since)).gets).toBe(isNoted ? 0 : AT_ONCE + 1);
				expect(grown).toBeLessThan(Math.max(MOST_MB, (1 + MOST_MORE) * own));
			},
			2 * PATIENCE_MS,
		);
	});
});
