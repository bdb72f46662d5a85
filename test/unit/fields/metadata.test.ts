import { metadata } from '../../../nodes/HappyHorse/fields/metadata';
import { validationErrorOf } from '../support/validationErrorOf';

it('A10: takes no __proto__ along from a text', () => {
	const taken = metadata.check('{"row":7,"__proto__":{"polluted":1},"a":{"__proto__":{}}}') ?? {};
	expect(taken).toEqual({ row: 7, a: {} });
	expect(Object.keys(taken)).toEqual(['row', 'a']);
	expect(Object.keys(taken.a as object)).toEqual([]);
	expect(taken.polluted).toBeUndefined();
});

it.each([
	['an object', { a: 1 }, { a: 1 }],
	['JSON', '{"a": {"b": [1, null]}}', { a: { b: [1, null] } }],
	['an empty object', {}, undefined],
	['empty JSON', '{}', undefined],
	['nothing', undefined, undefined],
	['an empty cell', '', undefined],
])('is taken from %s', (_, value, wanted) => {
	expect(metadata.check(value)).toEqual(wanted);
});

it.each([['row 7'], ['{"row": 7'], ['[]'], ['null'], [[]], [7], [true]])('is not %j', (value) => {
	expect(validationErrorOf(() => metadata.check(value)).message).toMatch(
		/^'Metadata' must be a JSON object, not /,
	);
});

it('shows how it is written when it cannot be read', () => {
	const { message, hint } = validationErrorOf(() => metadata.check('row 7'));
	expect(message).toBe('\'Metadata\' must be a JSON object, not "row 7"');
	expect(hint).toContain('{ "row": 7 }');
});

it('may have 1024 bytes as JSON, where an emoji has four', () => {
	const fits = { a: '🐎'.repeat(254) };
	expect(metadata.check(fits)).toEqual(fits);
	const { message, hint } = validationErrorOf(() => metadata.check({ a: '🐎'.repeat(255) }));
	expect(message).toBe("'Metadata' may have at most 1,024 bytes as JSON, but it has 1,028");
	expect(hint).toContain('such as its ID');
});
