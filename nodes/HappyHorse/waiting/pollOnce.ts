import type { Clock } from '../concurrency/clock';
import { mapLimit } from '../concurrency/mapLimit';
import type { Api } from '../http/apiClient';
import { ApiError } from '../http/apiError';
import type { Task } from '../tasks/task';
import { isFinal } from '../tasks/task';
import type { ReadOptions, TaskReference } from '../tasks/taskClient';
import { readOrFailure, readStatuses } from '../tasks/taskClient';
import type { TaskWatch } from './taskWatch';

/** Bounds what one poll can cost when the list leaves many tasks out. */
export const SINGLE_READS_PER_POLL = 10;

const READS_AT_ONCE = 3;

export interface PollContext {
	api: Api;
	watch: TaskWatch;
	clock: Clock;
}

/** True when the API has said so. */
export function isUnfinished(task: Task | undefined): boolean {
	return task !== undefined && !isFinal(task.status);
}

export interface PollOptions extends ReadOptions {
	/** True to read no video as long as a task is unfinished: within a full budget that takes minutes. */
	forUnfinished?: boolean;
}

/**
 * Polls the tasks once: requests one list, then reads each final task for its video or its reason.
 *
 * @returns the pause that the API requested, in milliseconds.
 * @throws ApiError when neither a list nor a single task can be had.
 */
export async function pollOnce(
	polling: PollContext,
	references: readonly TaskReference[],
	options: PollOptions = { maxSingleReads: SINGLE_READS_PER_POLL },
): Promise<number> {
	const { api, watch, clock } = polling;
	const states = await readStatuses(api, references, options);
	const pauses = references.map(({ taskId }) => {
		const state = states.get(taskId);
		return state === undefined ? 0 : note(polling, taskId, state);
	});
	const someUnfinished = references.some(({ taskId }) => isUnfinished(watch.taskOf(taskId)));
	if (options.forUnfinished && someUnfinished) return Math.max(0, ...pauses);
	const unread = watch.open(references).filter(({ taskId }) => {
		const task = watch.taskOf(taskId);
		return task?.listed && isFinal(task.status);
	});
	return Math.max(0, ...pauses, await readEach({ api, watch, clock }, unread));
}

/**
 * Reads each task, until the API is down.
 *
 * @returns the pause that the API requested, in milliseconds.
 */
export async function readEach(
	polling: PollContext,
	references: readonly TaskReference[],
): Promise<number> {
	let isDown = false;
	const pauses = await mapLimit(references, {
		limit: READS_AT_ONCE,
		async work(reference) {
			if (isDown) return 0;
			const state = await readOrFailure(polling.api, reference);
			isDown ||= state instanceof ApiError && state.retryable;
			return note(polling, reference.taskId, state);
		},
	});
	return Math.max(0, ...pauses);
}

function note(
	{ watch, clock }: PollContext,
	taskId: string,
	state: Awaited<ReturnType<typeof readOrFailure>>,
): number {
	if (!(state instanceof ApiError)) watch.learn(state, clock.now());
	else if (state.retryable) return state.requestedPauseMs;
	else watch.fail(taskId, state, clock.now());
	return 0;
}
