/**
 * Who may continue an execution, within this process. n8n 2.0 and newer lets only one caller continue it, but
 * answers the other with a server error; 1.x would run the rest of the workflow twice.
 */
export class Claims {
	private readonly until = new Map<string, number>();

	/** True for the first caller; others get false until `ms` have passed. */
	take(key: string, { now, ms }: { now: number; ms: number }): boolean {
		for (const [old, end] of this.until) if (end <= now) this.until.delete(old);
		if (this.until.has(key)) return false;
		this.until.set(key, now + ms);
		return true;
	}

	isTaken(key: string, now: number): boolean {
		return (this.until.get(key) ?? 0) > now;
	}

	/** Shortens or lengthens a claim that was taken. */
	keep(key: string, { now, ms }: { now: number; ms: number }): void {
		this.until.set(key, now + ms);
	}
}
