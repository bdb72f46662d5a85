import type { IContextObject, INodeExecutionData } from 'n8n-workflow';

import type { ApiError } from '../http/apiError';
import type { AwaitedTask, CollectRun, Known } from '../output/collect';
import { collectItems } from '../output/collect';
import type { Task } from '../tasks/task';
import { unseenTask } from '../tasks/task';
import { pollUntilFinal } from './polling';
import { TaskWatch } from './taskWatch';

/** What one run of the node has waited for so far. */
interface Waited {
	run: number;
	/** When waiting for a task ends, by item and task, in milliseconds since 1970. */
	deadlines: Map<string, number>;
	outputs: Map<string, INodeExecutionData>;
}

/*
 * The node's context is the same object for all tries of an execution. With an error output, a failed first item makes n8n
 * run the node again under Retry On Fail, up to five times (2.41.1). Such a try gets the same items, without another wait
 * or download. Another execution, such as a retry by the user, has its own context.
 */
const waitedByContext = new WeakMap<IContextObject, Waited>();

/** One run of the node in one execution. */
export interface NodeRun {
	nodeContext: IContextObject;
	run: number;
}

export interface Wait extends NodeRun {
	maxWaitMs: number;
	intervalMs: number;
	/** False to pause once before the first poll: a task that was created just now is not finished. */
	checkAtOnce: boolean;
	/** How long a task that cannot be found is looked for, in milliseconds. */
	missingMs: number;
	/** The last known state of each task. */
	known: ReadonlyMap<string, Task>;
	/** The item for a task that this account cannot see; `null` to show it as unfinished. */
	unreadable(awaited: AwaitedTask, failure: ApiError): INodeExecutionData | null;
}

/**
 * Polls until all tasks are final or Max Wait is over, and turns them into items, in the order given. A task that the same run
 * has waited for before is not waited for again.
 *
 * @throws ApiError, or ValidationError when the execution was cancelled; see `pollUntilFinal`.
 */
export async function waitOnce(
	run: CollectRun,
	awaited: readonly AwaitedTask[],
	wait: Wait,
): Promise<INodeExecutionData[]> {
	const { api, clock } = run;
	const { deadlines, outputs } = waitedIn(wait);
	const open = awaited.filter((one) => !outputs.has(keyOf(one)));
	const end = clock.now() + wait.maxWaitMs;
	for (const one of open) deadlines.set(keyOf(one), deadlines.get(keyOf(one)) ?? end);
	const watch = new TaskWatch(wait.known, wait.missingMs);
	await pollUntilFinal(api, open, {
		clock,
		intervalMs: wait.intervalMs,
		deadline: Math.max(...open.map((one) => deadlines.get(keyOf(one))!)),
		checkAtOnce: wait.checkAtOnce,
		watch,
	});
	const readable = open.filter((awaitedTask) => {
		const failure = watch.failureOf(awaitedTask.taskId);
		const item = failure ? wait.unreadable(awaitedTask, failure) : null;
		if (item !== null) outputs.set(keyOf(awaitedTask), item);
		return item === null;
	});
	// A task that cannot be read is not lost: it comes out as unfinished, with its ID.
	const known = readable.map((awaitedTask) => ({
		awaitedTask,
		task: watch.taskOf(awaitedTask.taskId) ?? unseenTask(awaitedTask.taskId),
	}));
	await collectOnce(run, wait, known);
	return itemsIn(outputs, awaited);
}

/** Turns tasks into items, in the order given. A video that this run has output before is not downloaded again. */
export async function collectOnce(
	run: CollectRun,
	nodeRun: NodeRun,
	known: readonly Known[],
): Promise<INodeExecutionData[]> {
	const { outputs } = waitedIn(nodeRun);
	const open = known.filter(({ awaitedTask }) => !outputs.has(keyOf(awaitedTask)));
	const collected = await collectItems(run, open);
	for (const [index, { awaitedTask }] of open.entries()) {
		outputs.set(keyOf(awaitedTask), collected[index]!);
	}
	return itemsIn(
		outputs,
		known.map(({ awaitedTask }) => awaitedTask),
	);
}

/** Copies: n8n changes the items that it is given. */
function itemsIn(
	outputs: ReadonlyMap<string, INodeExecutionData>,
	awaited: readonly AwaitedTask[],
): INodeExecutionData[] {
	return awaited.map((one) => ({ ...outputs.get(keyOf(one))! }));
}

const keyOf = ({ item, taskId }: AwaitedTask): string => `${item} ${taskId}`;

function waitedIn({ nodeContext, run }: NodeRun): Waited {
	const known = waitedByContext.get(nodeContext);
	if (known?.run === run) return known;
	const fresh: Waited = { run, deadlines: new Map(), outputs: new Map() };
	waitedByContext.set(nodeContext, fresh);
	return fresh;
}
