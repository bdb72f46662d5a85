import { numberField, wholeNumberField } from '../../../../nodes/HappyHorse/fields/types/number';
import { not } from '../../../../nodes/HappyHorse/fields/types/valueInWords';
import { validationErrorOf } from '../../support/validationErrorOf';

const whole = wholeNumberField({
	name: 'duration',
	label: 'Duration',
	unit: 'Seconds',
	min: 3,
	max: 15,
	default: 5,
	description: 'Length of the video',
});

const any = numberField({
	name: 'maxWait',
	label: 'Max Wait',
	unit: 'Minutes',
	min: 0.1,
	max: 1440,
	default: 30,
	description: 'How long to wait',
});

it('shows its unit and its limits, which are the ones it checks', () => {
	expect(whole.properties).toEqual([
		{
			displayName: 'Duration (Seconds)',
			name: 'duration',
			type: 'number',
			typeOptions: { minValue: 3, maxValue: 15, numberPrecision: 0 },
			default: 5,
			hint: 'From 3 to 15',
			description: 'Length of the video',
		},
	]);
	expect(any.properties[0]).toMatchObject({
		displayName: 'Max Wait (Minutes)',
		typeOptions: { minValue: 0.1, maxValue: 1440 },
		hint: 'From 0.1 to 1,440',
	});
});

it('writes MB as it is written', () => {
	const size = numberField({
		...{ name: 'size', label: 'Size', unit: 'MB', min: 1, max: 2, default: 1, description: 'Size' },
	});
	expect(validationErrorOf(() => size.check(3)).message).toBe(
		"'Size' must be a number from 1 to 2 MB, not 3",
	);
});

/** What expressions give instead of a number. */
const noNumbers: Array<[string, unknown]> = [
	['an empty text', ''],
	['blanks', '   '],
	['null', null],
	['undefined', undefined],
	['NaN', Number.NaN],
	['Infinity', Infinity],
	['-Infinity', -Infinity],
	['the text NaN', 'NaN'],
	['the text Infinity', 'Infinity'],
	['a list', []],
	['a list with a number', [5]],
	['an object', {}],
	['true', true],
	['false', false],
	['a Date', new Date(5)],
	['hexadecimal', '0x5'],
	['an exponent', '5e0'],
	['a comma', '5,0'],
	['two numbers', '5 6'],
	['a unit', '5s'],
	['a plus sign', '+5'],
	['a bigint', 5n],
];

describe('a whole number', () => {
	it.each([
		['a number', 5, 5],
		['text', '5', 5],
		['text with blanks around', ' 5 ', 5],
		['text with a line break', '5\n', 5],
		['text with zero decimals', '5.0', 5],
		['text with several zero decimals', '5.00', 5],
		['leading zeros', '007', 7],
		['the smallest', 3, 3],
		['the largest', '15', 15],
	])('is taken from %s', (_, value, wanted) => {
		expect(whole.check(value)).toBe(wanted);
	});

	it.each([
		...noNumbers,
		['a fraction', 5.5],
		['a fraction as text', '5.5'],
		['a finer fraction as text', '5.25'],
		['a number before other text', '5 or 6'],
		['a number behind other text', 'about 5'],
		['a point without decimals', '5.'],
		['too small', 2],
		['too large', 16],
		['too large as text', '16'],
		['negative', -5],
		['zero', 0],
		['just above', 15.0001],
	])('is not taken from %s', (_, value) => {
		const { message, hint } = validationErrorOf(() => whole.check(value));
		expect(message).toBe(`'Duration' must be a whole number from 3 to 15 seconds${not(value)}`);
		expect(hint).toBe("Enter a whole number from 3 to 15 in 'Duration'.");
	});
});

describe('a number', () => {
	it.each([
		[5.5, 5.5],
		['5.5', 5.5],
		['0.1', 0.1],
		['12.25', 12.25],
		[1440, 1440],
	])('is taken from %p', (value, wanted) => {
		expect(any.check(value)).toBe(wanted);
	});

	it.each([...noNumbers, ['too small', 0], ['too large', 1440.1]])(
		'is not taken from %s',
		(_, value) => {
			const { message, hint } = validationErrorOf(() => any.check(value));
			expect(message).toBe(`'Max Wait' must be a number from 0.1 to 1,440 minutes${not(value)}`);
			expect(hint).toBe("Enter a number from 0.1 to 1,440 in 'Max Wait'.");
		},
	);
});
