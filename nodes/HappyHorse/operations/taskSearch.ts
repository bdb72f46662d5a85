import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';

import { clockOf } from '../concurrency/clock';
import { statusName } from '../fields/status';
import { openApi } from '../http/apiClient';
import { givingUpAt } from '../http/withRetries';
import { typedError } from '../output/nodeError';
import { endpointOf } from '../tasks/endpoint';
import { listTasks } from '../tasks/taskClient';
import { modelField } from './model';
import { resourceNamed } from './runContext';

const SHORT_ID_LENGTH = 8;

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
		const resource = resourceNamed(context.getCurrentNodeParameter('resource'));
		const model = modelField(resource).check(context.getCurrentNodeParameter('model'));
		const wanted = filter.trim().toLowerCase();
		const results = (await listTasks(api, endpointOf(resource.mode, model)))
			.map(({ task_id, status }, index) => ({
				name: `${index + 1}. ${statusName(status)}, ${task_id.slice(0, SHORT_ID_LENGTH)}`,
				value: task_id,
			}))
			.filter(({ name, value }) => `${name} ${value}`.toLowerCase().includes(wanted));
		return { results };
	} catch (error) {
		throw typedError(context.getNode(), error);
	}
}
