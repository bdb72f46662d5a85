import { ValidationError } from '../../validationError';
import type { DefaultField, Field } from './field';
import { optional } from './field';
import { not, readable } from './valueInWords';

interface TextSpec {
	name: string;
	label: string;
	/** In Unicode code points. */
	maxCharacters: number;
	isRequired: boolean;
	rows: number;
	placeholder: string;
	hint: string;
	/** Follows the sentence that names the limit. */
	description?: string;
}

export function textField(spec: TextSpec): Field<string> {
	const { name, label, maxCharacters, isRequired, rows } = spec;
	const limit = `At most ${readable(maxCharacters)} characters`;
	return {
		name,
		label,
		properties: [
			{
				displayName: label,
				name,
				type: 'string',
				...(isRequired ? { required: true } : {}),
				typeOptions: { rows },
				default: '',
				placeholder: spec.placeholder,
				hint: spec.hint,
				description: spec.description === undefined ? limit : `${limit}. ${spec.description}`,
			},
		],
		check(value) {
			if (typeof value !== 'string') {
				throw new ValidationError(
					`'${label}' must be a text${not(value)}`,
					`Check the expression in '${label}': it has to give one text.`,
				);
			}
			if (isRequired && value.trim() === '') {
				throw new ValidationError(`'${label}' is empty`, `Enter a text in '${label}'.`);
			}
			return withinLength(value, label, maxCharacters);
		},
	};
}

/** @throws ValidationError for a text of more characters (Unicode code points). */
export function withinLength(
	text: string,
	label: string,
	maxCharacters: number,
	hint = `Shorten '${label}' to ${readable(maxCharacters)} characters.`,
): string {
	const length = [...text].length;
	if (length <= maxCharacters) return text;
	throw new ValidationError(
		`'${label}' may have at most ${readable(maxCharacters)} characters, but it has ${readable(length)}`,
		hint,
	);
}

/** The same text, which may be left empty: spaces alone are what an empty cell or a template without values gives. */
export function optionalText(field: Field<string>): Field<string | undefined> {
	const isBlank = (value: unknown) => typeof value === 'string' && value.trim() === '';
	const { check, ...rest } = optional(field);
	return { ...rest, check: (value, model) => check(isBlank(value) ? undefined : value, model) };
}

const LONGEST_FIELD_NAME = 200;

export const USUAL_FIELD_NAME = 'data';

interface FieldNameSpec {
	name: string;
	label: string;
	/** What the field of the item holds. */
	hint: string;
	description?: string;
	/** What to say of an empty name. */
	emptyHint: string;
}

/** The name of a field of an item's binary data. */
export function fieldNameField(spec: FieldNameSpec): DefaultField<string> {
	const { name, label } = spec;
	return {
		name,
		label,
		default: USUAL_FIELD_NAME,
		properties: [
			{
				displayName: label,
				name,
				type: 'string',
				required: true,
				default: USUAL_FIELD_NAME,
				placeholder: `e.g. ${USUAL_FIELD_NAME}`,
				hint: spec.hint,
				...(spec.description === undefined ? {} : { description: spec.description }),
			},
		],
		check: (value) => fieldName(value, spec),
	};
}

/** @throws ValidationError */
export function fieldName(
	value: unknown,
	{ label, emptyHint }: Pick<FieldNameSpec, 'label' | 'emptyHint'>,
): string {
	if (typeof value !== 'string' && value !== undefined) {
		throw new ValidationError(`'${label}' must be a text${not(value)}`, emptyHint);
	}
	const text = (value ?? '').trim();
	if (text === '') throw new ValidationError(`'${label}' is empty`, emptyHint);
	return withinLength(text, label, LONGEST_FIELD_NAME);
}
