import type { IExecuteFunctions } from 'n8n-workflow';

import { ValidationError } from '../validationError';
import { rawValue } from './expressions';
import type { Field } from './types/field';
import { inOptions, readField } from './types/field';
import { withinLength } from './types/text';
import { not } from './types/valueInWords';

const MAX_CHARACTERS = 256;

/** A key that identifies what an item is about. An empty one would be the same for every item. */
export const idempotencyKey: Field<string> = inOptions({
	name: 'idempotencyKey',
	label: 'Idempotency Key',
	properties: [
		{
			displayName: 'Idempotency Key',
			name: 'idempotencyKey',
			type: 'string',
			default: '',
			placeholder: 'e.g. {{ $json.row_id }}',
			hint: 'One value per item that never changes, such as a row ID',
			description:
				'The same key and the same request are paid for once in this workflow, also when two executions overlap or run a week apart. The earlier video comes out again, marked as reused.',
		},
	],
	check(value) {
		const text = typeof value === 'number' && Number.isFinite(value) ? String(value) : value;
		if (typeof text !== 'string' || text.trim() === '') {
			throw new ValidationError(
				`'Idempotency Key' must be a text${not(value)}`,
				'Use a value that each item has and that never changes, such as {{ $json.row_id }}, or remove the option. Nothing was created or charged.',
			);
		}
		return withinLength(
			text.trim(),
			'Idempotency Key',
			MAX_CHARACTERS,
			'Use a short value that identifies the item, such as {{ $json.row_id }}. Nothing was created or charged.',
		);
	},
});

/** The key that the user gave the item; `undefined` without the option. @throws ValidationError */
export function readIdempotencyKey(context: IExecuteFunctions, item: number): string | undefined {
	if (rawValue(context, idempotencyKey.name) === undefined) return undefined;
	return readField(context, idempotencyKey, item);
}
