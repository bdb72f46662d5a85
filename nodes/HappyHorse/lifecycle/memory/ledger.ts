import { createHash } from 'crypto';

import type { IContextObject, IDataObject } from 'n8n-workflow';

import { isRecord, isTaskId } from '../task';

/**
 * What is known about one paid request. `sent` is written before the request leaves and stays when the
 * process dies under way: like `unknown`, it means that a task may exist and may be billed.
 */
export type LedgerEntry =
	| { state: 'sent' | 'unknown' | 'refused' }
	| { state: 'created'; task_id: string; execution_id: string };

/**
 * The memory of what was paid for, in n8n's node context: it is stored with the execution and is there
 * again when n8n runs the node once more (Retry On Fail) or a user retries the execution (seen on 2.41.1).
 * Keyed by run, item and request, so that a loop's next round or a changed prompt is a new order.
 */
export interface Ledger {
	find(item: number, fingerprint: string): LedgerEntry | undefined;
	/** How many other runs of the node, such as rounds of a loop, have dealt with the very same order. */
	repeats(item: number, fingerprint: string): number;
	write(item: number, fingerprint: string, entry: LedgerEntry): void;
}

const SHELF = 'paid_requests';

export function openLedger(nodeContext: IContextObject, runIndex: number): Ledger {
	const shelf = isRecord(nodeContext[SHELF]) ? nodeContext[SHELF] : {};
	nodeContext[SHELF] = shelf;
	const key = (item: number, fingerprint: string) => `${runIndex}.${item}.${fingerprint}`;
	return {
		find: (item, fingerprint) => entryFrom(shelf[key(item, fingerprint)]),
		repeats(item, fingerprint) {
			const own = key(item, fingerprint);
			const isRepeat = (name: string) => name !== own && name.endsWith(`.${item}.${fingerprint}`);
			return Object.keys(shelf).filter(isRepeat).length;
		},
		write: (item, fingerprint, entry) => {
			shelf[key(item, fingerprint)] = { ...entry };
		},
	};
}

function entryFrom(stored: unknown): LedgerEntry | undefined {
	if (!isRecord(stored)) return undefined;
	const { state, task_id, execution_id } = stored;
	if (state === 'created' && isTaskId(task_id)) {
		return { state, task_id, execution_id: String(execution_id) };
	}
	// A record that cannot be read is treated as the dearest case: something may have been paid for.
	return { state: state === 'refused' || state === 'sent' ? state : 'unknown' };
}

const FINGERPRINT_LENGTH = 16;

/** A short hash of what is ordered. The order of names does not matter; the callback address is left out by the caller. */
export function fingerprintOf(order: IDataObject): string {
	const names = Object.keys(order).sort();
	const text = JSON.stringify(names.map((name) => [name, order[name]]));
	return createHash('sha256').update(text).digest('hex').slice(0, FINGERPRINT_LENGTH);
}
