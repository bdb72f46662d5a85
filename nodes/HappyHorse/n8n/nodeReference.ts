/** Another node, or this one, in an expression. Braces in its name would end the expression. */
export function nodeReference(name: string): string {
	const quoted = JSON.stringify(name).replace(
		/[{}]/g,
		(brace) => `\\u00${brace.charCodeAt(0).toString(16)}`,
	);
	return `$(${quoted})`;
}
