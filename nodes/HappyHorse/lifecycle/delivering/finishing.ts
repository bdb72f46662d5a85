import type { Api } from '../../transport/api';
import type { Clock } from '../../clock';
import type { Task } from '../task';
import { isFinal, videoUrl } from '../task';
import type { TaskReference } from '../tasks';
import { readTask } from '../tasks';

const PAUSE_MS = 1500;

/** Until the API, whose list said that the task is final, says so when it is asked for the task itself. */
const TRIES = 7;

/**
 * Reads one task whose status is final for what a list does not hold: its video or the reason of its failure.
 * A completed task without a video is read once more, since the API may lag behind itself.
 *
 * @throws ApiFailure
 */
export async function readFinished(
	api: Api,
	reference: TaskReference,
	clock: Clock,
): Promise<Task> {
	let doubted = false;
	for (let tried = 1; ; tried++) {
		const task = await readTask(api, reference);
		const complete = task.status === 'FAILED' || videoUrl(task) !== null;
		if (complete || doubted || tried === TRIES || clock.isCancelled()) return task;
		doubted = isFinal(task.status);
		await clock.pause(PAUSE_MS);
	}
}
