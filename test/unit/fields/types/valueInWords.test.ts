import {
	describe as inWords,
	isLeftOut,
	not,
	readable,
} from '../../../../nodes/HappyHorse/fields/types/valueInWords';

describe('a value in words', () => {
	it.each([
		[undefined, 'empty'],
		[null, 'empty'],
		['', 'an empty text'],
		[[], 'a list'],
		[{}, 'an object'],
		['5s', '"5s"'],
		[5.5, '5.5'],
		[true, 'true'],
		[Number.NaN, 'NaN'],
	])('%p is %s', (value, words) => {
		expect(inWords(value)).toBe(words);
	});

	it('is cut short, never inside an emoji', () => {
		expect(inWords('🐎'.repeat(61))).toBe(`"${'🐎'.repeat(60)}…"`);
		expect(inWords('🐎'.repeat(60))).toBe(`"${'🐎'.repeat(60)}"`);
	});
});

it.each([
	[undefined, true],
	[null, true],
	['', true],
	[0, false],
	[false, false],
	[' ', false],
	[[], false],
])('%p left out: %p', (value, wanted) => {
	expect(isLeftOut(value)).toBe(wanted);
});

it.each([
	[undefined, ', but it is empty'],
	['', ', but it is empty'],
	['abc', ', not "abc"'],
	[5, ', not 5'],
	[[], ', not a list'],
])('what %p is instead', (value, words) => {
	expect(not(value)).toBe(words);
});

it.each([
	[5, '5'],
	[999, '999'],
	[1440, '1,440'],
	[2_147_483_647, '2,147,483,647'],
	[1234.5, '1,234.5'],
	[0.1, '0.1'],
	[1234.56789, '1,234.56789'],
])('%p reads %s', (number, text) => {
	expect(readable(number)).toBe(text);
});
