import type { IDataObject } from 'n8n-workflow';

import type { Endpoint } from '../tasks/endpoint';
import { isEndpoint } from '../tasks/endpoint';
import type { Task } from '../tasks/task';
import { isRecord, isTaskId } from '../tasks/task';

/** A verified webhook, on its way into the execution that it starts. */
export interface TriggerEvent {
	task: Task;
	endpoint?: Endpoint | undefined;
	metadata?: IDataObject | undefined;
	/** True when the note in the webhook's URL does not fit the API key, so that its metadata is left out. */
	noteRejected?: boolean;
	/** True when the task was read from the API, or came complete with a signed webhook. */
	confirmed: boolean;
}

/** The event in an item of the trigger's input; `null` for anything else, such as pinned data. */
export function eventFrom(json: IDataObject): TriggerEvent | null {
	const { task, endpoint, metadata, noteRejected, confirmed } = json;
	if (!isRecord(task) || !isWholeTask(task)) return null;
	return {
		task,
		endpoint: isEndpoint(endpoint) ? endpoint : undefined,
		metadata: isRecord(metadata) ? metadata : undefined,
		noteRejected: noteRejected === true,
		confirmed: confirmed === true,
	};
}

function isWholeTask(task: IDataObject): task is IDataObject & Task {
	const { task_id, status, generated, extra } = task;
	const isText = (file: unknown) => typeof file === 'string';
	if (!isTaskId(task_id) || typeof status !== 'string' || !isRecord(extra)) return false;
	return Array.isArray(generated) && generated.every(isText);
}
