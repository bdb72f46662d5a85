import type { IExecuteFunctions } from 'n8n-workflow';

import { optionalDeliveryFields } from '../fields/delivery';
import { modelField } from '../fields/model';
import { downloadOptionsField } from '../fields/options';
import { taskField } from '../fields/task';
import { taskItem, taskOutput } from '../output/item';
import { deliver } from '../output/collect';
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
	fields: [modelField, taskField, ...optionalDeliveryFields, downloadOptionsField],
	async execute(context: IExecuteFunctions) {
		const scene = await openRunContext(context);
		return await eachItem(context, async (item) => {
			const ordered = readAwaitedTask(context, item);
			const task = await readTask(scene.api, ordered);
			// An unfinished task is what was asked for here, not a wait that ran out.
			if (isFinal(task.status)) return await deliver(scene, [{ ordered, task }]);
			return [taskItem(taskOutput(task, { model: ordered.model }), { item })];
		});
	},
};
