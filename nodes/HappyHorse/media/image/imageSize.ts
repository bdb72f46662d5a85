import { bmpHeader } from './bmp';
import type { ImageHeader } from './bytes';
import { UNKNOWN } from './bytes';
import { jpegHeader } from './jpeg';
import { otherFormat } from './unsupported';
import { pngHeader } from './png';
import { webpHeader } from './webp';

// The last one looks behind the first bytes too, so it is asked only about files that are none of the others.
const FORMATS = [pngHeader, jpegHeader, webpHeader, bmpHeader, otherFormat];

/**
 * What the first bytes of a file say about it. Any bytes may come in: it never throws, takes time in
 * proportion to their number, and once it has an answer more bytes never change it.
 */
export function imageSize(bytes: Uint8Array): ImageHeader {
	for (const format of FORMATS) {
		const finding = format(bytes);
		if (finding !== undefined) return finding;
	}
	return UNKNOWN;
}
