import type { Task } from './task';

/** No execution waits for longer than a day. */
const FORGET_AFTER_MS = 25 * 3_600_000;

interface Shelf {
	startedAt: number;
	tasks: Map<string, Task>;
}

/**
 * The tasks of waiting executions that the API has called final. What is final stays so: this saves asking again at
 * each of a hundred callbacks, where the API's list does not hold the tasks. It is lost with the process, which
 * costs nothing but those questions.
 */
export class Finals {
	private readonly shelves = new Map<string, Shelf>();

	/** What is known of an execution's tasks, by ID; add to it with `add`. */
	of(key: string): ReadonlyMap<string, Task> {
		return this.shelves.get(key)?.tasks ?? new Map<string, Task>();
	}

	add(key: string, { tasks, now }: { tasks: readonly Task[]; now: number }): void {
		for (const [old, { startedAt }] of this.shelves) {
			if (startedAt + FORGET_AFTER_MS < now) this.shelves.delete(old);
		}
		const shelf = this.shelves.get(key) ?? { startedAt: now, tasks: new Map<string, Task>() };
		this.shelves.set(key, shelf);
		for (const task of tasks) shelf.tasks.set(task.task_id, task);
	}

	forget(key: string): void {
		this.shelves.delete(key);
	}
}
