import type { Api } from '../transport/api';
import { apiFailureFrom } from '../transport/apiFailure';
import type { Clock } from './clock';
import type { Task } from './task';
import { isFinal, videoUrl } from './task';
import type { TaskReference } from './tasks';
import { readTask } from './tasks';

const FIRST_PAUSE_MS = 1500;

const LONGEST_PAUSE_MS = 60_000;

/** With the doubling pauses about two minutes: longer than a rate limit counted by the minute. */
const TRIES = 7;

/**
 * Reads one task whose status is final for what a list does not hold: its video or the reason of its failure.
 * A completed task without a video is read once more, since the API may lag behind itself.
 *
 * @throws ApiFailure when the API stays silent or refuses.
 */
export async function readFinished(api: Api, reference: TaskReference, clock: Clock): Promise<Task> {
	let doubted = false;
	for (let tried = 1; ; tried++) {
		let pause = FIRST_PAUSE_MS * 2 ** (tried - 1);
		try {
			const task = await readTask(api, reference);
			const complete = task.status === 'FAILED' || videoUrl(task) !== null;
			if (complete || doubted || tried === TRIES) return task;
			// Completed without a video is doubted once; not final yet, although the list said so, for longer.
			doubted = isFinal(task.status);
		} catch (error) {
			const failure = apiFailureFrom(error);
			const again = failure.passing && tried < TRIES;
			if (!again || clock.isCancelled()) throw apiFailureFrom(error);
			pause = Math.max(pause, failure.askedPauseMs);
		}
		await clock.pause(Math.min(pause, LONGEST_PAUSE_MS));
	}
}
