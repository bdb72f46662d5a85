import type { IExecuteFunctions } from 'n8n-workflow';

import { mapLimit } from '../concurrency/mapLimit';
import { listingFields, readListing } from '../fields/getManyFields';
import { toApiError } from '../http/apiError';
import { taskItem, taskOutput } from '../output/item';
import { readFinished } from '../tasks/readFinished';
import { isFinal } from '../tasks/task';
import { listTasks } from '../tasks/taskClient';
import { eachItem } from './eachItem';
import { modelField, readEndpoint } from './model';
import type { Operation } from './operation';
import { openRunContext } from './runContext';

/** The API allows about 50 requests a minute. */
const READS_AT_ONCE = 3;

export const getAll: Operation = {
	value: 'getAll',
	name: 'Get Many',
	action: ({ action }) => `Get many videos ${action}`,
	description: 'Retrieve a list of videos, newest first',
	properties: (resource) =>
		[modelField(resource), ...listingFields].flatMap((field) => field.properties),
	async execute(context: IExecuteFunctions) {
		const { api, clock, resource } = await openRunContext(context);
		return await eachItem(context, async (item) => {
			const endpoint = readEndpoint(context, resource, item);
			const { limit, statuses, includeVideoUrl } = readListing(context, item);
			const tasks = (await listTasks(api, endpoint))
				.filter(({ status }) => statuses.length === 0 || statuses.includes(status))
				.slice(0, limit);
			return await mapLimit(tasks, {
				limit: READS_AT_ONCE,
				work: async (listed) => {
					if (!includeVideoUrl || !isFinal(listed.status)) {
						return taskItem(taskOutput(listed, { endpoint }), { item });
					}
					try {
						const task = await readFinished(api, { endpoint, taskId: listed.task_id }, clock);
						return taskItem(taskOutput(task, { endpoint }), { item });
					} catch (error) {
						const failure = toApiError(error);
						if (failure.accountWide || clock.isCancelled()) throw toApiError(error);
						const downloadFailure = `The URL of the video could not be read: ${failure.message}.`;
						return taskItem(taskOutput(listed, { endpoint, downloadFailure }), { item });
					}
				},
			});
		});
	},
};
