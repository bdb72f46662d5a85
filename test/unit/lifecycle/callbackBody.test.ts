import { callbackTask } from '../../../nodes/HappyHorse/lifecycle/callbackBody';
import { ID } from '../support/scriptedApi';

const bytes = (value: unknown) => Buffer.from(JSON.stringify(value));

it.each([
	['as the API sends it', { task_id: ID, status: 'COMPLETED', generated: [] }],
	['wrapped in data', { data: { task_id: ID, status: 'COMPLETED', generated: [] } }],
	['without generated', { task_id: ID, status: 'COMPLETED' }],
])('reads a callback %s', (_, body) => {
	expect(callbackTask(bytes(body))).toMatchObject({ task_id: ID, status: 'COMPLETED' });
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
	expect(callbackTask(rawBody)).toBeNull();
});

it('does not look into more than a megabyte', () => {
	const filler = (length: number) =>
		Buffer.from(`{"task_id":"a","status":"FAILED"}`.padEnd(length, ' '));
	expect(callbackTask(filler(1024 * 1024))).toMatchObject({ task_id: 'a' });
	expect(callbackTask(filler(1024 * 1024 + 1))).toBe('too large');
});
