import { createHash } from 'crypto';

import type { IExecuteFunctions } from 'n8n-workflow';

import type { Clock } from '../../clock';
import type { Api } from '../../transport/api';
import type { Model } from '../model';
import { openRecord } from './record';
import { resumeTokenOf } from './resumeToken';
import { listTasks } from '../tasks';

/** Hashes of 24 characters each, two for an order; n8n rewrites them all with each new one. */
const MOST_RECORDED = 4000;

/** So few that they push hardly anything out of the record. */
const TRIED_AT_ONCE = 100;

/** What is known of an order from before this execution. */
export type Earlier = 'nothing' | 'may exist' | { taskId: string };

/**
 * A second memory of what was paid for, in n8n's database. The ledger is stored only when the node has ended: a
 * process that is killed takes it along, and "Retry" of the crashed execution begins at its trigger (2.41.1).
 */
export interface Journal {
	/** Writes down that an order is about to leave, and says what an execution that crashed knew of it. */
	begin(order: Order): Promise<Earlier>;
	finish(order: Order, taskId: string): Promise<void>;
}

export interface Order {
	item: number;
	/** How many rounds of a loop have ordered the very same before: each time it is a video of its own. */
	round: number;
	/** Hash of what is ordered. */
	fingerprint: string;
	model: Model;
}

const FIRST = 'first_execution';

/**
 * What an execution and its retries share where there is no token (before n8n 2.14): the ID of the first, which
 * travels in what the node knows. A crash takes that along, so the retry of a crashed execution counts as a first;
 * a queue that hands the work of a dead worker to another keeps the ID (1.123.81).
 */
function firstExecutionOf(context: IExecuteFunctions): string {
	const known = context.getContext('node');
	known[FIRST] ??= context.getExecutionId();
	return `execution ${String(known[FIRST])}`;
}

/** @returns `null` where n8n offers nothing to keep it in. */
export function openJournal(
	context: IExecuteFunctions,
	{ api, clock }: { api: Api; clock: Clock },
): Journal | null {
	const record = openRecord(context, { clock, maxEntries: MOST_RECORDED });
	if (record === null) return null;
	const shared = resumeTokenOf(context) || firstExecutionOf(context);

	const lists = new Map<Model, Promise<string[]>>();
	const keyOf = ({ item, round, fingerprint }: Order, taskId = '') =>
		createHash('sha256').update([shared, item, round, fingerprint, taskId].join(' ')).digest('hex');

	/** The API tells IDs and statuses only, so each ID is tried on, the newest first. */
	const taskOf = async (order: Order): Promise<string | undefined> => {
		const { model } = order;
		const listing =
			lists.get(model) ?? listTasks(api, model).then((list) => list.map(({ task_id }) => task_id));
		lists.set(model, listing);
		const ids = await listing;
		for (let start = 0; start < ids.length; start += TRIED_AT_ONCE) {
			const keys = new Map(
				ids.slice(start, start + TRIED_AT_ONCE).map((taskId) => [keyOf(order, taskId), taskId]),
			);
			const found = await record.add([...keys.keys()]);
			// Trying an ID on writes it down.
			await record.remove([...keys.keys()].filter((key) => !found.includes(key)));
			// More than one is left by a try that was killed, too: then nobody can tell.
			if (found.length > 0) return found.length === 1 ? keys.get(found[0]!) : undefined;
		}
		return undefined;
	};

	return {
		async begin(order) {
			try {
				if ((await record.add([keyOf(order)])).length === 0) return 'nothing';
			} catch {
				// It guards against a crash only: without it, all else still holds.
				return 'nothing';
			}
			const taskId = await taskOf(order).catch(() => undefined);
			return taskId === undefined ? 'may exist' : { taskId };
		},
		async finish(order, taskId) {
			await record.add([keyOf(order, taskId)]).catch(() => undefined);
		},
	};
}
