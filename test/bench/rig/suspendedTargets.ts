import type { Contender } from '../contenders/contender';
import { byWebhook } from '../contenders/happyHorse';
import { create, CREATE, DONE, done, items, ITEMS, links } from '../contenders/nodes';
import { PAUSE, untilWebhook, webhook } from '../contenders/nodes';
import type { Rig } from './rig';

/** A suspended execution that many webhooks come to, and none of them continues. */
export interface SuspendedTarget {
	contender: string;
	/** Sends so many webhooks, one after the other, each of a video that none was sent for before. */
	send(webhooks: number): Promise<void>;
}

/** The Wait node, which turns webhooks away that do not have its key: what n8n does for them before and after is the same. */
const WAIT_NODE: Pick<Contender, 'name' | 'build'> = {
	name: 'Wait node',
	async build({ headerAuth, meter }, { runName }) {
		const api = { base: meter.base(runName), auth: headerAuth };
		return {
			nodes: [
				items,
				create(api, ', webhook_url: $execution.resumeUrl'),
				untilWebhook(headerAuth),
				done,
			],
			connections: links([ITEMS, CREATE], [CREATE, PAUSE], [PAUSE, DONE]),
		};
	},
};

/** An execution with so many items of our node, and one of n8n's own Wait node, both with all videos created. */
export async function suspendedTargets(rig: Rig, amount: number): Promise<SuspendedTarget[]> {
	const targets: SuspendedTarget[] = [];
	for (const { contender, responseStatus } of [
		{ contender: byWebhook, responseStatus: 200 },
		{ contender: WAIT_NODE, responseStatus: 403 },
	]) {
		const taskIds = await suspended(rig, contender, amount);
		targets.push({
			contender: contender.name,
			async send(webhooks) {
				for (const taskId of taskIds.splice(0, webhooks)) {
					await sendOne(rig, taskId, responseStatus);
				}
			},
		});
	}
	return targets;
}

/** The tasks of an execution that waits for them. */
async function suspended(
	{ testServer, ...rig }: Rig,
	{ name, build }: Pick<Contender, 'name' | 'build'>,
	amount: number,
): Promise<string[]> {
	const { control, url } = testServer.sandbox;
	const runName = `suspended-${Date.now().toString(36)}`;
	// The videos never end by themselves, and no webhook comes but those that are sent by hand.
	await control.rules({
		...{ on: 'create', where: { prompt: runName } },
		do: { hold: true, webhooks: 'lost' },
	});
	const { nodes, connections } = await build({ testServer, ...rig }, { runName, scale: 1 });
	const { start } = await testServer.publish({
		...{ path: runName, name: `${name} ${runName}`, settings: { executionOrder: 'v1' } },
		nodes: [webhook(runName), ...nodes],
		connections: { ...connections, ...links(['Webhook', ITEMS]) },
	});
	const id = await start(
		Array.from({ length: amount }, (_, index) => ({
			name: `${runName} #${index}`,
			image: `${url}/images/320x320.png?n=${index % 20}`,
		})),
	);
	await testServer.n8n.client.waitForExecution(id, { until: ['waiting', 'error', 'success'] });
	const { tasks } = await control.state();
	const own = tasks.filter(({ prompt }) => prompt?.startsWith(runName)).map(({ taskId }) => taskId);
	if (own.length !== amount) throw new Error(`${name}: ${own.length} tasks of ${amount} items`);
	return own;
}

async function sendOne({ testServer }: Rig, taskId: string, expected: number): Promise<void> {
	const { control } = testServer.sandbox;
	const [sent] = await control.sendWebhook(taskId, { status: 'COMPLETED' });
	if (sent?.responseStatus === expected) return;
	throw new Error(`The webhook got ${sent?.responseStatus}: ${sent?.responseBody}`);
}
