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
 * The image size in the first bytes of a file. It takes any bytes: it never throws, takes linear time, and more bytes never
 * change a result.
 */
export function imageSize(bytes: Uint8Array): SizeResult {
	for (const format of FORMATS) {
		const result = format(bytes);
		if (result !== undefined) return result;
	}
	return UNKNOWN;
}
