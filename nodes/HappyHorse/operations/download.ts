import type { IExecuteFunctions } from 'n8n-workflow';

import { optionsProperty } from '../fields/options';
import { task as taskField } from '../fields/task';
import { downloadOptions, outputFile } from '../fields/videoOutput';
import { collectItems } from '../output/collect';
import { FileNames } from '../output/fileName';
import { isFinal } from '../tasks/task';
import { readTask } from '../tasks/taskClient';
import { ValidationError } from '../validationError';
import { readAwaitedTask } from './awaitedTask';
import { eachItem } from './eachItem';
import { modelField } from './model';
import type { Operation } from './operation';
import { openRunContext } from './runContext';

export const download: Operation = {
	value: 'download',
	name: 'Download',
	action: ({ action }) => `Download video ${action}`,
	description: 'Download the file of a finished video',
	properties: (resource) => [
		...[modelField(resource), taskField, outputFile].flatMap((field) => field.properties),
		optionsProperty(downloadOptions),
	],
	async execute(context: IExecuteFunctions) {
		const runContext = await openRunContext(context);
		const fields = { ...runContext, names: new FileNames() };
		return await eachItem(context, async (item) => {
			const awaitedTask = readAwaitedTask(fields, item);
			const task = await readTask(runContext.api, awaitedTask);
			if (!isFinal(task.status)) {
				throw new ValidationError(
					`The video of task ${task.task_id} is not finished yet (${task.status})`,
					"Use the operation 'Wait' to wait for it and download it.",
				);
			}
			return await collectItems(runContext, [{ awaitedTask, task }]);
		});
	},
};
