import { pngSize } from '../../../../nodes/HappyHorse/media/image/png';
import { applePng, be, file, png, PNG_START, text } from './handmade';

const unknown = { kind: 'unknown' };
const more = (bytes: number) => ({ kind: 'need-more', bytes });
const found = (width: number, height: number) => ({ kind: 'size', type: 'png', width, height });

it.each([
	['plain', png, 24],
	['by Apple', applePng, 40],
])('reads width and height of a PNG, %s, from its first bytes', (_, build, enough) => {
	const bytes = build({ width: 0x01020304, height: 0x05060708 });
	expect(pngSize(bytes)).toEqual(found(0x01020304, 0x05060708));
	expect(pngSize(bytes.subarray(0, enough))).toEqual(found(0x01020304, 0x05060708));
	expect(pngSize(bytes.subarray(0, enough - 1))).toEqual(more(enough));
});

it.each([
	[0, 16],
	[1, 16],
	[7, 16],
	[8, 16],
	[15, 16],
	[16, 24],
])('with %d bytes it wants %d', (length, wanted) => {
	expect(pngSize(png({ width: 1, height: 1 }).subarray(0, length))).toEqual(more(wanted));
});

it.each([
	[16, 32],
	[31, 32],
	[32, 40],
])('with %d bytes of one by Apple it wants %d', (length, wanted) => {
	expect(pngSize(applePng({ width: 1, height: 1 }).subarray(0, length))).toEqual(more(wanted));
});

it.each([
	[0, 3],
	[3, 0],
	[4294967295, 1],
	[1, 0x80000000],
])('does not believe %d x %d', (width, height) => {
	expect(pngSize(png({ width, height }))).toEqual(unknown);
	expect(pngSize(applePng({ width, height }))).toEqual(unknown);
});

it('wants the size in the first chunk', () => {
	const late = file(PNG_START, be(4, 9), text('pHYs'), be(8, 1), [0], be(4, 0));
	expect(pngSize(late)).toEqual(unknown);
	expect(pngSize(late.subarray(0, 16))).toEqual(unknown);
	const chunks = file(
		PNG_START,
		be(4, 4),
		text('CgBI'),
		be(8, 1),
		be(4, 9),
		text('IDAT'),
		be(8, 1),
	);
	expect(pngSize(chunks)).toEqual(unknown);
	expect(pngSize(chunks.subarray(0, 32))).toEqual(unknown);
});

it.each(PNG_START.map((_, at) => at))('byte %d of the signature has to be right', (at) => {
	const bytes = png({ width: 1, height: 1 });
	bytes[at] = 0x55;
	expect(pngSize(bytes)).toBeUndefined();
	expect(pngSize(bytes.subarray(0, at + 1))).toBeUndefined();
});
