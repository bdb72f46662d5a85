import type { IDataObject } from 'n8n-workflow';

import {
	checkResolved,
	hasExpression,
	rawValue,
	readForRun,
	readGuard,
} from '../../../nodes/HappyHorse/fields/expressions';
import { dryRun } from '../../../nodes/HappyHorse/fields/options';
import { fakeExecution } from '../support/fakeExecution';
import { validationErrorOf } from '../support/validationErrorOf';

/** A node with what the user entered, and what its fields give for each item. */
const node = (raw: IDataObject, ...parameters: IDataObject[]) =>
	fakeExecution({ raw, parameters, items: parameters.map(() => ({ json: {} })) }).context;

describe('what the user entered', () => {
	const raw = { prompt: '={{ $json.name }}', options: { seed: 5 } };

	it.each<[string, unknown]>([
		['prompt', '={{ $json.name }}'],
		['options.seed', 5],
		['options.metadata', undefined],
		['duration', undefined],
		['duration.unit', undefined],
		['options.seed.x', undefined],
	])('in %s is %p', (name, value) => {
		expect(rawValue(node(raw, {}), name)).toBe(value);
	});

	it.each<[unknown, boolean]>([
		['={{ $json.a }}', true],
		['=a', true],
		['a', false],
		['', false],
		[5, false],
		[undefined, false],
		[['='], false],
	])('%p is an expression: %p', (value, wanted) => {
		expect(hasExpression(node({ a: value } as IDataObject, {}), 'a')).toBe(wanted);
	});
});

describe('a setting of the whole run', () => {
	const EXPRESSION = '={{ $json.wait }}';

	const read = (raw: unknown, ...values: unknown[]) => {
		const itemsRead: number[] = [];
		const { context, bendable } = fakeExecution({
			raw: { maxWait: raw } as IDataObject,
			items: values.map(() => ({ json: {} })),
		});
		bendable.getNodeParameter = (_name, item) => (itemsRead.push(item), values[item]);
		const result = () =>
			readForRun(context, {
				name: 'maxWait',
				label: 'Max Wait',
				properties: [],
				check: (value) => value,
			});
		return { result, itemsRead };
	};

	it('that is a value is read once', () => {
		const { result, itemsRead } = read(30, 30, 30, 30);
		expect([result(), itemsRead]).toEqual([30, [0]]);
	});

	it('that is an expression is read for every item', () => {
		const { result, itemsRead } = read(EXPRESSION, 30, 30, 30);
		expect([result(), itemsRead]).toEqual([30, [0, 1, 2]]);
	});

	it.each([
		[[30, 10], '30 for item 0 and 10 for item 1'],
		[[30, 30, 'soon'], '30 for item 0 and "soon" for item 2'],
	])('is rejected when it gives %p', (values, words) => {
		const error = validationErrorOf(read(EXPRESSION, ...values).result);
		expect(error.message).toBe(`'Max Wait' must be the same for all items, but it is ${words}`);
		expect(error.hint).toContain("'Max Wait' holds for the whole run");
		expect(error.hint).toContain('Nothing was created or charged');
	});
});

describe('an expression that gives nothing', () => {
	const FIELDS = [
		{ name: 'prompt', label: 'Prompt' },
		{ name: 'options.seed', label: 'Seed' },
	];

	const EXPRESSION = '={{ $json.promt }}';

	it.each([[undefined], [null]])('for any item, but %p, is rejected', (prompt) => {
		const context = node({ prompt: EXPRESSION }, { prompt }, { prompt });
		const error = validationErrorOf(() => checkResolved(context, FIELDS));
		expect(error.message).toBe("The expression in 'Prompt' gives nothing for any item");
		expect(error.hint).toContain('Check the names in {{ $json.promt }}.');
		expect(error.hint).toContain('Nothing was created or charged');
	});

	it('for some items is worth a hint', () => {
		const context = node({ prompt: EXPRESSION }, { prompt: 'x' }, {}, {});
		expect(checkResolved(context, FIELDS)).toEqual([
			"'Prompt' has no value for 2 of 3 items: its expression gives nothing there.",
		]);
	});

	it('is looked for in options too', () => {
		const context = node({ options: { seed: EXPRESSION } }, { options: {} });
		expect(validationErrorOf(() => checkResolved(context, FIELDS)).message).toContain("'Seed'");
	});

	it.each<[string, IDataObject, IDataObject]>([
		['an empty text, which the user wants', { prompt: EXPRESSION }, { prompt: '' }],
		['0', { options: { seed: EXPRESSION } }, { options: { seed: 0 } }],
		['false', { prompt: EXPRESSION }, { prompt: false }],
		['a field without an expression', { prompt: '' }, {}],
		['what an AI agent leaves out', { prompt: "={{ $fromAI('prompt') }}" }, {}],
	])('is not %s', (_, raw, parameters) => {
		expect(checkResolved(node(raw, parameters), FIELDS)).toEqual([]);
	});
});

describe('an option that keeps money from being spent', () => {
	const guarded = (raw: unknown, ...values: unknown[]) =>
		node(
			{ options: { dryRun: raw } } as IDataObject,
			...values.map((value) => ({ options: { dryRun: value } }) as IDataObject),
		);

	it('has to have a value for each item where it is an expression', () => {
		const context = guarded('={{ $json.dry }}', true, undefined, false);
		expect(readGuard(context, dryRun, 0)).toBe(true);
		expect(readGuard(context, dryRun, 2)).toBe(false);
		expect(validationErrorOf(() => readGuard(context, dryRun, 1)).message).toBe(
			"The expression in 'Dry Run' gives nothing for this item",
		);
	});

	it.each([
		['it is left out', undefined],
		['an AI agent may leave it out', "={{ $fromAI('dry') }}"],
	])('has its default where %s', (_, raw) => {
		expect(readGuard(guarded(raw, undefined), dryRun, 0)).toBe(false);
	});
});
