import { setTimeout as sleep } from 'node:timers/promises';

import type { N8nClient } from '../n8n/client';
import type { ExecutionView } from '../n8n/execution';
import type { LiveTask, TaskProgress } from './progress';

export interface Watched {
	execution: ExecutionView;
	/** How long n8n had put the execution aside, in ms; 0 when it ran all the time. */
	suspendedMs: number;
}

const LOOK_EVERY_MS = 250;

/**
 * Shows the tasks while an execution runs or rests, until it has ended. Throws after `timeoutMs`.
 */
export async function watchExecution(
	client: N8nClient,
	{
		executionId,
		liveTasks,
		progress,
		timeoutMs,
	}: {
		executionId: string;
		liveTasks: () => Promise<LiveTask[]>;
		progress: TaskProgress;
		timeoutMs: number;
	},
): Promise<Watched> {
	const started = Date.now();
	let suspendedAt: number | undefined;
	let suspendedMs = 0;
	for (;;) {
		progress.update(await liveTasks());
		const [summary] = (await client.executions()).filter(({ id }) => id === executionId);
		const status = summary?.status ?? 'unknown';
		if (status === 'waiting') suspendedAt ??= Date.now();
		else if (suspendedAt !== undefined) {
			suspendedMs += Date.now() - suspendedAt;
			suspendedAt = undefined;
		}
		if (['success', 'error', 'crashed', 'canceled'].includes(status)) {
			progress.update(await liveTasks());
			return { execution: await client.execution(executionId), suspendedMs };
		}
		if (Date.now() - started > timeoutMs) {
			throw new Error(
				`The execution is still "${status}" after ${Math.round(timeoutMs / 60_000)} minutes.`,
			);
		}
		await sleep(LOOK_EVERY_MS);
	}
}
