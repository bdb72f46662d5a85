import type {
	IDataObject,
	IExecuteFunctions,
	INodeExecutionData,
	IWebhookFunctions,
} from 'n8n-workflow';

import type { Api } from '../../transport/api';
import { ApiFailure } from '../../transport/apiFailure';
import type { Clock } from '../../clock';
import { downloadVideo } from './download';
import { readFinished } from './finishing';
import { inOrder } from '../inOrder';
import type { Model } from '../model';
import type { Attachment, Remarks } from './output';
import { isSetback, setbackItem, taskItem, taskOutput } from './output';
import type { Task } from '../task';
import { isFinal, videoUrl } from '../task';

/** Videos are large: a few at a time keep memory flat and a small server responsive. */
const DOWNLOADS_AT_ONCE = 3;

/** What is to happen with a finished video. */
export interface Delivery {
	download: boolean;
	/** Field of the item's binary data. */
	property: string;
	maxMegabytes: number;
}

/** One task that an item waits for, in a form that can be stored with the execution. */
export interface AwaitedTask {
	item: number;
	taskId: string;
	model: Model;
	metadata?: IDataObject | undefined;
	/** True when the task was taken up for an idempotency key. */
	reused?: boolean | undefined;
	delivery: Delivery;
}

export interface DeliveryRun {
	context: IExecuteFunctions | IWebhookFunctions;
	api: Api;
	clock: Clock;
	/** True when tasks without a video leave through n8n's error output. */
	toErrorOutput: boolean;
}

/** A task with its last known state. */
export interface Known {
	ordered: AwaitedTask;
	task: Task;
	/** True when the task was read by itself, not taken from a list, which leaves out addresses and reasons. */
	read?: boolean;
}

/**
 * Turns tasks into items, in the order given. Finished videos are read for their address and downloaded where
 * wanted. It does not throw: whatever goes wrong with one video stands in its own item, with its task ID.
 */
export async function deliver(
	run: DeliveryRun,
	awaited: readonly Known[],
): Promise<INodeExecutionData[]> {
	return await inOrder(awaited, {
		limit: DOWNLOADS_AT_ONCE,
		work: async (known) => await deliverOne(run, known),
	});
}

async function deliverOne(run: DeliveryRun, known: Known): Promise<INodeExecutionData> {
	const { item, model, metadata, reused, delivery } = known.ordered;
	const { task, unread } = await finished(run, known);
	const timedOut = !isFinal(task.status);
	const remarks: Remarks = { model, metadata, reused, timedOut };
	if (unread !== undefined) {
		const json = taskOutput(task, { ...remarks, listed: true, downloadFailure: unread });
		return taskItem(json, { item });
	}
	if (run.toErrorOutput && isSetback(task, timedOut)) {
		return setbackItem(taskOutput(task, remarks), item);
	}
	if (!delivery.download || videoUrl(task) === null) {
		return taskItem(taskOutput(task, remarks), { item });
	}
	return await withVideo(run, known.ordered, { task, remarks });
}

/** The task with its address; `unread` says in words why the address could not be had. */
async function finished(
	{ api, clock }: DeliveryRun,
	{ ordered, task, read }: Known,
): Promise<{ task: Task; unread?: string }> {
	const complete = videoUrl(task) !== null || (read && task.status === 'FAILED');
	if (complete || !isFinal(task.status)) return { task };
	try {
		return { task: await readFinished(api, ordered, clock) };
	} catch (error) {
		// A failure without its reason still says what there is to know.
		if (task.status === 'FAILED') return { task };
		const reason = error instanceof ApiFailure ? error.message : 'The API gave no usable answer';
		return { task, unread: `The address of the video could not be read: ${reason}.` };
	}
}

async function withVideo(
	{ context, api, clock }: DeliveryRun,
	ordered: AwaitedTask,
	{ task, remarks }: { task: Task; remarks: Remarks },
): Promise<INodeExecutionData> {
	const { item, delivery } = ordered;
	const { maxMegabytes, property } = delivery;
	try {
		const video = await downloadVideo({
			context,
			api,
			clock,
			reference: ordered,
			task,
			maxMegabytes,
		});
		const attachment: Attachment = { property, data: video.data };
		return taskItem(taskOutput(video.task, remarks), { item, video: attachment });
	} catch (error) {
		const downloadFailure = error instanceof Error ? error.message : 'The video is not here.';
		return taskItem(taskOutput(task, { ...remarks, downloadFailure }), { item });
	}
}
