/**
 * The value in a JSON text; `undefined` for any other text. Without the name `__proto__`: copying it would change the
 * prototype of the copy.
 */
export function parseJson(text: string): unknown {
	try {
		return JSON.parse(text, (name, value: unknown) => (name === '__proto__' ? undefined : value));
	} catch {
		return undefined;
	}
}
