/**
 * Reads the format in which n8n stores execution data (the `flatted` library): a JSON array whose
 * entry 0 is the root, and in which each string inside an object or array is the index of an entry.
 * That is how circular references survive. Throws when the text is not of that format.
 */
export function parseFlatted(text: string): unknown {
	const entries: unknown = JSON.parse(text);
	if (!Array.isArray(entries)) throw new Error('Not flatted JSON: the top level is not an array.');
	// Strings among the entries are values; strings inside objects are references to entries.
	const pending: object[] = entries.filter((entry) => typeof entry === 'object' && entry !== null);
	const resolve = (value: unknown): unknown =>
		typeof value === 'string' ? (entries as unknown[])[Number(value)] : value;
	for (const holder of pending) {
		for (const [key, value] of Object.entries(holder)) Reflect.set(holder, key, resolve(value));
	}
	return entries[0];
}
