/*
 * n8n stores only hashes of the entries of a row: an entry can be tested, but not read. A task ID is therefore stored as
 * one entry per hexadecimal digit, such as `7:c`, and read by testing all sixteen digits at each position. This needs no
 * list of the API, which may leave out older tasks.
 */

const DIGITS = [...'0123456789abcdef'];

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

const UUID_PLACES = 32;

/** Makes the number of entries odd, by which the two forms can be told apart. */
const NO_UUID = 'text';

/** No ID of a provider is longer, in bytes. */
const MAX_BYTES = 256;

const entry = (place: number, digit: string): string => `${place}:${digit}`;

/** The entries of a task ID: 32 for a UUID; for another text, two for each byte and one for the form. */
export function digitsOf(taskId: string): string[] {
	const isUuid = UUID.test(taskId);
	const hex = isUuid ? taskId.replaceAll('-', '') : Buffer.from(taskId, 'utf8').toString('hex');
	const entries = [...hex].map((digit, place) => entry(place, digit));
	return isUuid ? entries : [...entries, NO_UUID];
}

/** How a stored ID is to be read. */
export interface Reading {
	/** Every entry that the row may hold. */
	candidates: string[];
	/** The task ID, from the candidates that the row holds; `null` when they are not one. */
	decode(found: readonly string[]): string | null;
}

/** @param entries how many entries of an ID the row holds. @returns `null` when no ID has that many. */
export function readingOf(entries: number): Reading | null {
	const isUuid = entries === UUID_PLACES;
	const places = isUuid ? UUID_PLACES : entries - 1;
	if (places < 2 || places % 2 !== 0 || places > 2 * MAX_BYTES) return null;
	const indexes = Array.from({ length: places }, (_, place) => place);
	const candidates = indexes.flatMap((place) => DIGITS.map((digit) => entry(place, digit)));
	return {
		candidates: isUuid ? candidates : [...candidates, NO_UUID],
		decode(found) {
			if (found.length !== entries) return null;
			const held = new Set(found);
			const digits = indexes.map((place) => {
				const here = DIGITS.filter((digit) => held.has(entry(place, digit)));
				return here.length === 1 ? here[0] : undefined;
			});
			if (digits.includes(undefined)) return null;
			const hex = digits.join('');
			return isUuid ? withDashes(hex) : Buffer.from(hex, 'hex').toString('utf8');
		},
	};
}

function withDashes(hex: string): string {
	return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
