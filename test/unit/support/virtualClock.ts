import { FakeClock } from './fakeClock';

/** Enough for what runs without a pause, such as reading the fake stream of a response, to come to its end. */
const TURNS_OF_OTHERS = 12;

/** Without it a wait that never ends would hang the test instead of failing it. */
const MOST_PAUSES = 1_000_000;

interface Sleeper {
	at: number;
	wake: () => void;
}

/** Time that passes only when everybody sleeps, and then to the moment at which the first of them wants to wake up. */
export class VirtualClock extends FakeClock {
	private readonly sleepers: Sleeper[] = [];

	private ticking = false;

	private count = 0;

	override async pause(ms: number): Promise<void> {
		if (++this.count > MOST_PAUSES) throw new Error('this never ends');
		if (this.pauses.length < 10_000) this.pauses.push(ms);
		await new Promise<void>((wake) => {
			const at = this.time + Math.max(0, ms);
			const later = this.sleepers.findIndex((sleeper) => sleeper.at > at);
			this.sleepers.splice(later === -1 ? this.sleepers.length : later, 0, { at, wake });
			if (!this.ticking) void this.tick();
		});
	}

	/** Waits for a moment of this clock, in milliseconds since 1970. */
	async until(moment: number): Promise<void> {
		await this.pause(moment - this.time);
	}

	private async tick(): Promise<void> {
		this.ticking = true;
		while (this.sleepers.length > 0) {
			for (let turn = 0; turn < TURNS_OF_OTHERS; turn++) {
				await new Promise((resolve) => setImmediate(resolve));
			}
			const first = this.sleepers.shift();
			if (!first) break;
			this.time = Math.max(this.time, first.at);
			first.wake();
		}
		this.ticking = false;
	}
}
