/** The value that a JSON text says; `undefined` for any other text. Without `__proto__`: it would change what a copy is. */
export function parseJson(text: string): unknown {
	try {
		return JSON.parse(text, (name, value: unknown) => (name === '__proto__' ? undefined : value));
	} catch {
		return undefined;
	}
}
