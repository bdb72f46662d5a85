/*
 * Image files written from the published layouts, byte by byte: no encoder writes the broken and rare ones.
 * Only what comes before and at the size is there; a real decoder would reject most of them.
 */

export interface Sides {
	width: number;
	height: number;
}

export const text = (characters: string): number[] =>
	[...characters].map((character) => character.charCodeAt(0));

export const be = (bytes: number, value: number): number[] =>
	Array.from(
		{ length: bytes },
		(_, index) => Math.floor(value / 256 ** (bytes - 1 - index)) & 0xff,
	);

export const le = (bytes: number, value: number): number[] => be(bytes, value).reverse();

export const file = (...parts: number[][]): Uint8Array => Uint8Array.from(parts.flat());

export const PNG_START = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

const pngChunk = (name: string, data: number[]) => [
	...be(4, data.length),
	...text(name),
	...data,
	...be(4, 0xcafe),
];

const ihdr = ({ width, height }: Sides) =>
	pngChunk('IHDR', [...be(4, width), ...be(4, height), 8, 2, 0, 0, 0]);

export const png = (sides: Sides): Uint8Array => file(PNG_START, ihdr(sides));

/** What Apple's optimizer makes of a PNG: a chunk of 4 bytes in front. */
export const applePng = (sides: Sides): Uint8Array =>
	file(PNG_START, pngChunk('CgBI', [0x50, 0, 0x20, 2]), ihdr(sides));

export const JPEG_START = [0xff, 0xd8];

export const segment = (marker: number, data: number[]): number[] => [
	0xff,
	marker,
	...be(2, data.length + 2),
	...data,
];

export const frame = ({ width, height, marker = 0xc0 }: Sides & { marker?: number }): number[] =>
	segment(marker, [8, ...be(2, height), ...be(2, width), 1, 1, 0x11, 0]);

export const jpeg = (sides: Sides, ...before: number[][]): Uint8Array =>
	file(JPEG_START, ...before, frame(sides), segment(0xda, [1, 1, 0, 0, 63, 0]));

interface Exif {
	orientation: number;
	/** Type of the value: 3 is a short number. */
	type?: number;
	isLittle?: boolean;
	/** Further entries in front, and bytes between the header and the entries. */
	before?: number;
	gap?: number;
}

/** The segment of a JPEG that says how to turn it. */
export const exif = ({
	orientation,
	type = 3,
	isLittle = false,
	before = 0,
	gap = 0,
}: Exif): number[] => {
	const number = isLittle ? le : be;
	const entry = (tag: number, kind: number, value: number) => [
		...number(2, tag),
		...number(2, kind),
		...number(4, 1),
		...(kind === 3 ? [...number(2, value), 0, 0] : number(4, value)),
	];
	const entries = [
		...Array.from({ length: before }, (_, index) => entry(0x9000 + index, 3, 7)),
		entry(0x0112, type, orientation),
	];
	return segment(0xe1, [
		...text('Exif'),
		...[0, 0],
		...text(isLittle ? 'II' : 'MM'),
		...number(2, 42),
		...number(4, 8 + gap),
		...Array.from({ length: gap }, () => 0x5a),
		...number(2, entries.length),
		...entries.flat(),
		...number(4, 0),
	]);
};

export const riff = (chunk: string, data: number[]): Uint8Array => {
	const content = [...text('WEBP'), ...text(chunk), ...le(4, data.length), ...data];
	return file(text('RIFF'), le(4, content.length), content);
};

export const lossyWebp = ({ width, height, scale = 0 }: Sides & { scale?: number }): Uint8Array => {
	const scaled = (side: number) => le(2, side + scale * 0x4000);
	return riff('VP8 ', [0x30, 1, 0, 0x9d, 1, 0x2a, ...scaled(width), ...scaled(height)]);
};

/** 28 bytes with the padding of real files; `top` are the four bits above the size. */
export const losslessWebp = ({ width, height, top = 0 }: Sides & { top?: number }): Uint8Array => {
	const bits = width - 1 + (height - 1) * 2 ** 14 + top * 2 ** 28;
	return riff('VP8L', [0x2f, ...le(4, bits), 0, 0, 0]);
};

export const extendedWebp = ({ width, height }: Sides): Uint8Array =>
	riff('VP8X', [0x10, 0, 0, 0, ...le(3, width - 1), ...le(3, height - 1)]);

/** A BMP whose second header has the given length; 24 bits per pixel. */
export const bmp = ({ width, height, header = 40 }: Sides & { header?: number }): Uint8Array => {
	const sideBytes = header === 12 ? 2 : 4;
	const fields = [
		...le(4, header),
		...le(sideBytes, width),
		...le(sideBytes, height),
		...le(2, 1),
		...le(2, 24),
	];
	const padding = Array.from({ length: Math.max(0, header - fields.length) }, () => 0);
	return file(text('BM'), le(4, 0), le(4, 0), le(4, 14 + header), fields, padding);
};
