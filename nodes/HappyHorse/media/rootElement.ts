const UTF8_MARK = '\xef\xbb\xbf';

/**
 * The name of the first element of HTML, SVG or other XML, or of its DOCTYPE, in lower case. In front of it there may be
 * spaces, comments, and instructions such as `<?xml version="1.0"?>`. Takes linear time.
 *
 * @param text one character a byte.
 */
export function rootElement(text: string): { name: string | undefined; isXml: boolean } {
	let at = text.startsWith(UTF8_MARK) ? UTF8_MARK.length : 0;
	let isXml = false;
	for (;;) {
		while (/\s/.test(text.charAt(at))) at++;
		const end = endOfPreface(text, at);
		if (end === undefined) break;
		isXml ||= text.startsWith('<?xml', at);
		const found = text.indexOf(end, at);
		if (found === -1) return { name: undefined, isXml };
		at = found + end.length;
	}
	const [, name] = /^<(?:!doctype\s+)?([a-z][\w:.-]*)[\s/>[]/i.exec(text.slice(at)) ?? [];
	return { name: name?.toLowerCase(), isXml };
}

function endOfPreface(text: string, at: number): string | undefined {
	if (text.startsWith('<!--', at)) return '-->';
	return text.startsWith('<?', at) ? '?>' : undefined;
}
