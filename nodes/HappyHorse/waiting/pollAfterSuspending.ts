import type { IExecuteFunctions } from 'n8n-workflow';

import type { Clock } from '../concurrency/clock';
import type { Api } from '../http/apiClient';
import { ApiError } from '../http/apiError';
import { givingUpAt } from '../http/withRetries';
import { requestPoll } from '../n8n/ownExecution';
import type { Task } from '../tasks/task';
import { isFinal } from '../tasks/task';
import { readStatuses } from '../tasks/taskClient';
import { SINGLE_READS_PER_POLL } from './pollOnce';
import { waitIdOf } from './resume';
import { taskWebhookUrl } from './resumeUrl';
import type { Suspension } from './storedSuspension';
import { awaitedIn } from './suspension';

/** A run that took no longer is suspended before its first video can be finished, and needs no further request. */
const QUICK_MS = 20_000;

/** By then n8n has stored the execution, unless it is very busy. */
const STORING_MS = 10_000;

/** Who has requested the poll waits 15 s for the response, of which the result may take 8. */
const LONGEST_POLL_MS = 5000;

export interface PollAfterSuspending {
	api: Api;
	clock: Clock;
	/** When the run began, in milliseconds since 1970. */
	begunAt: number;
	resumeUrl: string;
}

/**
 * Has the tasks polled once more after `suspend`: n8n rejects the webhook of one that ends after `pollBeforeSuspending`, and before
 * the execution is stored. It is not to be awaited, and never throws: an error now would fail an execution that waits.
 */
export async function pollAfterSuspending(
	context: IExecuteFunctions,
	{ api, clock, begunAt, resumeUrl }: PollAfterSuspending,
	suspension: Pick<Suspension, 'run' | 'endsAt'>,
): Promise<void> {
	if (clock.now() - begunAt <= QUICK_MS) return;
	try {
		const url = taskWebhookUrl(resumeUrl, `${suspension.run}.poll`);
		const proof = { key: api.provider.signingKey, wait: waitIdOf(context, suspension) };
		await clock.pause(STORING_MS);
		await requestPoll(context, { ...proof, url, until: suspension.endsAt, clock });
	} catch {
		// Then the next webhook finds out.
	}
}

/**
 * The tasks that have ended since the execution was suspended. Costs one list, and no video is read.
 *
 * @throws ApiError when the API cannot tell now.
 */
export async function endedSince(
	{ api, clock }: Pick<PollAfterSuspending, 'api' | 'clock'>,
	suspension: Suspension,
): Promise<Task[]> {
	const inTime = givingUpAt(api, clock.now() + LONGEST_POLL_MS);
	const options = { maxSingleReads: SINGLE_READS_PER_POLL, listFirst: true };
	const awaited = awaitedIn(suspension);
	const states = await readStatuses(inTime, awaited, options);
	return awaited.flatMap(({ taskId }) => {
		const state = states.get(taskId);
		if (state === undefined || state instanceof ApiError || !isFinal(state.status)) return [];
		return suspension.finalBefore.includes(taskId) ? [] : [state];
	});
}
