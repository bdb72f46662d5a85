import type { Clock } from '../concurrency/clock';
import { backoffMs } from '../concurrency/retrying';
import { endpoints } from '../resources';
import type { Endpoint } from '../tasks/endpoint';
import type { Task } from '../tasks/task';
import { isFinal, STATUSES } from '../tasks/task';
import type { Api } from '../http/apiClient';
import { ApiError, toApiError } from '../http/apiError';
import { findTask } from '../tasks/findTask';

/** How long to poll for a status that the API does not show yet. */
const LONGEST_MS = 10 * 60_000;

/** The API may send a webhook before its own reads show the status, or be down right after it. */
const RETRY = { firstMs: 1500, longestMs: 15_000 };

export interface Claimed {
	task: Task;
	/** Known from our own signed note in the URL; without it a stranger may be the sender. */
	endpoint: Endpoint | undefined;
}

/** `denied`: the API says something else. `outdated`: it was true once. */
export type Confirmation = { task: Task; endpoint: Endpoint } | 'denied' | 'outdated';

/**
 * Checks at the API whether an unsigned webhook is true, until the API can tell.
 *
 * @throws ApiError when the API cannot tell in time.
 */
export async function confirm(
	api: Api,
	{ task, endpoint }: Claimed,
	{ clock, random }: { clock: Clock; random: () => number },
): Promise<Confirmation> {
	const isStranger = endpoint === undefined;
	const polite: Api = {
		...api,
		send: async (request) => await api.send({ ...request, forStranger: isStranger }),
	};
	let candidates = endpoint === undefined ? endpoints : [endpoint];
	const end = clock.now() + LONGEST_MS;
	for (let tried = 1; ; tried++) {
		const found = await findTask(polite, task.task_id, candidates).catch(toApiError);
		const isLast = clock.now() >= end;
		if (found instanceof ApiError) {
			if (isLast || !found.retryable) throw found;
		} else if (found === null) {
			// A task of our own may not be found for a moment.
			if (isStranger || isLast) return 'denied';
		} else {
			candidates = [found.endpoint];
			const verdict = compare(task.status, found.task.status);
			if (verdict === 'confirmed') return found;
			if (verdict !== 'behind' || isLast) return verdict === 'outdated' ? 'outdated' : 'denied';
		}
		await clock.pause(backoffMs(tried, { ...RETRY, random: random() }));
	}
}

/** Statuses in the order in which a task has them. */
const ORDER = ['CREATED', 'IN_PROGRESS', 'COMPLETED'] satisfies Array<(typeof STATUSES)[number]>;

function compare(told: string, read: string): 'confirmed' | 'behind' | 'outdated' | 'denied' {
	if (told === read) return 'confirmed';
	if (isFinal(read)) return isFinal(told) ? 'denied' : 'outdated';
	if (isFinal(told)) return 'behind';
	return rank(told) > rank(read) ? 'behind' : 'outdated';
}

function rank(status: string): number {
	return ORDER.findIndex((known) => known === status);
}
