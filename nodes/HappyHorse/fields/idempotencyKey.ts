import { ValidationError } from '../validationError';
import { describe } from './check';

const MAX_CHARACTERS = 256;

/**
 * A key that identifies what an item is about, such as the ID of its row. A number counts as its text.
 *
 * @throws ValidationError unless it is a text of 1 to 256 characters: an empty key would be the same for every item.
 */
export function idempotencyKey(value: unknown): string {
	const text = typeof value === 'number' && Number.isFinite(value) ? String(value) : value;
	if (typeof text !== 'string' || text.trim() === '') {
		throw new ValidationError(
			`'Idempotency Key' must be a text, but it is ${describe(value)}`,
			'Use a value that each item has and that never changes, such as {{ $json.row_id }}, or remove the option. Nothing was created or charged.',
		);
	}
	const key = text.trim();
	const length = [...key].length;
	if (length > MAX_CHARACTERS) {
		throw new ValidationError(
			`'Idempotency Key' may have at most ${MAX_CHARACTERS} characters, but it has ${length}`,
			'Use a short value that identifies the item, such as {{ $json.row_id }}. Nothing was created or charged.',
		);
	}
	return key;
}
