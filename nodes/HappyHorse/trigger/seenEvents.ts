const MOST_EVENTS = 10_000;

/**
 * The events that this process has passed on. The provider may send the same webhook several times, even at the same
 * moment; the first one wins. This is only a first filter: after a restart, and between several processes, the rows in
 * n8n's table decide.
 */
export class SeenEvents {
	// A Set keeps the order of insertion, so the oldest entries are the first.
	private readonly seen = new Set<string>();

	/** True for the first webhook with a task's status, unless a final one was passed on before. */
	isNew(place: string, task: { task_id: string; status: string }): boolean {
		const key = (status: string) => `${place} ${task.task_id} ${status}`;
		return [task.status, 'COMPLETED', 'FAILED'].every((status) => !this.seen.has(key(status)));
	}

	add(place: string, { task_id, status }: { task_id: string; status: string }): void {
		this.seen.add(`${place} ${task_id} ${status}`);
		for (const oldest of this.seen) {
			if (this.seen.size <= MOST_EVENTS) return;
			this.seen.delete(oldest);
		}
	}
}
