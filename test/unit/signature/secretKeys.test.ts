import { secretKeys } from '../../../nodes/HappyHorse/signature/secretKeys';
import { signatureFault } from '../../../nodes/HappyHorse/signature/verify';
import { headersOf, LETTER, SECRET, SENT_AT } from './signing';

const utf8 = (text: string) => Buffer.from(text, 'utf8');
const base64 = (text: string) => Buffer.from(text, 'base64');
const hex = (text: string) => Buffer.from(text, 'hex');
const bytes = (count: number) => Buffer.alloc(count, 0xfb);

/** Whether a message signed with `key` passes where `secret` is configured. */
function accepts(secret: string, key: string | Buffer): boolean {
	const message = { headers: headersOf(key, LETTER), rawBody: Buffer.from(LETTER.body) };
	return signatureFault(message, { keys: secretKeys(secret), nowMs: SENT_AT * 1000 }) === null;
}

describe('the keys that a secret stands for', () => {
	const long = 'a whole sentence is text, and nothing else'.replace(/ /g, '_');
	const decodable = bytes(16).toString('base64');
	it.each<[string, string, Buffer[]]>([
		['text only', long, [utf8(long)]],
		['a short text', 'abc', [utf8('abc')]],
		['text beyond ASCII', 'geheim\u00df🐎', [utf8('geheim\u00df🐎')]],
		['text, base64 and hex', SECRET, [utf8(SECRET), base64(SECRET), hex(SECRET)]],
		[
			'hex in capitals',
			SECRET.toUpperCase(),
			[utf8(SECRET.toUpperCase()), base64(SECRET.toUpperCase()), hex(SECRET)],
		],
		['base64 of 16 bytes', decodable, [utf8(decodable), bytes(16)]],
		['base64 without padding', decodable.slice(0, -2), [utf8(decodable.slice(0, -2)), bytes(16)]],
		['base64 of 15 bytes', bytes(15).toString('base64'), [utf8(bytes(15).toString('base64'))]],
		['hex of 15 bytes', 'ab'.repeat(15), [utf8('ab'.repeat(15))]],
		['half a hex byte too many', `${SECRET}a`, [utf8(`${SECRET}a`)]],
		['base64url', '-_'.repeat(16), [utf8('-_'.repeat(16))]],
		['base64 with half its padding', decodable.slice(0, -1), [utf8(decodable.slice(0, -1))]],
		[
			'base64 with spare bits set',
			`${decodable.slice(0, -3)}x==`,
			[utf8(`${decodable.slice(0, -3)}x==`)],
		],
	])('%s', (_, secret, wanted) => {
		expect(secretKeys(secret)).toEqual(wanted);
	});
});

describe('whsec_', () => {
	const body = bytes(24).toString('base64');
	const padded = bytes(16).toString('base64');

	it('W33: both the whole text and the decoded part are keys', () => {
		expect(secretKeys(`whsec_${body}`)).toEqual([utf8(`whsec_${body}`), bytes(24)]);
		expect(accepts(`whsec_${body}`, bytes(24))).toBe(true);
		expect(accepts(`whsec_${body}`, utf8(`whsec_${body}`))).toBe(true);
	});

	it('W33: the part behind the prefix is no key as text', () => {
		expect(accepts(`whsec_${body}`, utf8(body))).toBe(false);
	});

	it('W33: without the prefix the decoded bytes count from 16 on', () => {
		expect(accepts(padded, bytes(16))).toBe(true);
		expect(accepts(bytes(15).toString('base64'), bytes(15))).toBe(false);
	});

	it('W34: padding may be left out', () => {
		const bare = `whsec_${padded.replace(/=+$/, '')}`;
		expect(bare).not.toContain('=');
		expect(accepts(bare, bytes(16))).toBe(true);
		expect(accepts(bare, utf8(bare))).toBe(true);
	});

	it.each(Array.from({ length: 16 }, (_, count) => count))(
		'W36: %i bytes behind it are no key at all',
		(count) => {
			const secret = `whsec_${bytes(count).toString('base64')}`;
			expect(secretKeys(secret)).toEqual([]);
			expect(accepts(secret, utf8(secret))).toBe(false);
			expect(accepts(secret, bytes(count))).toBe(false);
		},
	);

	it.each([
		['no base64', 'whsec_this is!not!base64!at!all'.replace(/ /g, '')],
		['base64url', `whsec_${'-_'.repeat(16)}`],
		['three padding characters', `whsec_${body}===`],
		['a second prefix', `whsec_whsec_${body}`],
	])('bad secret: %s behind it is no key at all', (_, secret) => {
		expect(secretKeys(secret)).toEqual([]);
	});
});

describe('blanks', () => {
	it.each([[`${SECRET}\n`], [` ${SECRET}`], [`\r\n\t${SECRET} \n`], [`\u00a0${SECRET}\ufeff`]])(
		'W35: at the ends they are left out: %j',
		(secret) => {
			expect(secretKeys(secret)).toEqual(secretKeys(SECRET));
			expect(accepts(secret, SECRET)).toBe(true);
		},
	);

	const middles = [' ', '\n', '\r\n', '\t', '\u00a0', '\u2028'];

	it.each(middles)('W35: %j inside makes the secret unusable', (blank) => {
		const secret = SECRET.slice(0, 16) + blank + SECRET.slice(16);
		expect(secretKeys(secret)).toEqual([]);
		expect(accepts(secret, secret)).toBe(false);
		expect(accepts(secret, SECRET)).toBe(false);
		expect(secretKeys(`whsec_${secret}`)).toEqual([]);
	});

	it.each([[''], [' '], ['\n'], [' \t\r\n'], ['whsec_'], [' whsec_\n']])(
		'W36: the secret %j never becomes the empty key',
		(secret) => {
			expect(secretKeys(secret)).toEqual([]);
			expect(accepts(secret, '')).toBe(false);
			expect(accepts(secret, secret)).toBe(false);
		},
	);
});

describe('W37: one secret read in three ways', () => {
	const other = 'fedcba9876543210fedcba9876543210';

	it.each([
		['UTF-8', utf8],
		['base64', base64],
		['hex', hex],
	])('%s: ours is accepted, that of another secret is not', (_, read) => {
		expect(accepts(SECRET, read(SECRET))).toBe(true);
		expect(accepts(SECRET, read(other))).toBe(false);
	});
});
