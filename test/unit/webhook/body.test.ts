import { deepCopy } from 'n8n-workflow';

import { taskInBody } from '../../../nodes/HappyHorse/webhook/body';
import type { Task } from '../../../nodes/HappyHorse/tasks/task';
import { ID } from '../support/scriptedApi';

const bytes = (value: unknown) => Buffer.from(JSON.stringify(value));

it.each([
	['as the API sends it', { task_id: ID, status: 'COMPLETED', generated: [] }],
	['wrapped in data', { data: { task_id: ID, status: 'COMPLETED', generated: [] } }],
	['without generated', { task_id: ID, status: 'COMPLETED' }],
])('reads a webhook %s', (_, body) => {
	expect(taskInBody(bytes(body))).toMatchObject({ task_id: ID, status: 'COMPLETED' });
});

it.each<[string, unknown]>([
	['nothing', undefined],
	['null', null],
	['a text', '{"task_id":"a","status":"COMPLETED"}'],
	['a parsed body', { task_id: ID, status: 'COMPLETED' }],
	['no bytes', Buffer.alloc(0)],
	['no JSON', Buffer.from('hello')],
	['cut JSON', Buffer.from('{"task_id":"a"')],
	['a list', bytes([{ task_id: ID, status: 'COMPLETED' }])],
	['a number', bytes(5)],
	['no ID', bytes({ status: 'COMPLETED' })],
	['an odd ID', bytes({ task_id: '../x', status: 'COMPLETED' })],
	['an ID that is a list', bytes({ task_id: [ID], status: 'COMPLETED' })],
	['no status', bytes({ task_id: ID })],
	['bytes that are no text', Buffer.from([0xff, 0xfe, 0x00, 0x80])],
	['deep nesting', Buffer.from('['.repeat(500_000))],
])('reads no task in %s', (_, rawBody) => {
	expect(taskInBody(rawBody)).toBeNull();
});

const read = (text: string) => taskInBody(Buffer.from(text, 'utf8'));

/** `text` with a byte sequence in the place of the character §. */
function withBytes(text: string, bytes: number[]): Buffer {
	const [before = '', after = ''] = text.split('§');
	return Buffer.concat([Buffer.from(before), Buffer.from(bytes), Buffer.from(after)]);
}

it.each(['Söhne, déjà vu', '快樂的馬', '🐎👩‍👩‍👧‍👦', '\ufeff', '\ufffd', '\u2028', '\u0000'])(
	'W38: keeps %j as it is',
	(note) => {
		const body = JSON.stringify({ task_id: 'a', status: 'COMPLETED', note });
		expect((read(body) as Task).extra).toEqual({ note });
	},
);

it('W38: escaped slashes of a URL are plain slashes afterwards', () => {
	const body =
		'{"task_id":"a","status":"COMPLETED","generated":["https:\\/\\/cdn.example.com\\/a.mp4"]}';
	expect(read(body)).toMatchObject({ generated: ['https://cdn.example.com/a.mp4'] });
});

describe('W40: bytes that are no UTF-8', () => {
	const places = [
		'{"task_id":"a","status":"COMPLETED","note":"§"}',
		'{"task_id":"a","status":"COMPLETED"}§',
	];
	const sequences: Array<[string, number[]]> = [
		['a lone byte', [0xff]],
		['another one that decodes to the same text', [0xfe]],
		['a continuation without a beginning', [0x80]],
		['a cut character', [0xf0, 0x9f, 0x90]],
		['an overlong slash', [0xc0, 0xaf]],
		['half a surrogate pair', [0xed, 0xa0, 0x80]],
		['beyond Unicode', [0xf4, 0x90, 0x80, 0x80]],
	];
	it.each(sequences)('%s', (_, bytes) => {
		for (const place of places) expect(taskInBody(withBytes(place, bytes))).toBeNull();
	});

	it('latin1 and UTF-16', () => {
		const text = '{"task_id":"a","status":"COMPLETED","note":"é"}';
		expect(taskInBody(Buffer.from(text, 'latin1'))).toBeNull();
		expect(taskInBody(Buffer.from(text, 'utf16le'))).toBeNull();
	});
});

it('W41: a byte order mark before the body', () => {
	expect(read('\ufeff{"task_id":"a","status":"COMPLETED"}')).toBeNull();
});

it.each([[''], [' '], ['\n']])('W42: the empty body %j', (text) => {
	expect(read(text)).toBeNull();
});

it.each([
	'[]',
	'null',
	'"x"',
	'1',
	'true',
	'{}',
	'[{"task_id":"a","status":"COMPLETED"}]',
	'{"status":"COMPLETED"}',
	'{"task_id":null,"status":"COMPLETED"}',
	'{"task_id":5,"status":"COMPLETED"}',
	'{"task_id":["a"],"status":"COMPLETED"}',
	'{"task_id":{},"status":"COMPLETED"}',
	'{"task_id":"","status":"COMPLETED"}',
	'{"task_id":"a"}',
	'{"task_id":"a","status":1}',
	'{"data":[],"status":"COMPLETED"}',
	'{"data":{"status":"COMPLETED"}}',
	'{"task_id":"a","status":"COMPLETED"',
	'{"task_id":"a","status":"COMPLETED"}}',
	"{'task_id':'a'}",
])('W43: no task in %s', (text) => {
	expect(read(text)).toBeNull();
});

it('W43: an unknown status is a task all the same', () => {
	expect(read('{"task_id":"a","status":"DREAMING"}')).toMatchObject({ status: 'DREAMING' });
});

it('W44: a body above 1 MiB is not looked into', () => {
	const body = (length: number) => `{"task_id":"a","status":"FAILED"}`.padEnd(length);
	expect(read(body(1024 * 1024))).toMatchObject({ task_id: 'a' });
	expect(read(body(1024 * 1024 + 1))).toBe('too large');
});

describe('A10: names with a meaning in JavaScript change no object', () => {
	const evil = '{"polluted":true,"task_id":"b","status":"COMPLETED"}';
	const bodies = [
		`{"task_id":"a","status":"COMPLETED","__proto__":${evil}}`,
		`{"task_id":"a","status":"COMPLETED","constructor":{"prototype":${evil}}}`,
		`{"task_id":"a","status":"COMPLETED","note":{"__proto__":${evil}}}`,
		`{"data":{"task_id":"a","status":"COMPLETED","__proto__":${evil}},"__proto__":${evil}}`,
	];

	it.each(bodies)('%s', (text) => {
		const task = read(text) as Task;
		const { extra } = task;
		// Object.assign is what nodes further on may well do with an item: it sets what it finds.
		const copies = [extra, extra.note ?? {}, deepCopy(extra)].map((part) =>
			Object.assign({}, part),
		);
		for (const object of [{}, [], () => {}, task, extra, ...copies]) {
			expect((object as { polluted?: boolean }).polluted).toBeUndefined();
		}
		expect(task.task_id).toBe('a');
		expect(Object.getPrototypeOf(extra)).toBe(Object.prototype);
		expect(Object.keys(Object.prototype)).toEqual([]);
	});

	it.each([
		`{"__proto__":${evil}}`,
		`{"constructor":${evil}}`,
		`{"data":{"__proto__":${evil}}}`,
		`{"__proto__":{"data":${evil}}}`,
	])('no task is found behind them: %s', (text) => {
		expect(read(text)).toBeNull();
	});
});
