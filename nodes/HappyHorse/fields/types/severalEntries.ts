import { parseJson } from '../../http/json';
import { isLeftOut } from './valueInWords';

/** A comma before the next URL, or before nothing more: URLs may have commas, but hardly these. */
const COMMA_BETWEEN_URLS = /,\s*(?=(?:,\s*){0,9}(?:https?:\/\/|$))/i;

/**
 * The URLs of a field that takes several: a list from an expression, a text with one per line (or between commas), a list
 * as JSON, or a single one. Blank lines do not count, and nothing that is empty at the end does; an empty entry before
 * another one is kept, since the entries behind it would get other numbers.
 */
export function urlsOf(value: unknown): unknown[] {
	return entriesOf(value, (text) =>
		text
			.split('\n')
			.filter((line) => line.trim() !== '')
			.flatMap((line) => line.trim().replace(/,$/, '').split(COMMA_BETWEEN_URLS)),
	);
}

/** The same for names of fields, which are separated by commas. */
export function namesOf(value: unknown): unknown[] {
	return entriesOf(value, (text) => text.split(','));
}

function entriesOf(value: unknown, split: (text: string) => string[]): unknown[] {
	const list = typeof value === 'string' ? (jsonList(value) ?? split(value)) : value;
	const entries = (Array.isArray(list) ? list : [list]).map((entry: unknown) =>
		typeof entry === 'string' ? entry.trim() : entry,
	);
	return entries.slice(0, entries.map(isLeftOut).lastIndexOf(false) + 1);
}

function jsonList(text: string): unknown[] | null {
	if (!text.trim().startsWith('[')) return null;
	const list = parseJson(text);
	return Array.isArray(list) ? list : null;
}
