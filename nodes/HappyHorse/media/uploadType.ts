import { knownFormat } from './knownFormat';

const PNG = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** A type that can be uploaded; names and declared types prove nothing. */
export type UploadType =
	| 'image/png'
	| 'image/jpeg'
	| 'image/webp'
	| 'video/mp4'
	| 'video/quicktime';

/** What the first bytes of a file say it is; `bmp` is an image that cannot be uploaded. */
export function imageType(bytes: Buffer): UploadType | 'bmp' | null {
	if (PNG.every((byte, index) => bytes[index] === byte)) return 'image/png';
	if (bytes[0] === 0xff && bytes[1] === 0xd8) return 'image/jpeg';
	const text = bytes.toString('latin1', 0, 12);
	if (text.startsWith('RIFF') && text.endsWith('WEBP')) return 'image/webp';
	return text.startsWith('BM') ? 'bmp' : null;
}

/** Boxes with which a MOV file from before MP4 begins. */
const OLD_MOV = ['moov', 'mdat', 'wide', 'free', 'skip', 'pnot'];

export function videoType(bytes: Buffer): UploadType | null {
	const box = bytes.toString('latin1', 4, 8);
	if (OLD_MOV.includes(box)) return 'video/quicktime';
	const brand = bytes.toString('latin1', 8, 12);
	// HEIC and AVIF images begin as MP4 does.
	if (box !== 'ftyp' || knownFormat(bytes)?.kind === 'image') return null;
	return brand === 'qt  ' ? 'video/quicktime' : 'video/mp4';
}
