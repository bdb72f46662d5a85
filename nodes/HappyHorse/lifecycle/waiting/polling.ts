import { Refusal } from '../../refusal';
import type { Api } from '../../transport/api';
import { ApiFailure, apiFailureFrom } from '../../transport/apiFailure';
import { givingUpAt } from '../../transport/patience';
import type { Clock } from '../../clock';
import { pauseMs } from './pollSchedule';
import type { Task } from '../task';
import { isFinal } from '../task';
import type { TaskReference } from '../tasks';
import { readStatuses } from '../tasks';

// The spelling matters: n8n 2.41.1 takes a failure for a stop by the user when its text says "canceled".
const CANCELED_WHILE_WAITING = 'The execution was canceled while it waited for videos';

/** Bounds what one round can cost when the list leaves many tasks out. */
const SINGLE_READS_PER_ROUND = 10;

export interface Polling {
	clock: Clock;
	/** First pause between two rounds. */
	intervalMs: number;
	/** When waiting ends, in milliseconds since 1970. */
	deadline: number;
	/** False to pause once before the first round: a task that was created just now is not finished. */
	askAtOnce: boolean;
	/** How long a task that cannot be found is looked for, in milliseconds: one that was just created may be missing. */
	missingMs: number;
	/** What is known before the first round. */
	known: Map<string, Task>;
}

/** The last known state of each task, or why it cannot be read by this account. */
export type Watched = Map<string, Task | ApiFailure>;

/**
 * Asks until all tasks are final or the deadline has come: one list request a round for any number of tasks.
 * An outage is waited out; a task that this account cannot see is settled with the API's answer.
 *
 * @throws ApiFailure when asking on is pointless, such as after a refused key.
 * @throws Refusal when the execution was cancelled.
 */
export async function pollUntilFinal(
	api: Api,
	references: readonly TaskReference[],
	{ clock, intervalMs, deadline, askAtOnce, missingMs, known }: Polling,
): Promise<Watched> {
	const watched: Watched = new Map(known);
	const asked = givingUpAt(api, deadline);
	const missing = new Missing(missingMs);
	let askedPauseMs = 0;
	for (let round = 0; ; round++) {
		const open = references.filter(({ taskId }) => !isSettled(watched.get(taskId)));
		if (open.length === 0) return watched;
		if (round > 0 || !askAtOnce) {
			const leftMs = deadline - clock.now();
			if (leftMs <= 0) return watched;
			const pause = pauseMs(askAtOnce ? round - 1 : round, { intervalMs, leftMs });
			await clock.pause(Math.min(Math.max(pause, askedPauseMs), leftMs));
		}
		if (clock.isCancelled()) {
			throw new Refusal(
				CANCELED_WHILE_WAITING,
				"The videos go on at the provider. Pick them up with the operation 'Wait'.",
			);
		}
		askedPauseMs = await askOnce(asked, rotated(open, round), {
			watched,
			isGone: (taskId, failure) => missing.isGone(taskId, failure, clock.now()),
		});
	}
}

/** A task that was created and is not found has to be missing for a while before it counts as gone. */
class Missing {
	private readonly since = new Map<string, number>();

	constructor(private readonly longestMs: number) {}

	/** `now` in milliseconds since 1970. */
	isGone(taskId: string, { statusCode }: ApiFailure, now: number): boolean {
		if (statusCode !== 404) return true;
		const since = this.since.get(taskId) ?? now;
		this.since.set(taskId, since);
		return now - since >= this.longestMs;
	}
}

function isSettled(state: Task | ApiFailure | undefined): boolean {
	if (state instanceof ApiFailure) return true;
	return state !== undefined && isFinal(state.status);
}

/** Each round starts a few places further on, so that single reads get round to every task. */
function rotated(open: readonly TaskReference[], round: number): TaskReference[] {
	const start = (round * SINGLE_READS_PER_ROUND) % open.length;
	return [...open.slice(start), ...open.slice(0, start)];
}

/** @returns how long the API asked to be left alone, in milliseconds. */
async function askOnce(
	api: Api,
	open: readonly TaskReference[],
	{ watched, isGone }: { watched: Watched; isGone(taskId: string, failure: ApiFailure): boolean },
): Promise<number> {
	let askedMs = 0;
	try {
		const statuses = await readStatuses(api, open, SINGLE_READS_PER_ROUND);
		for (const { taskId } of open) {
			const state = statuses.get(taskId);
			if (state === undefined) continue;
			if (state instanceof ApiFailure && state.passing) {
				askedMs = Math.max(askedMs, state.askedPauseMs);
				continue;
			}
			if (state instanceof ApiFailure && !isGone(taskId, state)) continue;
			watched.set(taskId, state);
		}
	} catch (error) {
		const failure = apiFailureFrom(error);
		if (!failure.passing) throw apiFailureFrom(error);
		return failure.askedPauseMs;
	}
	return askedMs;
}
