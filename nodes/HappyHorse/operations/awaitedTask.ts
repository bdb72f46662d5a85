import type { IExecuteFunctions } from 'n8n-workflow';

import { readTaskId } from '../fields/task';
import { readVideoOutput } from '../fields/videoOutput';
import type { AwaitedTask } from '../output/collect';
import type { FileNames } from '../output/fileName';
import type { Resource } from '../resources/resource';
import { readEndpoint } from './model';

/** What the items of a run are read with. */
export interface TaskFields {
	context: IExecuteFunctions;
	resource: Resource;
	/** Those of the items before. */
	names: FileNames;
}

/** One task to wait for or to fetch, as the fields of an item name it. @throws ValidationError */
export function readAwaitedTask(
	{ context, resource, names }: TaskFields,
	item: number,
): AwaitedTask {
	const taskId = readTaskId(context, item);
	const endpoint = readEndpoint(context, resource, item);
	const videoOutput = names.applyTo(taskId, readVideoOutput(context, item));
	return { item, taskId, endpoint, videoOutput };
}
