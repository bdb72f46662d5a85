import { IN_DOUBT } from './accounting';
import type { Output } from './outputs';

export const CAUSES = {
	trigger: 'of the trigger, whose webhook was lost or came while n8n was away',
	doubt: 'in doubt: n8n or the worker went away during the create request',
	noFile: 'finished, without a file: the download failed',
	timedOut: 'timed out at *Max Wait*',
	never: 'in no output at all',
} as const;

export type Cause = keyof typeof CAUSES;

/** Why a video did not come out of an execution by itself, by what is seen of it from outside. */
export function causeOf(
	task: { taskId: string; prompt: string; webhookUrl: string | null },
	outputs: readonly Output[],
): Cause {
	// The trigger has a path of its own; executions that wait have one below /webhook-waiting/.
	if (task.webhookUrl?.includes('/webhook/') === true) return 'trigger';
	const own = outputs.filter(({ name, taskId }) => name === task.prompt || taskId === task.taskId);
	const last = own.at(-1);
	if (last === undefined) return 'never';
	if (last.taskId === undefined) return IN_DOUBT.test(last.error ?? '') ? 'doubt' : 'never';
	return last.timedOut ? 'timedOut' : 'noFile';
}

export function countCauses(causes: readonly Cause[]): Partial<Record<Cause, number>> {
	const counts: Partial<Record<Cause, number>> = {};
	for (const cause of causes) counts[cause] = (counts[cause] ?? 0) + 1;
	return counts;
}
