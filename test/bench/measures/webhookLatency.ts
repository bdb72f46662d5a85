import type { Measure, Row } from '../measure';
import { inTurn, Rows } from '../measure';
import type { Rig } from '../rig/rig';
import { byWebhook } from '../contenders/happyHorse';
import {
	create,
	CREATE,
	DONE,
	done,
	items,
	ITEMS,
	links,
	PAUSE,
	read,
	READ,
	untilWebhook,
} from '../contenders/nodes';
import { webhook } from '../contenders/nodes';

const ROW: Omit<Row, 'runs'> = {
	...{ id: 'webhook', what: 'From the webhook to the start of the next node', unit: 'ms' },
	better: 'less',
};

/** From the provider's last webhook to a waiting execution to the start of the node behind the wait. */
export const webhookLatency: Measure = {
	name: 'webhook',
	title: 'From the webhook to the next node',
	async run(plan) {
		const rig = await plan.rig();
		const rows = new Rows();
		const workflows = await publishAll(rig);
		// The first run of each loads what later ones find in memory.
		for (const { start } of workflows) await timed(rig, start);
		const rounds = plan.quick ? 2 : Math.max(10, plan.repeats);
		for (let round = 0; round < rounds; round++) {
			for (const { name, start } of inTurn(workflows, round)) {
				rows.add(ROW, name, await timed(rig, start));
			}
		}
		return {
			rows: rows.all(),
			notes: [
				'"Wait node" continues with whatever a webhook says. "Wait node + read" reads the task afterwards, as a workflow has to where it cannot trust a webhook. Happy Horse verifies the signature of the webhook, and then needs no read.',
			],
		};
	},
};

type Start = (items: unknown[]) => Promise<string>;

async function publishAll(rig: Rig): Promise<Array<{ name: string; start: Start }>> {
	const runName = `latency-${Date.now().toString(36)}`;
	const api = { base: rig.meter.base(runName), auth: rig.headerAuth };
	const createFields = create(api, ', webhook_url: $execution.resumeUrl');
	const wait = untilWebhook();
	const ours = await byWebhook.build(rig, { runName, scale: 1 });
	const workflows = {
		[byWebhook.name]: ours,
		'Wait node': {
			nodes: [items, createFields, wait, done],
			connections: links([ITEMS, CREATE], [CREATE, PAUSE], [PAUSE, DONE]),
		},
		'Wait node + read': {
			nodes: [items, createFields, wait, read(api, { taskId: '$json.body.task_id' }), done],
			connections: links([ITEMS, CREATE], [CREATE, PAUSE], [PAUSE, READ], [READ, DONE]),
		},
	};
	await rig.testServer.sandbox.control.rules({
		...{ on: 'create', where: { prompt: 'latency' } },
		// The Wait node continues with any webhook: the first ones, that something was created, must not come.
		do: { hold: true, webhooks: 'lost' },
	});
	return await Promise.all(
		Object.entries(workflows).map(async ([name, { nodes, connections }], index) => {
			const path = `${runName}-${index}`;
			const { start } = await rig.testServer.publish({
				...{ path, name, settings: { executionOrder: 'v1' } },
				nodes: [webhook(path), ...nodes],
				connections: { ...connections, ...links(['Webhook', ITEMS]) },
			});
			return { name, start };
		}),
	);
}

let latencies = 0;

async function timed({ testServer }: Rig, start: Start): Promise<number> {
	const { control, url } = testServer.sandbox;
	const name = `latency ${latencies++} ${Date.now()}`;
	const id = await start([{ name, image: `${url}/images/320x320.png?n=1` }]);
	await testServer.n8n.client.waitForExecution(id, { until: ['waiting', 'error', 'success'] });
	const [task] = (await control.state()).tasks.filter(({ prompt }) => prompt === name);
	if (task === undefined) throw new Error(`There is no task for "${name}"`);
	await control.advance(task.taskId, 'COMPLETED');
	const [resumed] = await control.sendWebhook(task.taskId, { status: 'COMPLETED' });
	if (resumed?.responseStatus !== 200) {
		throw new Error(`The webhook got ${resumed?.responseStatus}: ${resumed?.responseBody}`);
	}
	const execution = await testServer.n8n.client.waitForExecution(id);
	const [next] = execution.runData[DONE] ?? [];
	const [item] = next?.outputs[0] ?? [];
	if (execution.status !== 'success' || !JSON.stringify(item?.json).includes(task.taskId)) {
		throw new Error(`Execution ${id} did not continue with its video: ${execution.status}`);
	}
	return next!.startTime! - resumed.at;
}
