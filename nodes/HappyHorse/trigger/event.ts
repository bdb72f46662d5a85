import type { IDataObject } from 'n8n-workflow';

import type { Model } from '../lifecycle/model';
import { MODELS } from '../lifecycle/model';
import type { Task } from '../lifecycle/task';
import { isRecord, isTaskId } from '../lifecycle/task';

/** A call that was verified, on its way into the execution that it starts. */
export interface TriggerEvent {
	task: Task;
	model?: Model | undefined;
	metadata?: IDataObject | undefined;
	/** True when the task was already read from the API. */
	confirmed: boolean;
}

/** The event in an item of the trigger's input; `null` for anything else, such as pinned data. */
export function eventFrom(json: IDataObject): TriggerEvent | null {
	const { task, model, metadata, confirmed } = json;
	if (!isRecord(task) || !isTaskId(task.task_id) || typeof task.status !== 'string') return null;
	return {
		task: task as IDataObject & Task,
		model: MODELS.find((candidate) => candidate === model),
		metadata: isRecord(metadata) ? metadata : undefined,
		confirmed: confirmed === true,
	};
}
