import type { IExecuteFunctions } from 'n8n-workflow';

import { optionalDeliveryFields } from '../fields/delivery';
import { modelField } from '../fields/model';
import { maxDownloadSizeOption, optionsField } from '../fields/options';
import { taskField } from '../fields/task';
import { taskItem, taskOutput } from '../lifecycle/output';
import { clockOf } from '../lifecycle/clock';
import { deliver } from '../lifecycle/delivery';
import { isFinal } from '../lifecycle/task';
import { readTask } from '../lifecycle/tasks';
import { readAwaitedTask } from '../parameters/read';
import { openApi } from '../transport/api';
import { eachItem } from './failure';
import { leavesByErrorOutput } from './nodeSettings';
import type { Operation } from './operation';

export const get: Operation = {
	option: {
		name: 'Get',
		value: 'get',
		action: 'Get video',
		description: 'Retrieve the state of one video and, once it is finished, its address',
	},
	fields: [modelField, taskField, ...optionalDeliveryFields, optionsField([maxDownloadSizeOption])],
	async execute(context: IExecuteFunctions) {
		const api = await openApi(context);
		const clock = clockOf(context.getExecutionCancelSignal());
		const run = { context, api, clock, toErrorOutput: leavesByErrorOutput(context) };
		return await eachItem(context, async (item) => {
			const ordered = readAwaitedTask(context, item);
			const task = await readTask(api, ordered);
			// An unfinished task is what was asked for here, not a wait that ran out.
			if (isFinal(task.status)) return await deliver(run, [{ ordered, task, read: true }]);
			return [taskItem(taskOutput(task, { model: ordered.model }), { item })];
		});
	},
};
