import type { Task } from '../task';
import type { Findings } from '../tasks';

/** No execution waits for longer than a day. */
const FORGET_AFTER_MS = 25 * 3_600_000;

/** What is known of one wait of one execution. */
export interface Known extends Findings {
	startedAt: number;
	tasks: ReadonlyMap<string, Task>;
}

/**
 * The tasks of waiting executions that the API has called final. What is final stays so: this saves asking again at
 * each of a hundred callbacks, where the API's list does not hold the tasks. It is lost with the process, which
 * costs nothing but those questions.
 */
export class Finals {
	private readonly byKey = new Map<string, Known>();

	/** `now` is in milliseconds since 1970. */
	of(key: string, now: number): Known {
		for (const [old, { startedAt }] of this.byKey) {
			if (startedAt + FORGET_AFTER_MS < now) this.byKey.delete(old);
		}
		const known = this.byKey.get(key) ?? knownSince(now);
		this.byKey.set(key, known);
		return known;
	}

	forget(key: string): void {
		this.byKey.delete(key);
	}
}

function knownSince(startedAt: number): Known {
	const tasks = new Map<string, Task>();
	return {
		startedAt,
		tasks,
		has: (taskId) => tasks.has(taskId),
		add: (task) => void tasks.set(task.task_id, task),
	};
}
