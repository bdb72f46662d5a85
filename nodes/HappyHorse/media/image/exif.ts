import { ascii, matches, u16be, u16le, u32be, u32le } from './format';

const EXIF = [...ascii('Exif'), 0, 0];

const ENTRY_BYTES = 12;

const ORIENTATION = 0x0112;

const SHORT = 3;

/**
 * How viewers turn an image, by the EXIF data in a segment of a JPEG: from 5 to 8 they swap its sides. `undefined` where it says
 * nothing of use. Reads nothing beyond `to`.
 * Layout: CIPA DC-008 (Exif), which takes it from TIFF 6.0.
 *
 * @param from the first byte behind the length of the segment.
 */
export function orientationIn(bytes: Uint8Array, from: number, to: number): number | undefined {
	const tiff = from + EXIF.length;
	if (tiff + 8 > to || matches(bytes, from, EXIF) !== 'yes') return undefined;
	const isLittle = matches(bytes, tiff, ascii('II')) === 'yes';
	if (!isLittle && matches(bytes, tiff, ascii('MM')) !== 'yes') return undefined;
	const [u16, u32] = isLittle ? [u16le, u32le] : [u16be, u32be];
	const first = tiff + u32(bytes, tiff + 4);
	if (first + 2 > to) return undefined;
	const end = Math.min(to, first + 2 + ENTRY_BYTES * u16(bytes, first));
	for (let at = first + 2; at + ENTRY_BYTES <= end; at += ENTRY_BYTES) {
		if (u16(bytes, at) !== ORIENTATION) continue;
		const value = u16(bytes, at + 8);
		return u16(bytes, at + 2) === SHORT && value >= 1 && value <= 8 ? value : undefined;
	}
	return undefined;
}
