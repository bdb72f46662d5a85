import { ValidationError } from '../../validationError';
import { not } from './valueInWords';

/**
 * A URL as the API takes it: `url` is the text as it came, since rewriting a signed URL would break it.
 *
 * @param title how messages name the field: `'Image URL'`.
 * @throws ValidationError for anything but an absolute http(s) URL without user name, spaces or control characters.
 */
export function webUrl(value: unknown, title: string): { url: string; hostname: string } {
	const text = typeof value === 'string' ? value.trim() : value;
	const hint = `Enter the full URL in ${title}, e.g. https://example.com/image.jpg.`;
	if (typeof text !== 'string' || text === '') {
		throw new ValidationError(`${title} must be a URL${not(value)}`, hint);
	}
	// The URL parser silently drops tabs and line breaks: the URL that is sent would differ from the one shown.
	// It also mends https:host and https:\\host.
	const parsed = /^https?:\/\/[^\s\p{Cc}\\]+$/iu.test(text) ? parseUrl(text) : undefined;
	if (!parsed && /^https?:\/\/\S.*\s/isu.test(text)) {
		throw new ValidationError(
			`${title} must be a URL without spaces or line breaks${not(text)}`,
			`Enter one URL in ${title}, e.g. https://example.com/image.jpg. Write a space in it as %20.`,
		);
	}
	if (parsed && /,https?:\/\//i.test(text)) {
		throw new ValidationError(
			`${title} must be one URL, not several with commas between them${not(text)}`,
			`Enter one URL in ${title}. If the comma belongs to it, write it as %2C.`,
		);
	}
	if (!parsed) {
		throw new ValidationError(
			`${title} must be a URL that starts with https:// or http://${not(text)}`,
			hint,
		);
	}
	if (parsed.username || parsed.password) {
		throw new ValidationError(
			`${title} must not contain a user name or password`,
			`Use a URL in ${title} that opens without signing in.`,
		);
	}
	return { url: text, hostname: parsed.hostname };
}

function parseUrl(text: string): URL | undefined {
	try {
		return new URL(text);
	} catch {
		return undefined;
	}
}
