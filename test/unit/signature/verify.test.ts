import fc from 'fast-check';

import { secretKeys } from '../../../nodes/HappyHorse/signature/secretKeys';
import { signatureFault } from '../../../nodes/HappyHorse/signature/verify';
import type { Letter } from './signing';
import { headersOf, LETTER, macOf, SECRET, SENT_AT } from './signing';

const NOW = SENT_AT * 1000;

const GOOD = macOf(SECRET, LETTER);

interface Arrival {
	/** What was signed. */
	letter?: Partial<Letter>;
	key?: string | Buffer;
	secret?: string;
	/** What is different on arrival. */
	headers?: Record<string, unknown>;
	rawBody?: Buffer;
	nowMs?: number;
}

function faultOf({
	letter,
	key = SECRET,
	secret = SECRET,
	headers,
	rawBody,
	nowMs = NOW,
}: Arrival) {
	const signed = { ...LETTER, ...letter };
	const message = {
		headers: { ...headersOf(key, signed), ...headers },
		rawBody: rawBody ?? Buffer.from(signed.body),
	};
	return signatureFault(message, { keys: secretKeys(secret), nowMs });
}

const withSignature = (signature: unknown) =>
	faultOf({ headers: { 'webhook-signature': signature } });

const accepted = null;
const rejected: unknown = expect.any(String);

it('W01: accepts the golden vector', () => {
	const headers = {
		'webhook-id': 'msg_test_1',
		'webhook-timestamp': '1760000000',
		'webhook-signature': 'v1,6wouLplu0XmKSBNuMo1RnBVdHK16EDd4/RlXJkVE6mc=',
	};
	const message = { headers, rawBody: Buffer.from(LETTER.body) };
	expect(signatureFault(message, { keys: secretKeys(SECRET), nowMs: NOW })).toBe(accepted);
});

describe('headers', () => {
	const names = ['webhook-id', 'webhook-timestamp', 'webhook-signature'];
	it.each(names.map((name, index) => [index + 2, name]))('W0%i: %s missing', (_, name) => {
		expect(faultOf({ headers: { [name]: undefined } })).toEqual(rejected);
	});

	it.each(names)('W05: %s empty', (name) => {
		expect(faultOf({ headers: { [name]: '' } })).toEqual(rejected);
	});

	it.each(names)('%s as a list, a number or an object is rejected', (name) => {
		const good = headersOf(SECRET, LETTER)[name];
		for (const value of [[good], [good, good], [], null, 5, true, {}, { toString: () => good }]) {
			expect(faultOf({ headers: { [name]: value } })).toEqual(rejected);
		}
	});

	it('are not looked for in a prototype', () => {
		const message = { headers: {}, rawBody: Buffer.from(LETTER.body) };
		expect(signatureFault(message, { keys: secretKeys(SECRET), nowMs: NOW })).toEqual(rejected);
	});

	it.each(['msg with space', 'msg\ttab', 'msg\nline', 'msg\0', 'm\u00e4h', '🐎', 'a, b'])(
		'a webhook-id such as %j is rejected, although the signature covers it',
		(id) => {
			expect(faultOf({ letter: { id } })).toEqual(rejected);
		},
	);

	it.each(['msg.with.dots', '.', '..', 'a'.repeat(256), '!"#$%&/()=?~'])(
		'the webhook-id %s is accepted',
		(id) => {
			expect(faultOf({ letter: { id } })).toBe(accepted);
		},
	);
});

describe('timestamp', () => {
	it.each<[string, string]>([
		['W08', 'hello'],
		['W09', '1760000000.0'],
		['W10', '-1'],
		['W10', '-1760000000'],
		['W11', '1760000000x'],
		['W11', '1760000000\n'],
		['W11', '1760000000 '],
		['W11', ' 1760000000'],
		['W11', '176000 0000'],
		['W11', '+1760000000'],
		['W11', '0x68E77800'],
		['W11', '176e7'],
		['W11', '1.76e9'],
		['W11', '1_760_000_000'],
		['W11', '\u0661\u0667\u0666\u0660\u0660\u0660\u0660\u0660\u0660\u0660'],
		['W11', '００１７６００００００００'],
		['W11', '00001760000000'],
		['W11', '17600000000000'],
		['W11', '1760000000000000'],
		['W11', '1'.repeat(400)],
		['W11', 'NaN'],
		['W11', 'Infinity'],
	])('%s: %j is rejected, although the signature covers it', (_, timestamp) => {
		expect(faultOf({ letter: { timestamp } })).toEqual(rejected);
	});

	it.each<[string, string, number, unknown]>([
		['W13', 'seconds, 300 s ago', NOW + 300_000, accepted],
		['W13', 'seconds, 301 s ago', NOW + 301_000, rejected],
		['W13', 'seconds, a millisecond too old', NOW + 300_001, rejected],
		['W14', 'seconds, 300 s ahead', NOW - 300_000, accepted],
		['W14', 'seconds, 301 s ahead', NOW - 301_000, rejected],
		['W14', 'seconds, a millisecond too early', NOW - 300_001, rejected],
	])('%s: %s', (_, __, nowMs, wanted) => {
		expect(faultOf({ nowMs })).toEqual(wanted);
	});

	it.each<[string, number, unknown]>([
		['now', 0, accepted],
		['300 s ago', 300_000, accepted],
		['301 s ago', 301_000, rejected],
		['300 s ahead', -300_000, accepted],
		['301 s ahead', -301_000, rejected],
	])('W12: 13 digits are milliseconds: %s', (_, passed, wanted) => {
		expect(faultOf({ letter: { timestamp: String(NOW) }, nowMs: NOW + passed })).toEqual(wanted);
	});

	it('W12: the window is exact to the millisecond, both ends included', () => {
		fc.assert(
			fc.property(
				fc.integer({ min: 1_000_000_000_000, max: 9_000_000_000_000 }),
				fc.integer({ min: -300_000, max: 300_000 }),
				(sent, passed) => {
					const letter = { timestamp: String(sent) };
					expect(faultOf({ letter, nowMs: sent + passed })).toBe(accepted);
					const edge = passed < 0 ? -300_000 : 300_000;
					expect(faultOf({ letter, nowMs: sent + edge })).toBe(accepted);
					expect(faultOf({ letter, nowMs: sent + edge + Math.sign(edge) })).toEqual(rejected);
				},
			),
			{ numRuns: 300 },
		);
	});

	it.each(['1760000', '17600000000', '176000000000', '0001760000000'])(
		'W12: %s is not taken for milliseconds of ours, or for seconds of ours',
		(timestamp) => {
			expect(faultOf({ letter: { timestamp } })).toEqual(rejected);
		},
	);

	it.each([10, 11, 12])('W12: %i digits are never milliseconds', (digits) => {
		const timestamp = '1760000000000'.slice(0, digits);
		expect(faultOf({ letter: { timestamp }, nowMs: Number(timestamp) })).toEqual(rejected);
		expect(faultOf({ letter: { timestamp }, nowMs: Number(timestamp) * 1000 })).toBe(accepted);
	});

	it('leading zeros are kept in the signed text', () => {
		expect(faultOf({ letter: { timestamp: '01760000000' } })).toBe(accepted);
	});

	it.each([Number.NaN, Infinity, -Infinity])(
		'with the clock at %p nothing is accepted',
		(nowMs) => {
			expect(faultOf({ nowMs })).toEqual(rejected);
		},
	);

	it('W15: replaced by a fresh one', () => {
		const nowMs = NOW + 600_000;
		const fresh = String(SENT_AT + 600);
		expect(faultOf({ headers: { 'webhook-timestamp': fresh }, nowMs })).toEqual(rejected);
		expect(faultOf({ headers: { 'webhook-timestamp': String(SENT_AT + 1) } })).toEqual(rejected);
	});
});

it('W16: another webhook-id', () => {
	expect(faultOf({ headers: { 'webhook-id': 'msg_test_2' } })).toEqual(rejected);
});

describe('W17: another body', () => {
	const body = '{"task_id": "a",\n"status":"COMPLETED"}';
	it.each<[string, string | Buffer]>([
		['one byte changed', body.replace('COMPLETED', 'COMPLETEd')],
		['re-serialised', JSON.stringify(JSON.parse(body))],
		['CRLF for LF', body.replace('\n', '\r\n')],
		['a newline added', `${body}\n`],
		['a blank before it', ` ${body}`],
		['cut off', body.slice(0, -1)],
		['none', ''],
	])('%s', (_, arrived) => {
		expect(faultOf({ letter: { body } })).toBe(accepted);
		expect(faultOf({ letter: { body }, rawBody: Buffer.from(arrived) })).toEqual(rejected);
	});
});

it('dot shift: parts of the body do not move into the headers', () => {
	const { id, timestamp } = LETTER;
	const signed = { ...LETTER, body: `${SENT_AT}.{"task_id":"a","status":"COMPLETED"}` };
	const signature = { 'webhook-signature': `v1,${macOf(SECRET, signed)}` };
	const rest = Buffer.from(signed.body.slice(11));
	const shifts = [
		// id.timestamp | 1760000000 | {…}: the same text, cut one dot later.
		{ 'webhook-id': `${id}.${timestamp}`, 'webhook-timestamp': String(SENT_AT) },
		{ 'webhook-id': id, 'webhook-timestamp': `${timestamp}.${SENT_AT}` },
	];
	const [whole, split] = shifts.map((headers) =>
		faultOf({ headers: { ...headers, ...signature }, rawBody: rest }),
	);
	expect(split).toEqual(rejected);
	// Only a body that begins with digits and a dot could be cut so, and that is no JSON to begin with.
	expect(whole).toBe(accepted);
	expect(() => JSON.parse(signed.body) as unknown).toThrow();
});

it('dot shift: a body that is JSON cannot be cut anywhere', () => {
	const text = `${LETTER.id}.${LETTER.timestamp}.${LETTER.body as string}`;
	const dots = [...text].flatMap((character, index) => (character === '.' ? [index] : []));
	const cuts = dots.flatMap((first) => dots.map((second) => [first, second] as const));
	const intact = cuts.filter(
		([first, second]) =>
			first < second &&
			faultOf({
				headers: {
					'webhook-id': text.slice(0, first),
					'webhook-timestamp': text.slice(first + 1, second),
					'webhook-signature': `v1,${GOOD}`,
				},
				rawBody: Buffer.from(text.slice(second + 1)),
			}) === null,
	);
	expect(intact).toEqual([[LETTER.id.length, LETTER.id.length + 11]]);
});

describe('the signature header', () => {
	const BAD = macOf('another secret', LETTER);
	// Without them W28 would prove nothing.
	it('has a digest with + or / and padding to be tested with', () => {
		expect(GOOD).toMatch(/[+/]/);
		expect(GOOD).toMatch(/=$/);
	});

	it.each<[string, string, unknown]>([
		['W18', `v1,${BAD}`, rejected],
		['W19', `v1,${GOOD}AA`, rejected],
		['W19', `v1,${GOOD.slice(0, -4)}`, rejected],
		['W19', 'v1,\u00fc', rejected],
		['W19', `v1,${'\u00fc'.repeat(22)}`, rejected],
		['W20', `v1,${GOOD.slice(0, 8)}`, rejected],
		['W20', 'v1,', rejected],
		['W20', 'v1', rejected],
		['W20', ',', rejected],
		['W20', ' ', rejected],
		['W21', GOOD, rejected],
		['W21', `,${GOOD}`, rejected],
		['W22', `v1,${GOOD} v1,${BAD} v2,${BAD}`, accepted],
		['W22', `v1,${BAD} v1,${GOOD} v2,${BAD}`, accepted],
		['W22', `v1,${BAD} v2,${BAD} v3,${GOOD}`, accepted],
		['W23', `v1,${BAD} v2,${BAD} v3,${BAD}`, rejected],
		['W24', `v2,${GOOD}`, accepted],
		['W24', `v17,${GOOD}`, accepted],
		['W25', `v1a,${BAD} v1,${GOOD}`, accepted],
		['W25', `v1,${GOOD} v1a,${BAD}`, accepted],
		['W25', `v0,${BAD} v1,${GOOD}`, accepted],
		['W26', `v0,${GOOD}`, rejected],
		['W26', `v1a,${GOOD}`, rejected],
		['W26', `v,${GOOD}`, rejected],
		['W26', `V1,${GOOD}`, rejected],
		['W26', `1,${GOOD}`, rejected],
		['W26', `v01,${GOOD}`, rejected],
		['W26', `v-1,${GOOD}`, rejected],
		['W26', `__proto__,${GOOD}`, rejected],
		['W26', `xv1,${GOOD}`, rejected],
		['W26', `v1.0,${GOOD}`, rejected],
		['W27', `v1,${BAD}   v1,${GOOD}`, accepted],
		['W27', `  v1,${GOOD} `, accepted],
		['W27', `v1,${BAD}\tv1,${GOOD}`, rejected],
		['W27', `v1,${GOOD}\t`, rejected],
		['W27', `v1,${GOOD}\u00a0v1,${BAD}`, rejected],
		['W27', `v1,${GOOD}\n`, rejected],
		['W27', `v1, ${GOOD}`, rejected],
		['W28', `v1,${GOOD.replace(/\+/g, '-').replace(/\//g, '_')}`, rejected],
		['W28', `v1,${GOOD.replace(/=+$/, '')}`, rejected],
		['W28', `v1,${GOOD}=`, rejected],
		['W29', `v1,${GOOD},extra`, rejected],
		['W29', `v1,${GOOD},`, rejected],
		['W29', `v1,${BAD}, v1,${GOOD}`, rejected],
		['W29', `v1,${GOOD} extra`, rejected],
		['W29', `v1,${GOOD} a,b,c`, rejected],
		// What Node.js makes of two lines, of which the first holds no comma.
		['W07', `v1, v1,${GOOD}`, rejected],
		['W07', `junk, v1,${GOOD}`, rejected],
		['W07', `, v1,${GOOD}`, rejected],
	])('%s: %s', (_, signature, wanted) => {
		expect(withSignature(signature)).toEqual(wanted);
	});

	it('W31: another secret', () => {
		expect(faultOf({ secret: 'a secret of another holder'.replace(/ /g, '-') })).toEqual(rejected);
		expect(faultOf({ secret: SECRET.replace('0', '1') })).toEqual(rejected);
		expect(faultOf({ key: '' })).toEqual(rejected);
	});

	it.each([
		['v1 is retired, v2 is ours', (ours: string, retired: string) => `v1,${retired} v2,${ours}`],
		['v1 is ours, v2 is new', (ours: string, other: string) => `v1,${ours} v2,${other}`],
	])('W32: %s', (_, join) => {
		expect(withSignature(join(GOOD, BAD))).toBe(accepted);
	});
});

describe('without a usable secret nothing is accepted', () => {
	it.each([[''], [' '], ['whsec_'], ['in side']])('W36: %j', (secret) => {
		expect(faultOf({ secret, key: secret })).toEqual(rejected);
		expect(faultOf({ secret, key: '' })).toEqual(rejected);
	});
});

describe('W38: any text in the body', () => {
	it.each([
		'Pferd & Söhne, déjà vu',
		'€ © ∑ →',
		'快樂的馬 ハッピー 행복한 말',
		'🐎👩‍👩‍👧‍👦🇩🇪',
		'control \\u0000\\u001f',
		'https:\\/\\/cdn.example.com\\/a.mp4',
		'\u2028\u2029\ufeff inside',
	])('%s', (text) => {
		const body = `{"task_id":"a","status":"COMPLETED","note":"${text}"}`;
		expect(faultOf({ letter: { body } })).toBe(accepted);
	});

	it('bytes that are no text are signed as they are', () => {
		const [one, two] = [0xff, 0xfe].map((byte) =>
			Buffer.concat([Buffer.from('{"task_id":"a'), Buffer.from([byte]), Buffer.from('"}')]),
		) as [Buffer, Buffer];
		expect(one.toString()).toBe(two.toString());
		expect(faultOf({ letter: { body: one } })).toBe(accepted);
		expect(faultOf({ letter: { body: one }, rawBody: two })).toEqual(rejected);
	});

	it('no body and a part of a larger buffer', () => {
		expect(faultOf({ letter: { body: '' } })).toBe(accepted);
		const around = Buffer.from(`xx${LETTER.body as string}xx`);
		expect(faultOf({ rawBody: around.subarray(2, -2) })).toBe(accepted);
	});
});

describe('W30: headers beyond their limits', () => {
	// Hashing 64 times 16 MiB takes a second or so: within 50 ms it cannot have happened.
	const body = Buffer.alloc(16 * 1024 * 1024);
	const keys = Array<Buffer>(64).fill(Buffer.from(SECRET));
	const entry = `v1,${GOOD}`;
	it.each<[string, Record<string, string>]>([
		['a signature of 1 MB', { 'webhook-signature': `v1,${'A'.repeat(1024 * 1024)}` }],
		['10,000 entries', { 'webhook-signature': Array(10_000).fill(entry).join(' ') }],
		['1 MB of spaces', { 'webhook-signature': `${entry}${' '.repeat(1024 * 1024)}` }],
		['1 MB of commas', { 'webhook-signature': ','.repeat(1024 * 1024) }],
		['a signature of 4,097', { 'webhook-signature': entry + ' '.repeat(4097 - entry.length) }],
		['an ID of 257', { 'webhook-id': 'a'.repeat(257) }],
		['an ID of 1 MB', { 'webhook-id': 'a'.repeat(1024 * 1024) }],
		['a timestamp of 14', { 'webhook-timestamp': '01760000000000' }],
		['a timestamp of 1 MB', { 'webhook-timestamp': '1'.repeat(1024 * 1024) }],
		['an old timestamp', { 'webhook-timestamp': String(SENT_AT - 301) }],
	])('%s: rejected within 50 ms, without hashing', (_, headers) => {
		const message = { headers: { ...headersOf(SECRET, LETTER), ...headers }, rawBody: body };
		const begin = performance.now();
		expect(signatureFault(message, { keys, nowMs: NOW })).toEqual(rejected);
		expect(performance.now() - begin).toBeLessThan(50);
	});

	it('4,096 characters are within them', () => {
		const bad = `v1,${macOf('other', LETTER)} `;
		const many = bad.repeat(Math.floor((4096 - entry.length) / bad.length)) + entry;
		expect(withSignature(many.padEnd(4096, ' '))).toBe(accepted);
	});
});

describe('any message', () => {
	const letters = fc.record({
		id: fc.stringMatching(/^[!-~]{1,40}$/),
		timestamp: fc.integer({ min: SENT_AT - 300, max: SENT_AT + 300 }).map(String),
		body: fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes)),
	});
	const secrets = fc.stringMatching(/^[!-~]{1,64}$/);

	it('is accepted when signed with any key of the secret', () => {
		fc.assert(
			fc.property(letters, secrets, (letter, secret) => {
				const keys = secretKeys(secret);
				// Unlike a filter it gives up when no secret is usable any more.
				fc.pre(keys.length > 0);
				for (const key of keys) {
					expect(faultOf({ letter, key, secret })).toBe(accepted);
				}
			}),
		);
	});

	const turned = (bytes: Buffer, bit: number) => {
		const copy = Buffer.from(bytes);
		const at = (bit >> 3) % copy.length;
		copy.writeUInt8(copy.readUInt8(at) ^ (1 << (bit & 7)), at);
		return copy;
	};

	it.each(['body', 'webhook-id', 'webhook-timestamp', 'webhook-signature'])(
		'is rejected with any single bit of the %s turned',
		(place) => {
			fc.assert(
				fc.property(letters, fc.nat(), (letter, bit) => {
					const headers = headersOf(SECRET, letter);
					if (place === 'body') {
						if (letter.body.length === 0) return;
						expect(faultOf({ letter, rawBody: turned(letter.body, bit) })).toEqual(rejected);
						return;
					}
					// The version is not covered: any may match.
					const fixed = place === 'webhook-signature' ? 'v1,' : '';
					const text = (headers[place] ?? '').slice(fixed.length);
					const changed = fixed + turned(Buffer.from(text), bit).toString('latin1');
					expect(faultOf({ letter, headers: { [place]: changed } })).toEqual(rejected);
				}),
				{ numRuns: 300 },
			);
		},
	);

	it('never throws, and what it says tells nothing, whatever comes', () => {
		const value = fc.oneof(fc.string({ unit: 'grapheme' }), fc.anything());
		const headers = fc.record(
			{ 'webhook-id': value, 'webhook-timestamp': value, 'webhook-signature': value },
			{ requiredKeys: [] },
		);
		fc.assert(
			fc.property(headers, fc.uint8Array(), (given, bytes) => {
				const message = { headers: given, rawBody: Buffer.from(bytes) };
				const fault = signatureFault(message, { keys: secretKeys(SECRET), nowMs: NOW });
				expect(fault).toMatch(/^[a-zA-Z -]{10,60}$/);
			}),
			{ numRuns: 60 },
		);
	});
});

describe('a user who looks for the cause learns', () => {
	const missing = 'a signature header is missing';
	const badSignature = 'webhook-signature is malformed';
	const outside = 'webhook-timestamp is too far from now';
	it.each<[string, Arrival, string]>([
		['that there is no ID', { headers: { 'webhook-id': undefined } }, missing],
		['that the ID is empty', { headers: { 'webhook-id': '' } }, missing],
		['that the timestamp is empty', { headers: { 'webhook-timestamp': '' } }, missing],
		['that the signature is empty', { headers: { 'webhook-signature': '' } }, missing],
		['that the ID is odd', { letter: { id: 'a b' } }, 'webhook-id is malformed'],
		['that the time is odd', { letter: { timestamp: '1e9' } }, 'webhook-timestamp is malformed'],
		['that it is old', { nowMs: NOW + 300_001 }, outside],
		['that it comes from the future', { nowMs: NOW - 300_001 }, outside],
		['that the clock is lost', { nowMs: Number.NaN }, outside],
		['of a signature of blanks', { headers: { 'webhook-signature': '  ' } }, badSignature],
		['of two joined headers', { headers: { 'webhook-signature': 'v1,a, v1,b' } }, badSignature],
		[
			'of an endless signature',
			{ headers: { 'webhook-signature': 'a'.repeat(4097) } },
			badSignature,
		],
		['that a secret is needed', { secret: ' ' }, 'no usable webhook secret is configured'],
		['that it is the wrong secret', { secret: 'other' }, 'the signature does not match'],
	])('%s', (_, arrival, words) => {
		expect(faultOf(arrival)).toBe(words);
	});
});

it('W58: no fault names a secret, the right signature or the body', () => {
	const faults = [
		withSignature('v1'),
		withSignature(`v1,${macOf('x', LETTER)}`),
		faultOf({ headers: { 'webhook-id': '' } }),
		faultOf({ nowMs: 0 }),
		faultOf({ secret: 'whsec_' }),
		faultOf({ rawBody: Buffer.from('x') }),
	];
	expect(faults).not.toContain(null);
	for (const hidden of [SECRET, GOOD, 'task_id', 'msg_test_1', '1760000000']) {
		expect(faults.join()).not.toContain(hidden);
	}
});
