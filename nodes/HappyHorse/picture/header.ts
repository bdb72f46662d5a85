import { bmpHeader } from './bmp';
import type { PictureHeader } from './finding';
import { jpegHeader } from './jpeg';
import { otherFormat } from './otherFormat';
import { pngHeader } from './png';
import { webpHeader } from './webp';

const FORMATS = [pngHeader, jpegHeader, webpHeader, bmpHeader, otherFormat];

/**
 * What the first bytes of a file say about it. Any bytes may come in: it never throws, takes time in
 * proportion to their number, and once it has an answer more bytes never change it.
 */
export function pictureHeader(bytes: Uint8Array): PictureHeader {
	const findings = FORMATS.map((format) => format(bytes)).filter((finding) => finding !== undefined);
	const answer = findings.find(({ kind }) => kind !== 'need-more');
	return answer ?? findings[0] ?? { kind: 'unknown' };
}
