import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { includeInputFields, optionsProperty } from '../fields/options';
import { task } from '../fields/task';
import { downloadOptionsIfWanted, videoOutputFields } from '../fields/videoOutput';
import { maxWait, pollInterval, readWaitSettings } from '../fields/waiting';
import type { ApiError } from '../http/apiError';
import { runIndexOf } from '../n8n/execution';
import { continuesOnFail } from '../n8n/nodeSettings';
import type { AwaitedTask } from '../output/collect';
import { failedItem } from '../output/failedItem';
import { FileNames } from '../output/fileName';
import { taskItem, taskOutput } from '../output/item';
import { typedError } from '../output/nodeError';
import type { Task } from '../tasks/task';
import { unseenTask } from '../tasks/task';
import type { Place } from '../waiting/storedSuspension';
import { awaitedIn, inPlaces } from '../waiting/suspension';
import { waitOnce } from '../waiting/waitOnce';
import type { TaskFields } from './awaitedTask';
import { readAwaitedTask } from './awaitedTask';
import { modelField } from './model';
import type { Operation } from './operation';
import { openRunContext } from './runContext';

export const wait: Operation = {
	value: 'wait',
	name: 'Wait',
	action: ({ action }) => `Wait for videos ${action}`,
	description: 'Wait for videos created earlier',
	properties: (resource) => [
		...[modelField(resource), task, maxWait, ...videoOutputFields].flatMap(
			(field) => field.properties,
		),
		optionsProperty([includeInputFields, ...downloadOptionsIfWanted, pollInterval]),
	],
	async execute(context: IExecuteFunctions) {
		const runContext = await openRunContext(context);
		const { maxWaitMs, intervalMs } = readWaitSettings(context);
		const fields = { ...runContext, names: new FileNames() };
		const places = context.getInputData().map((_, item): Place => placeOf(fields, item));
		const awaited = awaitedIn({ places });
		const unreadable: ApiError[] = [];
		const items = await waitOnce(runContext, awaited, {
			nodeContext: context.getContext('node'),
			run: runIndexOf(context),
			maxWaitMs,
			intervalMs,
			checkAtOnce: true,
			missingMs: 0,
			known: new Map<string, Task>(),
			unreadable: (task, failure) => {
				unreadable.push(failure);
				return unreadableItem(context, task, failure);
			},
		});
		// One wrong ID must not keep the other videos back; when all are wrong there are none.
		if (unreadable.length > 0 && unreadable.length === awaited.length) {
			if (!continuesOnFail(context)) {
				throw typedError(context.getNode(), unreadable[0], { item: awaited[0]!.item });
			}
		}
		return inPlaces({ places }, items);
	},
};

function placeOf(fields: TaskFields, item: number): Place {
	const { context } = fields;
	try {
		return { awaits: readAwaitedTask(fields, item) };
	} catch (error) {
		if (!continuesOnFail(context)) throw typedError(context.getNode(), error, { item });
		return { settled: failedItem(context.getNode(), error, { item }) };
	}
}

function unreadableItem(
	context: IExecuteFunctions,
	{ item, taskId, endpoint }: AwaitedTask,
	failure: ApiError,
): INodeExecutionData {
	if (continuesOnFail(context)) return failedItem(context.getNode(), failure, { item });
	const json = taskOutput({ ...unseenTask(taskId), status: 'NOT_FOUND' }, { endpoint });
	const message = `${failure.message}. ${failure.hint}`;
	return taskItem({ ...json, failure: { message } }, { item });
}
