import fc from 'fast-check';
import type { IDataObject } from 'n8n-workflow';

import type { RequestFacts } from '../../../nodes/HappyHorse/idempotency/requestIdentity';
import {
	fileIdentityOf,
	hashOf,
	identityOf,
	isVolatile,
} from '../../../nodes/HappyHorse/idempotency/requestIdentity';

const FILE = 'https://images.example.com/a.jpg';

const facts = (changes: Partial<RequestFacts> = {}): RequestFacts => ({
	endpoint: 'happy-horse-1',
	fields: { prompt: 'a horse', resolution: '1080P', duration: 5, image: FILE },
	raw: { prompt: '={{ $json.prompt }}', duration: 5 },
	evaluate: () => {
		throw new Error('nothing has to be evaluated');
	},
	json: { row: 7 },
	files: [],
	...changes,
});

const withField = (change: IDataObject) => facts({ fields: { ...facts().fields, ...change } });

describe('a hash', () => {
	it('is 128 bits, and holds nothing of the prompt', () => {
		expect(hashOf({ prompt: 'secret' })).toMatch(/^[0-9a-f]{32}$/);
	});

	it('does not depend on the order of names, at any depth', () => {
		const turned = (value: unknown): unknown => {
			if (Array.isArray(value)) return value.map(turned);
			if (typeof value !== 'object' || value === null) return value;
			return Object.fromEntries(
				Object.entries(value)
					.reverse()
					.map(([name, inner]) => [name, turned(inner)]),
			);
		};
		fc.assert(
			fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
				expect(hashOf(turned(value))).toBe(hashOf(value));
			}),
		);
	});

	it('leaves out what is undefined, and tells it from null', () => {
		expect(hashOf({ a: 1, b: undefined })).toBe(hashOf({ a: 1 }));
		expect(hashOf({ a: 1, b: null })).not.toBe(hashOf({ a: 1 }));
		expect(hashOf([undefined])).toBe(hashOf([null]));
		expect(hashOf(undefined)).toBe(hashOf(null));
	});

	it('is another one for another JSON value', () => {
		const json = (value: unknown) => JSON.stringify(value, sortedNames);
		fc.assert(
			fc.property(fc.jsonValue(), fc.jsonValue(), (one, other) => {
				expect(hashOf(one) === hashOf(other)).toBe(json(one) === json(other));
			}),
		);
	});

	it.each<[unknown, unknown]>([
		[
			['a', 'b'],
			['b', 'a'],
		],
		[['a', 'b'], ['a,b']],
		[
			['a', ['b']],
			[['a'], 'b'],
		],
		[{ a: 'b' }, ['a', 'b']],
		[{ a: { b: 1 }, c: 2 }, { a: { b: 1, c: 2 } }],
		['1', 1],
		['null', null],
		[{}, []],
		[{ 'a":1,"b': 2 }, { a: 1, b: 2 }],
	])('of %j is not that of %j', (one, other) => {
		expect(hashOf(one)).not.toBe(hashOf(other));
	});

	it('takes what writes itself as JSON by what it writes', () => {
		const at = (ms: number) => ({ when: new Date(ms) });
		expect(hashOf(at(0))).toBe(hashOf({ when: '1970-01-01T00:00:00.000Z' }));
		expect(hashOf(at(0))).not.toBe(hashOf(at(1)));
		expect(hashOf({ toJSON: 5 })).not.toBe(hashOf({}));
	});
});

function sortedNames(_name: string, value: unknown): unknown {
	if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
	const object = value as Record<string, unknown>;
	return Object.fromEntries(
		Object.keys(object)
			.sort()
			.map((name) => [name, object[name]]),
	);
}

describe('the hash of a request', () => {
	const of = (changed: RequestFacts) => identityOf(changed).request;

	it.each<[string, RequestFacts]>([
		['another endpoint', facts({ endpoint: 'happy-horse-1-1' })],
		['another prompt', withField({ prompt: 'a pony' })],
		['another length', withField({ duration: 6 })],
		['another length that reads the same', withField({ duration: '5' })],
		['another resolution', withField({ resolution: '720P' })],
		['another file', withField({ image: `${FILE}?v=2` })],
		['a seed', withField({ seed: 0 })],
		['no prompt', withField({ prompt: undefined })],
	])('is another one for %s', (_, changed) => {
		expect(of(changed)).not.toBe(of(facts()));
	});

	it('is the same for another order of fields, and with fields that are undefined', () => {
		const fields = Object.fromEntries(Object.entries(facts().fields).reverse());
		expect(of(facts({ fields: { ...fields, seed: undefined } }))).toBe(of(facts()));
	});

	it('does not depend on the item while no field changes by itself', () => {
		expect(of(facts({ json: { row: 8 } }))).toBe(of(facts()));
	});

	it('never collides for two different requests', () => {
		const request = fc.record({
			endpoint: fc.constantFrom('happy-horse-1', 'happy-horse-1-1', 'text-to-video'),
			fields: fc.record(
				{
					prompt: fc.string({ maxLength: 3 }),
					duration: fc.integer({ min: 3, max: 5 }),
					image: fc.webUrl(),
					seed: fc.nat(2),
				},
				{ requiredKeys: ['prompt'] },
			),
		});
		fc.assert(
			fc.property(request, request, (one, other) => {
				const same = JSON.stringify(one, sortedNames) === JSON.stringify(other, sortedNames);
				expect(of(facts(one)) === of(facts(other))).toBe(same);
			}),
		);
	});

	it('does not take an expression for a value of the same letters', () => {
		const raw = '={{ $now }}';
		const changing = facts({ fields: { prompt: 'x' }, raw: { prompt: raw } });
		expect(of(changing)).not.toBe(of(facts({ fields: { prompt: raw }, raw: { prompt: 'x' } })));
	});
});

describe('a field that gives another value each time', () => {
	/** A prompt whose parts are evaluated for an item with a row. */
	const changing = (prompt: string, { row = 7, raw = '=At {{ $now }}: {{ $json.row }}' } = {}) =>
		facts({
			fields: { prompt, duration: 5 },
			raw: { prompt: raw, duration: 5 },
			evaluate: (part) => {
				if (part === '{{ $json.row }}') return row;
				throw new Error(`it evaluates ${part}`);
			},
			json: { row },
		});

	const request = (...args: Parameters<typeof changing>) => identityOf(changing(...args)).request;

	it('does not matter within one item, whatever it gives', () => {
		fc.assert(
			fc.property(fc.string(), fc.string(), (one, other) => {
				expect(identityOf(changing(one))).toEqual(identityOf(changing(other)));
			}),
		);
	});

	it('counts by its expression', () => {
		expect(request('x', { raw: '={{ Date.now() }}' })).not.toBe(
			request('x', { raw: '={{ $now }}' }),
		);
		expect(request('x', { raw: '=a {{ $now }}' })).not.toBe(request('x', { raw: '=b {{ $now }}' }));
	});

	it('counts by the value of its other parts', () => {
		expect(request('x', { row: 8 })).not.toBe(request('x', { row: 7 }));
		// The same words can stand for a value or for an expression.
		expect(request('x', { raw: '={{ $now }} {{ $json.row }}' })).not.toBe(
			request('x', { raw: '={{ $now }} 7' }),
		);
	});

	it('does not count by the item when no part mixes the clock with it', () => {
		const seed = { raw: '={{ Math.random() }}' };
		expect(request('x', { ...seed, row: 8 })).toBe(request('x', { ...seed, row: 7 }));
	});

	it.each([
		'={{ $json.row + $now }}',
		"={{ $('Rows').item.json.row + Math.random() }}",
		'={{ $input.item.json.row + $now }}',
		'={{ $node["Rows"].json.row + $now }}',
		'={{ $parameter.options.seed }}',
	])('counts by the whole item when a part mixes both: %s', (raw) => {
		expect(request('x', { raw, row: 8 })).not.toBe(request('x', { raw, row: 7 }));
		expect(request('x', { raw, row: 7 })).toBe(request('y', { raw, row: 7 }));
	});

	it('counts by the text of a part that cannot be evaluated by itself', () => {
		const broken = { raw: '={{ $now }} {{ $json.missing.name }}' };
		expect(request('x', broken)).toBe(request('y', broken));
	});

	it('lets the other fields count by their values', () => {
		const longer = changing('x');
		longer.fields.duration = 6;
		expect(identityOf(longer).request).not.toBe(request('x'));
	});

	it.each([
		'{{ $now }}',
		'{{ $today.plus(1) }}',
		'{{ Date.now() }}',
		'{{ new Date().toISOString() }}',
		'{{ Date() }}',
		'{{ DateTime.now() }}',
		'{{ DateTime . utc() }}',
		'{{ Math.random() }}',
		'{{ [1, 2].randomItem() }}',
		'{{ [1, 2].shuffle() }}',
		'{{ crypto.randomUUID() }}',
		'{{ $execution.id }}',
		'{{ performance.now() }}',
		'{{ $parameter.options.seed }}',
		'{{ $json.due.diffToNow("days") }}',
		'{{ $json.due.toRelative() }}',
		'{{ $evaluateExpression($json.later) }}',
	])('may be in %s', (part) => {
		expect(isVolatile(part)).toBe(true);
	});

	it.each([
		'{{ $json.prompt }}',
		'{{ $json.date }}',
		'{{ $json.uuid }}',
		'{{ $json.random }}',
		'{{ $json.Date }}',
		"{{ $json['$now'] }}",
		'{{ $json["Math.random()"] }}',
		'{{ new Date($json.date).getFullYear() }}',
		'{{ DateTime.fromISO($json.date) }}',
		'{{ $itemIndex }}',
		"{{ $('Rows').all()[$itemIndex].json.prompt }}",
		'{{ $runIndex }}',
		'{{ $nowhere }}',
		'A random dog, now',
		'$now',
		'',
	])('is not in %p', (part) => {
		expect(isVolatile(part)).toBe(false);
	});

	it('is not looked for in a field without an expression', () => {
		const typed = (prompt: string) => facts({ fields: { prompt }, raw: { prompt: '{{ $now }}' } });
		expect(identityOf(typed('a')).request).not.toBe(identityOf(typed('b')).request);
	});

	it('takes no time over hostile expressions', () => {
		const started = Date.now();
		for (const part of [
			"{{ '".padEnd(50_000, "\\'"),
			'{{ '.padEnd(50_000, '{'),
			'{{'.repeat(20_000),
		]) {
			request('x', { raw: `=${part}{{ $now }}` });
		}
		expect(Date.now() - started).toBeLessThan(2000);
	});
});

describe('the hash of an item', () => {
	const of = (changes: Partial<RequestFacts>) => identityOf(facts(changes)).item;

	it('is the same whatever the expressions give', () => {
		expect(of({ endpoint: 'x', fields: { prompt: 'new' } })).toBe(of({}));
	});

	it.each<[string, Partial<RequestFacts>]>([
		['another value of the node', { raw: { prompt: 'typed', duration: 5 } }],
		['another item', { json: { row: 8 } }],
		['another file', { files: ['hash of the bytes'] }],
	])('is another one for %s', (_, changes) => {
		expect(of(changes)).not.toBe(of({}));
	});
});

describe('the identity of a file', () => {
	it.each([
		[
			'S3',
			'X-Amz-Algorithm=A&X-Amz-Credential=B&X-Amz-Date=C&X-Amz-Expires=60&X-Amz-Signature=D&X-Amz-SignedHeaders=host&X-Amz-Security-Token=E',
		],
		['S3, in its older form', 'AWSAccessKeyId=A&Expires=1700000000&Signature=D'],
		[
			'Google Cloud',
			'X-Goog-Algorithm=A&X-Goog-Credential=B&X-Goog-Date=C&X-Goog-Expires=60&X-Goog-SignedHeaders=host&X-Goog-Signature=D',
		],
		['Google Cloud, in its older form', 'GoogleAccessId=A&Expires=1&Signature=D'],
		['CloudFront', 'Expires=1&Policy=P&Signature=D&Key-Pair-Id=K'],
		[
			'Azure',
			'sv=2024&st=1&se=2&sr=b&sp=r&sig=D&spr=https&skoid=1&sktid=2&skt=3&ske=4&sks=b&skv=5',
		],
	])('does not depend on how %s signed its URL', (_, query) => {
		expect(fileIdentityOf(`${FILE}?${query}`)).toBe(FILE);
		expect(fileIdentityOf(`${FILE}?size=2&${query}`)).toBe(`${FILE}?size=2`);
	});

	it.each([
		['nothing', ''],
		['an ordinary parameter', '?v=2'],
		['names of a signature without one', '?expires=5&policy=x'],
		['the short names of Azure without its signature', '?se=1&sp=2'],
		['a signature of Azure without an end', '?sig=abc'],
		['an odd spelling', '?a=%20b&c'],
		['names that only hold the name of a signature', '?my-signature=1&signature2=2&expires=5'],
	])('is the URL as it stands with %s', (_, query) => {
		expect(fileIdentityOf(FILE + query)).toBe(FILE + query);
	});

	it('is the same for a video or an upload of the provider, whose signature differs at each read', () => {
		const at = (token: string) => fileIdentityOf(`${FILE}?token=${token}`);
		expect(at('exp=1790000000~hmac=aa')).toBe(at('exp=1790003600~hmac=bb'));
		expect(at('exp=1790000000~hmac=aa')).toBe(FILE);
		expect(fileIdentityOf(`${FILE}?v=2&hdnts=st=1~exp=2~acl=/*~hmac=aa`)).toBe(`${FILE}?v=2`);
		expect(at('abc')).not.toBe(at('abd'));
		expect(at('exp=1')).not.toBe(at('exp=2'));
	});

	it('keeps parameters of Azure beside a signature of S3, and the other way round', () => {
		expect(fileIdentityOf(`${FILE}?sp=1&Signature=x`)).toBe(`${FILE}?sp=1`);
		expect(fileIdentityOf(`${FILE}?policy=1&se=1&sig=x`)).toBe(`${FILE}?policy=1`);
		expect(fileIdentityOf(`${FILE}?my-expires=1&expires2=2&Signature=x`)).toBe(
			`${FILE}?my-expires=1&expires2=2`,
		);
		expect(fileIdentityOf(`${FILE}?xse=1&sex=2&se=1&sig=x`)).toBe(`${FILE}?xse=1&sex=2`);
	});

	it('tells paths apart, whatever the signature', () => {
		fc.assert(
			fc.property(fc.stringMatching(/^[a-z]{1,4}$/), fc.stringMatching(/^[a-z]{1,4}$/), (a, b) => {
				const at = (path: string, signature: string) =>
					fileIdentityOf(`https://s3.example.com/${path}?X-Amz-Signature=${signature}`);
				expect(at(a, 'one') === at(b, 'two')).toBe(a === b);
			}),
		);
	});
});
