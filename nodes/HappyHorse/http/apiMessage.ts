const LONGEST_MESSAGE = 300;

function isRecord(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function invalidParameters(value: unknown): string[] {
	if (!Array.isArray(value)) return [];
	return value.filter(isRecord).flatMap(({ name, reason }) => {
		const words = [name, reason].filter((word) => typeof word === 'string' && word !== '');
		return words.length > 0 ? [words.join(': ')] : [];
	});
}

/**
 * The API's own words about a rejected request, one line and at most 300 characters, or '' if it gave none.
 *
 * The schema nests them in `problem`, the example in the same document does not: both are read.
 * HTML from a gateway is no message.
 */
export function apiMessage(body: unknown): string {
	if (!isRecord(body)) return '';
	const problem = isRecord(body.problem) ? body.problem : body;
	const parts = [
		typeof problem.message === 'string' ? problem.message : '',
		invalidParameters(problem.invalid_params).join('; '),
	];
	const line = parts
		.filter((part) => part.trim() !== '')
		.join(' - ')
		.replace(/[\p{Cc}\s]+/gu, ' ')
		.trim();
	return line.length > LONGEST_MESSAGE ? `${line.slice(0, LONGEST_MESSAGE)}…` : line;
}
