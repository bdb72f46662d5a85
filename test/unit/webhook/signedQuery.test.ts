import { createHmac } from 'crypto';

import fc from 'fast-check';
import type { IDataObject } from 'n8n-workflow';

import type { SignedQuery } from '../../../nodes/HappyHorse/webhook/signedQuery';
import { readSignedQuery, addSignedQuery } from '../../../nodes/HappyHorse/webhook/signedQuery';
import { parseJson } from '../../../nodes/HappyHorse/http/json';

const KEY = Buffer.alloc(32, 7);

const CALLBACK_URL = 'https://n8n.example.com/webhook/happy-horse-wf1';

const NOTE: SignedQuery = {
	endpoint: 'image-to-video/happy-horse-1',
	metadata: { row: 7, name: 'Söhne 🐎 馬 & = ? # + %' },
};

/** A query as a server reads it: a name that comes several times gives a list. */
function queryOf(url: string): Record<string, string | string[]> {
	const { searchParams } = new URL(url);
	return Object.fromEntries(
		[...new Set(searchParams.keys())].map((name) => {
			const values = searchParams.getAll(name);
			return [name, values.length === 1 ? values[0]! : values];
		}),
	);
}

const sent = () => queryOf(addSignedQuery(CALLBACK_URL, NOTE, KEY)) as Record<string, string>;

it('gives back any metadata up to 1 KB', () => {
	const text = fc.string({ unit: 'grapheme', maxLength: 40 });
	const metadata = fc
		.dictionary(text, fc.jsonValue({ maxDepth: 4, stringUnit: 'grapheme' }))
		.map((value) => JSON.stringify(value))
		.filter((json) => Buffer.byteLength(json) <= 1024)
		// As a user's text is read: without `__proto__`.
		.map((json) => parseJson(json) as IDataObject);
	const endpoints = fc.constantFrom(
		'image-to-video/happy-horse-1' as const,
		'image-to-video/happy-horse-1-1' as const,
	);
	fc.assert(
		fc.property(endpoints, metadata, (endpoint, value) => {
			const url = addSignedQuery(CALLBACK_URL, { endpoint, metadata: value }, KEY);
			expect(readSignedQuery(queryOf(url), KEY)).toStrictEqual({ endpoint, metadata: value });
			expect(url).toMatch(/^[\x21-\x7e]+$/);
		}),
		{ numRuns: 60 },
	);
});

it.each(['\ud83d', '\u0000', '\u2028', '\ufeff', '__proto__', '😀'.repeat(200)])(
	'gives back the text %j',
	(text) => {
		const metadata = { text, [`${text}!`]: [text] };
		const url = addSignedQuery(
			CALLBACK_URL,
			{ endpoint: 'image-to-video/happy-horse-1', metadata },
			KEY,
		);
		expect(readSignedQuery(queryOf(url), KEY)).toEqual({
			endpoint: 'image-to-video/happy-horse-1',
			metadata,
		});
	},
);

it('works without metadata', () => {
	const url = addSignedQuery(CALLBACK_URL, { endpoint: 'image-to-video/happy-horse-1-1' }, KEY);
	expect(readSignedQuery(queryOf(url), KEY)).toEqual({
		endpoint: 'image-to-video/happy-horse-1-1',
	});
});

it('knows when there is none', () => {
	expect(readSignedQuery({}, KEY)).toBeUndefined();
	expect(readSignedQuery({ other: 'x', signature: 'y' }, KEY)).toBeUndefined();
});

it.each([
	'https://n8n.example.com/webhook/x?a=1&b=two%20words&b=again&empty=&c=%F0%9F%90%8E',
	'https://n8n.example.com/webhook-waiting/12/happy-horse?signature=ab%2Fc',
	'http://localhost:5678/webhook/x?a=b#place',
])('leaves the rest of the URL as it was: %s', (url) => {
	const before = new URL(url);
	const after = new URL(addSignedQuery(url, NOTE, KEY));
	const added = [...after.searchParams.keys()].slice([...before.searchParams.keys()].length);
	expect(added).toHaveLength(2);
	for (const name of added) after.searchParams.delete(name);
	expect([...after.searchParams]).toEqual([...before.searchParams]);
	expect([after.origin, after.pathname, after.hash]).toEqual([
		before.origin,
		before.pathname,
		before.hash,
	]);
});

it('a second note takes the place of the first', () => {
	const twice = addSignedQuery(
		addSignedQuery(CALLBACK_URL, { endpoint: 'image-to-video/happy-horse-1-1' }, KEY),
		NOTE,
		KEY,
	);
	expect(readSignedQuery(queryOf(twice), KEY)).toEqual(NOTE);
});

describe('is dropped', () => {
	it.each(['happy_horse_note', 'happy_horse_mark'])('with any character of %s changed', (name) => {
		const query = sent();
		const value = query[name]!;
		expect(readSignedQuery(query, KEY)).toEqual(NOTE);
		for (let at = 0; at < value.length; at++) {
			for (const other of ['A', 'B', '_', '=', ' ', 'é']) {
				if (value[at] === other) continue;
				const changed = value.slice(0, at) + other + value.slice(at + 1);
				expect(readSignedQuery({ ...query, [name]: changed }, KEY)).toBeNull();
			}
		}
	});

	it.each(['happy_horse_note', 'happy_horse_mark'])(
		'with %s cut off anywhere, or longer',
		(name) => {
			const query = sent();
			const value = query[name]!;
			for (let length = 0; length < value.length; length++) {
				expect(readSignedQuery({ ...query, [name]: value.slice(0, length) }, KEY)).toBeNull();
			}
			for (const longer of [`${value}=`, `${value}A`, `A${value}`, ` ${value}`, `${value}\n`]) {
				expect(readSignedQuery({ ...query, [name]: longer }, KEY)).toBeNull();
			}
		},
	);

	it('under another key', () => {
		fc.assert(
			fc.property(fc.uint8Array({ minLength: 1, maxLength: 64 }), (key) => {
				if (Buffer.from(key).equals(KEY)) return;
				expect(readSignedQuery(sent(), Buffer.from(key))).toBeNull();
			}),
		);
	});

	it.each(['happy_horse_note', 'happy_horse_mark'])('without %s', (name) => {
		expect(readSignedQuery({ ...sent(), [name]: undefined }, KEY)).toBeNull();
	});

	it.each(['happy_horse_note', 'happy_horse_mark'])(
		'when %s comes twice, or in another form',
		(name) => {
			const query = sent();
			const value = query[name];
			for (const odd of [[value, value], [value], [], { 0: value }, 5, true, null]) {
				expect(readSignedQuery({ ...query, [name]: odd }, KEY)).toBeNull();
			}
			const url = `${addSignedQuery(CALLBACK_URL, NOTE, KEY)}&${name}=${value}`;
			expect(readSignedQuery(queryOf(url), KEY)).toBeNull();
		},
	);

	it('with the parts of two notes mixed', () => {
		const other = queryOf(
			addSignedQuery(CALLBACK_URL, { endpoint: 'image-to-video/happy-horse-1-1' }, KEY),
		);
		expect(
			readSignedQuery({ ...sent(), happy_horse_note: other.happy_horse_note }, KEY),
		).toBeNull();
	});

	it.each<[string, unknown]>([
		['an endpoint that does not exist', { endpoint: '../x' }],
		['no endpoint', { metadata: {} }],
		['a list', [NOTE]],
		['null', null],
	])('when it holds %s', (_, content) => {
		expect(
			readSignedQuery(queryOf(addSignedQuery(CALLBACK_URL, content as SignedQuery, KEY)), KEY),
		).toBeNull();
	});
});

it.each([
	'no JSON',
	'',
	'{"endpoint":"image-to-video/happy-horse-1"',
	'null',
	'"image-to-video/happy-horse-1"',
])('a note of other content is dropped, even signed with our key: %j', (text) => {
	const note = Buffer.from(text).toString('base64url');
	const mark = createHmac('sha256', KEY).update(note).digest('base64url');
	expect(readSignedQuery({ happy_horse_note: note, happy_horse_mark: mark }, KEY)).toBeNull();
});

it('leaves out metadata that is no object', () => {
	const url = addSignedQuery(
		CALLBACK_URL,
		{ endpoint: 'image-to-video/happy-horse-1', metadata: [1] as never },
		KEY,
	);
	expect(readSignedQuery(queryOf(url), KEY)).toEqual({
		endpoint: 'image-to-video/happy-horse-1',
	});
});

it('A10: metadata with a __proto__ changes no object', () => {
	const metadata = JSON.parse('{"__proto__":{"polluted":true}}') as IDataObject;
	const note = readSignedQuery(
		queryOf(
			addSignedQuery(CALLBACK_URL, { endpoint: 'image-to-video/happy-horse-1', metadata }, KEY),
		),
		KEY,
	);
	expect(note).toEqual({ endpoint: 'image-to-video/happy-horse-1', metadata: {} });
	expect(Object.keys(note?.metadata ?? { none: true })).toEqual([]);
	expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
	expect(note?.metadata?.polluted).toBeUndefined();
});

it('shows neither the key nor the metadata in clear', () => {
	const url = addSignedQuery(
		CALLBACK_URL,
		{ endpoint: 'image-to-video/happy-horse-1', metadata: { name: 'plaintext' } },
		KEY,
	);
	expect(url).not.toContain('plaintext');
	expect(url).not.toContain(KEY.toString('base64url'));
});
