const MASK = '***';

// Shorter strings are no secrets, and masking them would hide ordinary words.
const SHORTEST_SECRET = 4;

// Longer ones are URLs, which are replaced literally: a pattern of that size would not compile.
const LONGEST_SPELLED = 300;

/** Query values that are as good as a password: result URLs, upload URLs and n8n's resume URLs carry them. */
const SIGNED_QUERY_VALUE = /([?&~](?:token|signature|sig|hmac|exp|x-goog-[a-z]+)=)[^\s"'<>&]+/gi;

const hex = (number: number, digits: number) => number.toString(16).padStart(digits, '0');

/** One character in every form that URLs, JSON and their combinations can write. */
function spellings(letter: string): string {
	const literal = letter.replace(/[^\w]/g, '\\$&');
	const bytes = [...Buffer.from(letter)];
	const percent = bytes.map((byte) => `%(?:25){0,2}${hex(byte, 2)}`).join('');
	const units = Array.from({ length: letter.length }, (_, at) => letter.charCodeAt(at));
	const escapes = units.map((unit) => `\\\\{1,8}u${hex(unit, 4)}`).join('');
	return `(?:\\\\{0,8}${literal}|${percent}|${escapes})`;
}

/** Backslashes in any spelling. JSON doubles each of them, also three times over. */
const backslashes = (count: number) => `(?:\\\\(?:u005c)?|%(?:25){0,2}5c){1,${8 * count}}`;

/** A secret in any such spelling. */
function written(secret: string): string {
	return secret.replace(/\\+|[^\\]/gu, (part) =>
		part.includes('\\') ? backslashes(part.length) : spellings(part),
	);
}

/** What base64 makes of a secret that begins at any place of a longer text, without the letters it shares. */
function inBase64(secret: string): string[] {
	const bytes = Buffer.from(secret);
	return [0, 1, 2].map((before) => {
		const text = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64url');
		const own = text.slice(
			Math.ceil((before * 8) / 6),
			Math.floor(((before + bytes.length) * 8) / 6),
		);
		return own.replace(/-/g, '(?:[+-]|%2b)').replace(/_/g, '(?:\\\\{0,4}[/_]|%2f)');
	});
}

/** What is worth looking for. The longer of two secrets that overlap goes first. */
function longestFirst(secrets: readonly string[]): string[] {
	return secrets
		.filter(({ length }) => length >= SHORTEST_SECRET)
		.sort((a, b) => b.length - a.length);
}

const isSpelled = ({ length }: string) => length <= LONGEST_SPELLED;

const patterns = new WeakMap<readonly string[], RegExp>();

/** All the odd forms in which the secrets show up in foreign text. */
function patternFor(secrets: readonly string[]): RegExp {
	const pattern = patterns.get(secrets) ?? compile(secrets);
	patterns.set(secrets, pattern);
	return pattern;
}

function compile(secrets: readonly string[]): RegExp {
	const forms = longestFirst(secrets)
		.filter(isSpelled)
		.flatMap((secret) => [written(secret), ...inBase64(secret)]);
	// Without secrets a pattern that is found nowhere.
	return new RegExp(forms.join('|') || '(?!)', 'gi');
}

/** Foreign text made fit for an error or a log line: secrets and signatures of URLs become `***`. */
export function redact(text: string, secrets: readonly string[]): string {
	return longestFirst(secrets)
		.filter((secret) => !isSpelled(secret))
		.flatMap((secret) => [secret, encodeURIComponent(secret)])
		.reduce((rest, form) => rest.split(form).join(MASK), text)
		.replace(patternFor(secrets), MASK)
		.replace(SIGNED_QUERY_VALUE, `$1${MASK}`);
}
