import type { IDataObject } from 'n8n-workflow';

import type { Api } from '../transport/api';
import { ApiFailure, apiFailureFrom } from '../transport/apiFailure';
import { explainUnreadable } from '../transport/explain';
import { redact } from '../transport/redact';
import { inOrder } from './inOrder';
import type { Model } from './model';
import { taskPath, tasksPath } from './model';
import type { Task } from './task';
import { createdTaskFrom, isFinal, taskFrom, taskListFrom } from './task';

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
export async function createTask(
	api: Api,
	{ model, body, retryUnavailable }: { model: Model; body: IDataObject; retryUnavailable: boolean },
): Promise<Task> {
	const answer = await api.send({
		method: 'POST',
		path: tasksPath(model),
		purpose: 'create',
		body,
		retryUnavailable,
	});
	const task = createdTaskFrom(answer);
	if (task === null) throw explainUnreadable(200, 'create', excerptOf(answer, api));
	return task;
}

const EXCERPT_LENGTH = 200;

/** The beginning of an answer, for the user to look for the ID in; without secrets. */
function excerptOf(answer: unknown, { provider }: Api): string {
	return redact(JSON.stringify(answer) ?? '', provider.secrets).slice(0, EXCERPT_LENGTH);
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
 * alone: how far back the list goes is documented nowhere. So is every task when the list itself fails. What went wrong with such a single read stands
 * in the task's place; a task beyond `maxSingleReads` is absent. One task only is read by itself, since that answer
 * holds its video as well.
 *
 * @throws ApiFailure when neither a list nor a single task can be had.
 */
export async function readStatuses(
	api: Api,
	references: readonly TaskReference[],
	maxSingleReads = Infinity,
): Promise<Map<string, Task | ApiFailure>> {
	const [only] = references;
	if (only && references.length === 1 && maxSingleReads > 0) {
		return new Map([[only.taskId, await readAlone(api, only)]]);
	}
	const models = [...new Set(references.map(({ model }) => model))];
	const lists = await inOrder(models, {
		limit: 1,
		work: async (model) => await listOrFailure(api, model),
	});
	const failure = lists.find((list) => list instanceof ApiFailure);
	if (failure && !(await canReadSingly(api, references, maxSingleReads))) {
		throw apiFailureFrom(failure);
	}
	const statuses = new Map<string, Task | ApiFailure>(
		lists
			.flatMap((list) => (list instanceof ApiFailure ? [] : list))
			.map((task) => [task.task_id, task]),
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

/** Whether only the list fails: one task tells, so that an outage is not met by a read of each of a hundred. */
async function canReadSingly(
	api: Api,
	[first]: readonly TaskReference[],
	maxSingleReads: number,
): Promise<boolean> {
	if (first === undefined || maxSingleReads === 0) return false;
	const state = await readOrFailure(api, first);
	return !(state instanceof ApiFailure) || state.statusCode === 404;
}

/** @throws ApiFailure for what would fail without a list as well: a wrong key, too many requests. */
async function listOrFailure(api: Api, model: Model): Promise<Task[] | ApiFailure> {
	try {
		return await listTasks(api, model);
	} catch (error) {
		const failure = apiFailureFrom(error);
		if (failure.statusCode === 401 || failure.kind === 'rate-limited') throw apiFailureFrom(error);
		return failure;
	}
}

/** Where tasks are kept that were seen final. */
export interface Findings {
	has(taskId: string): boolean;
	add(task: Task): void;
}

/**
 * What the list says of those tasks that are not known to be final: final ones are added to the findings. Where
 * there is but one task in all, it is read by itself.
 *
 * @returns the tasks that the list leaves out, or none when it holds one that is not final: whether all are
 *   final is then known without them.
 * @throws ApiFailure
 */
export async function findInList(
	api: Api,
	references: readonly TaskReference[],
	findings: Findings,
): Promise<TaskReference[]> {
	if (references.length === 1) {
		// The same one request, whose answer holds the address of the video as well.
		await findSingly(api, references, findings);
		return [];
	}
	const open = references.filter(({ taskId }) => !findings.has(taskId));
	const statuses = await readStatuses(api, open, 0);
	let allFinal = true;
	for (const { taskId } of open) {
		const task = statuses.get(taskId);
		if (task === undefined || task instanceof ApiFailure) continue;
		if (isFinal(task.status)) findings.add(task);
		else allFinal = false;
	}
	return allFinal ? open.filter(({ taskId }) => !statuses.has(taskId)) : [];
}

/**
 * Reads tasks one by one, up to the first that is not final, which may be a hundred: final ones are added to
 * the findings at once, and not read when they have got there meanwhile.
 *
 * @throws ApiFailure when the API cannot be asked now.
 */
export async function findSingly(
	api: Api,
	references: readonly TaskReference[],
	findings: Findings,
): Promise<void> {
	for (const reference of references) {
		if (findings.has(reference.taskId)) continue;
		const task = await readOrFailure(api, reference);
		if (task instanceof ApiFailure && task.passing) throw apiFailureFrom(task);
		if (task instanceof ApiFailure || !isFinal(task.status)) return;
		findings.add(task);
	}
}

/** @throws ApiFailure when it says nothing of this task, such as a refused key. */
async function readAlone(api: Api, reference: TaskReference): Promise<Task | ApiFailure> {
	const state = await readOrFailure(api, reference);
	if (state instanceof ApiFailure && state.statusCode !== 404) throw apiFailureFrom(state);
	return state;
}

async function readOrFailure(api: Api, reference: TaskReference): Promise<Task | ApiFailure> {
	try {
		return await readTask(api, reference);
	} catch (error) {
		return apiFailureFrom(error);
	}
}
