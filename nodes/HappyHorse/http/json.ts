/** JSON.parse without the name `__proto__`: a copy that sets what it finds would change what the object is. */
export function parseJson(text: string): unknown {
	return JSON.parse(text, (name, value: unknown) => (name === '__proto__' ? undefined : value));
}
