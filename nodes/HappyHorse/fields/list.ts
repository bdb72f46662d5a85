import { parseJson } from '../http/json';
import { isLeftOut } from './value';

/**
 * The entries of a field that takes several: a list from an expression, a text with one entry per line (or between
 * commas), a list as JSON, or a single entry. Empty ones do not count.
 */
export function listOf(value: unknown, separator: '\n' | ','): unknown[] {
	const list = typeof value === 'string' ? (jsonList(value) ?? value.split(separator)) : value;
	const entries: unknown[] = Array.isArray(list) ? list : [list];
	return entries
		.map((entry) => (typeof entry === 'string' ? entry.trim() : entry))
		.filter((entry) => !isLeftOut(entry));
}

function jsonList(text: string): unknown[] | null {
	if (!text.trim().startsWith('[')) return null;
	try {
		const list: unknown = parseJson(text);
		return Array.isArray(list) ? list : null;
	} catch {
		return null;
	}
}
