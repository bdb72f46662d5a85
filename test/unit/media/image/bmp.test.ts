import { bmpSize } from '../../../../nodes/HappyHorse/media/image/bmp';
import { bmp } from './handmade';

const unknown = { kind: 'unknown' };
const more = (bytes: number) => ({ kind: 'need-more', bytes });
const found = (width: number, height: number) => ({ kind: 'size', type: 'bmp', width, height });

it.each([
	[12, 22],
	[16, 26],
	[40, 26],
	[52, 26],
	[56, 26],
	[64, 26],
	[108, 26],
	[124, 26],
	[0xffffff, 26],
])('reads width and height behind a header of %d bytes', (header, enough) => {
	const bytes = bmp({ width: 0x1234, height: 0x2345, header });
	expect(bmpSize(bytes)).toEqual(found(0x1234, 0x2345));
	expect(bmpSize(bytes.subarray(0, enough))).toEqual(found(0x1234, 0x2345));
	expect(bmpSize(bytes.subarray(0, enough - 1))).toEqual(more(enough));
	expect(bmpSize(bytes.subarray(0, 18))).toEqual(more(enough));
});

it('reads all 32 bits of a side, and all 16 of the old version', () => {
	expect(bmpSize(bmp({ width: 0x7fffffff, height: 0x12345678 }))).toEqual(
		found(0x7fffffff, 0x12345678),
	);
	// Not signed in this version: rows never run from top to bottom.
	expect(bmpSize(bmp({ width: 0xfffe, height: 0xffff, header: 12 }))).toEqual(
		found(0xfffe, 0xffff),
	);
});

it.each([0, 1, 2, 17])('with %d bytes it wants 18', (length) => {
	expect(bmpSize(bmp({ width: 3, height: 3 }).subarray(0, length))).toEqual(more(18));
});

it.each([1, 300, 0x7fffffff])('takes a height of -%d as rows from top to bottom', (height) => {
	expect(bmpSize(bmp({ width: 640, height: 2 ** 32 - height }))).toEqual(found(640, height));
});

it.each([
	['no width', { width: 0, height: 3 }],
	['no height', { width: 3, height: 0 }],
	['a negative width', { width: 2 ** 32 - 640, height: 480 }],
	['the smallest width', { width: 2 ** 31, height: 480 }],
	['the smallest height, which has no positive twin', { width: 640, height: 2 ** 31 }],
	['no width, old version', { width: 0, height: 3, header: 12 }],
	['no height, old version', { width: 3, height: 0, header: 12 }],
])('does not believe %s', (_, sides) => {
	expect(bmpSize(bmp(sides))).toEqual(unknown);
});

it.each([0, 11, 13, 14, 15])('has no name for a header of %d bytes', (header) => {
	const bytes = bmp({ width: 3, height: 3, header });
	expect(bmpSize(bytes)).toEqual(unknown);
	expect(bmpSize(bytes.subarray(0, 18))).toEqual(unknown);
});

it.each([0, 1])('byte %d of the signature has to be right', (at) => {
	const bytes = bmp({ width: 3, height: 3 });
	bytes[at] = 0x55;
	expect(bmpSize(bytes)).toBeUndefined();
	expect(bmpSize(bytes.subarray(0, at + 1))).toBeUndefined();
});
