import type { Clock } from '../concurrency/clock';
import type { Api } from '../http/apiClient';
import { toApiError } from '../http/apiError';
import { givingUpAt } from '../http/withRetries';
import type { TaskReference } from '../tasks/taskClient';
import { ValidationError } from '../validationError';
import { pollOnce, SINGLE_READS_PER_POLL } from './pollOnce';
import { pauseMs } from './pollSchedule';
import type { TaskWatch } from './taskWatch';

// The spelling matters: n8n 2.41.1 takes a failure for a stop by the user when its text says "canceled".
const CANCELED_WHILE_WAITING = 'The execution was canceled while it waited for videos';

/** How long the poll at the end may take. */
const LAST_POLL_MS = 15_000;

export interface Polling {
	clock: Clock;
	/** First pause between two rounds. */
	intervalMs: number;
	/** When waiting ends, in milliseconds since 1970. */
	deadline: number;
	/** False to pause once before the first round: a task that was created just now is not finished. */
	checkAtOnce: boolean;
	/** Keeps what each poll finds out. */
	watch: TaskWatch;
}

/**
 * Polls the tasks until each is settled or the deadline has come. It continues through outages.
 *
 * @throws ApiError when polling further is pointless, such as after a rejected key.
 * @throws ValidationError when the execution was cancelled.
 */
export async function pollUntilFinal(
	api: Api,
	references: readonly TaskReference[],
	{ clock, intervalMs, deadline, checkAtOnce, watch }: Polling,
): Promise<void> {
	const inTime = givingUpAt(api, deadline + LAST_POLL_MS);
	let requestedPauseMs = 0;
	for (let round = 0; ; round++) {
		const open = watch.open(references);
		if (open.length === 0) return;
		if (round > 0 || !checkAtOnce) {
			const leftMs = deadline - clock.now();
			if (leftMs <= 0) return;
			const pause = pauseMs(checkAtOnce ? round - 1 : round, { intervalMs, leftMs });
			await clock.pause(Math.min(Math.max(pause, requestedPauseMs), leftMs));
		}
		if (clock.isCancelled()) {
			throw new ValidationError(
				CANCELED_WHILE_WAITING,
				"The provider continues to make the videos. Get them with the operation 'Wait'.",
			);
		}
		requestedPauseMs = await pollOrPause({ api: inTime, watch, clock }, rotated(open, round));
	}
}

/** Each round starts a few places further on, so that single reads reach every task in time. */
export function rotated<T>(open: readonly T[], round: number): T[] {
	const start = (round * SINGLE_READS_PER_POLL) % open.length;
	return [...open.slice(start), ...open.slice(0, start)];
}

/** @returns the pause that the API requested, in milliseconds. */
async function pollOrPause(
	polling: Parameters<typeof pollOnce>[0],
	open: readonly TaskReference[],
): Promise<number> {
	try {
		return await pollOnce(polling, open);
	} catch (error) {
		const failure = toApiError(error);
		if (!failure.retryable) throw toApiError(error);
		return failure.requestedPauseMs;
	}
}
