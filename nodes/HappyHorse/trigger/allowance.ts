const MINUTE_MS = 60_000;

/** A bound on how many requests per minute strangers can make this node send. */
export class Allowance {
	private taken: number[] = [];

	constructor(private readonly perMinute: number) {}

	/** True while there is room within the last minute. */
	take(now: number): boolean {
		this.taken = this.taken.filter((at) => now - at < MINUTE_MS);
		if (this.taken.length >= this.perMinute) return false;
		this.taken.push(now);
		return true;
	}
}
