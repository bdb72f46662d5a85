import type { IBinaryData } from 'n8n-workflow';

import type { Clock } from '../../clock';
import type { Api } from '../../transport/api';
import type { FileContext } from '../../transport/openFile';
import type { Task } from '../task';
import { videoUrl } from '../task';
import type { TaskReference } from '../tasks';
import { readTask } from '../tasks';
import { DownloadFailure, fetchVideo } from './videoFile';

const TRIES = 5;

const FIRST_PAUSE_MS = 1000;

const LONGEST_PAUSE_MS = 30_000;

export interface Download {
	context: FileContext;
	api: Api;
	clock: Clock;
	reference: TaskReference;
	/** A completed task with an address. */
	task: Task;
	maxMegabytes: number;
}

/**
 * Fetches a finished video and keeps at it: a broken transfer begins anew, and once the address has expired the
 * task is read again for a fresh one, once.
 *
 * @returns the file, and the task with the address that worked.
 * @throws DownloadFailure
 */
export async function downloadVideo(
	download: Download,
	random: () => number = Math.random,
): Promise<{ task: Task; data: IBinaryData }> {
	const { context, api, clock, reference, maxMegabytes } = download;
	let { task } = download;
	let renewed = false;
	for (let tried = 1; ; tried++) {
		try {
			const url = videoUrl(task) ?? '';
			const { taskId } = reference;
			const { isLocal: allowLocal } = api.provider;
			return { task, data: await fetchVideo(context, { url, taskId, maxMegabytes, allowLocal }) };
		} catch (error) {
			const failure = error instanceof DownloadFailure ? error : unexpected();
			if (failure.remedy === undefined || tried >= TRIES || clock.isCancelled()) {
				throw plainly(failure);
			}
			if (failure.remedy === 'fresh address' && renewed) throw plainly(failure);
			if (failure.remedy === 'again') {
				const ceiling = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (tried - 1));
				await clock.pause(random() * ceiling);
				if (clock.isCancelled()) throw plainly(failure);
				continue;
			}
			renewed = true;
			const fresh = await readTask(api, reference).catch(() => null);
			if (fresh === null || videoUrl(fresh) === null) throw plainly(failure);
			task = fresh;
		}
	}
}

function unexpected(): DownloadFailure {
	return new DownloadFailure('The video could not be downloaded.');
}

/** The same failure, without the hint that is of use in here only. */
function plainly({ message }: DownloadFailure): DownloadFailure {
	return new DownloadFailure(message);
}
