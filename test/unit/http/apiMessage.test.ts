import { apiMessage } from '../../../nodes/HappyHorse/http/apiMessage';

const params = [
	{ name: 'duration', reason: 'must be at most 15' },
	{ name: 'seed', reason: '' },
];

it.each<[string, unknown, string]>([
	['a message', { message: 'Validation error' }, 'Validation error'],
	[
		'nested',
		{ problem: { message: 'Bad', invalid_params: params } },
		'Bad - duration: must be at most 15; seed',
	],
	['flat', { message: 'Bad', invalid_params: params }, 'Bad - duration: must be at most 15; seed'],
	['parameters alone', { invalid_params: params }, 'duration: must be at most 15; seed'],
	[
		'a blank message',
		{ message: ' ', invalid_params: params },
		'duration: must be at most 15; seed',
	],
	['an empty one', { message: '', invalid_params: params }, 'duration: must be at most 15; seed'],
	[
		'parameters without words',
		{ message: 'Bad', invalid_params: [{ name: '' }, ...params, { reason: 5 }] },
		'Bad - duration: must be at most 15; seed',
	],
	['a reason alone', { invalid_params: [{ reason: 'too long' }] }, 'too long'],
	['a problem that is a list', { message: 'Bad', problem: [{ message: 'x' }] }, 'Bad'],
	['a problem in words', { message: 'Bad', problem: 'x' }, 'Bad'],
	['no problem', { message: 'Bad', problem: null }, 'Bad'],
	['several lines', { message: ' a\r\n\tb\0c ' }, 'a b c'],
	['no message', {}, ''],
	['an empty message', { message: ' ' }, ''],
	['a message that is none', { message: { text: 'x' } }, ''],
	['odd parameters', { message: 'Bad', invalid_params: ['x', null, {}, 5] }, 'Bad'],
	['parameters that are no list', { message: 'Bad', invalid_params: 'x' }, 'Bad'],
	['HTML', '<html><body>503</body></html>', ''],
	['nothing', undefined, ''],
	['null', null, ''],
	['a list', [{ message: 'x' }], ''],
])('reads %s', (_, body, wanted) => {
	expect(apiMessage(body)).toBe(wanted);
});

it('keeps a message that just fits', () => {
	const message = 'x'.repeat(300);
	expect(apiMessage({ message })).toBe(message);
	expect(apiMessage({ message: `  ${message}\n` })).toBe(message);
	expect(apiMessage({ message: `${message}y` })).toBe(`${message}…`);
});

it('cuts a long message', () => {
	const text = apiMessage({ message: 'x'.repeat(5000) });
	expect(text).toBe(`${'x'.repeat(300)}…`);
});
