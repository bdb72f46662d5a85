import type {
	IDataObject,
	IExecuteFunctions,
	INodeExecutionData,
	IWebhookFunctions,
} from 'n8n-workflow';

import type { AwaitedTask } from './delivery';
import { isSetback, setbackItem, taskItem, taskOutput } from './output';
import type { Task } from './task';
import { isRecord } from './task';

/** One place of the output: a task to wait for, or an item that was settled before waiting began. */
export type Place = { awaits: AwaitedTask } | { settled: INodeExecutionData };

/** What `webhook()` needs to know, stored with the execution: it has neither input nor parameters of its own. */
export interface Suspension {
	/** Differs for each wait of one execution, so that rounds of a loop are told apart. */
	run: number;
	places: Place[];
	toErrorOutput: boolean;
}

const SHELF = 'suspension';

export interface SuspensionRequest extends Suspension {
	/** The last known state of each awaited task. */
	statuses: ReadonlyMap<string, Task>;
	waitTill: Date;
}

/**
 * Suspends the execution. Call it last: what follows would run before the execution is stored, and a throw
 * after it would leave an execution that waits for nothing.
 *
 * n8n's timer does not run the node again: it passes on the stored input, so that is replaced by items that
 * say that time ran out. It must be replaced, not changed: the objects belong to the node before.
 *
 * @returns the items to give back from `execute()`; n8n shows them while the execution waits.
 */
export async function suspend(
	context: IExecuteFunctions,
	{ statuses, waitTill, ...suspension }: SuspensionRequest,
): Promise<INodeExecutionData[]> {
	context.getContext('node')[SHELF] = suspension;
	const pending = suspension.places.map((place) => itemAfterTimeOut(place, { statuses, suspension }));
	context.getExecuteData().data.main = [pending];
	await context.putExecutionToWait(waitTill);
	return pending;
}

function itemAfterTimeOut(
	place: Place,
	{ statuses, suspension }: { statuses: ReadonlyMap<string, Task>; suspension: Suspension },
): INodeExecutionData {
	if ('settled' in place) return place.settled;
	const { item, taskId, model, metadata } = place.awaits;
	const task = statuses.get(taskId) ?? {
		task_id: taskId,
		status: 'CREATED',
		generated: [],
		extra: {},
	};
	// Even a task that is final by now was not read for its video, so the item has to say that it is unfinished.
	const json = taskOutput(task, { model, metadata, timedOut: true, listed: true });
	return suspension.toErrorOutput && isSetback(task, true)
		? setbackItem(json, item)
		: taskItem(json, { item });
}

/** The suspension that `webhook()` is called for; `null` when this node waits for nothing. */
export function suspensionOf(context: IWebhookFunctions): Suspension | null {
	// Braces in a node's name would end the expression.
	const name = JSON.stringify(context.getNode().name).replace(
		/[{}]/g,
		(brace) => `\\u00${brace.charCodeAt(0).toString(16)}`,
	);
	const stored: unknown = context.evaluateExpression(`{{ $(${name}).context.${SHELF} }}`, 0);
	if (!isRecord(stored) || !Array.isArray(stored.places)) return null;
	return stored as IDataObject & Suspension;
}

/** The tasks of a suspension, in the order of their items. */
export function awaitedIn({ places }: Pick<Suspension, 'places'>): AwaitedTask[] {
	return places.flatMap((place) => ('awaits' in place ? [place.awaits] : []));
}

/** Puts the items of the awaited tasks between those that were settled before. */
export function inPlaces(
	{ places }: Pick<Suspension, 'places'>,
	delivered: readonly INodeExecutionData[],
): INodeExecutionData[] {
	let next = 0;
	return places.map((place) => ('settled' in place ? place.settled : delivered[next++]!));
}
