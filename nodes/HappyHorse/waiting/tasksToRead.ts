import type { TaskReference } from '../tasks/taskClient';

/** Tasks that a webhook has named without proof: their state has to be read from the API. */
export class TasksToRead {
	private readonly named: Set<string>;

	private readonly read = new Set<string>();

	constructor(taskIds: readonly string[]) {
		this.named = new Set(taskIds);
	}

	add(taskId: string): void {
		this.named.add(taskId);
	}

	/** Those of the tasks that are on the list. */
	of(tasks: readonly TaskReference[]): TaskReference[] {
		return tasks.filter(({ taskId }) => this.named.has(taskId));
	}

	/** Those on the list that were not read yet. */
	unread(tasks: readonly TaskReference[]): TaskReference[] {
		return this.of(tasks).filter(({ taskId }) => !this.read.has(taskId));
	}

	markRead(tasks: readonly TaskReference[]): void {
		for (const { taskId } of tasks) this.read.add(taskId);
	}

	/** Each task on the list is to be read once more. */
	readAgain(): void {
		this.read.clear();
	}
}
