import { vendorMessage } from '../../../nodes/HappyHorse/transport/vendorMessage';

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
	expect(vendorMessage(body)).toBe(wanted);
});

it('cuts a long message', () => {
	const text = vendorMessage({ message: 'x'.repeat(5000) });
	expect(text).toBe(`${'x'.repeat(300)}…`);
});
