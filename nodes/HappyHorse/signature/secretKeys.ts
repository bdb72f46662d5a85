/** Bytes that a key made from a decoded secret must have: a shorter one could be guessed. */
const SHORTEST_DECODED_KEY = 16;

const STANDARD_PREFIX = 'whsec_';

/**
 * The HMAC keys that a webhook secret may mean; empty when it cannot be used.
 *
 * The provider's samples use the UTF-8 bytes of the secret in three languages and its base64-decoded bytes in
 * a fourth, and a secret's look does not decide between them. Every candidate comes from the same secret, so
 * trying them all does not weaken the check; an empty or a guessable key would.
 *
 * @param secret as the user entered it; blanks and line breaks at its ends are ignored.
 */
export function secretKeys(secret: string): Buffer[] {
	const text = secret.trim();
	if (text === '' || /\s/.test(text)) return [];
	const plain = Buffer.from(text, 'utf8');
	if (text.startsWith(STANDARD_PREFIX)) {
		const decoded = fromBase64(text.slice(STANDARD_PREFIX.length));
		return decoded ? [plain, decoded] : [];
	}
	return [plain, fromBase64(text), fromHex(text)].filter((key) => key !== null);
}

function fromBase64(text: string): Buffer | null {
	const bytes = Buffer.from(text, 'base64');
	const canonical = bytes.toString('base64');
	const same = text === canonical || text === canonical.replace(/=+$/, '');
	return same && bytes.length >= SHORTEST_DECODED_KEY ? bytes : null;
}

function fromHex(text: string): Buffer | null {
	const bytes = Buffer.from(text, 'hex');
	const same = text.toLowerCase() === bytes.toString('hex');
	return same && bytes.length >= SHORTEST_DECODED_KEY ? bytes : null;
}
