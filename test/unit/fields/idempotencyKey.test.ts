import { idempotencyKey } from '../../../nodes/HappyHorse/fields/idempotencyKey';
import { validationErrorOf } from '../support/validationErrorOf';

it.each<[unknown, string]>([
	['row-7', 'row-7'],
	['  row-7\n', 'row-7'],
	[7, '7'],
	[0, '0'],
	['0', '0'],
	[-1.5, '-1.5'],
	['x'.repeat(256), 'x'.repeat(256)],
	['🐎'.repeat(256), '🐎'.repeat(256)],
	[` ${'x'.repeat(256)} `, 'x'.repeat(256)],
])('%p is the key %p', (value, key) => {
	expect(idempotencyKey.check(value)).toBe(key);
});

it.each<[unknown, string]>([
	[undefined, ', but it is empty'],
	[null, ', but it is empty'],
	['', ', but it is empty'],
	['  ', ', not "  "'],
	[{ id: 7 }, ', not an object'],
	[['a'], ', not a list'],
	[true, ', not true'],
	[Number.NaN, ', not NaN'],
	[Infinity, ', not Infinity'],
])('%p is none', (value, words) => {
	const error = validationErrorOf(() => idempotencyKey.check(value));
	expect(error.message).toBe(`'Idempotency Key' must be a text${words}`);
	expect(error.hint).toContain('{{ $json.row_id }}');
	expect(error.hint).toContain('Nothing was created or charged');
});

it.each([
	['x'.repeat(257), 257],
	['🐎'.repeat(300), 300],
])('a key of too many characters is none', (value, length) => {
	const error = validationErrorOf(() => idempotencyKey.check(value));
	expect(error.message).toBe(
		`'Idempotency Key' may have at most 256 characters, but it has ${length}`,
	);
	expect(error.hint).toContain('{{ $json.row_id }}');
	expect(error.hint).toContain('Nothing was created or charged');
});
