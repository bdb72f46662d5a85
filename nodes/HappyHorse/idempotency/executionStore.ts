import type { IContextObject } from 'n8n-workflow';

import { isRecord, isTaskId } from '../tasks/task';

/**
 * What is known about one paid request. `sent` is written before the request leaves and stays when the
 * process dies under way: like `unknown`, it means that a task may exist and be charged.
 */
export type RequestState =
	| { state: 'sent' | 'unknown' | 'rejected' }
	| { state: 'created'; task_id: string; execution_id: string };

/** One item of a run, and what its request is. */
export interface ItemRequest {
	item: number;
	/** Depends on the node and the item only, not on what expressions give. */
	itemHash: string;
	/** Equal for equal requests. */
	requestHash: string;
	/** True when equal requests are separate videos: the first, the second and so on. */
	counted: boolean;
}

/**
 * A fast store of what was paid for, in n8n's node context. n8n keeps it with the execution, also when it runs the node
 * again (Retry On Fail) or a user retries the execution. A crash loses it, and two retries of one execution start with the
 * same copy, so the database store decides.
 */
export interface ExecutionStore {
	/**
	 * Names the requests of a run. Counted ones are numbered, across the rounds of a loop. An item that was
	 * named before keeps its name, even if its expressions give something else now.
	 */
	name(items: readonly ItemRequest[]): string[];
	find(claim: string): RequestState | undefined;
	write(claim: string, entry: RequestState): void;
}

const SHELF = 'paid_requests';

/*
 * What is stored is short, since n8n reads and parses the whole execution for each webhook, and more than a megabyte of it
 * four times as slowly (2.41.1): pairs have no names.
 */

/** What is stored of a request: its state, or what it created. */
type StoredState = 'sent' | 'unknown' | 'rejected' | [taskId: string, executionId: string];

/** Of one item of a run. */
type StoredName = [itemHash: string, name: string];

/** Of one request: the run that counted it last, how often it came before that run, and how often within it. */
type Count = [run: number, before: number, within: number];

export function openExecutionStore(nodeContext: IContextObject, run: number): ExecutionStore {
	const shelf = shelfIn(nodeContext, SHELF);
	const states = shelfIn(shelf, 'states');
	const named = shelfIn(shelf, 'named');
	const counts = shelfIn(shelf, 'counts') as Record<string, Count>;

	const nameBefore = ({ item, itemHash }: ItemRequest): string | undefined => {
		const known = named[`${run}.${item}`];
		return Array.isArray(known) && known[0] === itemHash ? String(known[1]) : undefined;
	};

	return {
		name(items) {
			const kept = items.map(nameBefore);
			const taken = new Set(kept);
			const next = new Map<string, number>();
			/** Two items of one run never have the same number. */
			const numberOf = (request: string): number => {
				const { before, within } = countOf(counts[request], run);
				let number = next.get(request) ?? before;
				while (taken.has(`${request}.${number}`)) number++;
				next.set(request, number + 1);
				// A second try may name fewer items: later rounds still continue behind all of them.
				counts[request] = [run, before, Math.max(within, number + 1 - before)];
				return number;
			};
			return items.map(({ item, itemHash, requestHash, counted }, index) => {
				const keptName = kept[index];
				if (keptName !== undefined) return keptName;
				const name = counted ? `${requestHash}.${numberOf(requestHash)}` : requestHash;
				named[`${run}.${item}`] = [itemHash, name] satisfies StoredName;
				return name;
			});
		},
		find: (claim) => stateFrom(states[claim]),
		write: (claim, entry) => {
			states[claim] = storedFrom(entry);
		},
	};
}

/** How often a request came in the runs before this one, and in this one. */
function countOf(count: Count | undefined, run: number): { before: number; within: number } {
	if (count === undefined) return { before: 0, within: 0 };
	const [lastRun, before, within] = count;
	return lastRun === run ? { before, within } : { before: before + within, within: 0 };
}

function shelfIn(parent: IContextObject, name: string): IContextObject {
	const shelf = isRecord(parent[name]) ? parent[name] : {};
	parent[name] = shelf;
	return shelf;
}

function storedFrom(entry: RequestState): StoredState {
	return entry.state === 'created' ? [entry.task_id, entry.execution_id] : entry.state;
}

function stateFrom(stored: unknown): RequestState | undefined {
	if (stored === undefined) return undefined;
	const [task_id, execution_id]: unknown[] = Array.isArray(stored) ? stored : [];
	if (isTaskId(task_id)) return { state: 'created', task_id, execution_id: String(execution_id) };
	// An unreadable entry counts as the worst case: something may have been paid for.
	return { state: stored === 'rejected' || stored === 'sent' ? stored : 'unknown' };
}
