import type { ExecutionView } from '../../../sandbox/n8n/execution';
import type { PublishedWorkflow } from '../../server/support/testServer/testServer';
import { DONE, webhook } from '../contenders/nodes';
import type { Contender } from '../contenders/contender';
import { TASK_SECONDS } from '../contenders/contender';
import type { Count } from './meter';
import type { Rig } from './rig';
import { SlotWatch } from './slots';

export interface PublishedContender {
	contender: Contender;
	runName: string;
	scale: number;
	workflow: PublishedWorkflow;
}

/** What one run of a contender has cost. */
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

let runNames = 0;

interface Pace {
	/** By how much tasks and pauses are shorter. */
	scale: number;
	/** How long the API takes for each create request before it responds. */
	createMs?: number;
}

/** Publishes a workflow of a contender. */
export async function publishContender(
	rig: Rig,
	contender: Contender,
	{ scale, createMs = 0 }: Pace,
): Promise<PublishedContender> {
	const runName = `run-${runNames++}-${Date.now().toString(36)}`;
	const { nodes, connections } = await contender.build(rig, { runName, scale });
	const [first] = nodes;
	const { control } = rig.testServer.sandbox;
	const seconds = TASK_SECONDS / scale;
	await control.rules({
		...{ on: 'create', where: { prompt: `${runName} #` } },
		do: { seconds, ...(createMs > 0 ? { delayMs: createMs } : {}) },
	});
	const workflow = await rig.testServer.publish({
		...{ path: runName, name: `${contender.name} ${runName}`, settings: { executionOrder: 'v1' } },
		nodes: [webhook(runName), ...nodes],
		connections: {
			...connections,
			Webhook: { main: [[{ node: first!.name, type: 'main', index: 0 }]] },
		},
	});
	return { contender, runName, scale, workflow };
}

/** Runs a contender once for so many images. Throws unless each has become one video, paid for once. */
export async function runContender(
	rig: Rig,
	{ contender, runName, scale, workflow }: PublishedContender,
	amount: number,
): Promise<Cost> {
	const { testServer, meter } = rig;
	const before = meter.count(runName);
	const items = Array.from({ length: amount }, (_, index) => ({
		name: `${runName} #${index}`,
		image: `${testServer.sandbox.url}/images/320x320.png?n=${index % 20}`,
	}));
	const timeoutMs = (TASK_SECONDS / scale) * (contender.serial ? amount : 1) * 3 * 1000 + 600_000;
	const watch = new SlotWatch(testServer.n8n.databasePath, workflow.id);
	let execution: ExecutionView;
	let running: number;
	try {
		const id = await workflow.start(items);
		running = await watch.untilEnded(id, timeoutMs);
		execution = await testServer.n8n.client.execution(id);
	} finally {
		watch.close();
	}
	const after = meter.count(runName);
	const count: Count = {
		creates: after.creates - before.creates,
		lists: after.lists - before.lists,
		gets: after.gets - before.gets,
		rounds: after.rounds - before.rounds,
	};
	checkVideos(execution, { contender, count, amount });
	const paused = contender.paused({ execution, count, amount, scale });
	const measuredSeconds = (execution.stoppedAt!.getTime() - execution.startedAt!.getTime()) / 1000;
	// n8n's own work takes as long as ever: only what was made shorter is counted at its full length.
	const stretched = (scale - 1) * paused;
	const wallSeconds = measuredSeconds + stretched;
	checkTimes({ contender, amount, scale, paused, measuredSeconds, wallSeconds });
	return {
		count,
		requests: count.creates + count.lists + count.gets,
		wallSeconds,
		slotSeconds: contender.suspends ? running : wallSeconds,
		measuredSeconds,
	};
}

function checkVideos(
	execution: ExecutionView,
	{ contender, count, amount }: { contender: Contender; count: Count; amount: number },
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
		`${contender.name}: ${out.length} items and ${distinct} videos came out of ${amount} images, ` +
			`and ${count.creates} were created`,
	);
}

interface Times {
	contender: Contender;
	amount: number;
	scale: number;
	paused: number;
	measuredSeconds: number;
	wallSeconds: number;
}

/** No contender can be done before the videos are: where n8n's own work fills the shortened pauses, the numbers are wrong. */
function checkTimes(times: Times): void {
	const { contender, amount, scale, paused, measuredSeconds, wallSeconds } = times;
	const least = (contender.serial ? amount : 1) * TASK_SECONDS;
	if (paused <= measuredSeconds + 0.1 && wallSeconds > least * 0.98) return;
	throw new Error(
		`${contender.name}: ${amount} videos of ${TASK_SECONDS} s cannot be there after ${wallSeconds.toFixed(1)} s. ` +
			`This computer is too busy for a clock that is ${scale} times as fast`,
	);
}
