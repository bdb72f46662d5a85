import type { Clock } from '../concurrency/clock';
import { retrying } from '../concurrency/retrying';
import type { Api } from '../http/apiClient';
import { toApiError } from '../http/apiError';
import type { Task } from './task';
import { isFinal, isWhole } from './task';
import type { TaskReference } from './taskClient';
import { readTask } from './taskClient';

const PAUSE_MS = 1500;

/** The list may show a final status some seconds before a read of the task itself does. */
const TRIES = 7;

/**
 * Reads one final task for what a list does not hold: its video, or why it failed.
 * A completed task without a video is read once more, since the API may lag behind itself.
 *
 * @throws ApiError
 */
export async function readFinished(
	api: Api,
	reference: TaskReference,
	clock: Clock,
): Promise<Task> {
	let isDoubted = false;
	const outcome = await retrying<Task>(
		{
			clock,
			pauseAfter(result, tried) {
				if ('error' in result || isWhole(result.value) || isDoubted) return null;
				isDoubted = isFinal(result.value.status);
				return tried === TRIES ? null : PAUSE_MS;
			},
		},
		async () => await readTask(api, reference),
	);
	if ('value' in outcome) return outcome.value;
	throw toApiError(outcome.error);
}
