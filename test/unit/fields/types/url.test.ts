import { webUrl } from '../../../../nodes/HappyHorse/fields/types/url';
import { validationErrorOf } from '../../support/validationErrorOf';

describe('a web URL', () => {
	it.each([
		['https://example.com/a.jpg', 'example.com'],
		['http://example.com/a.jpg', 'example.com'],
		['  https://example.com/a.jpg\n', 'example.com'],
		['https://EXAMPLE.com:8443/a.jpg?x=%2F&y=a+b#z', 'example.com'],
		['https://example.com/ä.jpg', 'example.com'],
		['https://[2001:db8::1]/a', '[2001:db8::1]'],
		['https://127.1/a', '127.0.0.1'],
	])('%p is taken as it came, without blanks around it', (value, hostname) => {
		expect(webUrl(value, "'Image URL'")).toEqual({ url: value.trim(), hostname });
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
	])('with %s is invalid', (_, value) => {
		const { message, hint } = validationErrorOf(() => webUrl(value, "'Image URL'"));
		expect(message).toMatch(
			/^'Image URL' must be a URL that starts with https:\/\/ or http:\/\/, not "/,
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
	])('is invalid with %s inside, in words of its own', (_, value) => {
		const { message, hint } = validationErrorOf(() => webUrl(value, "'Image URL'"));
		expect(message).toMatch(/^'Image URL' must be a URL without spaces or line breaks, not "/);
		expect(hint).toBe(
			"Enter one URL in 'Image URL', e.g. https://example.com/image.jpg. Write a space in it as %20.",
		);
	});

	it.each([[''], ['  '], [null], [undefined], [5], [true], [{}], [[]], [['https://example.com']]])(
		'is not %p',
		(value) => {
			expect(validationErrorOf(() => webUrl(value, "'Image URL'")).message).toMatch(
				/^'Image URL' must be a URL, (not|but it is) /,
			);
		},
	);

	it.each([
		'https://user@example.com/',
		'https://user:secret@example.com/',
		'https://:pw@example.com/',
	])('with user info is invalid, without showing it: %s', (value) => {
		const { message, hint } = validationErrorOf(() => webUrl(value, "'Image URL'"));
		expect(message).toBe("'Image URL' must not contain a user name or password");
		expect(hint).toBe("Use a URL in 'Image URL' that opens without signing in.");
	});
});

it('takes no two URLs with a comma between them for one', () => {
	const error = validationErrorOf(() =>
		webUrl('https://a.com/1.jpg,https://b.com/2.jpg', "'Image URL'"),
	);
	expect(error.message).toMatch(/^'Image URL' must be one URL, not several with commas/);
	expect(webUrl('https://a.com/w_1,h_2/1.jpg', "'Image URL'").hostname).toBe('a.com');
});
