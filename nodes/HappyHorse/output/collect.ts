import type {
	IDataObject,
	IExecuteFunctions,
	INodeExecutionData,
	IWebhookFunctions,
} from 'n8n-workflow';

import type { Clock } from '../concurrency/clock';
import { mapLimit } from '../concurrency/mapLimit';
import type { Api } from '../http/apiClient';
import { ApiError } from '../http/apiError';
import type { Endpoint } from '../tasks/endpoint';
import { readFinished } from '../tasks/readFinished';
import type { Task } from '../tasks/task';
import { expiryOf, failureOf, isFinal, isWhole, videoUrl } from '../tasks/task';
import { downloadVideo } from './downloadVideo';
import { failedTaskItem } from './failedItem';
import { usualFileName } from './fileName';
import type { Attachment, OutputDetails } from './item';
import { taskItem, taskOutput } from './item';
import { linkTo } from './publicLink';

/** Videos are large: a few at a time keep memory flat and a small server responsive. */
const DOWNLOADS_AT_ONCE = 3;

const SHORTEST_LIFE_MS = 60_000;

/** What is to happen with a finished video. */
export interface VideoOutput {
	download: boolean;
	/** Field of the item's binary data. */
	property: string;
	maxMegabytes: number;
	/** Left out for the usual name. */
	fileName?: string | undefined;
	/** For how long a link opens the file; left out for no link. */
	publicLinkHours?: number | undefined;
}

/** The task of an item, and what comes out with it. */
export interface ItemTask {
	item: number;
	taskId: string;
	/** `undefined` where a webhook is all that is known: then the task cannot be read. */
	endpoint: Endpoint | undefined;
	metadata?: IDataObject | undefined;
	/** True when the task was taken up for an idempotency key. */
	reused?: boolean | undefined;
	videoOutput: VideoOutput;
}

/** One task that an item waits for, in a form that can be stored with the execution. */
export interface AwaitedTask extends ItemTask {
	endpoint: Endpoint;
}

export interface CollectRun {
	context: IExecuteFunctions | IWebhookFunctions;
	api: Api;
	clock: Clock;
	/** True when tasks without a video leave through n8n's error output. */
	toErrorOutput: boolean;
	/** When downloads have to be over, in milliseconds since 1970. */
	until?: number;
	/** A problem with the webhooks of the provider, shown on every item. */
	webhookWarning?: string | undefined;
}

/** A task with its last known state. */
export interface Known<Of extends ItemTask = AwaitedTask> {
	awaitedTask: Of;
	task: Task;
}

/**
 * Turns tasks into items, in the order given. Finished tasks are read for their video URL, and the video is downloaded
 * where wanted. Never throws: what goes wrong with one video is in its own item, with its task ID.
 */
export async function collectItems(
	run: CollectRun,
	awaited: ReadonlyArray<Known<ItemTask>>,
): Promise<INodeExecutionData[]> {
	return await mapLimit(awaited, {
		limit: DOWNLOADS_AT_ONCE,
		work: async (known) => await collectItem(run, known),
	});
}

async function collectItem(run: CollectRun, known: Known<ItemTask>): Promise<INodeExecutionData> {
	const { item, endpoint, metadata, reused, videoOutput } = known.awaitedTask;
	const { task, unread } = await finished(run, known);
	const timedOut = !isFinal(task.status);
	const { webhookWarning } = run;
	const details: OutputDetails = { endpoint, metadata, reused, timedOut, webhookWarning };
	if (unread !== undefined)
		return withoutVideo(run, known.awaitedTask, { task, details, why: unread });
	if (run.toErrorOutput && (timedOut || failureOf(task) !== null)) {
		return failedTaskItem(taskOutput(task, details), item);
	}
	if (!videoOutput.download || videoUrl(task) === null) {
		return taskItem(taskOutput(task, details), { item });
	}
	return await withVideo(run, known.awaitedTask, { task, details });
}

/**
 * True when it takes a request to turn a task into its item: to read its URL or reason, or to download its video.
 *
 * @param now in milliseconds since 1970.
 */
export function takesRequests({ awaitedTask, task }: Known<ItemTask>, now: number): boolean {
	if (!isFinal(task.status)) return false;
	const isDownloaded = awaitedTask.videoOutput.download && videoUrl(task) !== null;
	return isDownloaded || !isWhole(task) || isStale(task, now);
}

/** The URL of a video lives for hours, and may be as old as the longest wait. */
function isStale(task: Task, now: number): boolean {
	const expiry = expiryOf(videoUrl(task));
	return expiry !== null && Date.parse(expiry) < now + SHORTEST_LIFE_MS;
}

/** The task with its URL; `unread` says in words why the URL could not be had. */
async function finished(
	{ api, clock }: CollectRun,
	{ awaitedTask, task }: Known<ItemTask>,
): Promise<{ task: Task; unread?: string }> {
	if (!isFinal(task.status)) return { task };
	if (isWhole(task) && !isStale(task, clock.now())) return { task };
	const { endpoint, taskId } = awaitedTask;
	if (endpoint === undefined) return isWhole(task) ? { task } : { task, unread: UNREADABLE };
	try {
		return { task: await readFinished(api, { endpoint, taskId }, clock) };
	} catch (error) {
		// A failed task stays failed without its reason, and an old URL may still work.
		if (task.status === 'FAILED') return { task: { ...task, listed: false } };
		if (isWhole(task)) return { task };
		const reason = error instanceof ApiError ? error.message : 'The API gave no usable response';
		return { task, unread: `The URL of the video could not be read: ${reason}.` };
	}
}

const UNREADABLE =
	"The URL of the video could not be read: the API did not tell what kind of video it is. Get it later with the operation 'Get' and this task ID.";

interface MissingVideo {
	task: Task;
	details: OutputDetails;
	why: string;
}

/** With the error output on, an item of the main output has to hold its file. */
function withoutVideo(
	{ toErrorOutput }: CollectRun,
	{ item, videoOutput }: ItemTask,
	{ task, details, why }: MissingVideo,
): INodeExecutionData {
	const json = taskOutput(task, { ...details, downloadFailure: why });
	return toErrorOutput && videoOutput.download
		? failedTaskItem(json, item)
		: taskItem(json, { item });
}

async function withVideo(
	run: CollectRun,
	awaitedTask: ItemTask,
	{ task, details }: { task: Task; details: OutputDetails },
): Promise<INodeExecutionData> {
	const { context, api, clock, until = Infinity } = run;
	const { item, endpoint, videoOutput } = awaitedTask;
	const { maxMegabytes, property, publicLinkHours } = videoOutput;
	const fileName = videoOutput.fileName ?? usualFileName(awaitedTask.taskId);
	try {
		const download = { context, api, clock, endpoint, task, fileName, maxMegabytes, until };
		const video = await downloadVideo(download);
		const attachment: Attachment = { property, data: video.data };
		const publicLink =
			publicLinkHours === undefined
				? undefined
				: linkTo(video.data, { context, hours: publicLinkHours, now: clock.now(), api });
		const json = taskOutput(video.task, { ...details, video: video.facts, publicLink });
		return taskItem(json, { item, video: attachment });
	} catch (error) {
		const why = error instanceof Error ? error.message : 'The video is not here.';
		return withoutVideo(run, awaitedTask, { task, details, why });
	}
}
