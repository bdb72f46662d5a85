import type { INode } from 'n8n-workflow';
import { NodeApiError, NodeOperationError } from 'n8n-workflow';

import { ApiError } from '../http/apiError';
import { ValidationError } from '../validationError';

/** Where something went wrong, and what had been paid for by then. */
export interface ErrorContext {
	/** Index of the input item, which n8n shows with the error; left out when it concerns all of them. */
	item?: number;
	/** IDs of the tasks that this execution has created. */
	taskIds?: readonly string[];
}

/** Names the paid tasks, so that their videos are not lost. */
function createdSentence(taskIds: readonly string[] = []): string {
	if (taskIds.length === 0) return '';
	return `Already created (${taskIds.length}): ${taskIds.join(', ')}. Get them with the operation 'Wait' and these task IDs.`;
}

function description(hint: string, { taskIds }: ErrorContext): string {
	return [hint, createdSentence(taskIds)].filter((part) => part !== '').join(' ');
}

/** Any throw as one of n8n's error classes, saying what happened, which item it was and what to do. */
export function typedError(
	node: INode,
	error: unknown,
	at: ErrorContext = {},
): NodeApiError | NodeOperationError {
	const position = at.item === undefined ? {} : { itemIndex: at.item };
	if (error instanceof ApiError) {
		const typed = new NodeApiError(
			node,
			{},
			{
				message: error.message,
				description: description(error.hint, at),
				...(error.statusCode === undefined ? {} : { httpCode: String(error.statusCode) }),
				...(error.failure === undefined ? {} : { failure: error.failure }),
				...position,
			},
		);
		// n8n replaces a message that contains the name of a network fault, which the API's own message may do.
		typed.message = error.message;
		return typed;
	}
	if (error instanceof ValidationError) {
		return new NodeOperationError(node, error.message, {
			description: description(error.hint, at),
			...position,
		});
	}
	// Expressions and credentials fail with n8n's own errors, which have their texts already.
	if (error instanceof NodeApiError || error instanceof NodeOperationError) {
		error.description = description(error.description ?? '', at);
		error.context.itemIndex ??= at.item;
		return error;
	}
	const message = error instanceof Error ? error.message : 'Something unexpected came up';
	return new NodeOperationError(node, message, {
		description: description(hintOf(error), at),
		...position,
	});
}

function hintOf(error: unknown): string {
	const hint = error instanceof Error && 'description' in error ? error.description : '';
	return typeof hint === 'string' ? hint : '';
}
