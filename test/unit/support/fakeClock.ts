import type { Clock } from '../../../nodes/HappyHorse/concurrency/clock';

export const START = Date.UTC(2026, 8, 1);

/** Time that passes only in pauses. Pauses of several waits add up: none of them waits for another. */
export class FakeClock implements Clock {
	time = START;

	cancelled = false;

	readonly pauses: number[] = [];

	constructor(private readonly onPause: (clock: FakeClock) => void = () => {}) {}

	now(): number {
		return this.time;
	}

	async pause(ms: number): Promise<void> {
		this.pauses.push(ms);
		// Without it a wait that never ends would hang the test instead of failing it.
		if (this.pauses.length > 10_000) throw new Error('this never ends');
		this.time += ms;
		this.onPause(this);
		// Long enough for other requests of the same time to have been sent.
		for (let turn = 0; turn < 50; turn++) await Promise.resolve();
	}

	isCancelled(): boolean {
		return this.cancelled;
	}
}
