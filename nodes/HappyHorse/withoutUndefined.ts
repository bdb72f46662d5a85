/** The same object without the keys whose value is `undefined`: neither n8n nor JSON knows them. */
export function withoutUndefined<T extends object>(
	object: T,
): { [Key in keyof T]?: Exclude<T[Key], undefined> } {
	return Object.fromEntries(
		Object.entries(object).filter(([, value]) => value !== undefined),
	) as typeof object;
}
