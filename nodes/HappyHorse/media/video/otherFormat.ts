import { ascii, matches } from '../image/bytes';

interface Signature {
	type: string;
	marks: Array<[at: number, bytes: number[]]>;
}

const signature = (type: string, ...marks: Signature['marks']): Signature => ({ type, marks });

/** What people give instead of an MP4 or MOV file, by its first bytes. */
const SIGNATURES: Signature[] = [
	signature('WebM or MKV video', [0, [0x1a, 0x45, 0xdf, 0xa3]]),
	signature('AVI video', [0, ascii('RIFF')], [8, ascii('AVI ')]),
	signature('WMV video', [0, [0x30, 0x26, 0xb2, 0x75]]),
	signature('FLV video', [0, ascii('FLV')]),
	signature('Ogg file', [0, ascii('OggS')]),
	signature('MPEG-PS video', [0, [0, 0, 1, 0xba]]),
	signature('GIF', [0, ascii('GIF8')]),
	signature('JPEG image', [0, [0xff, 0xd8, 0xff]]),
	signature('PNG image', [0, [0x89, ...ascii('PNG')]]),
	signature('WebP image', [0, ascii('RIFF')], [8, ascii('WEBP')]),
	signature('AVIF image', [4, ascii('ftypavi')]),
	signature('HEIC image', [4, ascii('ftyphei')]),
	signature('HEIC image', [4, ascii('ftypmif1')]),
	signature('PDF', [0, ascii('%PDF')]),
	signature('ZIP file', [0, [...ascii('PK'), 3, 4]]),
	signature('MP3 file', [0, ascii('ID3')]),
	// Packets of this length, each with the same first byte.
	signature('MPEG-TS video', [0, [0x47]], [188, [0x47]]),
];

const WEB_PAGE =
	/^(?:\xef\xbb\xbf)?\s*<(?:!--|(?:!doctype\s+html|html|head|body|script|meta|title)[\s>])/i;

const WEB_PAGE_BYTES = 512;

/** Names what is no MP4 or MOV file, by its usual name; `undefined` when the bytes do not show it. 512 of them are enough. */
export function otherFormat(bytes: Uint8Array): string | undefined {
	const found = SIGNATURES.find(({ marks }) =>
		marks.every(([at, expected]) => matches(bytes, at, expected) === 'yes'),
	);
	if (found) return found.type;
	const text = String.fromCharCode(...bytes.subarray(0, WEB_PAGE_BYTES));
	return WEB_PAGE.test(text) ? 'web page' : undefined;
}
