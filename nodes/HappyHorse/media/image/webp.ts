import type { Format, SizeResult } from './format';
import { ascii, matches, needMore, size, u16le, u24le, u32le, UNKNOWN } from './format';

const CHUNK_NAME = 12;

/** WebP: a RIFF file whose first chunk is of one of three kinds, each with its own place for the size. */
export const webpSize: Format = (bytes) => {
	const riff = matches(bytes, 0, ascii('RIFF'));
	const webp = matches(bytes, 8, ascii('WEBP'));
	if (riff === 'no' || webp === 'no') return undefined;
	if (bytes.length < 16) return needMore(16);
	if (matches(bytes, CHUNK_NAME, ascii('VP8 ')) === 'yes') return lossy(bytes);
	if (matches(bytes, CHUNK_NAME, ascii('VP8L')) === 'yes') return lossless(bytes);
	if (matches(bytes, CHUNK_NAME, ascii('VP8X')) === 'yes') return extended(bytes);
	return UNKNOWN;
};

function lossy(bytes: Uint8Array): SizeResult {
	if (bytes.length < 30) return needMore(30);
	if (matches(bytes, 23, [0x9d, 0x01, 0x2a]) === 'no') return UNKNOWN;
	// The two bits on top are a scale for display.
	return size('webp', u16le(bytes, 26) & 0x3fff, u16le(bytes, 28) & 0x3fff);
}

function lossless(bytes: Uint8Array): SizeResult {
	if (bytes.length < 25) return needMore(25);
	if (bytes[20] !== 0x2f) return UNKNOWN;
	const bits = u32le(bytes, 21);
	return size('webp', (bits & 0x3fff) + 1, ((bits >>> 14) & 0x3fff) + 1);
}

function extended(bytes: Uint8Array): SizeResult {
	if (bytes.length < 30) return needMore(30);
	return size('webp', u24le(bytes, 24) + 1, u24le(bytes, 27) + 1);
}
