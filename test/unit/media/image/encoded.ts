import sharp from 'sharp';

import { bmp, segment, text } from './handmade';
import type { Sides } from './handmade';

/** An image as a real encoder writes it. */
export interface Encoded extends Sides {
	name: string;
	type: 'png' | 'jpeg' | 'webp' | 'bmp';
	bytes: Buffer;
	/** As far as it can be read from the beginning of the file. */
	orientation?: number;
}

/** A blank image; blank ones are made in a millisecond. */
export const blank = ({ width, height }: Sides, channels: 3 | 4 = 3): sharp.Sharp =>
	sharp({ create: { width, height, channels, background: { r: 90, g: 60, b: 30, alpha: 0.5 } } });

const AT_THE_LIMITS: Array<[number, number]> = [
	[300, 300],
	...[299, 301].flatMap(
		(side): Array<[number, number]> => [
			[side, 300],
			[300, side],
			[side, side],
		],
	),
	...[749, 750, 751].flatMap(
		(side): Array<[number, number]> => [
			[side, 300],
			[300, side],
		],
	),
];

const ODD: Array<[number, number]> = [
	[1, 1],
	[1, 16383],
	[16383, 1],
	[255, 257],
	[256, 4097],
];

const encoders = {
	png: (image: sharp.Sharp) => image.png({ compressionLevel: 1 }),
	jpeg: (image: sharp.Sharp) => image.jpeg(),
	'webp, lossy': (image: sharp.Sharp) => image.webp({ effort: 0 }),
	'webp, lossless': (image: sharp.Sharp) => image.webp({ lossless: true, effort: 0 }),
};

type Encoder = keyof typeof encoders;

const typeOf = (encoder: string) => encoder.split(',')[0] as Encoded['type'];

/** Every format at every size around the limits of the API, and at the ends of their own ranges. */
export async function ofAllSizes(): Promise<Encoded[]> {
	const images = Object.entries(encoders).flatMap(([encoder, encode]) =>
		[...AT_THE_LIMITS, ...ODD].map(async ([width, height]) => ({
			name: `${encoder}, ${width}x${height}`,
			type: typeOf(encoder),
			width,
			height,
			bytes: await encode(blank({ width, height })).toBuffer(),
		})),
	);
	return await Promise.all(images);
}

/** A rotation is a note in the file: the stored width and height stay as they are. */
export async function rotated(): Promise<Encoded[]> {
	const sides = { width: 480, height: 320 };
	const images = [1, 2, 3, 4, 5, 6, 7, 8].flatMap((orientation) =>
		(Object.keys(encoders) as Encoder[]).map(async (encoder) => ({
			name: `${encoder}, rotation ${orientation}`,
			type: typeOf(encoder),
			...sides,
			...(encoder === 'jpeg' ? { orientation } : {}),
			bytes: await encoders[encoder](blank(sides)).withMetadata({ orientation }).toBuffer(),
		})),
	);
	return await Promise.all(images);
}

const note = (length: number) => ({ IFD0: { ImageDescription: 'x'.repeat(length) } });

const SIDES = { width: 301, height: 322 };

const variants: Record<string, () => sharp.Sharp> = {
	'jpeg, progressive': () => blank(SIDES).jpeg({ progressive: true }),
	'jpeg, CMYK': () => blank(SIDES).toColourspace('cmyk').jpeg(),
	'jpeg, grey': () => blank(SIDES).toColourspace('b-w').jpeg(),
	'jpeg, without subsampling': () => blank(SIDES).jpeg({ chromaSubsampling: '4:4:4' }),
	'jpeg, by another encoder': () => blank(SIDES).jpeg({ mozjpeg: true }),
	'jpeg, color profile': () => blank(SIDES).withIccProfile('p3').jpeg(),
	'jpeg, color profile for print': () => blank(SIDES).withIccProfile('cmyk').jpeg(),
	'jpeg, long note': () => blank(SIDES).jpeg().withExif(note(60_000)),
	'png, interlaced': () => blank(SIDES).png({ progressive: true }),
	'png, palette': () => blank(SIDES).png({ palette: true }),
	'png, 16 bit': () => blank(SIDES).toColourspace('rgb16').png(),
	'png, grey': () => blank(SIDES).toColourspace('b-w').png(),
	'png, transparent': () => blank(SIDES, 4).png(),
	'png, color profile': () => blank(SIDES).withIccProfile('p3').png(),
	'webp, lossy, transparent': () => blank(SIDES, 4).webp(),
	'webp, lossless, transparent': () => blank(SIDES, 4).webp({ lossless: true }),
	'webp, color profile': () => blank(SIDES).withIccProfile('p3').webp(),
	'webp, note': () => blank(SIDES).webp().withExif(note(30_000)),
};

export async function ofAllKinds(): Promise<Encoded[]> {
	const images = Object.entries(variants).map(async ([name, build]) => ({
		name,
		type: typeOf(name),
		...SIDES,
		// This encoder writes "not turned" next to any note.
		...(name === 'jpeg, long note' ? { orientation: 1 } : {}),
		bytes: await build().toBuffer(),
	}));
	return await Promise.all(images);
}

/** Two frames, one after the other; the size is that of a frame. */
export async function animated(): Promise<Encoded> {
	const frames = [blank(SIDES).png(), blank(SIDES).negate().png()].map((frame) => frame.toBuffer());
	const bytes = await sharp(await Promise.all(frames), { join: { animated: true } })
		.webp({ effort: 0 })
		.toBuffer();
	return { name: 'webp, animated', type: 'webp', ...SIDES, bytes };
}

/** A JPEG with more between its start and the rest: what cameras and editors put there. */
export async function withSegments(name: string, segments: number[][]): Promise<Encoded> {
	const plain = await blank(SIDES).jpeg().toBuffer();
	const bytes = Buffer.concat([
		plain.subarray(0, 2),
		Buffer.from(segments.flat()),
		plain.subarray(2),
	]);
	return { name: `jpeg, ${name}`, type: 'jpeg', ...SIDES, bytes };
}

/** Segments as long as they can be, as a large color profile takes them. */
export const longSegments = (count: number): number[][] =>
	Array.from({ length: count }, () => segment(0xed, new Array<number>(65_533).fill(0xc0)));

/** EXIF data with nothing in it but a thumbnail, a JPEG with a frame of its own. */
export async function thumbnail(): Promise<number[]> {
	const small = await blank({ width: 160, height: 120 }).jpeg().toBuffer();
	const noEntries = [...text('MM'), 0, 0x2a, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0];
	return segment(0xe1, [...text('Exif'), 0, 0, ...noEntries, ...small]);
}

/** No encoder at hand writes BMP: a header of each version, and rows of pixels. */
export function bitmaps(): Encoded[] {
	const pixels = Buffer.alloc(301 * 4 * 322);
	return [12, 16, 40, 52, 56, 64, 108, 124].flatMap((header) => {
		const standing = [{ name: `bmp ${header}`, height: SIDES.height }];
		const upsideDown = { name: `bmp ${header}, top-down`, height: 2 ** 32 - SIDES.height };
		return [...standing, ...(header === 12 ? [] : [upsideDown])].map(({ name, height }) => ({
			name,
			type: 'bmp' as const,
			...SIDES,
			bytes: Buffer.concat([bmp({ width: SIDES.width, height, header }), pixels]),
		}));
	});
}
