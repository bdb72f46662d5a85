import type { IDataObject, INode, INodeExecutionData } from 'n8n-workflow';

import { ApiError } from '../http/apiError';
import type { ErrorContext } from './nodeError';
import { typedError } from './nodeError';

/** A failed item in the form that n8n's error output takes; on the main output it reads the same. */
export function failedItem(
	node: INode,
	error: unknown,
	at: ErrorContext & { item: number },
): INodeExecutionData {
	const { item, taskIds } = at;
	const { message, description: hint, context } = typedError(node, error, at);
	const statusCode = error instanceof ApiError ? error.statusCode : undefined;
	const details: IDataObject = {
		item: typeof context.itemIndex === 'number' ? context.itemIndex : item,
		...(taskIds?.length === 1 ? { task_id: taskIds[0] } : {}),
		...(statusCode === undefined ? {} : { http_code: statusCode }),
	};
	return {
		json: { error: message, message: hint ?? message, details },
		pairedItem: { item },
	};
}

/** For a task that was not finished when waiting ended. */
export const notInTime = (taskId: string): string => `Video ${taskId} was not finished in time`;

/**
 * An item for the error output. n8n (2.39 and newer) moves an item there when its json holds `error` and
 * nothing beside it but `message` and `details`; setting `item.error` would cut the json down and lose the ID.
 */
export function failedTaskItem(json: IDataObject, item: number): INodeExecutionData {
	const taskId = String(json.task_id);
	const failure = (json.failure ?? json.download_failure) as { message: string } | undefined;
	const error = json.failure
		? `Video ${taskId} was not made`
		: json.download_failure
			? `Video ${taskId} is finished, but its file could not be downloaded`
			: notInTime(taskId);
	const message =
		failure?.message ??
		"The provider continues to make it. Get it with the operation 'Wait' and this task ID.";
	return { json: { error, message, details: json }, pairedItem: { item } };
}
