import type { IExecuteFunctions } from 'n8n-workflow';

import { outputFileField } from '../fields/videoOutput';
import { modelField } from '../fields/model';
import { maxDownloadSizeOption, optionsField } from '../fields/options';
import { taskField } from '../fields/task';
import { collectItems } from '../output/collect';
import { isFinal } from '../tasks/task';
import { readTask } from '../tasks/taskClient';
import { readAwaitedTask } from '../fields/read';
import { ValidationError } from '../validationError';
import { eachItem } from './errors';
import type { Operation } from './operation';
import { openRunContext } from './runContext';

export const download: Operation = {
	option: {
		name: 'Download',
		value: 'download',
		action: 'Download video',
		description: 'Download the file of a finished video',
	},
	fields: [modelField, taskField, outputFileField, optionsField([maxDownloadSizeOption])],
	async execute(context: IExecuteFunctions) {
		const runContext = await openRunContext(context);
		return await eachItem(context, async (item) => {
			const awaitedTask = readAwaitedTask(context, item);
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
