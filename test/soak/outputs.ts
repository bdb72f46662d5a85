import type { ExecutionView, Item } from '../../sandbox/n8n/execution';
import { itemsOf } from '../../sandbox/n8n/execution';
import { AFTER_TRIGGER } from '../server/support/workflows/triggerWorkflow';
import { AFTER, HAPPY_HORSE } from '../server/support/workflows/workflow';

/** One item that an execution has handed to the node after ours. */
export interface Output {
	executionId: string;
	/** The item that it belongs to, as n8n pairs them; unknown for the trigger. */
	name: string | undefined;
	taskId: string | undefined;
	/** With its file. */
	finished: boolean;
	/** Max Wait ended before the video was there. */
	timedOut: boolean;
	error: string | undefined;
}

/** What an execution has handed on; nothing where the next node did not run. */
export function outputsOf(execution: ExecutionView): Output[] {
	const { id: executionId } = execution;
	const out = (item: Item, name: unknown): Output => {
		const { task_id: taskId, status, error, timed_out: timedOut } = item.json;
		return {
			executionId,
			name: typeof name === 'string' ? name : undefined,
			taskId: typeof taskId === 'string' ? taskId : undefined,
			finished: status === 'COMPLETED' && Object.keys(item.binary ?? {}).length > 0,
			timedOut: timedOut === true,
			error: error === undefined || error === null ? undefined : textOf(error),
		};
	};
	const arrived = itemsOf(execution, AFTER);
	const own = arrived.length === 0 ? [] : itemsOf(execution, HAPPY_HORSE);
	return [
		...own.map((item, index) => out(item, arrived[index]?.json.name)),
		...itemsOf(execution, AFTER_TRIGGER).map((item) => out(item, undefined)),
	];
}

const textOf = (value: unknown): string =>
	typeof value === 'string' ? value : JSON.stringify(value);
