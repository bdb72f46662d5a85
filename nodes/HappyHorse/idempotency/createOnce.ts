import { mapLimit } from '../concurrency/mapLimit';
import type { Api } from '../http/apiClient';
import { ApiError } from '../http/apiError';
import type { Task } from '../tasks/task';
import { unseenTask } from '../tasks/task';
import { readStatuses } from '../tasks/taskClient';
import { createOrFind, previewAttempt } from './createOrFind';
import type {
	Attempt,
	Attempted,
	CreateResult,
	CreateRun,
	Earlier,
	PreparedRequest,
	Stop,
} from './createTypes';

/**
 * Creates a task for each request, at most once, and returns the results in the order of the requests. A request that was
 * sent before within the scope of its claim is not sent again: the result is the earlier task.
 */
export async function createOnce(
	run: CreateRun,
	requests: readonly PreparedRequest[],
): Promise<CreateResult[]> {
	const stop: Stop = { reason: undefined, isSet: false };
	return await throughGenerations<CreateResult>(run, requests, {
		attempt: async (attempt) => {
			try {
				return await createOrFind(run, attempt, stop);
			} catch (failure) {
				if (!run.keepGoing || isAccountWide(failure)) {
					stop.reason ??= failure;
					stop.isSet = true;
				}
				return { result: { failure } };
			}
		},
		found: ({ scope }, task, own) => ({ task, own, reused: scope === 'key' }),
	});
}

/** The requests that `createOnce` would send now, one for each claim. Sends nothing and claims nothing. */
export async function unpaid(
	run: CreateRun,
	requests: readonly PreparedRequest[],
): Promise<PreparedRequest[]> {
	const byClaim = [...new Map(requests.map((request) => [request.claim, request])).values()];
	const isUnpaid = await throughGenerations<boolean>(run, byClaim, {
		attempt: async (attempt) => await previewAttempt(run, attempt),
		found: () => false,
	});
	return byClaim.filter((_, index) => isUnpaid[index]);
}

interface Steps<R> {
	attempt(attempt: Attempt): Promise<Attempted<R>>;
	/** The result for a task that an earlier try created. */
	found(request: PreparedRequest, task: Task, own: boolean): R;
}

/** Tries each request; one whose earlier task is to be replaced is tried again as the next generation. */
async function throughGenerations<R>(
	run: CreateRun,
	requests: readonly PreparedRequest[],
	{ attempt, found }: Steps<R>,
): Promise<R[]> {
	const results = new Map<PreparedRequest, R>();
	let open: Attempt[] = requests.map((request) => ({ request, generation: 0 }));
	while (open.length > 0) {
		const attempted = await mapLimit(open, { limit: run.limit, work: attempt });
		const earlier = open.flatMap((each, index) => {
			const outcome = attempted[index]!;
			if ('earlier' in outcome) return [{ ...each, ...outcome.earlier }];
			results.set(each.request, outcome.result);
			return [];
		});
		const tasks = await tasksOf(run.api, earlier);
		open = earlier.flatMap(({ request, generation, taskId, own }) => {
			const task = tasks.get(taskId) ?? unseenTask(taskId);
			if (mayReplace(run, { request, task, own })) return [{ request, generation: generation + 1 }];
			results.set(request, found(request, task, own));
			return [];
		});
	}
	return requests.map((request) => results.get(request)!);
}

/** Their last known states. A task that cannot be read counts as running: a failed read is no reason to pay again. */
async function tasksOf(
	api: Api,
	found: ReadonlyArray<Attempt & Earlier>,
): Promise<Map<string, Task>> {
	if (found.length === 0) return new Map();
	const references = found.map(({ request, taskId }) => ({ endpoint: request.endpoint, taskId }));
	const states = await readStatuses(api, references).catch(() => new Map<string, Task>());
	return new Map(
		[...states].flatMap(
			([taskId, state]): Array<[string, Task]> =>
				state instanceof ApiError ? [] : [[taskId, state]],
		),
	);
}

/**
 * Whether a new task replaces an earlier one. A failed task is replaced by each retry that a user starts and by the next
 * execution with its idempotency key, but never within one execution. An agent that repeats a request after the video is
 * finished wants another video, unless a user retries the agent's execution.
 */
function mayReplace(
	{ isRetry }: CreateRun,
	{ request, task, own }: { request: PreparedRequest; task: Task; own: boolean },
): boolean {
	if (task.status === 'FAILED') return !own && (isRetry || request.scope === 'key');
	return task.status === 'COMPLETED' && own && request.scope === 'tool';
}

/** True when every other request of the run would fail in the same way. */
function isAccountWide(failure: unknown): boolean {
	return failure instanceof ApiError && failure.accountWide;
}
