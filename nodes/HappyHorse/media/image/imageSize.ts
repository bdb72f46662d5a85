import { bmpSize } from './bmp';
import type { SizeResult } from './bytes';
import { UNKNOWN } from './bytes';
import { jpegSize } from './jpeg';
import { otherFormat } from './unsupported';
import { pngSize } from './png';
import { webpSize } from './webp';

// The last one looks beyond the first bytes, too, so it only gets files of none of the other formats.
const FORMATS = [pngSize, jpegSize, webpSize, bmpSize, otherFormat];

/**
 * What the first bytes of a file say about it. Any bytes may come in: it never throws, takes time in
 * proportion to their number, and once it has a result more bytes never change it.
 */
export function imageSize(bytes: Uint8Array): SizeResult {
	for (const format of FORMATS) {
		const result = format(bytes);
		if (result !== undefined) return result;
	}
	return UNKNOWN;
}
