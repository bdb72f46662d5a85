/** JSON.parse without the name `__proto__`: copying it would change the prototype of the copy. */
export function parseJson(text: string): unknown {
	return JSON.parse(text, (name, value: unknown) => (name === '__proto__' ? undefined : value));
}
