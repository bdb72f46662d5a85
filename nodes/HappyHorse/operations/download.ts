import type { IExecuteFunctions } from 'n8n-workflow';

import { outputFileField } from '../fields/delivery';
import { modelField } from '../fields/model';
import { maxDownloadSizeOption, optionsField } from '../fields/options';
import { taskField } from '../fields/task';
import { clockOf } from '../lifecycle/clock';
import { deliver } from '../lifecycle/delivery';
import { isFinal } from '../lifecycle/task';
import { readTask } from '../lifecycle/tasks';
import { readAwaitedTask } from '../parameters/read';
import { Refusal } from '../refusal';
import { openApi } from '../transport/api';
import { eachItem } from './failure';
import { leavesByErrorOutput } from './nodeSettings';
import type { Operation } from './operation';

export const download: Operation = {
	option: {
		name: 'Download',
		value: 'download',
		action: 'Download video',
		description: 'Retrieve the file of a finished video, with a fresh address',
	},
	fields: [modelField, taskField, outputFileField, optionsField([maxDownloadSizeOption])],
	async execute(context: IExecuteFunctions) {
		const api = await openApi(context);
		const clock = clockOf(context.getExecutionCancelSignal());
		const run = { context, api, clock, toErrorOutput: leavesByErrorOutput(context) };
		return await eachItem(context, async (item) => {
			const ordered = readAwaitedTask(context, item);
			const task = await readTask(api, ordered);
			if (!isFinal(task.status)) {
				throw new Refusal(
					`The video of task ${task.task_id} is not finished yet (${task.status})`,
					"Use the operation 'Wait' to wait for it and download it.",
				);
			}
			return await deliver(run, [{ ordered, task, read: true }]);
		});
	},
};
