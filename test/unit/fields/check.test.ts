import {
	choice,
	describe as inWords,
	isLeftOut,
	numberWithin,
	textWithin,
	webUrl,
	wholeNumber,
	yesOrNo,
} from '../../../nodes/HappyHorse/fields/check';
import { refusalOf } from '../support/refusal';

const SECONDS = { min: 3, max: 15, unit: 'seconds' };

/** What expressions give instead of a number. */
const noNumbers: Array<[string, unknown]> = [
	['an empty text', ''],
	['blanks', '   '],
	['null', null],
	['undefined', undefined],
	['NaN', Number.NaN],
	['Infinity', Infinity],
	['-Infinity', -Infinity],
	['the text NaN', 'NaN'],
	['the text Infinity', 'Infinity'],
	['a list', []],
	['a list with a number', [5]],
	['an object', {}],
	['true', true],
	['false', false],
	['a Date', new Date(5)],
	['hexadecimal', '0x5'],
	['an exponent', '5e0'],
	['a comma', '5,0'],
	['two numbers', '5 6'],
	['a unit', '5s'],
	['a plus sign', '+5'],
	['a bigint', 5n],
];

describe('a whole number', () => {
	it.each([
		['a number', 5, 5],
		['text', '5', 5],
		['text with blanks around', ' 5 ', 5],
		['text with a line break', '5\n', 5],
		['text with zero decimals', '5.0', 5],
		['text with several zero decimals', '5.00', 5],
		['leading zeros', '007', 7],
		['the smallest', 3, 3],
		['the largest', '15', 15],
	])('is taken from %s', (_, value, wanted) => {
		expect(wholeNumber(value, 'Duration', SECONDS)).toBe(wanted);
	});

	it.each([
		...noNumbers,
		['a fraction', 5.5],
		['a fraction as text', '5.5'],
		['a finer fraction as text', '5.25'],
		['a number before other text', '5 or 6'],
		['a number behind other text', 'about 5'],
		['a point without decimals', '5.'],
		['too small', 2],
		['too large', 16],
		['too large as text', '16'],
		['negative', -5],
		['zero', 0],
		['just above', 15.0001],
	])('is not taken from %s', (_, value) => {
		const { message, hint } = refusalOf(() => wholeNumber(value, 'Duration', SECONDS));
		expect(message).toBe(
			`'Duration' must be a whole number from 3 to 15 (seconds), but it is ${inWords(value)}`,
		);
		expect(hint).toBe("Enter a whole number from 3 to 15 (seconds) in 'Duration'.");
	});
});

describe('a number', () => {
	it.each([
		[5.5, 5.5],
		['5.5', 5.5],
		['0.1', 0.1],
		['12.25', 12.25],
		[1440, 1440],
	])('is taken from %p', (value, wanted) => {
		expect(numberWithin(value, 'Max Wait', { min: 0.1, max: 1440 })).toBe(wanted);
	});

	it.each([...noNumbers, ['too small', 0], ['too large', 1440.1]])(
		'is not taken from %s',
		(_, value) => {
			const { message, hint } = refusalOf(() =>
				numberWithin(value, 'Max Wait', { min: 0.1, max: 1440 }),
			);
			expect(message).toBe(
				`'Max Wait' must be a number from 0.1 to 1440, but it is ${inWords(value)}`,
			);
			expect(hint).toBe("Enter a number from 0.1 to 1440 in 'Max Wait'.");
		},
	);
});

describe('a choice', () => {
	it('is taken letter for letter', () => {
		expect(choice('720P', 'Resolution', ['1080P', '720P'])).toBe('720P');
	});

	it.each([
		['720p'],
		[' 720P'],
		['720P '],
		[720],
		[''],
		[null],
		[undefined],
		[['720P']],
		[{}],
		[true],
	])('is not taken from %p', (value) => {
		const { message, hint } = refusalOf(() => choice(value, 'Resolution', ['1080P', '720P']));
		expect(message).toBe(`'Resolution' must be one of 1080P, 720P, but it is ${inWords(value)}`);
		expect(hint).toBe(
			"Pick a value from the list of 'Resolution', or let the expression give one of: 1080P, 720P.",
		);
	});
});

describe('yes or no', () => {
	it.each([
		[true, true],
		['true', true],
		[false, false],
		['false', false],
	])('%p means %p', (value, wanted) => {
		expect(yesOrNo(value, 'Download Video')).toBe(wanted);
	});

	it.each([[1], [0], ['yes'], ['TRUE'], [''], [null], [undefined], [[]], [{}], [Number.NaN]])(
		'%p is neither',
		(value) => {
			const { message, hint } = refusalOf(() => yesOrNo(value, 'Download Video'));
			expect(message).toBe(`'Download Video' must be true or false, but it is ${inWords(value)}`);
			expect(hint).toBe(
				"Switch 'Download Video' on or off, or let the expression give true or false.",
			);
		},
	);
});

describe('a text', () => {
	it.each([
		['nothing', ''],
		['2500 characters', 'x'.repeat(2500)],
		['2500 emoji, two code units each', '🐎'.repeat(2500)],
		['line breaks', 'one\ntwo'],
	])('may hold %s', (_, value) => {
		expect(textWithin(value, 'Prompt', 2500)).toBe(value);
	});

	it.each([
		['characters', 'x'.repeat(2501)],
		['emoji', '🐎'.repeat(2501)],
	])('may not hold 2501 %s, and is told how many are too many', (_, value) => {
		const { message, hint } = refusalOf(() => textWithin(value, 'Prompt', 2500));
		expect(message).toBe("'Prompt' may have at most 2500 characters, but it has 2501");
		expect(hint).toBe("Shorten 'Prompt' to 2500 characters.");
	});

	it.each([[5], [0], [true], [null], [undefined], [[]], [['a']], [{}], [Number.NaN]])(
		'is not %p',
		(value) => {
			const { message, hint } = refusalOf(() => textWithin(value, 'Prompt', 2500));
			expect(message).toBe(`'Prompt' must be a text, but it is ${inWords(value)}`);
			expect(hint).toBe("Check the expression in 'Prompt': it has to give one text.");
		},
	);
});

describe('a web address', () => {
	it.each([
		['https://example.com/a.jpg', 'example.com'],
		['http://example.com/a.jpg', 'example.com'],
		['  https://example.com/a.jpg\n', 'example.com'],
		['https://EXAMPLE.com:8443/a.jpg?x=%2F&y=a+b#z', 'example.com'],
		['https://example.com/ä.jpg', 'example.com'],
		['https://[2001:db8::1]/a', '[2001:db8::1]'],
		['https://127.1/a', '127.0.0.1'],
	])('%p is taken as it came, without blanks around it', (value, hostname) => {
		expect(webUrl(value, 'Image URL')).toEqual({ url: value.trim(), hostname });
	});

	it.each([
		['no scheme', 'example.com/a.jpg'],
		['a path', '/a.jpg'],
		['no host', 'https://'],
		['text before it', 'xhttps://example.com/a.jpg'],
		['a word before it', 'see:https://example.com/a.jpg'],
		['another scheme', 'ftp://example.com/a.jpg'],
		['a file', 'file:///etc/passwd'],
		['javascript', 'javascript:alert(1)'],
		['a data URI', 'data:image/png;base64,AAAA'],
		['a NUL inside', 'https://example.com/a\0.jpg'],
		['an unfinished expression', '{{ $json.url }}'],
		['a bad port', 'https://example.com:99999/'],
		['one slash', 'https:/example.com/a.jpg'],
		['no slash', 'https:example.com/a.jpg'],
		['backslashes', 'https:\\\\example.com\\a.jpg'],
	])('with %s is refused', (_, value) => {
		const { message, hint } = refusalOf(() => webUrl(value, 'Image URL'));
		expect(message).toMatch(
			/^'Image URL' must be a URL that starts with https:\/\/ or http:\/\/, but it is the text "/,
		);
		expect(hint).toContain('https://example.com/image.jpg');
	});

	it.each([
		['a tab', 'https://exam\tple.com/a.jpg'],
		['a line break', 'https://example.com/a\n.jpg'],
		['a carriage return', 'https://example.com/a\r.jpg'],
		['a blank', 'https://example.com/a b.jpg'],
		['a no-break space', 'https://example.com/a\u00a0b.jpg'],
		['two lines', 'https://example.com/a.jpg\nhttps://example.com/b.jpg'],
	])('is refused with %s inside, in words of its own', (_, value) => {
		const { message, hint } = refusalOf(() => webUrl(value, 'Image URL'));
		expect(message).toMatch(
			/^'Image URL' must be a URL without spaces or line breaks, but it is the text "/,
		);
		expect(hint).toBe(
			"Enter one URL in 'Image URL', e.g. https://example.com/image.jpg. Write a space in it as %20.",
		);
	});

	it.each([[''], ['  '], [null], [undefined], [5], [true], [{}], [[]], [['https://example.com']]])(
		'is not %p',
		(value) => {
			expect(refusalOf(() => webUrl(value, 'Image URL')).message).toMatch(
				/^'Image URL' must be a URL, but it is /,
			);
		},
	);

	it.each([
		'https://user@example.com/',
		'https://user:secret@example.com/',
		'https://:pw@example.com/',
	])('with user info is refused without showing it: %s', (value) => {
		const { message, hint } = refusalOf(() => webUrl(value, 'Image URL'));
		expect(message).toBe("'Image URL' must not contain a user name or password");
		expect(hint).toBe("Use a URL in 'Image URL' that opens without signing in.");
	});
});

describe('a value in words', () => {
	it.each([
		[undefined, 'empty'],
		[null, 'empty'],
		['', 'an empty text'],
		[[], 'a list'],
		[{}, 'an object'],
		['5s', 'the text "5s"'],
		[5.5, '5.5'],
		[true, 'true'],
		[Number.NaN, 'NaN'],
	])('%p is %s', (value, words) => {
		expect(inWords(value)).toBe(words);
	});

	it('is cut short, never inside an emoji', () => {
		expect(inWords('🐎'.repeat(61))).toBe(`the text "${'🐎'.repeat(60)}…"`);
		expect(inWords('🐎'.repeat(60))).toBe(`the text "${'🐎'.repeat(60)}"`);
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
