import type { IContextObject } from 'n8n-workflow';

import {
	storedInput,
	storedInputForWebhook,
	storeInput,
} from '../../../nodes/HappyHorse/waiting/storedInput';
import { fakeWebhook } from '../support/fakeWebhook';
import { fakeExecution } from '../support/fakeExecution';

const rows = [{ row: 0 }, undefined, { row: 2 }];

it('comes back when the node runs again, for the items that have some', () => {
	const { context } = fakeExecution({});
	expect(storeInput(context, 3, (item) => rows[item])).toBe(true);
	const inputOf = storedInput(context);
	expect([0, 1, 2, 3].map(inputOf)).toEqual([{ row: 0 }, undefined, { row: 2 }, undefined]);
});

it('is nothing where no item has any', () => {
	const { context, nodeContext } = fakeExecution({});
	expect(storeInput(context, 3, () => undefined)).toBe(false);
	expect(nodeContext).toEqual({});
	expect(storedInput(context)(0)).toBeUndefined();
});

it.each<[unknown]>([['text'], [null], [{ 0: { row: 0 } }]])(
	'is nothing where %p is stored',
	(input) => {
		const nodeContext = { input } as IContextObject;
		expect(storedInput(fakeExecution({ nodeContext }).context)(0)).toBeUndefined();
	},
);

describe('in webhook()', () => {
	const read = (result: () => unknown) => {
		const { bendableWebhook, webhook } = fakeWebhook({});
		const expressions: string[] = [];
		bendableWebhook.evaluateExpression = (expression) => {
			expressions.push(expression);
			return result();
		};
		return { inputOf: storedInputForWebhook(webhook), expressions };
	};

	it('is read item by item, as a text', () => {
		const { inputOf, expressions } = read(() => '{"constructor":1}');
		expect(inputOf(7)).toEqual({ constructor: 1 });
		expect(expressions).toEqual(['{{ JSON.stringify($("Happy Horse").context.input[7]) }}']);
	});

	it.each<[string, () => unknown]>([
		['nothing', () => 'null'],
		['an empty result', () => undefined],
		['a broken text', () => '{"a'],
		[
			'an expression that fails',
			() => {
				throw new Error('isolate');
			},
		],
	])('costs no video: %s', (_, result) => {
		expect(read(result).inputOf(0)).toBeUndefined();
	});
});
