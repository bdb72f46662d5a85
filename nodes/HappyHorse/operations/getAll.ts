import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';

import { modelField } from '../fields/model';
import { statusName } from '../fields/status';
import { readFinished } from '../tasks/readFinished';
import { mapLimit } from '../concurrency/mapLimit';
import { taskItem, taskOutput } from '../output/item';
import { isFinal, STATUSES } from '../tasks/task';
import { listTasks } from '../tasks/taskClient';
import { readListing } from '../fields/listing';
import { toApiError } from '../http/apiError';
import { eachItem } from './errors';
import type { Operation } from './operation';
import { openRunContext } from './runContext';

/** The API allows about 50 requests a minute. */
const READS_AT_ONCE = 3;

const listFields: INodeProperties[] = [
	{
		displayName: 'Return All',
		name: 'returnAll',
		type: 'boolean',
		default: false,
		description: 'Whether to return all results or only up to a given limit',
	},
	{
		displayName: 'Limit',
		name: 'limit',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: 50,
		description: 'Max number of results to return',
		displayOptions: { show: { returnAll: [false] } },
	},
	{
		displayName: 'Include Video URL',
		name: 'includeVideoUrl',
		type: 'boolean',
		default: false,
		description:
			'Whether to look up the URL of each finished video. This takes one more request per video.',
	},
	{
		displayName: 'Filters',
		name: 'filters',
		type: 'collection',
		placeholder: 'Add Filter',
		default: {},
		options: [
			{
				displayName: 'Status',
				name: 'status',
				type: 'multiOptions',
				default: [],
				description: 'Only tasks with one of these statuses. Empty means any.',
				options: STATUSES.map((value) => ({ name: statusName(value), value })),
			},
		],
	},
];

export const getAll: Operation = {
	option: {
		name: 'Get Many',
		value: 'getAll',
		action: 'Get many videos',
		description: 'Retrieve a list of videos, newest first',
	},
	fields: [modelField, ...listFields],
	async execute(context: IExecuteFunctions) {
		const { api, clock } = await openRunContext(context);
		return await eachItem(context, async (item) => {
			const { endpoint, limit, statuses, includeVideoUrl } = readListing(context, item);
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
