import type { Output } from './outputs';

export interface CreatedTask {
	taskId: string;
	prompt: string;
	status: string;
}

export interface Accounts {
	items: number;
	/** Items with a task at the sandbox, by how many they have. */
	created: number;
	notCreated: string[];
	paidTwice: Array<{ name: string; tasks: number }>;
	/** Videos by how often a finished one was handed on by the executions themselves. */
	cameOut: number;
	cameOutAgain: Array<{ taskId: string; name: string; executions: string[] }>;
	/** Handed on by "Wait" with an ID of "Get Many", since no execution had. */
	recoveredByWait: number;
	lost: Array<{ taskId: string; name: string }>;
	/** Handed on next to the item of another. */
	misplaced: Array<{ taskId: string; name: string; at: string }>;
	/** At the sandbox without having been planned. */
	unknown: string[];
}

/** Compares what was requested with what the sandbox made and what n8n handed on. */
export function accountsOf({
	names,
	tasks,
	outputs,
	recovered,
}: {
	names: readonly string[];
	tasks: readonly CreatedTask[];
	outputs: readonly Output[];
	/** Of "Wait". */
	recovered: readonly Output[];
}): Accounts {
	const planned = new Set(names);
	const amounts = new Map<string, number>();
	for (const { prompt } of tasks) amounts.set(prompt, (amounts.get(prompt) ?? 0) + 1);
	const finished = new Map<string, string[]>();
	for (const { finished: whole, taskId, executionId } of outputs) {
		if (whole && taskId !== undefined)
			finished.set(taskId, [...(finished.get(taskId) ?? []), executionId]);
	}
	const byWait = new Set(recovered.filter((each) => each.finished).map(({ taskId }) => taskId));
	const nameOf = new Map(tasks.map(({ taskId, prompt }) => [taskId, prompt]));
	const missing = tasks.filter(({ taskId }) => !finished.has(taskId));
	return {
		items: names.length,
		created: names.filter((name) => amounts.has(name)).length,
		notCreated: names.filter((name) => !amounts.has(name)),
		paidTwice: [...amounts]
			.filter(([, amount]) => amount > 1)
			.map(([name, amount]) => ({ name, tasks: amount })),
		cameOut: finished.size,
		cameOutAgain: [...finished]
			.filter(([, executions]) => executions.length > 1)
			.map(([taskId, executions]) => ({ taskId, name: nameOf.get(taskId) ?? '', executions })),
		recoveredByWait: missing.filter(({ taskId }) => byWait.has(taskId)).length,
		lost: missing
			.filter(({ taskId }) => !byWait.has(taskId))
			.map(({ taskId, prompt }) => ({ taskId, name: prompt })),
		misplaced: outputs.flatMap(({ taskId, name }) => {
			const own = taskId === undefined ? undefined : nameOf.get(taskId);
			if (taskId === undefined || name === undefined || own === name) return [];
			return [{ taskId, name: own ?? '', at: name }];
		}),
		unknown: [...amounts.keys()].filter((name) => !planned.has(name)),
	};
}

/** What the node says where a create request may have arrived. */
export const IN_DOUBT = /may have (been )?created/;

/**
 * The items to start once more after an execution has ended: those without a task as far as anyone can see. One in
 * doubt is not sent again, and one with a task has its video sooner or later.
 */
export function toRepeat<T extends { name: string }>(
	items: readonly T[],
	outputs: readonly Output[],
): T[] {
	return items.filter(({ name }) => {
		const own = outputs.find((output) => output.name === name);
		if (own === undefined) return true;
		return own.taskId === undefined && !IN_DOUBT.test(own.error ?? '');
	});
}
