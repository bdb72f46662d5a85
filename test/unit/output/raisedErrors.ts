import { NodeApiError, NodeOperationError } from 'n8n-workflow';

import { ApiError } from '../../../nodes/HappyHorse/http/apiError';
import { ValidationError } from '../../../nodes/HappyHorse/validationError';
import { fakeExecution } from '../support/fakeExecution';

const node = fakeExecution({}).context.getNode();

export const failure = new ApiError('The API rejected it', { hint: 'Change it.', statusCode: 400 });

export const validationError = new ValidationError("'Duration' is wrong", 'Enter a number.');

/** One of each kind. */
export const raised = (): Array<[string, Error]> => [
	['what the API rejected', failure],
	['what was not sent', validationError],
	['an error of n8n', new NodeOperationError(node, 'Expression failed')],
	['an error of the API in the words of n8n', new NodeApiError(node, {}, { message: 'Failed' })],
	['any other error', new Error('boom')],
];
