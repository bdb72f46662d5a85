import type { IBinaryData, IDataObject, INodeExecutionData } from 'n8n-workflow';

import type { VideoFacts } from '../media/video/videoReader';
import type { Endpoint } from '../tasks/endpoint';
import { modelOf, modeOf } from '../tasks/endpoint';
import type { Task } from '../tasks/task';
import { expiryOf, failureOf, isFinal, videoUrl, without } from '../tasks/task';
import { withoutUndefined } from '../withoutUndefined';
import type { PublicLink } from './publicLink';

/** What an item says about a task in addition to the API's response. */
export interface OutputDetails {
	/** `undefined` as long as it is unknown what the API makes here. */
	endpoint: Endpoint | undefined;
	/** True only when waiting ended before the task did. */
	timedOut?: boolean;
	metadata?: IDataObject | undefined;
	/** True when an earlier task was taken up for an idempotency key. */
	reused?: boolean | undefined;
	/** What the downloaded file says of itself. */
	video?: (VideoFacts & { bytes: number }) | undefined;
	/** What opens the downloaded file from outside, or why there is nothing. */
	publicLink?: PublicLink | { missing: string } | undefined;
	/** Why the finished video could not be fetched. */
	downloadFailure?: string | undefined;
	/** What is wrong with the webhooks, although the video came out. */
	webhookWarning?: string | undefined;
}

/**
 * The one shape in which every operation and the trigger show a task.
 *
 * It never has a key `error` at the top level: n8n would take the item for a failed one and run the node again.
 */
export function taskOutput(task: Task, details: OutputDetails): IDataObject {
	const { error, ...extra } = task.extra;
	const url = videoUrl(task);
	const failure = failureOf(task);
	// A list names no video: of a finished task, it was not read whether there is one.
	const isUnread = task.listed && isFinal(task.status);
	const { endpoint, video } = details;
	const own = {
		task_id: task.task_id,
		// Next to the ID, where a table of wide columns still shows it.
		video_url: isUnread ? undefined : url,
		status: task.status,
		video_expires_at: isUnread ? undefined : expiryOf(url),
		generated: isUnread ? undefined : task.generated,
		mode: endpoint && modeOf(endpoint),
		model: endpoint && modelOf(endpoint),
		timed_out: details.timedOut ?? false,
		metadata: details.metadata,
		reused: details.reused || undefined,
		failure: inWords(failure ?? undefined),
		video: video && videoOutput(video),
		...publicLinkOutput(details.publicLink),
		download_failure: inWords(details.downloadFailure),
		webhook_warning: inWords(details.webhookWarning),
	};
	return withoutUndefined({
		...own,
		...without(extra, [...Object.keys(own), 'input']),
		...(error === undefined || error === null ? {} : { api_error: error }),
	});
}

const inWords = (message: string | undefined) => (message === undefined ? undefined : { message });

function videoOutput(facts: VideoFacts & { bytes: number }): IDataObject {
	const { bytes, width, height, seconds, fps, hasAudio, fastStart } = facts;
	return withoutUndefined({
		bytes,
		width,
		height,
		duration_seconds: seconds,
		fps,
		has_audio: hasAudio,
		fast_start: fastStart,
	});
}

function publicLinkOutput(link: OutputDetails['publicLink']) {
	const { url, expiresAt, missing }: Partial<PublicLink & { missing: string }> = link ?? {};
	return {
		public_url: url,
		public_url_expires_at: expiresAt,
		public_url_failure: inWords(missing),
	};
}

/** Where the video of an item goes. */
export interface Attachment {
	property: string;
	data: IBinaryData;
}

/** A task as an item on the main output. */
export function taskItem(
	json: IDataObject,
	{ item, video }: { item: number; video?: Attachment | undefined },
): INodeExecutionData {
	return {
		json,
		...(video === undefined ? {} : { binary: { [video.property]: video.data } }),
		pairedItem: { item },
	};
}
