/** A clock that can run faster than real time; its unit is the millisecond since the start. */
export class Clock {
	private realAnchor = Date.now();
	private anchor = 0;

	constructor(private pace: number) {}

	/** Milliseconds of sandbox time since the start. */
	now(): number {
		return this.anchor + (Date.now() - this.realAnchor) * this.pace;
	}

	/** From now on a real second counts as `pace` seconds. */
	setPace(pace: number): void {
		this.anchor = this.now();
		this.realAnchor = Date.now();
		this.pace = pace;
	}

	/** Real milliseconds until the clock shows `time`. */
	realMsUntil(time: number): number {
		return Math.max(0, (time - this.now()) / this.pace);
	}
}
