import { ValidationError } from '../validationError';

/*
 * Checks of single values. Expressions can put anything into any field: a number as text from a
 * sheet, an object, a list, nothing at all. Each check takes the value as it came and the label that
 * the user sees, and gives back a value of the wanted type or throws a ValidationError.
 */

const QUOTED_TEXT_LENGTH = 60;

/** Names a value the way a person would, short enough for an error text. */
export function describe(value: unknown): string {
	if (value === undefined || value === null) return 'empty';
	if (value === '') return 'an empty text';
	if (Array.isArray(value)) return 'a list';
	if (typeof value === 'object') return 'an object';
	if (typeof value === 'string') return `the text "${shorten(value)}"`;
	return String(value);
}

function shorten(text: string): string {
	const characters = [...text];
	if (characters.length <= QUOTED_TEXT_LENGTH) return text;
	return `${characters.slice(0, QUOTED_TEXT_LENGTH).join('')}…`;
}

/** True for the value of an unset optional field or an empty sheet cell. */
export function isLeftOut(value: unknown): value is undefined | null | '' {
	return value === undefined || value === null || value === '';
}

/** A number, or the text of one: sheets give "5" for 5. */
function numberFrom(value: unknown): number {
	if (typeof value === 'number') return value;
	const text = typeof value === 'string' ? value.trim() : '';
	return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
}

interface Range {
	min: number;
	max: number;
	/** What the number counts, for the error text: "seconds", "minutes". */
	unit?: string;
}

function rangeText({ min, max, unit }: Range): string {
	return `from ${min} to ${max}${unit ? ` (${unit})` : ''}`;
}

/** @throws ValidationError unless the value is a whole number within the range, or the text of one. */
export function wholeNumber(value: unknown, label: string, range: Range): number {
	const number = numberFrom(value);
	if (Number.isInteger(number) && number >= range.min && number <= range.max) return number;
	throw new ValidationError(
		`'${label}' must be a whole number ${rangeText(range)}, but it is ${describe(value)}`,
		`Enter a whole number ${rangeText(range)} in '${label}'.`,
	);
}

/** @throws ValidationError unless the value is a number within the range, or the text of one. */
export function numberWithin(value: unknown, label: string, range: Range): number {
	const number = numberFrom(value);
	if (number >= range.min && number <= range.max) return number;
	throw new ValidationError(
		`'${label}' must be a number ${rangeText(range)}, but it is ${describe(value)}`,
		`Enter a number ${rangeText(range)} in '${label}'.`,
	);
}

/** @throws ValidationError unless the value is one of the choices, letter for letter. */
export function choice<T extends string>(value: unknown, label: string, choices: readonly T[]): T {
	const found = choices.find((candidate) => candidate === value);
	if (found !== undefined) return found;
	throw new ValidationError(
		`'${label}' must be one of ${choices.join(', ')}, but it is ${describe(value)}`,
		`Pick a value from the list of '${label}', or let the expression give one of: ${choices.join(', ')}.`,
	);
}

/** @throws ValidationError unless the value is true or false, or the text of one: Boolean("false") would be true. */
export function yesOrNo(value: unknown, label: string): boolean {
	if (value === true || value === 'true') return true;
	if (value === false || value === 'false') return false;
	throw new ValidationError(
		`'${label}' must be true or false, but it is ${describe(value)}`,
		`Switch '${label}' on or off, or let the expression give true or false.`,
	);
}

/** @throws ValidationError unless the value is a text of at most `maxLength` characters (Unicode code points). */
export function textWithin(value: unknown, label: string, maxLength: number): string {
	if (typeof value !== 'string') {
		throw new ValidationError(
			`'${label}' must be a text, but it is ${describe(value)}`,
			`Check the expression in '${label}': it has to give one text.`,
		);
	}
	const length = [...value].length;
	if (length > maxLength) {
		throw new ValidationError(
			`'${label}' may have at most ${maxLength} characters, but it has ${length}`,
			`Shorten '${label}' to ${maxLength} characters.`,
		);
	}
	return value;
}

/**
 * A URL as the API takes it: `url` is the text as it came, since rewriting a signed URL would break it.
 *
 * @throws ValidationError for anything but an absolute http(s) URL without user name, spaces or control characters.
 */
export function webUrl(value: unknown, label: string): { url: string; hostname: string } {
	const text = typeof value === 'string' ? value.trim() : value;
	const hint = `Enter the full URL in '${label}', e.g. https://example.com/image.jpg.`;
	if (typeof text !== 'string' || text === '') {
		throw new ValidationError(`'${label}' must be a URL, but it is ${describe(value)}`, hint);
	}
	// The URL parser silently drops tabs and line breaks: the URL that is sent would differ from the one shown.
	// It also mends https:host and https:\\host.
	const parsed = /^https?:\/\/[^\s\p{Cc}\\]+$/iu.test(text) ? parseUrl(text) : undefined;
	if (!parsed && /^https?:\/\/\S.*\s/isu.test(text)) {
		throw new ValidationError(
			`'${label}' must be a URL without spaces or line breaks, but it is ${describe(text)}`,
			`Enter one URL in '${label}', e.g. https://example.com/image.jpg. Write a space in it as %20.`,
		);
	}
	if (!parsed) {
		throw new ValidationError(
			`'${label}' must be a URL that starts with https:// or http://, but it is ${describe(text)}`,
			hint,
		);
	}
	if (parsed.username || parsed.password) {
		throw new ValidationError(
			`'${label}' must not contain a user name or password`,
			`Use a URL in '${label}' that opens without signing in.`,
		);
	}
	return { url: text, hostname: parsed.hostname };
}

function parseUrl(text: string): URL | undefined {
	try {
		return new URL(text);
	} catch {
		return undefined;
	}
}
