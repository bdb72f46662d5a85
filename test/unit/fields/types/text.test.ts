import { fieldNameField, textField } from '../../../../nodes/HappyHorse/fields/types/text';
import { not } from '../../../../nodes/HappyHorse/fields/types/valueInWords';
import { validationErrorOf } from '../../support/validationErrorOf';

const spec = {
	name: 'prompt',
	label: 'Prompt',
	maxCharacters: 2500,
	isRequired: false,
	rows: 3,
	placeholder: 'e.g. A horse',
	hint: 'What happens',
};

const prompt = textField(spec);

const property = fieldNameField({
	name: 'file',
	label: 'File',
	hint: 'The name of the field',
	emptyHint: 'Enter a name, usually data.',
});

it('shows the limit that it checks', () => {
	expect(prompt.properties).toEqual([
		{
			displayName: 'Prompt',
			name: 'prompt',
			type: 'string',
			typeOptions: { rows: 3 },
			default: '',
			placeholder: 'e.g. A horse',
			hint: 'What happens',
			description: 'At most 2,500 characters',
		},
	]);
	expect(
		textField({ ...spec, isRequired: true, description: 'More.' }).properties[0],
	).toMatchObject({
		required: true,
		description: 'At most 2,500 characters. More.',
	});
});

it.each([[''], [' \n']])('may be empty unless it is required: %j', (value) => {
	expect(prompt.check(value)).toBe(value);
	const required = textField({ ...spec, isRequired: true });
	expect(validationErrorOf(() => required.check(value)).message).toBe("'Prompt' is empty");
});

describe('a text', () => {
	it.each([
		['nothing', ''],
		['2500 characters', 'x'.repeat(2500)],
		['2500 emoji, two code units each', '🐎'.repeat(2500)],
		['line breaks', 'one\ntwo'],
	])('may hold %s', (_, value) => {
		expect(prompt.check(value)).toBe(value);
	});

	it.each([
		['characters', 'x'.repeat(2501)],
		['emoji', '🐎'.repeat(2501)],
	])('may not hold 2501 %s, and is told how many are too many', (_, value) => {
		const { message, hint } = validationErrorOf(() => prompt.check(value));
		expect(message).toBe("'Prompt' may have at most 2,500 characters, but it has 2,501");
		expect(hint).toBe("Shorten 'Prompt' to 2,500 characters.");
	});

	it.each([[5], [0], [true], [null], [undefined], [[]], [['a']], [{}], [Number.NaN]])(
		'is not %p',
		(value) => {
			const { message, hint } = validationErrorOf(() => prompt.check(value));
			expect(message).toBe(`'Prompt' must be a text${not(value)}`);
			expect(hint).toBe("Check the expression in 'Prompt': it has to give one text.");
		},
	);
});

describe('the name of a field', () => {
	it('may have blanks around it, which are not part of it', () =>
		expect(property.check(' photo\n')).toBe('photo'));

	it.each([[''], ['  '], [undefined]])('is needed: %p', (value) => {
		const { message, hint } = validationErrorOf(() => property.check(value));
		expect(message).toBe("'File' is empty");
		expect(hint).toContain('usually data');
	});

	it.each([[5], [[]], [{}]])('is a text: %p', (value) => {
		expect(validationErrorOf(() => property.check(value)).message).toBe(
			`'File' must be a text${not(value)}`,
		);
	});

	it('has at most 200 characters', () => {
		expect(property.check('x'.repeat(200))).toHaveLength(200);
		expect(validationErrorOf(() => property.check('x'.repeat(201))).message).toContain(
			'at most 200',
		);
	});
});
