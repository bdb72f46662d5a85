import { NodeApiError, NodeOperationError } from 'n8n-workflow';

import { typedError } from '../../../nodes/HappyHorse/output/nodeError';
import { fakeExecution } from '../support/fakeExecution';
import { failure, raised, validationError } from './raisedErrors';

const node = fakeExecution({}).context.getNode();

it.each(raised())('%s keeps its message', (_, error) => {
	expect(typedError(node, error).message).toBe(error.message);
});

it('says what to do and which item it was', () => {
	expect(typedError(node, failure, { item: 2 })).toMatchObject({
		message: 'The API rejected it',
		description: 'Change it.',
		httpCode: '400',
		context: { itemIndex: 2 },
	});
	expect(typedError(node, failure)).toBeInstanceOf(NodeApiError);
	expect(typedError(node, validationError, { item: 0 })).toBeInstanceOf(NodeOperationError);
	expect(typedError(node, validationError, { item: 0 }).description).toBe('Enter a number.');
});

it.each(raised())('%s never hides the videos that were paid for', (_, error) => {
	const { description } = typedError(node, error, { item: 3, taskIds: ['t0', 't1'] });
	expect(description).toContain('Already created (2): t0, t1.');
	expect(description).toContain("'Wait'");
});

it.each([['boom'], [null], [undefined], [5], [{}]])('makes words of the throw %p', (thrown) => {
	expect(typedError(node, thrown)).toBeInstanceOf(NodeOperationError);
	expect(typedError(node, thrown).message).not.toBe('');
});
