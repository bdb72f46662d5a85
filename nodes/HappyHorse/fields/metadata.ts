import type { IDataObject } from 'n8n-workflow';

import { parseJson } from '../http/json';
import { isRecord } from '../tasks/task';
import { ValidationError } from '../validationError';
import type { Field } from './types/field';
import { inOptions, optional } from './types/field';
import { not, readable } from './types/valueInWords';

/** It has to fit into a callback URL. */
const MAX_BYTES = 1024;

const field: Field<IDataObject | undefined> = {
	name: 'metadata',
	label: 'Metadata',
	properties: [
		{
			displayName: 'Metadata',
			name: 'metadata',
			type: 'json',
			default: '{}',
			description: `Your own values that come back with the finished video, such as the row or post it belongs to. A JSON object of at most ${readable(MAX_BYTES)} bytes.`,
		},
	],
	check(value) {
		const object = typeof value === 'string' ? parseJson(value) : value;
		if (!isRecord(object)) {
			throw new ValidationError(
				`'Metadata' must be a JSON object${not(value)}`,
				'Enter names and values in braces, e.g. { "row": 7 }.',
			);
		}
		const bytes = Buffer.byteLength(JSON.stringify(object));
		if (bytes > MAX_BYTES) {
			throw new ValidationError(
				`'Metadata' may have at most ${readable(MAX_BYTES)} bytes as JSON, but it has ${readable(bytes)}`,
				'Keep only what you need to find your record again, such as its ID.',
			);
		}
		return Object.keys(object).length === 0 ? undefined : object;
	},
};

export const metadata = inOptions(optional(field));
