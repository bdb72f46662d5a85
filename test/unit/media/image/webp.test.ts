import { webpSize } from '../../../../nodes/HappyHorse/media/image/webp';
import { extendedWebp, le, losslessWebp, lossyWebp, riff, text } from './handmade';

const unknown = { kind: 'unknown' };
const more = (bytes: number) => ({ kind: 'need-more', bytes });
const found = (width: number, height: number) => ({ kind: 'size', type: 'webp', width, height });

const kinds = [
	['lossy', lossyWebp, 30],
	['lossless', losslessWebp, 25],
	['extended', extendedWebp, 30],
] as const;

it.each(kinds)('reads width and height of a %s WebP from its first bytes', (_, build, enough) => {
	for (const sides of [
		{ width: 1, height: 1 },
		{ width: 0x1234, height: 0x2345 },
		{ width: 0x2345, height: 0x1234 },
		{ width: 0x3fff, height: 0x3fff },
	]) {
		const bytes = build(sides);
		expect(webpSize(bytes)).toEqual(found(sides.width, sides.height));
		expect(webpSize(bytes.subarray(0, enough))).toEqual(found(sides.width, sides.height));
		expect(webpSize(bytes.subarray(0, enough - 1))).toEqual(more(enough));
	}
});

it.each(kinds)('wants the bytes of a %s WebP as soon as it knows the kind', (_, build, enough) => {
	const bytes = build({ width: 5, height: 6 });
	for (const length of [0, 1, 4, 7, 8, 11, 12, 15]) {
		expect(webpSize(bytes.subarray(0, length))).toEqual(more(16));
	}
	expect(webpSize(bytes.subarray(0, 16))).toEqual(more(enough));
});

it('reads a whole lossless file of 28 bytes', () => {
	const bytes = losslessWebp({ width: 300, height: 750 });
	expect(bytes).toHaveLength(28);
	expect(webpSize(bytes)).toEqual(found(300, 750));
});

it('takes 14 bits of each side of a lossy one; the two above are a scale', () => {
	for (const scale of [1, 2, 3]) {
		expect(webpSize(lossyWebp({ width: 300, height: 750, scale }))).toEqual(found(300, 750));
	}
});

it('ignores the four bits above the size of a lossless one, the sign bit among them', () => {
	for (const top of [1, 8, 15]) {
		const bytes = losslessWebp({ width: 0x3fff, height: 0x3fff, top });
		expect(webpSize(bytes)).toEqual(found(0x3fff, 0x3fff));
	}
});

it('reads 24 bits of each side of an extended one', () => {
	const sides = { width: 0x123456, height: 0x1000000 };
	expect(webpSize(extendedWebp(sides))).toEqual(found(sides.width, sides.height));
});

it.each([
	[0, 3],
	[3, 0],
])('does not believe %d x %d', (width, height) => {
	expect(webpSize(lossyWebp({ width, height }))).toEqual(unknown);
});

it.each([23, 24, 25])('byte %d of a lossy one belongs to its start code', (at) => {
	const bytes = lossyWebp({ width: 3, height: 3 });
	bytes[at] = 0x55;
	expect(webpSize(bytes)).toEqual(unknown);
});

it('a lossless one begins with its own signature', () => {
	const bytes = losslessWebp({ width: 3, height: 3 });
	bytes[20] = 0x2e;
	expect(webpSize(bytes)).toEqual(unknown);
});

it.each(['ALPH', 'VP8Z', 'VP9 ', 'vp8l'])('has no name for a first chunk %s', (chunk) => {
	const bytes = riff(chunk, [0x2f, ...le(4, 0), ...le(8, 0)]);
	expect(webpSize(bytes)).toEqual(unknown);
	expect(webpSize(bytes.subarray(0, 16))).toEqual(unknown);
});

it.each([0, 1, 2, 3, 8, 9, 10, 11])('byte %d of the signature has to be right', (at) => {
	const bytes = losslessWebp({ width: 3, height: 3 });
	bytes[at] = 0x55;
	expect(webpSize(bytes)).toBeUndefined();
	expect(webpSize(bytes.subarray(0, at + 1))).toBeUndefined();
});

it.each(['WAVE', 'AVI ', 'WEBM'])('leaves RIFF files of kind %s alone', (kind) => {
	const bytes = Uint8Array.from([...text('RIFF'), ...le(4, 36), ...text(kind), ...text('VP8L')]);
	expect(webpSize(bytes)).toBeUndefined();
});
