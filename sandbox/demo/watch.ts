import { setTimeout as sleep } from 'node:timers/promises';

import type { N8nClient } from '../n8n/client';
import type { ExecutionView } from '../n8n/execution';
import type { LiveTask, TaskProgress } from './progress';

export interface Watched {
	/** In the order of their IDs. */
	executions: ExecutionView[];
	/** For how long all of them were put aside by n8n or had ended, in ms; 0 when one ran all the time. */
	suspendedMs: number;
}

const LOOK_EVERY_MS = 250;
const ENDED = ['success', 'error', 'crashed', 'canceled'];

/**
 * Shows the tasks while executions run or rest, until the last one has ended. Throws after `timeoutMs`.
 */
export async function watchExecutions(
	client: N8nClient,
	{
		executionIds,
		liveTasks,
		progress,
		timeoutMs,
	}: {
		executionIds: string[];
		liveTasks: () => Promise<LiveTask[]>;
		progress: TaskProgress;
		timeoutMs: number;
	},
): Promise<Watched> {
	const started = Date.now();
	let suspendedMs = 0;
	let looked = started;
	for (;;) {
		progress.update(await liveTasks());
		const known = await client.executions();
		const states = executionIds.map((id) => known.find((each) => each.id === id)?.status ?? '');
		if (states.every((status) => ENDED.includes(status))) {
			progress.update(await liveTasks());
			const executions = await Promise.all(executionIds.map((id) => client.execution(id)));
			return { executions, suspendedMs };
		}
		const now = Date.now();
		if (states.every((status) => status === 'waiting' || ENDED.includes(status))) {
			suspendedMs += now - looked;
		}
		looked = now;
		if (now - started > timeoutMs) {
			throw new Error(
				`Not finished after ${Math.round(timeoutMs / 60_000)} minutes: ${states.join(', ')}`,
			);
		}
		await sleep(LOOK_EVERY_MS);
	}
}
