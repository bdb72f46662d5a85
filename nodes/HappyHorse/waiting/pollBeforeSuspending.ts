import type { Clock } from '../concurrency/clock';
import { retrying } from '../concurrency/retrying';
import type { Api } from '../http/apiClient';
import { toApiError } from '../http/apiError';
import { givingUpAt } from '../http/withRetries';
import type { TaskReference } from '../tasks/taskClient';
import type { PollContext } from './pollOnce';
import { isUnfinished, pollOnce, readEach } from './pollOnce';
import { TaskWatch } from './taskWatch';

const POLL_AGAIN_MS = 5000;

export interface PollBeforeSuspending {
	api: Api;
	clock: Clock;
	/** When waiting ends, in milliseconds since 1970. */
	end: number;
}

/**
 * Polls the tasks right before the execution is suspended. n8n rejects webhooks until the execution is stored, also
 * those of tasks that end meanwhile. The poll is repeated until it succeeds or fails for good.
 */
export async function pollBeforeSuspending(
	{ api, clock, end }: PollBeforeSuspending,
	references: readonly TaskReference[],
): Promise<TaskWatch> {
	const watch = new TaskWatch();
	const polling = { api: givingUpAt(api, end), watch, clock };
	await retrying<void>(
		{
			clock,
			pauseAfter(outcome) {
				if ('value' in outcome || clock.now() >= end) return null;
				return toApiError(outcome.error).retryable ? POLL_AGAIN_MS : null;
			},
		},
		async () => await findUnfinished(polling, references),
	);
	return watch;
}

/**
 * Reads as many tasks as it takes to know whether all are final.
 *
 * @throws ApiError when the API cannot tell now.
 */
async function findUnfinished(
	polling: PollContext,
	references: readonly TaskReference[],
): Promise<void> {
	const { watch } = polling;
	await pollOnce(polling, [...references].reverse(), {
		maxSingleReads: 1,
		listFirst: true,
		// What was unfinished when the list was made may be final by the time all videos are read, and its webhook gone.
		forUnfinished: true,
	});
	// The task that was created last is the likeliest one to be unfinished.
	for (const reference of watch.open(references).reverse()) {
		if (watch.open(references).some(({ taskId }) => isUnfinished(watch.taskOf(taskId)))) return;
		await readEach(polling, [reference]);
		if (watch.taskOf(reference.taskId) === undefined) return;
	}
}
