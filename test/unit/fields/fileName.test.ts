import { fileName } from '../../../nodes/HappyHorse/fields/fileName';
import { validationErrorOf } from '../support/validationErrorOf';

it.each<[unknown, string | undefined]>([
	['SKU-1', 'SKU-1.mp4'],
	[4711, '4711.mp4'],
	['a/b', 'a-b.mp4'],
	['', undefined],
	[' ', undefined],
	['..', undefined],
	[undefined, undefined],
])('%p gives %p', (value, name) => {
	expect(fileName.check(value)).toBe(name);
});

it.each([[{}], [['a']], [true], [Number.NaN]])('rejects %p', (value) => {
	expect(validationErrorOf(() => fileName.check(value)).message).toContain(
		"'File Name' must be a text",
	);
});
