import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';

import { clockOf } from '../concurrency/clock';
import { statusName } from '../fields/status';
import { MODELS } from '../resources';
import { endpointOf } from '../tasks/endpoint';
import { listTasks } from '../tasks/taskClient';
import { choice } from '../fields/check';
import { openApi } from '../http/apiClient';
import { givingUpAt } from '../http/withRetries';
import { typedError } from './errors';

/** A user looks at the list while it loads. */
const LONGEST_MS = 10_000;

/** The tasks to choose from in the field 'Task', newest first; `filter` is what the user has typed. */
export async function searchTasks(
	context: ILoadOptionsFunctions,
	filter = '',
): Promise<INodeListSearchResult> {
	try {
		const clock = clockOf();
		const api = givingUpAt(await openApi(context, clock), clock.now() + LONGEST_MS);
		const model = choice(context.getCurrentNodeParameter('model'), 'Model', MODELS);
		const wanted = filter.trim().toLowerCase();
		const results = (await listTasks(api, endpointOf('image-to-video', model)))
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
