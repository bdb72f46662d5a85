import type { ImageType } from './image/format';
import { ascii, matches } from './image/format';
import { rootElement } from './rootElement';

/** What a file is, by its first bytes. */
export interface KnownFormat {
	/** With its article: `a ZIP file`. */
	name: string;
	kind: 'image' | 'video' | 'web page' | 'other';
	/** Only of what an endpoint may take. */
	type?: ImageType | 'mp4';
}

/** This much of a file is enough. */
export const FORMAT_BYTES = 4096;

interface Signature extends KnownFormat {
	marks: Array<[at: number, bytes: number[]]>;
}

const of =
	(kind: KnownFormat['kind']) =>
	(name: string, ...marks: Signature['marks']): Signature => ({ name, kind, marks });

const [image, video, other] = [of('image'), of('video'), of('other')];

const MP4 = 'an MP4 or MOV video';

/** HEIC and AVIF images begin as MP4 does, but for these names. */
const HEIC_BRANDS = ['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx', 'hevm', 'hevs'];

/** What people give, wanted or not. The first one that fits names the file. */
const SIGNATURES: Signature[] = [
	{ ...image('a JPEG image', [0, [0xff, 0xd8]]), type: 'jpeg' },
	{ ...image('a PNG image', [0, [0x89, ...ascii('PNG')]]), type: 'png' },
	{ ...image('a WebP image', [0, ascii('RIFF')], [8, ascii('WEBP')]), type: 'webp' },
	{ ...image('a BMP image', [0, ascii('BM')]), type: 'bmp' },
	image('a GIF', [0, ascii('GIF8')]),
	image('a TIFF image', [0, [0x49, 0x49, 0x2a, 0x00]]),
	image('a TIFF image', [0, [0x4d, 0x4d, 0x00, 0x2a]]),
	image('a Photoshop file', [0, ascii('8BPS')]),
	video('an AVI video', [0, ascii('RIFF')], [8, ascii('AVI ')]),
	video('a WebM or MKV video', [0, [0x1a, 0x45, 0xdf, 0xa3]]),
	video('a WMV video', [0, [0x30, 0x26, 0xb2, 0x75]]),
	video('an FLV video', [0, ascii('FLV')]),
	other('an Ogg file', [0, ascii('OggS')]),
	other('an MP3 file', [0, ascii('ID3')]),
	other('a PDF', [0, ascii('%PDF')]),
	other('a ZIP file', [0, [...ascii('PK'), 3, 4]]),
	image('an AVIF image', [4, ascii('ftypavif')]),
	image('an AVIF image', [4, ascii('ftypavis')]),
	...[...HEIC_BRANDS, 'mif1', 'msf1'].map((brand) =>
		image('a HEIC image', [4, ascii(`ftyp${brand}`)]),
	),
	...['ftyp', 'moov', 'mdat'].map(
		(box): Signature => ({
			...video(MP4, [4, ascii(box)]),
			type: 'mp4',
		}),
	),
	// Words of texts, too, unless a small size is in front.
	...['wide', 'free', 'skip', 'pnot'].map(
		(box): Signature => ({
			...video(MP4, [0, [0]], [4, ascii(box)]),
			type: 'mp4',
		}),
	),
	video('an MPEG-PS video', [0, [0, 0, 1, 0xba]]),
	// Packets of this length, each with the same first byte.
	video('an MPEG-TS video', [0, [0x47]], [188, [0x47]]),
];

/** `undefined` when the bytes do not show what the file is. More of them never change a name. */
export function knownFormat(bytes: Uint8Array): KnownFormat | undefined {
	for (const { marks, ...format } of SIGNATURES) {
		const fits = marks.map(([at, expected]) => matches(bytes, at, expected));
		if (fits.includes('no')) continue;
		return fits.includes('maybe') ? undefined : format;
	}
	return knownText(String.fromCharCode(...bytes.subarray(0, FORMAT_BYTES)));
}

/** The elements of the web's own list for this purpose (mimesniff.spec.whatwg.org), and a few more. */
const PAGE_ELEMENTS =
	/^(html|head|body|script|style|title|meta|link|iframe|h1|div|font|table|a|b|br|p|center)$/;

function knownText(text: string): KnownFormat | undefined {
	const { name, isXml } = rootElement(text);
	if (name !== undefined) {
		if (PAGE_ELEMENTS.test(name)) return { name: 'a web page', kind: 'web page' };
		if (/^(\w+:)?svg$/.test(name)) return { name: 'an SVG', kind: 'image' };
		return isXml ? { name: 'an XML file', kind: 'other' } : undefined;
	}
	const isJson = /^\s*(\{\s*["}]|\[\s*["[\]{])/.test(text);
	return isJson ? { name: 'a JSON file', kind: 'other' } : undefined;
}
