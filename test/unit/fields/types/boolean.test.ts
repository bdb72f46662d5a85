import { booleanField } from '../../../../nodes/HappyHorse/fields/types/boolean';
import { not } from '../../../../nodes/HappyHorse/fields/types/valueInWords';
import { validationErrorOf } from '../../support/validationErrorOf';

const field = booleanField({
	name: 'downloadVideo',
	label: 'Download Video',
	default: true,
	description: 'Whether to download',
});

describe('yes or no', () => {
	it.each([
		[true, true],
		['true', true],
		[false, false],
		['false', false],
	])('%p means %p', (value, wanted) => {
		expect(field.check(value)).toBe(wanted);
	});

	it.each([[1], [0], ['yes'], ['TRUE'], [''], [null], [undefined], [[]], [{}], [Number.NaN]])(
		'%p is neither',
		(value) => {
			const { message, hint } = validationErrorOf(() => field.check(value));
			expect(message).toBe(`'Download Video' must be true or false${not(value)}`);
			expect(hint).toBe(
				"Switch 'Download Video' on or off, or let the expression give true or false.",
			);
		},
	);
});
