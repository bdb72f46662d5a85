const MOST_OUTCOMES = 10_000;

/**
 * Which outcomes this process has passed on. The provider may deliver one several times, even at the same
 * moment; the first delivery wins. It is a first filter only: after a restart, and between several
 * processes, the trigger's own record of the workflow decides.
 */
export class SeenEvents {
	// A Set remembers the order of insertion, so the oldest entries are the first.
	private readonly seen = new Set<string>();

	/** True for the first delivery of a task's status, unless a final one was passed on before: it stays. */
	isNew(place: string, task: { task_id: string; status: string }): boolean {
		const key = (status: string) => `${place} ${task.task_id} ${status}`;
		return [task.status, 'COMPLETED', 'FAILED'].every((status) => !this.seen.has(key(status)));
	}

	add(place: string, { task_id, status }: { task_id: string; status: string }): void {
		this.seen.add(`${place} ${task_id} ${status}`);
		for (const oldest of this.seen) {
			if (this.seen.size <= MOST_OUTCOMES) return;
			this.seen.delete(oldest);
		}
	}
}
