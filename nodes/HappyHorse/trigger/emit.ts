import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { clockOf } from '../concurrency/clock';
import type { ItemTask, Known } from '../output/collect';
import { collectItems, takesRequests } from '../output/collect';
import { endpoints } from '../resources';
import type { Endpoint } from '../tasks/endpoint';
import { taskItem, taskOutput } from '../output/item';
import { openProcessedItems } from '../idempotency/processedItems';
import { hashOf } from '../idempotency/requestIdentity';
import type { Task } from '../tasks/task';
import { isFinal } from '../tasks/task';
import { readVideoOutput } from '../fields/videoOutput';
import type { Api } from '../http/apiClient';
import { openApi } from '../http/apiClient';
import { withRetries } from '../http/withRetries';
import type { TriggerEvent } from './event';
import { eventFrom } from './event';
import { findTask } from '../tasks/findTask';

const METADATA_LEFT_OUT =
	'Its metadata is left out, since the URL of the webhook is not signed with the API key of this credential. Was the key replaced after the video was created, or does the trigger use another credential? The video itself is right.';

/**
 * The trigger's part inside the execution: drops repeated webhooks, reads the task from the API, downloads the video where
 * wanted, and gives the one item.
 */
export async function emit(context: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const [item] = context.getInputData();
	const event = item && eventFrom(item.json);
	if (!event) return item ? [item] : [];
	const clock = clockOf(context.getExecutionCancelSignal());
	const videoOutput = readVideoOutput(context, 0);
	const { metadata } = event;
	const knownOf = ({ task, endpoint }: Found): Known<ItemTask> => ({
		awaitedTask: { item: 0, taskId: task.task_id, endpoint, metadata, videoOutput },
		task,
	});
	const told = toldBy(event);
	const isAllTold = event.confirmed && !takesRequests(knownOf(told), clock.now());
	// A credential that cannot be used has to fail before the webhook counts as passed on.
	const api = isAllTold ? null : withRetries(await openApi(context, clock), clock);
	if (await isRepeated(context, event.task)) return [];
	const found = event.confirmed || api === null ? told : await truthOf(api, event);
	if (found === null) return [];
	const { task, endpoint } = found;
	// The API's status may have been passed on for another webhook.
	if (task.status !== event.task.status && (await isRepeated(context, task))) return [];
	const webhookWarning = event.noteRejected ? METADATA_LEFT_OUT : undefined;
	if (webhookWarning !== undefined) {
		const hint = `Video ${task.task_id}: ${webhookWarning}`;
		context.addExecutionHints({ message: hint, type: 'warning', location: 'outputPane' });
	}
	const known = knownOf(found);
	if (api === null || !takesRequests(known, clock.now())) {
		return [taskItem(taskOutput(task, { endpoint, metadata, webhookWarning }), { item: 0 })];
	}
	return await collectItems({ context, api, clock, toErrorOutput: false, webhookWarning }, [known]);
}

/**
 * Whether another execution has passed this on: one row of n8n's table for each task and status, which only one can insert. The
 * same execution may do so again: in queue mode n8n 1 starts it again under its ID when its worker has died.
 */
async function isRepeated(context: IExecuteFunctions, task: Task): Promise<boolean> {
	// A test in the editor may be repeated as often as the user likes, and a user who retries wants the video.
	if (['manual', 'retry'].includes(context.getMode())) return false;
	const items = openProcessedItems(context);
	if (items === null) return false;
	const outcome = hashOf(['trigger', context.getNode().id, task.task_id, task.status]);
	const own = [hashOf([outcome, context.getExecutionId()])];
	try {
		if (await items.insert(outcome, own)) return false;
		const isOwn = (await items.add(outcome, own)).length > 0;
		if (!isOwn) await items.remove(outcome, own);
		return !isOwn;
	} catch {
		// A video that comes out twice is better than one that never comes out.
		return false;
	}
}

interface Found {
	task: Task;
	/** `undefined` when neither the webhook nor a read has told it. */
	endpoint: Endpoint | undefined;
}

const toldBy = ({ task, endpoint }: TriggerEvent): Found => ({ task, endpoint });

/** The task as the API has it; `null` for a webhook that is no longer true, such as a late IN_PROGRESS. */
async function truthOf(api: Api, event: TriggerEvent): Promise<Found | null> {
	// The webhook was signed: it counts as true when the API gives no response.
	const candidates = event.endpoint === undefined ? endpoints : [event.endpoint];
	const found = await findTask(api, event.task.task_id, candidates).catch(() => null);
	if (found === null) return toldBy(event);
	const { status } = event.task;
	if (isFinal(found.task.status) && !isFinal(status)) return null;
	// Right after the webhook a read may still show the status before.
	const behind = isFinal(status) ? !isFinal(found.task.status) : found.task.status === 'CREATED';
	return behind ? { ...found, task: event.task } : found;
}
