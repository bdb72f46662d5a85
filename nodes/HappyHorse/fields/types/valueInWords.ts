/*
 * Expressions can put anything into any field: a number as text from a sheet, an object, a list, nothing at all.
 */

const QUOTED_TEXT_LENGTH = 60;

/** Names a value the way a person would, short enough for an error text. */
export function describe(value: unknown): string {
	if (value === undefined || value === null) return 'empty';
	if (value === '') return 'an empty text';
	if (Array.isArray(value)) return 'a list';
	if (typeof value === 'object') return 'an object';
	if (typeof value === 'string') return `"${shorten(value)}"`;
	return String(value);
}

/** The end of a sentence that says what a value must be: `, not "abc"`. */
export function not(value: unknown): string {
	return isLeftOut(value) ? ', but it is empty' : `, not ${describe(value)}`;
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

/** A number as users read it: 2,147,483,647. */
export function readable(number: number): string {
	// Node.js takes 8 ms for its first toLocaleString, and the form is made when n8n starts.
	return String(number).replace(/\B(?<!\.\d*)(?=(\d{3})+(?!\d))/g, ',');
}
