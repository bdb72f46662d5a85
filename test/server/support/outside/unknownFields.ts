/** The names in `body` that an API does not know: real ones pass over them, and a misspelt name stays unnoticed. */
export function unknownFields(body: object | undefined, known: readonly string[]): string[] {
	return Object.keys(body ?? {}).filter((name) => !known.includes(name));
}
