import type { Format } from './format';
import { ascii, matches, needMore, size, u16le, u32le, UNKNOWN } from './format';

const OS2_HEADER_BYTES = 12;

const SMALLEST_WINDOWS_HEADER_BYTES = 16;

/** BMP: the size of the second header tells which of its versions it is. */
export const bmpSize: Format = (bytes) => {
	const signature = matches(bytes, 0, ascii('BM'));
	if (signature === 'no') return undefined;
	if (bytes.length < 18) return needMore(18);
	const headerBytes = u32le(bytes, 14);
	if (headerBytes === OS2_HEADER_BYTES) {
		if (bytes.length < 22) return needMore(22);
		return size('bmp', u16le(bytes, 18), u16le(bytes, 20));
	}
	if (headerBytes < SMALLEST_WINDOWS_HEADER_BYTES) return UNKNOWN;
	if (bytes.length < 26) return needMore(26);
	// A negative height means that the rows run from top to bottom; a negative width means nothing.
	return size('bmp', u32le(bytes, 18) | 0, Math.abs(u32le(bytes, 22) | 0));
};
