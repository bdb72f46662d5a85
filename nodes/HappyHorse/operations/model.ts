import type { IExecuteFunctions } from 'n8n-workflow';

import { choiceField } from '../fields/choice';
import type { Field } from '../fields/field';
import { readField } from '../fields/field';
import { readTaskId } from '../fields/task';
import { readVideoOutput } from '../fields/videoOutput';
import type { AwaitedTask } from '../output/collect';
import type { FileNames } from '../output/fileName';
import type { Resource } from '../resources/resource';
import type { Endpoint } from '../tasks/endpoint';
import { endpointOf } from '../tasks/endpoint';

/** The choice of the model. Where there is but one, users see no field, and it is that one. */
export function modelField({ models }: Pick<Resource, 'models'>): Field<string> {
	const [first, ...others] = models;
	const field = choiceField({
		name: 'model',
		label: 'Model',
		choices: models,
		default: first.value,
		description: 'The version of Happy Horse. A task is found only under the model that made it.',
	});
	return others.length > 0 ? field : { ...field, properties: [], check: () => first.value };
}

/** @throws ValidationError */
export function readEndpoint(
	context: IExecuteFunctions,
	resource: Resource,
	item: number,
): Endpoint {
	return endpointOf(resource.mode, readField(context, modelField(resource), item));
}

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
