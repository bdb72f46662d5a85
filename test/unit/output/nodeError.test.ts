import { NodeApiError, NodeOperationError } from 'n8n-workflow';

import { typedError } from '../../../nodes/HappyHorse/output/nodeError';
import { eachItem } from '../../../nodes/HappyHorse/operations/eachItem';
import { failedItem } from '../../../nodes/HappyHorse/output/failedItem';
import { ValidationError } from '../../../nodes/HappyHorse/validationError';
import { ApiError } from '../../../nodes/HappyHorse/http/apiError';
import { fakeExecution, thrownBy } from '../support/fakeExecution';

const node = fakeExecution({}).context.getNode();

const failure = new ApiError('The API rejected it', { hint: 'Change it.', statusCode: 400 });

const validationError = new ValidationError("'Duration' is wrong", 'Enter a number.');

const raised = (): Array<[string, Error]> => [
	['what the API rejected', failure],
	['what was not sent', validationError],
	['an error of n8n', new NodeOperationError(node, 'Expression failed')],
	['an error of the API in the words of n8n', new NodeApiError(node, {}, { message: 'Failed' })],
	['any other error', new Error('boom')],
];

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

it.each(raised())('%s becomes an item that n8n moves to the error output', (_, error) => {
	const item = failedItem(node, error, { item: 3 });
	expect(Object.keys(item.json)).toEqual(['error', 'message', 'details']);
	expect(item.json.error).toBe(error.message);
	expect(item.json.details).toMatchObject({ item: 3 });
	expect(item.pairedItem).toEqual({ item: 3 });
	expect(() => JSON.stringify(item)).not.toThrow();
});

it('keeps the status code in the item', () => {
	expect(failedItem(node, failure, { item: 0 }).json.details).toEqual({ item: 0, http_code: 400 });
});

describe('each item', () => {
	const work = async (item: number) => {
		if (item === 1) throw validationError;
		return [{ json: { item } }];
	};
	const items = [{ json: {} }, { json: {} }, { json: {} }];

	it('is dealt with in its turn; a failed one is an item where the node continues on errors', async () => {
		const { context } = fakeExecution({ items, continueOnFail: true });
		const results = await eachItem(context, work);
		expect(results.map(({ json }) => json.item ?? json.error)).toEqual([
			0,
			validationError.message,
			2,
		]);
	});

	it('ends the run where it does not', async () => {
		const { context } = fakeExecution({ items });
		expect(await thrownBy(eachItem(context, work))).toHaveProperty('context.itemIndex', 1);
	});
});
