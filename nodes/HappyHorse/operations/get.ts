import type { IExecuteFunctions } from 'n8n-workflow';

import { includeInputFields, optionsProperty } from '../fields/options';
import { task as taskField } from '../fields/task';
import { downloadOptionsIfWanted, optionalVideoOutputFields } from '../fields/videoOutput';
import { collectItems } from '../output/collect';
import { FileNames } from '../output/fileName';
import { taskItem, taskOutput } from '../output/item';
import { isFinal } from '../tasks/task';
import { readTask } from '../tasks/taskClient';
import { readAwaitedTask } from './awaitedTask';
import { eachItem } from './eachItem';
import { modelField } from './model';
import type { Operation } from './operation';
import { openRunContext } from './runContext';

export const get: Operation = {
	value: 'get',
	name: 'Get',
	action: ({ action }) => `Get video ${action}`,
	description: 'Retrieve the status of a video and, when ready, its URL',
	properties: (resource) => [
		...[modelField(resource), taskField, ...optionalVideoOutputFields].flatMap(
			(field) => field.properties,
		),
		optionsProperty([includeInputFields, ...downloadOptionsIfWanted]),
	],
	async execute(context: IExecuteFunctions) {
		const runContext = await openRunContext(context);
		const fields = { ...runContext, names: new FileNames() };
		return await eachItem(context, async (item) => {
			const awaitedTask = readAwaitedTask(fields, item);
			const task = await readTask(runContext.api, awaitedTask);
			// Here an unfinished task is a normal result, not a wait that ran out.
			if (isFinal(task.status)) return await collectItems(runContext, [{ awaitedTask, task }]);
			return [taskItem(taskOutput(task, { endpoint: awaitedTask.endpoint }), { item })];
		});
	},
};
