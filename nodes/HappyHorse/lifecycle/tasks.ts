import type { IDataObject } from 'n8n-workflow';

import type { Api } from '../transport/api';
import { ApiFailure, apiFailureFrom } from '../transport/apiFailure';
import { explainUnreadable } from '../transport/explain';
import { inOrder } from './inOrder';
import type { Model } from './model';
import { taskPath, tasksPath } from './model';
import type { Task } from './task';
import { isFinal, taskFrom, taskListFrom } from './task';

/** The API allows about 50 requests a minute, so single reads are kept few at a time. */
const READS_AT_ONCE = 3;

/** What identifies a task at the API. */
export interface TaskReference {
	model: Model;
	taskId: string;
}

/**
 * Creates a task: this is the request that costs money. It is sent once.
 *
 * @throws ApiFailure, with `mayHaveCreated` when nobody can tell whether the task exists.
 */
export async function createTask(api: Api, model: Model, request: IDataObject): Promise<Task> {
	const answer = await api.send({
		method: 'POST',
		path: tasksPath(model),
		purpose: 'create',
		body: request,
	});
	const task = taskFrom(answer);
	if (task === null) throw explainUnreadable(200, 'create');
	return task;
}

/** @throws ApiFailure, with status code 404 for an unknown task and for one of another account alike. */
export async function readTask(api: Api, { model, taskId }: TaskReference): Promise<Task> {
	const answer = await api.send({
		method: 'GET',
		path: taskPath(model, taskId),
		purpose: 'read',
	});
	const task = taskFrom(answer);
	if (task === null || task.task_id !== taskId) throw explainUnreadable(200, 'read');
	return task;
}

/** All tasks of the account, newest first, with ID and status only. @throws ApiFailure */
export async function listTasks(api: Api, model: Model): Promise<Task[]> {
	try {
		const list = taskListFrom(
			await api.send({ method: 'GET', path: tasksPath(model), purpose: 'list' }),
		);
		if (list === null) throw explainUnreadable(200, 'list');
		return list;
	} catch (error) {
		const failure = apiFailureFrom(error);
		// An account without tasks answers 404, not an empty list.
		if (failure.statusCode === 404) return [];
		throw apiFailureFrom(error);
	}
}

/**
 * The statuses of many tasks with one list request per model. A task that the list leaves out is read
 * alone: how far back the list goes is documented nowhere. What went wrong with such a single read stands
 * in the task's place; a task beyond `maxSingleReads` is absent.
 *
 * @throws ApiFailure when a list cannot be had.
 */
export async function readStatuses(
	api: Api,
	references: readonly TaskReference[],
	maxSingleReads = Infinity,
): Promise<Map<string, Task | ApiFailure>> {
	const models = [...new Set(references.map(({ model }) => model))];
	const lists = await inOrder(models, { limit: 1, work: async (model) => await listTasks(api, model) });
	const statuses = new Map<string, Task | ApiFailure>(
		lists.flat().map((task) => [task.task_id, task]),
	);
	const missing = references.filter(({ taskId }) => !statuses.has(taskId));
	await inOrder(missing.slice(0, maxSingleReads), {
		limit: READS_AT_ONCE,
		work: async (reference) => {
			statuses.set(reference.taskId, await readOrFailure(api, reference));
		},
	});
	return statuses;
}

/**
 * What is final among these tasks, as far as it takes to know whether all are: the list first, then those that
 * it leaves out, one by one, up to the first that is not final.
 *
 * @param singles for the reads of one task, which may be many
 * @throws ApiFailure when the API cannot be asked now.
 */
export async function readFinals(
	{ lists, singles }: { lists: Api; singles: Api },
	references: readonly TaskReference[],
): Promise<Task[]> {
	const statuses = await readStatuses(lists, references, 0);
	const listed = references.flatMap(({ taskId }) => {
		const task = statuses.get(taskId);
		return task === undefined || task instanceof ApiFailure ? [] : [task];
	});
	const finals = listed.filter(({ status }) => isFinal(status));
	if (finals.length < listed.length) return finals;
	for (const reference of references) {
		if (statuses.has(reference.taskId)) continue;
		const task = await readOrFailure(singles, reference);
		if (task instanceof ApiFailure && task.passing) throw apiFailureFrom(task);
		if (task instanceof ApiFailure || !isFinal(task.status)) break;
		finals.push(task);
	}
	return finals;
}

async function readOrFailure(api: Api, reference: TaskReference): Promise<Task | ApiFailure> {
	try {
		return await readTask(api, reference);
	} catch (error) {
		return apiFailureFrom(error);
	}
}
