const MINUTE_MS = 60_000;

/** A bound on how many requests per minute strangers can make this node send. */
export class Allowance {
	private taken: number[] = [];

	constructor(private readonly perMinute: number) {}

	/** True, and so many requests are taken, while there is room for all of them within the last minute. */
	take(now: number, requests = 1): boolean {
		this.taken = this.taken.filter((at) => now - at < MINUTE_MS);
		if (this.taken.length + requests > this.perMinute) return false;
		this.taken.push(...Array<number>(requests).fill(now));
		return true;
	}
}
