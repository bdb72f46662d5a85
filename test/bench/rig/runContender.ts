import type { ExecutionView } from '../../../sandbox/n8n/execution';
import type { PublishedWorkflow } from '../../server/support/testServer/testServer';
import { DONE, webhook } from '../contenders/nodes';
import type { Way } from '../contenders/contender';
import { TASK_SECONDS } from '../contenders/contender';
import type { Count } from './meter';
import type { Scene } from './rig';
import { SlotWatch } from './slots';

export interface PublishedWay {
	way: Way;
	lane: string;
	scale: number;
	workflow: PublishedWorkflow;
}

/** What one run of a way has cost. */
export interface Cost {
	/** Requests to the API. */
	count: Count;
	requests: number;
	/** From the start of the execution to its end, with pauses and tasks at their full length. */
	wallSeconds: number;
	/** How long the execution held a slot, in the same way. */
	slotSeconds: number;
	/** As the clock on the wall has seen it. */
	measuredSeconds: number;
}

let lanes = 0;

interface Pace {
	/** By how much tasks and pauses are shorter. */
	scale: number;
	/** How long the API takes for each order before it answers. */
	orderMs?: number;
}

/** Publishes a workflow of a way. */
export async function publishWay(
	scene: Scene,
	way: Way,
	{ scale, orderMs = 0 }: Pace,
): Promise<PublishedWay> {
	const lane = `lane-${lanes++}-${Date.now().toString(36)}`;
	const { nodes, connections } = await way.build(scene, { lane, scale });
	const [first] = nodes;
	const { control } = scene.stage.sandbox;
	const seconds = TASK_SECONDS / scale;
	await control.rules({
		...{ on: 'create', where: { prompt: `${lane} #` } },
		do: { seconds, ...(orderMs > 0 ? { delayMs: orderMs } : {}) },
	});
	const workflow = await scene.stage.publish({
		...{ path: lane, name: `${way.name} ${lane}`, settings: { executionOrder: 'v1' } },
		nodes: [webhook(lane), ...nodes],
		connections: {
			...connections,
			Webhook: { main: [[{ node: first!.name, type: 'main', index: 0 }]] },
		},
	});
	return { way, lane, scale, workflow };
}

/** Runs a way once for so many images. Throws unless each has become one video, paid for once. */
export async function runWay(
	scene: Scene,
	{ way, lane, scale, workflow }: PublishedWay,
	amount: number,
): Promise<Cost> {
	const { stage, meter } = scene;
	const before = meter.count(lane);
	const items = Array.from({ length: amount }, (_, index) => ({
		name: `${lane} #${index}`,
		image: `${stage.sandbox.url}/images/320x320.png?n=${index % 20}`,
	}));
	const timeoutMs = (TASK_SECONDS / scale) * (way.serial ? amount : 1) * 3 * 1000 + 600_000;
	const watch = new SlotWatch(stage.n8n.databasePath, workflow.id);
	let execution: ExecutionView;
	let running: number;
	try {
		const id = await workflow.start(items);
		running = await watch.untilEnded(id, timeoutMs);
		execution = await stage.n8n.client.execution(id);
	} finally {
		watch.close();
	}
	const after = meter.count(lane);
	const count: Count = {
		creates: after.creates - before.creates,
		lists: after.lists - before.lists,
		gets: after.gets - before.gets,
		rounds: after.rounds - before.rounds,
	};
	checkVideos(execution, { way, count, amount });
	const paused = way.paused({ execution, count, amount, scale });
	const measuredSeconds = (execution.stoppedAt!.getTime() - execution.startedAt!.getTime()) / 1000;
	// n8n's own work takes as long as ever: only what was made shorter is counted at its full length.
	const stretched = (scale - 1) * paused;
	const wallSeconds = measuredSeconds + stretched;
	checkTimes({ way, amount, scale, paused, measuredSeconds, wallSeconds });
	return {
		count,
		requests: count.creates + count.lists + count.gets,
		wallSeconds,
		slotSeconds: way.suspends ? running : wallSeconds,
		measuredSeconds,
	};
}

function checkVideos(
	execution: ExecutionView,
	{ way, count, amount }: { way: Way; count: Count; amount: number },
): void {
	const out = (execution.runData[DONE] ?? []).flatMap(({ outputs }) => outputs[0] ?? []);
	const tasks = out.map(({ json }) => (json.data ?? json.body ?? json) as Record<string, unknown>);
	const withVideo = tasks.filter(
		({ status, generated }) =>
			status === 'COMPLETED' && Array.isArray(generated) && generated.length === 1,
	);
	const distinct = new Set(withVideo.map(({ task_id }) => task_id)).size;
	if (out.length === amount && distinct === amount && count.creates === amount) return;
	throw new Error(
		`${way.name}: ${out.length} items and ${distinct} videos came out of ${amount} images, ` +
			`and ${count.creates} were ordered`,
	);
}

interface Times {
	way: Way;
	amount: number;
	scale: number;
	paused: number;
	measuredSeconds: number;
	wallSeconds: number;
}

/** Nobody can be done before the videos are: where n8n's own work fills the shortened pauses, the numbers are wrong. */
function checkTimes(times: Times): void {
	const { way, amount, scale, paused, measuredSeconds, wallSeconds } = times;
	const least = (way.serial ? amount : 1) * TASK_SECONDS;
	if (paused <= measuredSeconds + 0.1 && wallSeconds > least * 0.98) return;
	throw new Error(
		`${way.name}: ${amount} videos of ${TASK_SECONDS} s cannot be there after ${wallSeconds.toFixed(1)} s. ` +
			`This computer is too busy for a clock that is ${scale} times as fast`,
	);
}
