import { bmpSize } from './bmp';
import type { SizeResult } from './format';
import { UNKNOWN } from './format';
import { jpegSize } from './jpeg';
import { pngSize } from './png';
import { webpSize } from './webp';

const FORMATS = [pngSize, jpegSize, webpSize, bmpSize];

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
