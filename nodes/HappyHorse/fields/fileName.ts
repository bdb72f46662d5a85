import { safeFileName } from '../output/fileName';
import { ValidationError } from '../validationError';
import type { Field } from './types/field';
import { inOptions, optional } from './types/field';
import { not } from './types/valueInWords';

const field: Field<string | undefined> = {
	name: 'fileName',
	label: 'File Name',
	properties: [
		{
			displayName: 'File Name',
			name: 'fileName',
			type: 'string',
			default: '',
			placeholder: 'e.g. {{ $json.sku }}',
			hint: 'The task ID if empty',
			description:
				'The name of the downloaded file. Characters that no file name may have are replaced, the ending is added, and a name that occurs again in the run gets a number.',
		},
	],
	check(value) {
		// A sheet gives an article number as a number.
		if (typeof value === 'string' || Number.isFinite(value)) {
			return safeFileName(String(value)) ?? undefined;
		}
		throw new ValidationError(
			`'File Name' must be a text${not(value)}`,
			"Check the expression in 'File Name': it has to give one text.",
		);
	},
};

/** The name of the file, made safe; `undefined` for the usual one. */
export const fileName = inOptions(optional(field));
