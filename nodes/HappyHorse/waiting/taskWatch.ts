import type { ApiError } from '../http/apiError';
import type { Task } from '../tasks/task';
import { isFinal, isWhole } from '../tasks/task';
import type { TaskReference } from '../tasks/taskClient';

/** A completed task without a video is read once more after this time: the API may lag behind itself. */
const EMPTY_MS = 1500;

/**
 * What is known of the tasks that an execution waits for. A task is settled when nothing is left to find out: it failed or
 * has a video, and was read by itself or came with a signed webhook. A list holds neither URL nor reason.
 */
export class TaskWatch {
	private readonly tasks: Map<string, Task>;

	private readonly settled = new Set<string>();

	private readonly unreadable = new Map<string, ApiError>();

	/** When something odd was first seen of a task, in milliseconds since 1970. */
	private readonly emptySince = new Map<string, number>();

	private readonly missingSince = new Map<string, number>();

	/**
	 * @param known the last known states.
	 * @param missingMs how long to look for a task that the API cannot find: it may not know a new one yet.
	 */
	constructor(
		known: ReadonlyMap<string, Task> = new Map(),
		private readonly missingMs = Infinity,
	) {
		this.tasks = new Map(known);
		for (const task of known.values()) if (isWhole(task)) this.settled.add(task.task_id);
	}

	/** The last known state. A final status is never replaced by an earlier one. */
	taskOf(taskId: string): Task | undefined {
		return this.tasks.get(taskId);
	}

	/** Why the task cannot be read by this account. */
	failureOf(taskId: string): ApiError | undefined {
		return this.unreadable.get(taskId);
	}

	open<T extends TaskReference>(references: readonly T[]): T[] {
		return references.filter(({ taskId }) => !this.settled.has(taskId));
	}

	learn(task: Task, now: number): void {
		const { task_id } = task;
		const known = this.tasks.get(task_id);
		if (this.settled.has(task_id)) return;
		if (known && isFinal(known.status) && !isFinal(task.status)) return;
		this.tasks.set(task_id, task);
		this.missingSince.delete(task_id);
		if (isWhole(task) || this.staysEmpty(task, now)) this.settled.add(task_id);
	}

	/** A task could not be read, for a permanent reason. */
	fail(taskId: string, failure: ApiError, now: number): void {
		if (failure.statusCode === 404) {
			const since = this.missingSince.get(taskId) ?? now;
			this.missingSince.set(taskId, since);
			if (now - since < this.missingMs) return;
		} else if (this.missingMs === Infinity) return;
		this.unreadable.set(taskId, failure);
		this.settled.add(taskId);
	}

	private staysEmpty({ task_id, status, listed }: Task, now: number): boolean {
		if (status !== 'COMPLETED' || listed) return false;
		const since = this.emptySince.get(task_id) ?? now;
		this.emptySince.set(task_id, since);
		return now - since >= EMPTY_MS;
	}
}
