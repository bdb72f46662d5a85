import fc from 'fast-check';

import { redact } from '../../../nodes/HappyHorse/http/redact';

const KEY = 'FP/SX+"secret"=key';

const base64 = (text: string) => Buffer.from(text).toString('base64');

it.each([
	['as it is', KEY],
	['URL-encoded', encodeURIComponent(KEY)],
	['inside JSON', JSON.stringify({ key: KEY })],
	['in base64', base64(KEY)],
	['in base64 without padding', base64(KEY).replace(/=+$/, '')],
	['twice', `${KEY} and ${KEY}`],
])('takes out a key %s', (_, text) => {
	const clean = redact(`Invalid key ${text}!`, [KEY]);
	expect(clean).toContain('Invalid key ');
	expect(clean).toContain('***');
	for (const form of [KEY, encodeURIComponent(KEY), base64(KEY).replace(/=+$/, ''), 'SX+']) {
		expect(clean).not.toContain(form);
	}
});

it.each([
	['as it is', 'abcdefgh'],
	['partly URL-encoded', '%61bcdefgh'],
	['partly escaped', 'abcdefg\\u0068'],
])('takes out the longer of two secrets that overlap, %s', (_, text) => {
	// Found first, the shorter one would leave the end of the longer one to be read.
	const clean = redact(text, ['bcde', 'abcdefgh']);
	expect(redact(text, ['abcdefgh', 'bcde'])).toBe(clean);
	expect(clean).toBe('***');
});

it('leaves words alone when a secret is too short to be one', () => {
	expect(redact('a cat sat', ['a', '', 'cat'])).toBe('a cat sat');
	expect(redact('a cat s%61t', ['sat'])).toBe('a cat s%61t');
});

it.each(['bird', 'b%69rd', '\\u0062ird'])('four letters can be a secret: %s', (text) => {
	expect(redact(`a ${text} sat`, ['bird'])).toBe('a *** sat');
});

it.each([
	['a key', KEY],
	['no key at all', undefined],
])('leaves alone what only looks empty, with %s', (_, secret) => {
	const text = 'null, undefined, [object Object], /(?:)/ and ""';
	expect(redact(text, secret === undefined ? [] : [secret])).toBe(text);
});

// What base64 makes of it has a +, a / and an = wherever it begins.
const SIGNS = '>>>???>>>???';

it.each([
	['as it is', (text: string) => text],
	['for URLs', (text: string) => text.replace(/\+/g, '-').replace(/\//g, '_')],
	['URL-encoded', encodeURIComponent],
	['in JSON with escaped slashes', (text: string) => text.replace(/\//g, '\\/')],
])('takes out the signs of base64 %s', (_, write) => {
	for (const before of ['', 'x', 'xy']) {
		const clean = redact(`Basic ${write(base64(`${before}${SIGNS}`))} end`, [SIGNS]);
		// Up to two letters at each end hold bits of what is next to the secret.
		expect(clean).toMatch(/^Basic \w{0,3}\*\*\*\w?(=|%3D){0,2} end$/);
	}
});

it('takes out a key of 300 letters in any spelling', () => {
	const secret = 'k'.repeat(299);
	expect(redact(`${secret}%7a`, [`${secret}z`])).toBe('***');
});

it.each([
	[
		'https://cdn.example.com/a.mp4?token=exp=1990000000~hmac=abc',
		'https://cdn.example.com/a.mp4?token=***',
	],
	['https://x.example/a?x=1&signature=abc&y=2', 'https://x.example/a?x=1&signature=***&y=2'],
	['https://x.example/a?sig=abc', 'https://x.example/a?sig=***'],
	[
		'https://x.example/a?X-Goog-Signature=abc&X-Goog-Date=1',
		'https://x.example/a?X-Goog-Signature=***&X-Goog-Date=***',
	],
	[
		'{"url":"https://x.example/a?token=abc","b":1}',
		'{"url":"https://x.example/a?token=***","b":1}',
	],
	['https://x.example/a?id=5', 'https://x.example/a?id=5'],
	['the token=abc of the text', 'the token=abc of the text'],
])('%s', (text, wanted) => {
	expect(redact(text, [])).toBe(wanted);
});

it('is quick with a megabyte of hostile text', () => {
	const start = performance.now();
	redact(`${'?token='.repeat(50_000)}${'~exp='.repeat(50_000)}`, ['token-secret', 'tokentoken']);
	expect(performance.now() - start).toBeLessThan(500);
});

/** Keys and secrets as the credential takes them: no blanks, at least as long as a secret can be. */
const anySecret = fc.string({
	unit: fc.constantFrom('ä', '🐎', ...'abcXYZ0189-_/+=.:~!"\\\'$&()*%'),
	minLength: 8,
	maxLength: 40,
});

const hex = (number: number, digits: number, upper: boolean) => {
	const text = number.toString(16).padStart(digits, '0');
	return upper ? text.toUpperCase() : text;
};

const percent = (letter: string, upper: boolean) =>
	[...Buffer.from(letter)].map((byte) => `%${hex(byte, 2, upper)}`).join('');

const escape = (letter: string, upper: boolean) =>
	letter
		.split('')
		.map((unit) => `\\u${hex(unit.charCodeAt(0), 4, upper)}`)
		.join('');

/** Each letter of a secret may be written in any of the ways that URLs and JSON allow. */
function spelled(
	secret: string,
	picks: readonly number[],
	ways: Array<(letter: string) => string>,
) {
	return [...secret].map((letter, at) => ways[(picks[at] ?? 0) % ways.length]!(letter)).join('');
}

const plain = (letter: string) => letter;

const FORMS: Array<[string, Array<(letter: string) => string>]> = [
	['as it is', [plain]],
	['URL-encoded', [encodeURIComponent]],
	['URL-encoded to the last letter', [(letter) => percent(letter, true)]],
	[
		'URL-encoded here and there, in small and large hex',
		[plain, (letter) => percent(letter, true), (letter) => percent(letter, false)],
	],
	['URL-encoded twice', [(letter) => encodeURIComponent(encodeURIComponent(letter))]],
	['in JSON', [(letter) => JSON.stringify(letter).slice(1, -1)]],
	[
		'in JSON within JSON',
		[(letter) => JSON.stringify(JSON.stringify(letter).slice(1, -1)).slice(1, -1)],
	],
	[
		'in JSON with escaped slashes',
		[(letter) => (letter === '/' ? '\\/' : JSON.stringify(letter).slice(1, -1))],
	],
	[
		'in JSON, split by escapes',
		[
			(letter) => JSON.stringify(letter).slice(1, -1),
			(letter) => escape(letter, true),
			(letter) => escape(letter, false),
		],
	],
];

const somewhere = fc.record({
	secret: anySecret,
	picks: fc.array(fc.nat(20), { minLength: 40, maxLength: 40 }),
	before: fc.constantFrom('', 'Key ', '"', '{"key":"', 'https://x.example/?k=', '\\', '%'),
	after: fc.constantFrom('', '!', '"', '"}', '&y=2', '\\', '%'),
});

describe.each(FORMS)('a secret %s', (_, ways) => {
	it('does not survive', () => {
		fc.assert(
			fc.property(somewhere, ({ secret, picks, before, after }) => {
				const written = spelled(secret, picks, ways);
				const clean = redact(`${before}${written}${after}`, [secret]);
				expect(clean).toContain('***');
				expect(clean).not.toContain(written);
				expect(clean).not.toContain(secret);
			}),
		);
	});
});

describe.each<[string, BufferEncoding]>([
	['base64', 'base64'],
	['base64 for URLs', 'base64url'],
])('a secret in %s', (_, encoding) => {
	it('does not survive, wherever in the encoded text it stands', () => {
		fc.assert(
			fc.property(
				fc.record({
					secret: anySecret,
					before: fc.string({ maxLength: 9 }),
					after: fc.string({ maxLength: 9 }),
				}),
				({ secret, before, after }) => {
					const clean = redact(`Basic ${Buffer.from(before + secret + after).toString(encoding)}`, [
						secret,
					]);
					const left = clean.replace(/^Basic /, '').split('***');
					for (const part of left) {
						// Two letters at each end may belong to what stood beside it.
						for (const skip of [0, 1, 2, 3]) {
							const decoded = Buffer.from(part.slice(skip), 'base64').toString('latin1');
							expect(decoded).not.toContain(secret);
							expect(decoded).not.toContain(secret.slice(2, -2));
						}
					}
				},
			),
		);
	});
});

it('leaves alone what holds no secret', () => {
	fc.assert(
		fc.property(fc.string({ unit: fc.constantFrom(...'abc \\%25u0'), maxLength: 60 }), (text) => {
			expect(redact(text, ['XYZ-XYZ-XYZ'])).toBe(text);
		}),
	);
});

it('is quick where a secret nearly stands very often', () => {
	const secret = 'a'.repeat(40);
	for (const text of ['a'.repeat(39) + 'b', '\\', '%', '%25', '\\u006', '%61%61%6']) {
		const start = performance.now();
		redact(text.repeat(Math.floor(300_000 / text.length)), [secret]);
		expect(performance.now() - start).toBeLessThan(1000);
	}
});

describe('a secret with many backslashes', () => {
	const secret = `ab${'\\'.repeat(20)}cd`;
	const inJson = JSON.stringify(secret).slice(1, -1);

	it.each([
		['as it is', secret],
		['in JSON', inJson],
		['in JSON within JSON', JSON.stringify(inJson).slice(1, -1)],
		['escaped in JSON', secret.replace(/\\/g, '\\u005c')],
		['URL-encoded', encodeURIComponent(secret)],
	])('does not survive %s', (_, text) => {
		expect(redact(`is ${text}!`, [secret])).toBe('is ***!');
	});

	it.each(['\\', '\\\\\\\\u005c', '\\u005c', '%5c'])(
		'is quickly not found in a row of %s',
		(one) => {
			const start = performance.now();
			redact(`ab${one.repeat(60)}`.repeat(100), [secret]);
			expect(performance.now() - start).toBeLessThan(500);
		},
	);
});

it('takes out a URL of any length', () => {
	const url = `https://cdn.example.com/a?x=${'y'.repeat(1_000_000)}`;
	expect(redact(`reset at ${url}!`, [url])).toBe('reset at ***!');
	expect(redact(`at ${encodeURIComponent(url)}!`, [url])).toBe('at ***!');
});

it('takes out a long URL as a whole, also one that begins like another or holds a key', () => {
	const url = `https://cdn.example.com/a?key=${KEY}&x=${'y'.repeat(300)}`;
	const longer = `${url}&part=2`;
	for (const secrets of [
		[KEY, url, longer],
		[longer, url, KEY],
	]) {
		expect(redact(`at ${longer} with ${KEY}`, secrets)).toBe('at *** with ***');
	}
});
