import type {
	IDataObject,
	IExecuteFunctions,
	INodeExecutionData,
	IWebhookFunctions,
} from 'n8n-workflow';

import type { Api } from '../http/apiClient';
import { ApiError } from '../http/apiError';
import type { Clock } from '../concurrency/clock';
import { downloadVideo } from './downloadVideo';
import { readFinished } from '../tasks/readFinished';
import { mapLimit } from '../concurrency/mapLimit';
import type { Model } from '../tasks/model';
import type { Attachment, OutputDetails } from './item';
import { hasNoVideo, failedTaskItem, taskItem, taskOutput } from './item';
import type { Task } from '../tasks/task';
import { expiryOf, isFinal, isWhole, videoUrl } from '../tasks/task';

/** Videos are large: a few at a time keep memory flat and a small server responsive. */
const DOWNLOADS_AT_ONCE = 3;

const SHORTEST_LIFE_MS = 60_000;

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

export interface CollectRun {
	context: IExecuteFunctions | IWebhookFunctions;
	api: Api;
	clock: Clock;
	/** True when tasks without a video leave through n8n's error output. */
	toErrorOutput: boolean;
	/** When downloads have to be over, in milliseconds since 1970. */
	until?: number;
	/** Said on every item: something is wrong with the webhooks of the provider. */
	webhookWarning?: string | undefined;
}

/** A task with its last known state. */
export interface Known {
	ordered: AwaitedTask;
	task: Task;
}

/**
 * Turns tasks into items, in the order given. Finished videos are read for their address and downloaded where
 * wanted. It does not throw: whatever goes wrong with one video stands in its own item, with its task ID.
 */
export async function deliver(
	run: CollectRun,
	awaited: readonly Known[],
): Promise<INodeExecutionData[]> {
	return await mapLimit(awaited, {
		limit: DOWNLOADS_AT_ONCE,
		work: async (known) => await deliverOne(run, known),
	});
}

async function deliverOne(run: CollectRun, known: Known): Promise<INodeExecutionData> {
	const { item, model, metadata, reused, delivery } = known.ordered;
	const { task, unread } = await finished(run, known);
	const timedOut = !isFinal(task.status);
	const { webhookWarning } = run;
	const remarks: OutputDetails = { model, metadata, reused, timedOut, webhookWarning };
	if (unread !== undefined) return withoutVideo(run, known.ordered, { task, remarks, why: unread });
	if (run.toErrorOutput && hasNoVideo(task, timedOut)) {
		return failedTaskItem(taskOutput(task, remarks), item);
	}
	if (!delivery.download || videoUrl(task) === null) {
		return taskItem(taskOutput(task, remarks), { item });
	}
	return await withVideo(run, known.ordered, { task, remarks });
}

/** The URL of a video lives for hours, and may be as old as the longest wait. */
function isStale(task: Task, now: number): boolean {
	const expiry = expiryOf(videoUrl(task));
	return expiry !== null && Date.parse(expiry) < now + SHORTEST_LIFE_MS;
}

/** The task with its URL; `unread` says in words why the URL could not be had. */
async function finished(
	{ api, clock }: CollectRun,
	{ ordered, task }: Known,
): Promise<{ task: Task; unread?: string }> {
	if (!isFinal(task.status)) return { task };
	if (isWhole(task) && !isStale(task, clock.now())) return { task };
	try {
		return { task: await readFinished(api, ordered, clock) };
	} catch (error) {
		// A failure without its reason is one, also when only the list has told of it. An old URL may still work.
		if (task.status === 'FAILED') return { task: { ...task, listed: false } };
		if (isWhole(task)) return { task };
		const reason = error instanceof ApiError ? error.message : 'The API gave no usable response';
		return { task, unread: `The URL of the video could not be read: ${reason}.` };
	}
}

interface Undelivered {
	task: Task;
	remarks: OutputDetails;
	why: string;
}

/** With the error output on, the next node of the main output counts on a file. */
function withoutVideo(
	{ toErrorOutput }: CollectRun,
	{ item, delivery }: AwaitedTask,
	{ task, remarks, why }: Undelivered,
): INodeExecutionData {
	const json = taskOutput(task, { ...remarks, downloadFailure: why });
	return toErrorOutput && delivery.download ? failedTaskItem(json, item) : taskItem(json, { item });
}

async function withVideo(
	run: CollectRun,
	ordered: AwaitedTask,
	{ task, remarks }: { task: Task; remarks: OutputDetails },
): Promise<INodeExecutionData> {
	const { context, api, clock, until = Infinity } = run;
	const { item, delivery } = ordered;
	const { maxMegabytes, property } = delivery;
	try {
		const reference = ordered;
		const download = { context, api, clock, reference, task, maxMegabytes, until };
		const video = await downloadVideo(download);
		const attachment: Attachment = { property, data: video.data };
		return taskItem(taskOutput(video.task, remarks), { item, video: attachment });
	} catch (error) {
		const why = error instanceof Error ? error.message : 'The video is not here.';
		return withoutVideo(run, ordered, { task, remarks, why });
	}
}
