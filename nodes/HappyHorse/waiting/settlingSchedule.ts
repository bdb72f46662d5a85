import { backoffMs } from '../concurrency/retrying';

/** After this time without a webhook, one may have been lost. */
const FIRST_SILENCE_MS = 20_000;

const LONGEST_SILENCE_MS = 30_000;

/** The API may send a webhook before its own reads show the status, or be down right after it. */
const RETRY = { firstMs: 1500, longestMs: 15_000 };

/** When a wait reads again what it could not read, and when it polls all its tasks. Times are in milliseconds since 1970. */
export class SettlingSchedule {
	/** When there was news last. */
	heardAt = 0;

	/** When to read again the tasks that a webhook has named. */
	retryAt = 0;

	/** When to poll all tasks, since a webhook may have been lost. */
	pollAllAt = 0;

	/** How often all tasks were polled since the last news. */
	quietPolls = 0;

	private failedReads = 0;

	heard(now: number): void {
		this.heardAt = now;
		this.quietPolls = 0;
		this.pollAllAt = now + FIRST_SILENCE_MS;
	}

	/** Tasks were read. `isRetry`: all of them had been read before. `random` is from 0 to 1. */
	read(
		now: number,
		outcome: { isRetry: boolean; isNews: boolean; requestedPauseMs: number; random: number },
	): void {
		const { isRetry, isNews, requestedPauseMs, random } = outcome;
		if (isRetry) this.failedReads = isNews ? 0 : this.failedReads + 1;
		const pause = backoffMs(this.failedReads + 1, { ...RETRY, random });
		this.retryAt = now + Math.max(requestedPauseMs, pause);
	}

	/** All tasks were polled: the next poll comes later. */
	polledAll(now: number): void {
		this.quietPolls += 1;
		this.pollAllAt = now + Math.min(LONGEST_SILENCE_MS, FIRST_SILENCE_MS * 1.5 ** this.quietPolls);
	}
}
