/** A part of a JSON schema as OpenAPI 3.0 has it. */
export type FieldSchema = Readonly<Record<string, unknown>>;

export interface BodySchema {
	type: 'object';
	required: readonly string[];
	properties: Readonly<Record<string, FieldSchema>>;
	additionalProperties: false;
}

/** The schema of a body that has these fields and no others. */
export function bodyOf(
	required: readonly string[],
	properties: Readonly<Record<string, FieldSchema>>,
): BodySchema {
	return { type: 'object', required, properties, additionalProperties: false };
}

/** A web URL, with the requirements on the file. */
export function url(description: string): FieldSchema {
	return { type: 'string', format: 'uri', minLength: 1, description };
}

/** Text of so many Unicode code points. */
export function prompt(minLength: number, maxLength: number): FieldSchema {
	return { type: 'string', ...(minLength === 0 ? {} : { minLength }), maxLength };
}

export function oneOf(values: readonly string[], standard: string): FieldSchema {
	return { type: 'string', enum: values, default: standard };
}

/** Seconds, as a JSON number. */
export const DURATION: FieldSchema = { type: 'integer', minimum: 3, maximum: 15, default: 5 };

/** The fields that every endpoint takes. */
export const SHARED_FIELDS = {
	resolution: oneOf(['720P', '1080P'], '1080P'),
	seed: { type: 'integer', minimum: 0, maximum: 2147483647 },
	webhook_url: { type: 'string', format: 'uri', minLength: 1 },
} as const;

export const DEFAULT_SECONDS = 5;
export const DEFAULT_RATIO = '16:9';

/** The ratios of the models. */
export const RATIOS = {
	'happy-horse-1': ['16:9', '9:16', '1:1', '4:3', '3:4'],
	'happy-horse-1-1': ['16:9', '9:16', '1:1', '4:3', '3:4', '21:9', '9:21', '5:4', '4:5'],
} as const;
