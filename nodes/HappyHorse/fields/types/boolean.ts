import type { NodePropertyTypes } from 'n8n-workflow';

import { ValidationError } from '../../validationError';
import type { DefaultField } from './field';
import { not } from './valueInWords';

/** A name, since n8n's checker wants a literal default beside a literal type. */
const BOOLEAN: NodePropertyTypes = 'boolean';

interface BooleanSpec {
	name: string;
	label: string;
	default: boolean;
	description: string;
}

/** True or false, or the text of one: Boolean("false") would be true. */
export function booleanField(spec: BooleanSpec): DefaultField<boolean> {
	const { name, label, default: initial, description } = spec;
	return {
		name,
		label,
		default: initial,
		properties: [{ displayName: label, name, type: BOOLEAN, default: initial, description }],
		check(value) {
			if (value === true || value === 'true') return true;
			if (value === false || value === 'false') return false;
			throw new ValidationError(
				`'${label}' must be true or false${not(value)}`,
				`Switch '${label}' on or off, or let the expression give true or false.`,
			);
		},
	};
}
