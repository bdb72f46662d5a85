/**
 * What a body has to look like: `string`, `number` or `boolean`, with `?` when it may be missing; a list of the values
 * that are allowed; an object of fields; or `[shape]` for an array.
 */
export type Shape = string | readonly string[] | readonly [ObjectShape] | ObjectShape;

export interface ObjectShape {
	readonly [field: string]: Shape;
}

/** An array of strings. */
export const STRINGS = 'string[]';

/** What is wrong with a body, in words: fields that are missing, of another type, or unknown. */
export function problemsOf(value: unknown, shape: Shape, path = 'body'): string[] {
	if (typeof shape === 'string') return isOfType(value, shape) ? [] : [`${path} is not ${shape}`];
	if (isArray(shape)) {
		const [first] = shape;
		if (typeof first === 'object') return problemsOfList(value, first, path);
		return shape.includes(value as never) ? [] : [`${path} cannot be ${String(value)}`];
	}
	if (!isObject(value)) return [`${path} is not an object`];
	const unknown = Object.keys(value).filter((field) => !(field in shape));
	return [
		...unknown.map((field) => `${path}.${field} is unknown`),
		...Object.entries(shape).flatMap(([field, part]) =>
			problemsOf(value[field], part, `${path}.${field}`),
		),
	];
}

function problemsOfList(value: unknown, shape: ObjectShape, path: string): string[] {
	if (!Array.isArray(value)) return [`${path} is not a list`];
	return value.flatMap((part, index) => problemsOf(part, shape, `${path}[${index}]`));
}

function isOfType(value: unknown, type: string): boolean {
	if (type.endsWith('?')) return value === undefined || isOfType(value, type.slice(0, -1));
	if (type === STRINGS)
		return Array.isArray(value) && value.every((part) => typeof part === 'string');
	return typeof value === type;
}

const isArray = (shape: Shape): shape is readonly string[] | readonly [ObjectShape] =>
	Array.isArray(shape);

const isObject = (value: unknown): value is Record<string, unknown> =>
	typeof value === 'object' && value !== null && !Array.isArray(value);
