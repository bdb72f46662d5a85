import { setTimeout as sleep } from 'node:timers/promises';

import { isWhole, type ExecutionStatus, type ExecutionView } from './execution';
import { RestError } from './session';
import type { ExecutionSummary } from './wire';

export interface ExecutionWait {
	/** By default all statuses of an execution that has ended. */
	until?: ExecutionStatus[];
	timeoutMs?: number;
	/** The pause between two polls; by default it grows with the time that the execution takes. */
	pollMs?: number;
}

export interface ExecutionStart {
	/** ID of the last execution that is known already. */
	after?: string;
	timeoutMs?: number;
}

/** Between how an execution ended and its data n8n 1 takes a few milliseconds, on a busy machine more. */
const WHOLE_WITHIN_MS = 5000;

/** Each poll costs n8n about 10 ms of processor time: too much to wait for many at the same time. */
const pauseAfter = (waitedMs: number): number => Math.min(1000, Math.max(100, waitedMs / 10));

const isFinal = ['success', 'error', 'crashed', 'canceled'] satisfies ExecutionStatus[];

/** Polls until an execution has one of the statuses, and all of its data. */
export async function waitForExecution(
	{ id, read }: { id: string; read: () => Promise<ExecutionView> },
	{ until = isFinal, timeoutMs = 60_000, pollMs }: ExecutionWait,
): Promise<ExecutionView> {
	const begun = Date.now();
	const end = begun + timeoutMs;
	let wholeBy = Infinity;
	for (;;) {
		// A row without data yet gives 404 or 500 for a moment.
		const seen = await read().catch((error: unknown) => {
			if (error instanceof RestError && [404, 500].includes(error.status)) return undefined;
			throw error;
		});
		if (seen && until.includes(seen.status)) {
			// An execution that was stopped before its first node looks like this for good.
			wholeBy = Math.min(wholeBy, Date.now() + WHOLE_WITHIN_MS);
			if (isWhole(seen) || Date.now() > wholeBy) return seen;
		}
		if (Date.now() > end) {
			const state = `"${seen?.status ?? 'unreadable'}" after ${timeoutMs / 1000} s`;
			const reason = seen?.error ? ` ${seen.error.message}` : '';
			throw new Error(`Execution ${id} is ${state}, not ${until.join(' or ')}.${reason}`);
		}
		await sleep(pollMs ?? pauseAfter(Date.now() - begun));
	}
}

/** Polls until a workflow has an execution that is newer than `after`, and returns its ID. */
export async function nextExecution(
	{ workflowId, list }: { workflowId: string; list: () => Promise<ExecutionSummary[]> },
	{ after = '0', timeoutMs = 20_000 }: ExecutionStart,
): Promise<string> {
	const end = Date.now() + timeoutMs;
	for (;;) {
		const newer = (await list()).map(({ id }) => Number(id)).filter((id) => id > Number(after));
		if (newer.length > 0) return String(Math.min(...newer));
		if (Date.now() > end) throw new Error(`Workflow ${workflowId} started no execution.`);
		await sleep(100);
	}
}
