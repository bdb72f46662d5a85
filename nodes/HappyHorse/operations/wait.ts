import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { videoOutputFields } from '../fields/videoOutput';
import { modelField } from '../fields/model';
import { maxDownloadSizeIfWanted, optionsField, pollIntervalOption } from '../fields/options';
import { taskField } from '../fields/task';
import { maxWaitField } from '../fields/waiting';
import type { AwaitedTask } from '../output/collect';
import { taskItem, taskOutput } from '../output/item';
import { waitOnce } from '../waiting/waitOnce';
import type { Place } from '../waiting/suspension';
import { awaitedIn, inPlaces } from '../waiting/suspension';
import type { Task } from '../tasks/task';
import { unseenTask } from '../tasks/task';
import { readAwaitedTask } from '../fields/read';
import { readWaitSettings } from '../fields/runSettings';
import { runIndexOf } from '../n8n/execution';
import type { ApiError } from '../http/apiError';
import { failedItem, typedError } from './errors';
import { continuesOnFail } from '../n8n/nodeSettings';
import type { Operation } from './operation';
import { openRunContext } from './runContext';

export const wait: Operation = {
	option: {
		name: 'Wait',
		value: 'wait',
		action: 'Wait for videos',
		description: 'Wait for videos created earlier',
	},
	fields: [
		modelField,
		taskField,
		maxWaitField,
		...videoOutputFields,
		optionsField([maxDownloadSizeIfWanted, pollIntervalOption]),
	],
	async execute(context: IExecuteFunctions) {
		const runContext = await openRunContext(context);
		const { maxWaitMs, intervalMs } = readWaitSettings(context);
		const places = context.getInputData().map((_, item): Place => placeOf(context, item));
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

function placeOf(context: IExecuteFunctions, item: number): Place {
	try {
		return { awaits: readAwaitedTask(context, item) };
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
