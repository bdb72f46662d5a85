import * as fc from 'fast-check';

/* JSON as text, not as values: `__proto__`, a name that comes twice and a number beyond all numbers exist only there. */

const quoted = (text: string) => JSON.stringify(text);

const NAMES = [
	'task_id',
	'status',
	'generated',
	'data',
	'url',
	'message',
	'error',
	'problem',
	'invalid_params',
	'reason',
	'metadata',
	'__proto__',
	'constructor',
	'prototype',
	'toString',
	'toJSON',
	'hasOwnProperty',
	'0',
	'length',
];

const name = fc.oneof(fc.constantFrom(...NAMES), fc.string({ unit: 'binary', maxLength: 12 }));

const STATUSES = ['COMPLETED', 'FAILED', 'CREATED', 'IN_PROGRESS'];

const ODD_STATUSES = [
	'completed',
	' Completed ',
	'SUCCESS',
	'in-progress',
	'CANCELED',
	'',
	'ERROR',
];

const URLS = [
	'https://cdn.example.com/a.mp4',
	'//cdn.example.com/a.mp4?token=exp=1990000000~hmac=aa',
	'http://169.254.169.254/latest/meta-data',
	'javascript:alert(1)',
	'file:///etc/passwd',
	'https://',
];

const leaf = fc.oneof(
	fc.constantFrom('null', 'true', 'false', '0', '-0', '1e999', '-1', '12345678901234567890'),
	fc.constantFrom(...STATUSES, ...ODD_STATUSES, ...URLS).map(quoted),
	fc.string({ unit: 'binary', maxLength: 20 }).map(quoted),
	fc.double().map((value) => JSON.stringify(value)),
);

const listOf = (part: fc.Arbitrary<string>, maxLength = 4) =>
	fc.array(part, { maxLength }).map((parts) => `[${parts.join(',')}]`);

const field = (part: fc.Arbitrary<string>) =>
	fc.tuple(name, part).map(([key, value]) => `${quoted(key)}:${value}`);

const objectOf = (fields: fc.Arbitrary<string[]>) => fields.map((parts) => `{${parts.join(',')}}`);

/** Any JSON. */
export const anyJson: fc.Arbitrary<string> = fc.letrec<{ json: string }>((tie) => ({
	json: fc.oneof(
		{ maxDepth: 4, depthIdentifier: 'json' },
		leaf,
		listOf(tie('json')),
		objectOf(fc.array(field(tie('json')), { maxLength: 5 })),
	),
})).json;

const either = (value: fc.Arbitrary<string>) => fc.oneof({ weight: 4, arbitrary: value }, anyJson);

/** A task of the API, or nearly one, with anything beside and around it. */
export const taskJson = (ids: fc.Arbitrary<string>): fc.Arbitrary<string> => {
	const fields = fc
		.tuple(
			fc.option(either(ids.map(quoted)), { nil: undefined, freq: 8 }),
			fc.option(either(fc.constantFrom(...STATUSES, ...ODD_STATUSES).map(quoted)), {
				nil: undefined,
				freq: 8,
			}),
			fc.option(either(listOf(fc.constantFrom(...URLS).map(quoted), 2)), { nil: undefined }),
			fc.array(field(anyJson), { maxLength: 3 }),
		)
		.map(([id, status, generated, rest]) => [
			...(id === undefined ? [] : [`"task_id":${id}`]),
			...(status === undefined ? [] : [`"status":${status}`]),
			...(generated === undefined ? [] : [`"generated":${generated}`]),
			...rest,
		]);
	return fc
		.tuple(objectOf(fields), fc.constantFrom('bare', 'data', 'data and more', 'list'))
		.map(([task, form]) => {
			if (form === 'data') return `{"data":${task}}`;
			if (form === 'data and more') return `{"status":"COMPLETED","data":${task},"data2":[]}`;
			return form === 'list' ? `[${task}]` : task;
		});
};

const wounds = fc.record({ at: fc.nat(400), cut: fc.nat(3), put: fc.uint8Array({ maxLength: 3 }) });

/** Bytes with a few of them changed, cut out or added. */
export const wounded = (bytes: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Buffer> =>
	fc.tuple(bytes, fc.array(wounds, { minLength: 1, maxLength: 4 })).map(([whole, changes]) => {
		const list = [...whole];
		for (const { at, cut, put } of changes) list.splice(at % (list.length + 1), cut, ...put);
		return Buffer.from(list);
	});

const BOM = '\ufeff{"task_id":"a","status":"COMPLETED"}';

/** A task with lists in lists in lists: deeper than some 3,000, the JSON parser of Node.js gives up. */
const deepTask = (id: string, depth: number) =>
	`{"task_id":${quoted(id)},"status":"COMPLETED","deep":${'['.repeat(depth)}${']'.repeat(depth)}}`;

/** What a body may hold: a task, any JSON, broken JSON, nothing, other text, any bytes. */
export const anyBody = (ids: fc.Arbitrary<string>): fc.Arbitrary<Buffer> => {
	const texts = fc.oneof(
		{ weight: 5, arbitrary: taskJson(ids) },
		{ weight: 2, arbitrary: anyJson },
		fc.constantFrom('', '<html><body>Bad gateway</body></html>', '[[[['.repeat(3000), BOM),
		fc.tuple(ids, fc.nat(4000)).map(([id, depth]) => deepTask(id, depth)),
	);
	const bytes = texts.map((text) => Buffer.from(text));
	return fc.oneof(
		{ weight: 6, arbitrary: bytes },
		{ weight: 2, arbitrary: wounded(bytes) },
		fc.uint8Array({ maxLength: 200, size: 'max' }).map((any) => Buffer.from(any)),
	);
};
