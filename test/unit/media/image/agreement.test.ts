/*
 * The header readers against three strangers: two libraries that read headers as well, and a decoder that reads
 * the whole image. Where they disagree, look at the bytes.
 */
import probe from 'probe-image-size';
import sharp from 'sharp';

import { imageSize } from '../../../../nodes/HappyHorse/media/image/imageSize';
import { knownFormat } from '../../../../nodes/HappyHorse/media/knownFormat';
import type { ImageLimits } from '../../../../nodes/HappyHorse/media/limits';
import { imageSizeProblem } from '../../../../nodes/HappyHorse/media/limits';
import { imageToVideo } from '../../../../nodes/HappyHorse/resources/imageToVideo';
import {
	animated,
	bitmaps,
	blank,
	longSegments,
	ofAllKinds,
	ofAllSizes,
	rotated,
	thumbnail,
	withSegments,
} from './encoded';
import type { Encoded } from './encoded';
import { imageDimensions } from './imageDimensions';

const LIMITS = imageToVideo.media[0]!.limits as ImageLimits;

let encoded: Encoded[];

beforeAll(async () => {
	const more = await Promise.all([
		ofAllSizes(),
		rotated(),
		ofAllKinds(),
		animated(),
		withSegments('long segments first', longSegments(12)),
		withSegments('thumbnail', [await thumbnail()]),
		withSegments('thumbnail and long segments', [await thumbnail(), ...longSegments(3)]),
	]);
	encoded = more.flat();
});

const ours = ({ bytes }: Encoded) => imageSize(bytes);

const size = ({ type, width, height, orientation }: Encoded) => ({
	kind: 'size',
	type,
	width,
	height,
	...(orientation === undefined ? {} : { orientation }),
});

/** Two of the strangers look at the size only. */
const oursWithoutOrientation = (image: Encoded) => {
	const { orientation: _orientation, ...rest } = { orientation: undefined, ...ours(image) };
	return rest;
};

/** One difference shows its file's name. */
const named = <T>(images: Encoded[], look: (image: Encoded, index: number) => T) =>
	Object.fromEntries(images.map((image, index) => [image.name, look(image, index)]));

it('has images of many kinds', async () => {
	expect(new Set(encoded.map(({ name }) => name)).size).toBe(encoded.length);
	const webps = encoded.filter(({ type }) => type === 'webp');
	const chunks = webps.map(({ bytes }) => bytes.toString('latin1', 12, 16));
	expect(new Set(chunks)).toEqual(new Set(['VP8 ', 'VP8L', 'VP8X']));
	const metadata = await Promise.all(encoded.map(({ bytes }) => sharp(bytes).metadata()));
	const about = named(encoded, (_, index) => metadata[index]);
	expect(about).toMatchObject({
		'jpeg, progressive': { isProgressive: true },
		'jpeg, CMYK': { space: 'cmyk' },
		'jpeg, rotation 6': { orientation: 6 },
		'png, rotation 7': { orientation: 7 },
		'webp, lossy, rotation 8': { orientation: 8 },
		'png, interlaced': { isProgressive: true },
		'png, palette': { isPalette: true },
		'png, 16 bit': { depth: 'ushort' },
		'webp, lossless, transparent': { hasAlpha: true },
		'webp, animated': { pages: 2 },
	});
});

it('measures what was drawn', () => {
	const images = [...encoded, ...bitmaps()];
	expect(named(images, ours)).toEqual(named(images, size));
});

it('agrees with image-dimensions', () => {
	const results = imageDimensions(encoded.map(({ bytes }) => bytes));
	const theirs = named(encoded, (_, index) => ({ kind: 'size', ...results[index] }));
	expect(named(encoded, oursWithoutOrientation)).toEqual(theirs);
});

it('agrees with probe-image-size, on BMP too', () => {
	const images = [...encoded, ...bitmaps()];
	const theirs = named(images, ({ bytes }) => {
		const { type, width, height } = probe.sync(bytes) ?? {};
		return { kind: 'size', type: type === 'jpg' ? 'jpeg' : type, width, height };
	});
	expect(named(images, oursWithoutOrientation)).toEqual(theirs);
});

it('agrees with a decoder', async () => {
	const metadata = await Promise.all(encoded.map(({ bytes }) => sharp(bytes).metadata()));
	const theirs = named(encoded, (_, index) => {
		const { format: type, width, height } = metadata[index] ?? {};
		return { kind: 'size', type, width, height };
	});
	expect(named(encoded, oursWithoutOrientation)).toEqual(theirs);
});

it('agrees with a decoder and with probe-image-size on how JPEG images are turned', async () => {
	const jpegs = encoded.filter(({ type }) => type === 'jpeg');
	const orientation = (image: Encoded) => {
		const found = ours(image);
		return found.kind === 'size' ? found.orientation : found;
	};
	const metadata = await Promise.all(jpegs.map(({ bytes }) => sharp(bytes).metadata()));
	const found = named(jpegs, orientation);
	expect(found).toEqual(named(jpegs, (_, index) => metadata[index]?.orientation));
	expect(found).toEqual(named(jpegs, ({ bytes }) => probe.sync(bytes)?.orientation));
	expect(new Set(Object.values(found))).toEqual(new Set([undefined, 1, 2, 3, 4, 5, 6, 7, 8]));
});

it('needs the start of a file only, and reads its way through the long ones', () => {
	for (const image of encoded) {
		let read = 0;
		let header = imageSize(image.bytes.subarray(0, read));
		for (let reads = 0; header.kind === 'need-more' && reads < 40; reads++) {
			expect(header.bytes).toBeGreaterThan(read);
			read = header.bytes;
			header = imageSize(image.bytes.subarray(0, read));
		}
		expect({ [image.name]: header }).toEqual({ [image.name]: size(image) });
	}
});

it('keeps its result with every byte that follows', () => {
	for (const image of encoded.filter(({ bytes }) => bytes.length < 3000)) {
		let known = false;
		for (let length = 0; length <= image.bytes.length; length++) {
			const header = imageSize(image.bytes.subarray(0, length));
			known ||= header.kind !== 'need-more';
			if (known && JSON.stringify(header) !== JSON.stringify(size(image))) {
				throw new Error(`${image.name}, ${length} bytes: ${JSON.stringify(header)}`);
			}
		}
	}
});

it('finds the limits of the API in real files', () => {
	const fits = (name: string) => {
		const header = imageSize(encoded.find((image) => image.name === name)?.bytes ?? Buffer.of());
		return header.kind === 'size' && imageSizeProblem(header, LIMITS) === null;
	};
	for (const encoder of ['png', 'jpeg', 'webp, lossy', 'webp, lossless']) {
		const allowed = ['300x300', '301x301', '750x300', '300x750', '749x300', '300x749'];
		const rejected = ['299x300', '300x299', '299x299', '751x300', '300x751'];
		expect(allowed.filter((sides) => !fits(`${encoder}, ${sides}`))).toEqual([]);
		expect(rejected.filter((sides) => fits(`${encoder}, ${sides}`))).toEqual([]);
	}
});

it.each([
	['a GIF', () => blank({ width: 300, height: 300 }).gif()],
	['a TIFF image', () => blank({ width: 300, height: 300 }).tiff()],
	['an AVIF image', () => blank({ width: 16, height: 16 }).avif({ effort: 0 })],
])('names %s as a real encoder writes it, and does not measure it', async (type, build) => {
	const bytes = await build().toBuffer();
	expect(imageSize(bytes).kind).not.toBe('size');
	expect(knownFormat(bytes)?.name).toBe(type);
});
