import type { Format } from './format';
import { ascii, matches, needMore, size, u32be, UNKNOWN } from './format';

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

const FIRST_CHUNK_NAME = 12;

/** PNG: the first chunk is IHDR, which begins with width and height. */
export const pngSize: Format = (bytes) => {
	const signature = matches(bytes, 0, SIGNATURE);
	if (signature === 'no') return undefined;
	if (bytes.length < 16) return needMore(16);
	if (matches(bytes, FIRST_CHUNK_NAME, ascii('IHDR')) === 'yes') return sides(bytes, 16);
	// Apple's optimizer puts a chunk of its own, 4 bytes long, in front.
	if (matches(bytes, FIRST_CHUNK_NAME, ascii('CgBI')) === 'no') return UNKNOWN;
	if (bytes.length < 32) return needMore(32);
	return matches(bytes, 28, ascii('IHDR')) === 'yes' ? sides(bytes, 32) : UNKNOWN;
};

function sides(bytes: Uint8Array, at: number) {
	if (bytes.length < at + 8) return needMore(at + 8);
	return size('png', u32be(bytes, at), u32be(bytes, at + 4));
}
