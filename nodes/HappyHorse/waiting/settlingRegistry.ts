import type { Settling } from './settling';

/** An open webhook holds about 12 MB of n8n (its expression engine). */
const MOST_OPEN = 40;

/** Covers the moment between our result and n8n's own claim. */
const AFTERMATH_MS = 20_000;

const FORGET_AFTER_MS = 10 * 60_000;

export interface SettlingEntry {
	settling: Settling;
	/** Resolves when the webhook that runs it is over; left out while none does. */
	running?: Promise<void> | undefined;
	/** When the execution was continued, in milliseconds since 1970. */
	continuedAt?: number | undefined;
	/** Why the signature of a webhook did not hold. */
	signatureFault?: string | undefined;
}

/** Opens a webhook again for a wait. It never throws. */
export type WakeUp = () => Promise<void>;

/**
 * The waits of this process that have had a final webhook. They are lost with the process, which only costs some reads: n8n
 * makes sure that an execution is continued once.
 */
export class SettlingRegistry {
	private readonly byKey = new Map<string, SettlingEntry>();

	/** Waits that are to have an open webhook again; the first one has been parked for longest. */
	private readonly parked = new Map<SettlingEntry, WakeUp>();

	private waking = 0;

	/** The entry of a wait. `now` is in milliseconds since 1970. */
	of(key: string, { now, make }: { now: number; make: () => Settling }): SettlingEntry {
		this.forgetOld(now);
		const entry = this.byKey.get(key) ?? { settling: make() };
		this.byKey.set(key, entry);
		return entry;
	}

	get(key: string): SettlingEntry | undefined {
		return this.byKey.get(key);
	}

	/** True when one more wait may run. Beyond a number of waits an idle one makes room: the one with the most time left. */
	makeRoom(): boolean {
		const running = this.running();
		if (running.length < MOST_OPEN) return true;
		const [latest] = running.filter(({ settling }) => settling.isIdle).sort(byTimeLeft);
		latest?.settling.release();
		return latest !== undefined;
	}

	/** Lets a wait continue without an open webhook until there is room. */
	park(entry: SettlingEntry, wakeUp: WakeUp): void {
		this.parked.set(entry, wakeUp);
	}

	/** Runs the wait until `work` is over. It is parked if it was released meanwhile. */
	async run<R>(
		entry: SettlingEntry,
		{ work, wakeUp }: { work: () => Promise<R>; wakeUp: WakeUp | null },
	): Promise<R> {
		this.parked.delete(entry);
		const result = work();
		entry.running = result.then(
			() => undefined,
			() => undefined,
		);
		try {
			return await result;
		} finally {
			entry.running = undefined;
			if (entry.settling.isReleased && wakeUp) this.park(entry, wakeUp);
			void this.wakeParked();
		}
	}

	private running(): SettlingEntry[] {
		return [...this.byKey.values()].filter(
			({ running, settling }) => running !== undefined && !settling.isReleased,
		);
	}

	private async wakeParked(): Promise<void> {
		for (const [entry, wakeUp] of this.parked) {
			if (this.running().length + this.waking >= MOST_OPEN) return;
			this.parked.delete(entry);
			this.waking += 1;
			await wakeUp();
			this.waking -= 1;
		}
	}

	private forgetOld(now: number): void {
		for (const [key, { settling, running, continuedAt }] of this.byKey) {
			if (running) continue;
			const end = settling.wait.endsAt + FORGET_AFTER_MS;
			if (now > Math.min(end, (continuedAt ?? Infinity) + AFTERMATH_MS)) this.byKey.delete(key);
		}
	}
}

/** Those with the most time left first, of these the ones without news for longest. */
function byTimeLeft({ settling: a }: SettlingEntry, { settling: b }: SettlingEntry): number {
	return b.wait.endsAt - a.wait.endsAt || a.schedule.heardAt - b.schedule.heardAt;
}
