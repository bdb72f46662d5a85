import type { IDataObject } from 'n8n-workflow';

import { seed } from '../../../../nodes/HappyHorse/fields/requestFields';
import {
	optional,
	readField,
	shownFor,
	valueOf,
	withDefault,
} from '../../../../nodes/HappyHorse/fields/types/field';
import { wholeNumberField } from '../../../../nodes/HappyHorse/fields/types/number';
import { createParameters, fakeExecution } from '../../support/fakeExecution';
import { validationErrorOf } from '../../support/validationErrorOf';

const node = (parameters: IDataObject) =>
	fakeExecution({ parameters: { ...createParameters, ...parameters } }).context;

describe('a field', () => {
	it.each([
		['null', { prompt: null }],
		['a field that is not shown', { prompt: undefined }],
	])('reads %s as undefined', (_, parameters) => {
		expect(valueOf(node(parameters as IDataObject), 'prompt', 0)).toBeUndefined();
	});

	it('keeps 0, false and the empty text', () => {
		const context = node({ a: 0, b: false, c: '' });
		expect(['a', 'b', 'c'].map((name) => valueOf(context, name, 0))).toEqual([0, false, '']);
	});

	it('is read for its own item', () => {
		const { context } = fakeExecution({
			items: [{ json: {} }, { json: {} }],
			parameters: [{ options: { seed: 1 } }, { options: { seed: 2 } }],
		});
		expect([0, 1].map((item) => readField(context, seed, item))).toEqual([1, 2]);
	});
});

const number = wholeNumberField({
	...{ name: 'n', label: 'N', min: 1, max: 9, default: 5, description: 'A number' },
});

it('with a default: that counts when nothing is given, but an empty text is something', () => {
	expect(withDefault(number).check(undefined)).toBe(5);
	expect(withDefault(number).check(7)).toBe(7);
	expect(validationErrorOf(() => withDefault(number).check('')).message).toContain("'N'");
});

it.each([[undefined], ['']])('that is optional may be left out: %p', (nothing) => {
	expect(optional(number).check(nothing)).toBeUndefined();
	expect(optional(number).check('3')).toBe(3);
	expect(validationErrorOf(() => optional(number).check(0)).message).toContain("'N'");
});

it('that is shown under a condition keeps the ones it has', () => {
	const twice = shownFor(shownFor(number, { a: [1] }), { b: [2] });
	expect(twice.properties[0]?.displayOptions).toEqual({ show: { a: [1], b: [2] } });
	expect(number.properties[0]?.displayOptions).toBeUndefined();
});
