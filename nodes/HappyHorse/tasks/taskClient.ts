import type { IDataObject } from 'n8n-workflow';

import { mapLimit } from '../concurrency/mapLimit';
import type { Api } from '../http/apiClient';
import { ApiError, toApiError } from '../http/apiError';
import { redact } from '../http/redact';
import { unreadableError } from '../http/requestErrors';
import type { Ticket } from '../http/turns';
import type { Endpoint } from './endpoint';
import { taskPath, tasksPath } from './endpoint';
import type { Task } from './task';
import { createdTaskFrom, taskFrom, taskListFrom } from './task';

/** The API allows about 50 requests a minute, so single reads are kept few at a time. */
const READS_AT_ONCE = 3;

/** What identifies a task at the API. */
export interface TaskReference {
	endpoint: Endpoint;
	taskId: string;
}

interface CreateTask {
	endpoint: Endpoint;
	body: IDataObject;
	retryUnavailable: boolean;
	/** The turn that the request has waited for already. */
	ticket?: Ticket | undefined;
}

/**
 * Creates a task: this is the request that costs money. It is sent once.
 *
 * @throws ApiError, with `outcomeUnknown` when the task may or may not exist.
 */
export async function createTask(
	api: Api,
	{ endpoint, body, retryUnavailable, ticket }: CreateTask,
): Promise<Task> {
	const response = await api.send({
		method: 'POST',
		path: tasksPath(endpoint),
		purpose: 'create',
		once: true,
		body,
		retryUnavailable,
		...(ticket === undefined ? {} : { ticket }),
	});
	const task = createdTaskFrom(response);
	if (task === null) throw unreadableError(200, 'create', excerptOf(response, api));
	api.account.latestEndpoints.add(endpoint);
	return task;
}

const EXCERPT_LENGTH = 200;

/** The beginning of a response without secrets, in which the user may find the ID. */
function excerptOf(response: unknown, { provider }: Api): string {
	return redact(JSON.stringify(response) ?? '', provider.secrets).slice(0, EXCERPT_LENGTH);
}

/** @throws ApiError, with status code 404 for an unknown task and for one of another account alike. */
export async function readTask(api: Api, { endpoint, taskId }: TaskReference): Promise<Task> {
	const response = await api.send({
		method: 'GET',
		path: taskPath(endpoint, taskId),
		purpose: 'read',
	});
	const task = taskFrom(response);
	if (task === null || task.task_id !== taskId) throw unreadableError(200, 'read');
	api.account.latestEndpoints.add(endpoint);
	return task;
}

/** All tasks of the account, newest first, with ID and status only. @throws ApiError */
export async function listTasks(api: Api, endpoint: Endpoint): Promise<Task[]> {
	try {
		const list = taskListFrom(
			await api.send({ method: 'GET', path: tasksPath(endpoint), purpose: 'list' }),
		);
		if (list === null) throw unreadableError(200, 'list');
		return list;
	} catch (error) {
		const failure = toApiError(error);
		// For an account without tasks the API responds with 404, not with an empty list.
		if (failure.statusCode === 404) return [];
		throw toApiError(error);
	}
}

export interface ReadOptions {
	maxSingleReads?: number;
	/** True to use the list for a lone task, too: many executions share one list. */
	listFirst?: boolean;
}

/**
 * The statuses of many tasks with one list request per endpoint. How far back the list goes is undocumented, so a task that it
 * leaves out is read alone, as is every task when the list fails. If such a read fails, the map holds its error. A task
 * beyond `maxSingleReads` is absent. A lone task is always read alone, since that response holds its video, too.
 *
 * @throws ApiError when neither a list nor a single task can be had.
 */
export async function readStatuses(
	api: Api,
	references: readonly TaskReference[],
	{ maxSingleReads = Infinity, listFirst = false }: ReadOptions = {},
): Promise<Map<string, Task | ApiError>> {
	const [only] = references;
	if (only && references.length === 1 && !listFirst) {
		return new Map([[only.taskId, await readAlone(api, only)]]);
	}
	const endpoints = [...new Set(references.map(({ endpoint }) => endpoint))];
	const lists = await mapLimit(endpoints, {
		limit: 1,
		work: async (endpoint) => await listOrFailure(api, endpoint),
	});
	const failure = lists.find((list) => list instanceof ApiError);
	if (failure && !(await canReadSingly(api, references, maxSingleReads))) {
		throw failure;
	}
	const statuses = new Map<string, Task | ApiError>(
		lists
			.flatMap((list) => (list instanceof ApiError ? [] : list))
			.map((task) => [task.task_id, task]),
	);
	const missing = references.filter(({ taskId }) => !statuses.has(taskId));
	await mapLimit(missing.slice(0, maxSingleReads), {
		limit: READS_AT_ONCE,
		work: async (reference) => {
			statuses.set(reference.taskId, await readOrFailure(api, reference));
		},
	});
	return statuses;
}

/** Whether only the list fails. One read shows it, so that an outage does not cause a hundred of them. */
async function canReadSingly(
	api: Api,
	[first]: readonly TaskReference[],
	maxSingleReads: number,
): Promise<boolean> {
	if (first === undefined || maxSingleReads === 0) return false;
	const state = await readOrFailure(api, first);
	return !(state instanceof ApiError) || state.statusCode === 404;
}

/** @throws ApiError for what would fail without a list as well: a wrong key, too many requests. */
async function listOrFailure(api: Api, endpoint: Endpoint): Promise<Task[] | ApiError> {
	try {
		return await listTasks(api, endpoint);
	} catch (error) {
		const failure = toApiError(error);
		if (failure.statusCode === 401 || failure.kind === 'rate-limited') throw toApiError(error);
		return failure;
	}
}

/** @throws ApiError for an error that is not about this task, such as a rejected key. */
async function readAlone(api: Api, reference: TaskReference): Promise<Task | ApiError> {
	const state = await readOrFailure(api, reference);
	if (state instanceof ApiError && state.statusCode !== 404) throw state;
	return state;
}

export async function readOrFailure(api: Api, reference: TaskReference): Promise<Task | ApiError> {
	try {
		return await readTask(api, reference);
	} catch (error) {
		return toApiError(error);
	}
}
