import type { Clock } from './clock';
import { backoffMs } from './retrying';

/** Who goes first: what was paid for, then what the user waits for, then what strangers cause. */
export type Priority = 'paid' | 'read' | 'stranger';

const WINDOW_MS = 60_000;

/** The server counts a request when it arrives, which may be a little later than it was sent. */
const MARGIN_MS = 1000;

/** How often a request that waits looks whether it is its turn. */
const LOOK_EVERY_MS = 100;

/** So that reads of other executions continue while a large batch is created. */
const RESERVED_READS = 5;

/** Of the requests of a minute. */
const MOST_FOR_STRANGERS = 20;

const MOST_STRANGERS_WAITING = 20;

/** Without a time from the server, the pause doubles up to this. A limit counted by the minute frees a third in it. */
const LONGEST_PAUSE_MS = 20_000;

const FIRST_PAUSE_MS = 4000;

/** A slow request must not hold up all others. */
const LONGEST_PROBE_MS = 10_000;

/** The first one in line looks so often whether a place has become free before its time. */
const LONGEST_SLEEP_MS = 1000;

interface Sent {
	at: number;
	turn: Turn;
}

export interface Turn {
	clock: Clock;
	priority: Priority;
	/** When the request is of no more use, in milliseconds since 1970. */
	end: number;
}

/** `go`: send now. `late`: its turn cannot come before its end. `full`: too many strangers wait already. */
export type TurnResult = 'go' | 'late' | 'canceled' | 'full';

/**
 * The requests a minute that one account may send, in one process. Requests beyond the limit wait for their turn. After a
 * 429 all requests pause, and one goes first to find out whether the pause was long enough.
 */
export class RateLimiter {
	private sent: Sent[] = [];

	private readonly waiting: Turn[] = [];

	private quietUntil = 0;

	private rejections = 0;

	/** When the last 429 came that counted. */
	private rejectedAt = -Infinity;

	/** When the request left that shows whether the pause was long enough. */
	private probingSince = -Infinity;

	/** @param perMinute Infinity while the limit is not known. */
	constructor(private perMinute = Infinity) {}

	/** Takes over a limit that the server names. */
	learn(perMinute: number): void {
		this.perMinute = perMinute;
	}

	/** Waits until the request may leave. After `go`, `accepted`, `rejected` or `unused` has to follow. */
	async turn(turn: Turn): Promise<TurnResult> {
		const { clock, priority, end } = turn;
		const strangers = this.waiting.filter((other) => other.priority === 'stranger').length;
		if (priority === 'stranger' && strangers >= MOST_STRANGERS_WAITING) return 'full';
		this.waiting.push(turn);
		try {
			for (;;) {
				if (clock.isCancelled()) return 'canceled';
				const now = clock.now();
				if (now >= end) return 'late';
				const delay = this.delayOf(turn, now);
				if (delay === 0) {
					this.sent.push({ at: now, turn });
					if (this.rejections > 0) this.probingSince = now;
					return 'go';
				}
				if (now + delay > end) return 'late';
				await clock.pause(Math.min(delay, LONGEST_SLEEP_MS));
			}
		} finally {
			this.waiting.splice(this.waiting.indexOf(turn), 1);
		}
	}

	/** The request was not sent after all. */
	unused(turn: Turn): void {
		this.sent = this.sent.filter((sent) => sent.turn !== turn);
		this.probingSince = -Infinity;
	}

	/** A request that left at `sentAt` got any response but 429, or none. */
	accepted(sentAt: number): void {
		// What left before the last 429 says nothing of the time after it.
		if (sentAt < this.rejectedAt) return;
		this.rejections = 0;
		this.probingSince = -Infinity;
	}

	/**
	 * A request that left at `sentAt` got a 429. Several that were on their way together count as one.
	 *
	 * @param requestedPauseMs the pause that the server requested; 0 if it named none.
	 * @param random from 0 to 1: keeps several processes from coming back at the same moment.
	 */
	rejected(
		sentAt: number,
		{ now, requestedPauseMs, random }: { now: number; requestedPauseMs: number; random: number },
	): void {
		if (sentAt >= this.rejectedAt) {
			this.rejections += 1;
			this.rejectedAt = now;
			this.probingSince = -Infinity;
		}
		const limits = { firstMs: FIRST_PAUSE_MS, longestMs: LONGEST_PAUSE_MS, random };
		const pause = Math.max(requestedPauseMs, backoffMs(this.rejections, limits));
		this.quietUntil = Math.max(this.quietUntil, now + pause);
	}

	/** Milliseconds until it is worth looking again; 0 when the request may leave. */
	private delayOf(turn: Turn, now: number): number {
		// A clock that was set back must not keep places for an hour.
		this.sent = this.sent.filter(({ at }) => at <= now && now - at < WINDOW_MS + MARGIN_MS);
		if (now < this.quietUntil) return this.quietUntil - now;
		const isProbing = now >= this.probingSince && now - this.probingSince < LONGEST_PROBE_MS;
		if (isProbing || this.next() !== turn) return LOOK_EVERY_MS;
		const strangers = this.sentFor('stranger');
		const full = [
			this.sent.at(-this.perMinute),
			turn.priority === 'stranger' ? strangers.at(-MOST_FOR_STRANGERS) : undefined,
		];
		const latest = Math.max(...full.map((request) => request?.at ?? -Infinity));
		return Math.max(0, latest + WINDOW_MS + MARGIN_MS - now);
	}

	private next(): Turn | undefined {
		const first = (wanted: Priority) => this.waiting.find(({ priority }) => priority === wanted);
		const read = first('read');
		const reserved = Math.min(RESERVED_READS, Math.floor(this.perMinute / 10));
		if (read && this.sentFor('read').length < reserved) return read;
		return first('paid') ?? read ?? first('stranger');
	}

	private sentFor(wanted: Priority): Sent[] {
		return this.sent.filter(({ turn }) => turn.priority === wanted);
	}
}
