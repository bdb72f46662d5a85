import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';

import { statusName } from '../fields/status';
import { MODELS } from '../lifecycle/model';
import { listTasks } from '../lifecycle/tasks';
import { choice } from '../parameters/value';
import { openApi } from '../transport/api';
import { typedError } from './failure';

/** The tasks to choose from in the field 'Task', newest first; `filter` is what the user has typed. */
export async function searchTasks(
	context: ILoadOptionsFunctions,
	filter = '',
): Promise<INodeListSearchResult> {
	try {
		const api = await openApi(context);
		const model = choice(context.getCurrentNodeParameter('model'), 'Model', MODELS);
		const wanted = filter.trim().toLowerCase();
		const results = (await listTasks(api, model))
			.map(({ task_id, status }) => ({
				name: `${task_id} (${statusName(status)})`,
				value: task_id,
			}))
			.filter(({ name }) => name.toLowerCase().includes(wanted));
		return { results };
	} catch (error) {
		throw typedError(context.getNode(), error);
	}
}
