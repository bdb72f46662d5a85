import type { IDataObject } from 'n8n-workflow';

import type { VideoOrder } from './order';
import type { Api } from '../../transport/api';
import { ApiFailure, apiFailureFrom } from '../../transport/apiFailure';
import { inOrder } from '../inOrder';
import type { Journal, Order } from '../memory/journal';
import type { Ledger } from '../memory/ledger';
import { fingerprintOf } from '../memory/ledger';
import type { Task } from '../task';
import { unseenTask } from '../task';
import { createTask, readStatuses, readTask } from '../tasks';

/** In place of the ID of an execution that is not known any more. */
const CRASHED = 'crashed';

/** One checked item that is about to become a task. */
export interface Submission {
	item: number;
	order: VideoOrder;
	/** Tells pictures apart in the ledger: the address, or a hash of the bytes. */
	imageIdentity: string;
	/** Gives the address that the API fetches; uploads the picture first where it is a file. */
	imageUrl: () => Promise<string>;
	webhookUrl?: string | undefined;
}

/** What became of a submission. */
export type Placed =
	| { task: Task; executionId: string }
	/** `skipped`: an earlier item failed, so this one was never sent. */
	| { failure: unknown }
	| { skipped: true };

export interface CreationRun {
	api: Api;
	ledger: Ledger;
	/** What survives a crash; `null` where n8n has no room for it. */
	journal?: Journal | null;
	executionId: string;
	/** Requests in flight. */
	limit: number;
	/** True to go on with the other items when one fails. */
	keepGoing: boolean;
	isCancelled: () => boolean;
}

/**
 * Turns submissions into tasks, at most one paid request each, and answers in their order.
 * A submission that the ledger knows is not sent again: its task is taken up instead.
 */
export async function placeOrders(
	run: CreationRun,
	submissions: readonly Submission[],
): Promise<Placed[]> {
	const taken = await takeUp(run, submissions);
	let stopped = false;
	return await inOrder(submissions, {
		limit: run.limit,
		work: async (submission): Promise<Placed> => {
			const known = taken.get(submission.item);
			if (known) return known;
			if (stopped) return { skipped: true };
			try {
				return await placeOne(run, submission);
			} catch (failure) {
				stopped = !run.keepGoing;
				return { failure };
			}
		},
	});
}

/** The tasks that an earlier try of this very execution created. One that had failed is ordered anew. */
async function takeUp(
	{ api, ledger }: CreationRun,
	submissions: readonly Submission[],
): Promise<Map<number, Placed>> {
	const known = submissions.flatMap((submission) => {
		const entry = ledger.find(submission.item, fingerprint(submission));
		return entry?.state === 'created' ? [{ submission, entry }] : [];
	});
	if (known.length === 0) return new Map();
	const references = known.map(({ submission, entry }) => ({
		model: submission.order.model,
		taskId: entry.task_id,
	}));
	// Without an answer they count as running: to pay again because a read went wrong is never right.
	const statuses = await readStatuses(api, references).catch(() => new Map<string, Task>());
	return new Map(
		known.flatMap(({ submission, entry }): Array<[number, Placed]> => {
			const status = statuses.get(entry.task_id);
			const task =
				status === undefined || status instanceof ApiFailure ? unseenTask(entry.task_id) : status;
			if (task.status === 'FAILED') return [];
			return [[submission.item, { task, executionId: entry.execution_id }]];
		}),
	);
}

function fingerprint({ order, imageIdentity }: Submission): string {
	return fingerprintOf({ ...order.fields, model: order.model, image: imageIdentity });
}

async function placeOne(run: CreationRun, submission: Submission): Promise<Placed> {
	const { api, ledger, executionId } = run;
	const { item, order } = submission;
	const mark = fingerprint(submission);
	const before = ledger.find(item, mark)?.state;
	if (before === 'sent' || before === 'unknown') throw mayExist();
	if (run.isCancelled()) throw cancelled();
	const request: IDataObject = {
		image_url: await submission.imageUrl(),
		...order.fields,
		...(submission.webhookUrl === undefined ? {} : { webhook_url: submission.webhookUrl }),
	};
	// The upload may have taken a while.
	if (run.isCancelled()) throw cancelled();
	const saved = await recall(run, submission);
	if (saved !== null) return saved;
	ledger.write(item, mark, { state: 'sent' });
	try {
		const task = await createTask(api, order.model, request);
		const { task_id } = task;
		ledger.write(item, mark, { state: 'created', task_id, execution_id: executionId });
		await run.journal?.finish(journalOrder(run, submission), task_id);
		return { task, executionId };
	} catch (error) {
		const failure = apiFailureFrom(error);
		ledger.write(item, mark, { state: failure.mayHaveCreated ? 'unknown' : 'refused' });
		throw apiFailureFrom(error);
	}
}

/**
 * What an execution that crashed had ordered for this item, of which this one is the retry; `null` when it is to be
 * ordered. Asked only when the ledger has not heard of the order in this run: as far as there is a ledger, it knows better.
 */
async function recall(run: CreationRun, submission: Submission): Promise<Placed | null> {
	const { api, ledger, journal } = run;
	const { item, order } = submission;
	const mark = fingerprint(submission);
	if (!journal || ledger.find(item, mark) !== undefined) return null;
	const { model } = order;
	const earlier = await journal.begin(journalOrder(run, submission));
	if (earlier === 'nothing') return null;
	if (earlier === 'may exist') {
		ledger.write(item, mark, { state: 'unknown' });
		throw mayExist();
	}
	const { taskId } = earlier;
	const task = await readTask(api, { model, taskId }).catch(() => unseenTask(taskId));
	ledger.write(item, mark, { state: 'created', task_id: taskId, execution_id: CRASHED });
	return task.status === 'FAILED' ? null : { task, executionId: CRASHED };
}

function journalOrder({ ledger }: CreationRun, submission: Submission): Order {
	const { item, order } = submission;
	const mark = fingerprint(submission);
	return { item, round: ledger.repeats(item, mark), fingerprint: mark, model: order.model };
}

function mayExist(): ApiFailure {
	return new ApiFailure('An earlier try of this item may have created its video', {
		advice:
			"It is not sent again, since that could be charged twice. Look it up with 'Get Many'; to order it anew, start a new execution.",
		mayHaveCreated: true,
	});
}

function cancelled(): ApiFailure {
	return new ApiFailure('The execution was canceled before this video was created', {
		advice: 'Nothing was created or charged for this item.',
	});
}
