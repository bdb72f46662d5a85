import type {
	IDataObject,
	IExecuteFunctions,
	INodeExecutionData,
	IWebhookFunctions,
} from 'n8n-workflow';

import { nodeReference } from '../n8n/nodeReference';
import type { AwaitedTask } from '../output/collect';
import { notInTime, failedTaskItem } from '../output/failedItem';
import type { InputOf } from '../output/inputFields';
import { withInput } from '../output/inputFields';
import { taskItem, taskOutput } from '../output/item';
import { fitErrorOutput } from '../output/olderErrorOutput';
import type { Task } from '../tasks/task';
import { isRecord, unseenTask } from '../tasks/task';
import { storeInput } from './storedInput';
import type { Place, Suspension } from './storedSuspension';
import { suspensionIn, textOf } from './storedSuspension';

const SHELF = 'suspension';

const SHORTEST_GRACE_MS = 15_000;

const LONGEST_GRACE_MS = 90_000;

/** The part of the grace that downloads may take. */
const OUTPUT_SHARE = 0.75;

/**
 * The end of a wait that begins now. n8n's own timer comes a little later: a webhook that is open then continues the
 * execution with the videos that are finished, while the timer has none.
 */
export function waitEnd(
	now: number,
	maxWaitMs: number,
): Pick<SuspensionRequest, 'endsAt' | 'outputBy' | 'timerAt'> {
	const graceMs = Math.min(LONGEST_GRACE_MS, Math.max(SHORTEST_GRACE_MS, maxWaitMs / 10));
	const endsAt = now + maxWaitMs;
	return {
		endsAt,
		outputBy: endsAt + OUTPUT_SHARE * graceMs,
		timerAt: endsAt + graceMs,
	};
}

export interface SuspensionRequest extends Suspension {
	inputOf: InputOf;
	/** The last known state of each awaited task. */
	statuses: ReadonlyMap<string, Task>;
	/** When n8n's timer continues the execution, if no webhook has done so. */
	timerAt: number;
}

/**
 * Suspends the execution. This must be the last step: what follows would run before the execution is stored, and a throw
 * after it would leave an execution waiting that has already failed.
 *
 * n8n's timer does not run the node again: it passes on the stored input, which is therefore replaced by items
 * that say that time ran out. The items are new objects: the old ones belong to the node before.
 *
 * @returns the items for `execute()` to return, which n8n shows while the execution waits. They are a separate list: n8n
 * empties it when the node has an error output (2.41.1).
 */
export async function suspend(
	context: IExecuteFunctions,
	{ inputOf, statuses, timerAt, ...request }: SuspensionRequest,
): Promise<INodeExecutionData[]> {
	const hasInput = storeInput(context, request.places.length, inputOf);
	const suspension: Suspension = { ...request, ...(hasInput ? { hasInput } : {}) };
	context.getContext('node')[SHELF] = textOf(suspension);
	const pending = suspension.places.map((place) => pendingItem(place, statuses));
	const { toErrorOutput } = suspension;
	const timedOut = withInput(
		pending.map((item) => timedOutItem(item, toErrorOutput)),
		inputOf,
	);
	context.getExecuteData().data.main = [fitErrorOutput(context, timedOut)];
	await context.putExecutionToWait(new Date(timerAt));
	return pending.map(shownItem);
}

function pendingItem(place: Place, statuses: ReadonlyMap<string, Task>): INodeExecutionData {
	if ('settled' in place) return place.settled;
	const { item, taskId, endpoint, metadata, reused } = place.awaits;
	const task = statuses.get(taskId) ?? unseenTask(taskId);
	return taskItem(taskOutput(task, { endpoint, metadata, reused }), { item });
}

/** As n8n's timer passes it on. Even a task that is final by now was not read for its video: it counts as unfinished. */
function timedOutItem(item: INodeExecutionData, toErrorOutput: boolean): INodeExecutionData {
	const { json, pairedItem } = item;
	if (json.timed_out !== false) return item;
	const timedOut = { ...json, timed_out: true };
	if (!toErrorOutput) return { ...item, json: timedOut };
	return failedTaskItem(timedOut, (pairedItem as { item: number }).item);
}

/** As it is shown while the execution waits: with `error` in an item n8n would run the node again (2.41.1). */
function shownItem(item: INodeExecutionData): INodeExecutionData {
	const { error, ...others } = item.json;
	return error === undefined ? item : { ...item, json: { problem: error, ...others } };
}

/**
 * The suspension that a retry of the execution has to continue; `null` when there is none.
 *
 * When n8n runs the node again after a suspension, the input is the replaced one: expressions that read the original item
 * find nothing, so requests could not be told apart. The tasks are known and must not be paid for again. (n8n 2.41.1 runs
 * the node again for Retry On Fail; "Retry" of an execution that was stopped while it waited passes the replaced input on.)
 */
export function interruptedSuspension(context: IExecuteFunctions, run: number): Suspension | null {
	const stored = suspensionIn(context.getContext('node')[SHELF]);
	const items = context.getInputData();
	if (stored === null || stored.run !== run || stored.places.length !== items.length) return null;
	const replaced = stored.places.every((place, index) => {
		return 'settled' in place || isReplacementFor(items[index]?.json, place.awaits.taskId);
	});
	return replaced ? stored : null;
}

/** True for an item that `suspend` has put into the input for a task. */
function isReplacementFor(json: IDataObject | undefined, taskId: string): boolean {
	const details = isRecord(json?.details) ? json.details : json;
	return details?.task_id === taskId || json?.error === notInTime(taskId);
}

/** The suspension of the node whose `webhook()` runs; `null` when it does not wait. */
export function suspensionOf(context: IWebhookFunctions): Suspension | null {
	const self = nodeReference(context.getNode().name);
	const stored: unknown = context.evaluateExpression(`{{ ${self}.context.${SHELF} }}`, 0);
	return suspensionIn(stored);
}

/** The tasks of a suspension, in the order of their items. */
export function awaitedIn({ places }: Pick<Suspension, 'places'>): AwaitedTask[] {
	return places.flatMap((place) => ('awaits' in place ? [place.awaits] : []));
}

/** Puts the items of the awaited tasks between those that were settled before. */
export function inPlaces(
	{ places }: Pick<Suspension, 'places'>,
	collected: readonly INodeExecutionData[],
): INodeExecutionData[] {
	let next = 0;
	return places.map((place) => ('settled' in place ? place.settled : collected[next++]!));
}
