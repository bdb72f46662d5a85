import type { IExecuteFunctions } from 'n8n-workflow';

import { optionalVideoOutputFields } from '../fields/videoOutput';
import { modelField } from '../fields/model';
import { downloadOptionsField } from '../fields/options';
import { taskField } from '../fields/task';
import { taskItem, taskOutput } from '../output/item';
import { collectItems } from '../output/collect';
import { isFinal } from '../tasks/task';
import { readTask } from '../tasks/taskClient';
import { readAwaitedTask } from '../fields/read';
import { eachItem } from './errors';
import type { Operation } from './operation';
import { openRunContext } from './runContext';

export const get: Operation = {
	option: {
		name: 'Get',
		value: 'get',
		action: 'Get video',
		description: 'Retrieve the status of a video and, when ready, its URL',
	},
	fields: [modelField, taskField, ...optionalVideoOutputFields, downloadOptionsField],
	async execute(context: IExecuteFunctions) {
		const runContext = await openRunContext(context);
		return await eachItem(context, async (item) => {
			const awaitedTask = readAwaitedTask(context, item);
			const task = await readTask(runContext.api, awaitedTask);
			// Here an unfinished task is a normal result, not a wait that ran out.
			if (isFinal(task.status)) return await collectItems(runContext, [{ awaitedTask, task }]);
			return [taskItem(taskOutput(task, { endpoint: awaitedTask.endpoint }), { item })];
		});
	},
};
