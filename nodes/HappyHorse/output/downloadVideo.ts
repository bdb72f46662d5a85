import type { Clock } from '../concurrency/clock';
import { backoffMs, retrying } from '../concurrency/retrying';
import type { Api } from '../http/apiClient';
import type { FileContext } from '../http/safeFetch';
import type { Endpoint } from '../tasks/endpoint';
import type { Task } from '../tasks/task';
import { videoUrl } from '../tasks/task';
import { readTask } from '../tasks/taskClient';
import type { StoredVideo } from './videoStream';
import { DownloadFailure, fetchVideo } from './videoStream';

const TRIES = 5;

const FIRST_PAUSE_MS = 1000;

const LONGEST_PAUSE_MS = 30_000;

export interface Download {
	context: FileContext;
	api: Api;
	clock: Clock;
	/** Where the task is read for a fresh URL, if that is known. */
	endpoint: Endpoint | undefined;
	/** A completed task with a video URL. */
	task: Task;
	fileName: string;
	maxMegabytes: number;
	/** When the download has to be over, in milliseconds since 1970. */
	until: number;
}

/**
 * Downloads a finished video. A broken transfer is tried again; when the URL has expired, the task is read once more for a
 * fresh one.
 *
 * @returns the file, its facts, and the task with the URL that worked.
 * @throws DownloadFailure
 */
export async function downloadVideo(
	download: Download,
	random: () => number = Math.random,
): Promise<StoredVideo & { task: Task }> {
	const { clock, until } = download;
	let { task } = download;
	let expired: DownloadFailure | undefined;
	let isRenewed = false;
	const outcome = await retrying<StoredVideo>(
		{
			clock,
			pauseAfter(result, tried) {
				if ('value' in result) return null;
				const { remedy } = failureFrom(result.error);
				if (remedy === undefined || tried >= TRIES) return null;
				if (remedy === 'fresh URL') {
					if (isRenewed) return null;
					expired = failureFrom(result.error);
					return 0;
				}
				const limits = { firstMs: FIRST_PAUSE_MS, longestMs: LONGEST_PAUSE_MS };
				const pause = backoffMs(tried, { ...limits, random: random() });
				return clock.now() + pause < until ? pause : null;
			},
		},
		async () => {
			if (expired && !isRenewed) {
				const fresh = await freshTask(download);
				if (fresh === null || videoUrl(fresh) === null) throw plainly(expired);
				task = fresh;
				isRenewed = true;
			}
			return await fetchTo(download, task);
		},
	);
	if ('value' in outcome) return { task, ...outcome.value };
	throw plainly(failureFrom(outcome.error));
}

async function freshTask({ api, endpoint, task }: Download): Promise<Task | null> {
	if (endpoint === undefined) return null;
	return await readTask(api, { endpoint, taskId: task.task_id }).catch(() => null);
}

async function fetchTo(download: Download, task: Task): Promise<StoredVideo> {
	const { context, api, clock, fileName, maxMegabytes, until } = download;
	if (clock.isCancelled()) throw new DownloadFailure('The execution was canceled.');
	return await fetchVideo(context, {
		url: videoUrl(task) ?? '',
		fileName,
		maxMegabytes,
		allowLocal: api.provider.isLocal,
		until,
	});
}

function failureFrom(error: unknown): DownloadFailure {
	if (error instanceof DownloadFailure) return error;
	return new DownloadFailure('The video could not be downloaded.');
}

/** The same failure without its remedy, which is of use only here. */
function plainly({ message }: DownloadFailure): DownloadFailure {
	return new DownloadFailure(message);
}
