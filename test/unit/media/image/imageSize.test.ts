import { imageSize } from '../../../../nodes/HappyHorse/media/image/imageSize';
import {
	applePng,
	be,
	bmp,
	extendedWebp,
	jpeg,
	losslessWebp,
	lossyWebp,
	png,
	text,
} from './handmade';

const sides = { width: 640, height: 480 };

const files: Array<[string, Uint8Array, string]> = [
	['png', png(sides), 'png'],
	['png by Apple', applePng(sides), 'png'],
	['jpeg', jpeg(sides), 'jpeg'],
	['lossy webp', lossyWebp(sides), 'webp'],
	['lossless webp', losslessWebp(sides), 'webp'],
	['extended webp', extendedWebp(sides), 'webp'],
	['bmp', bmp(sides), 'bmp'],
	['bmp of OS/2', bmp({ ...sides, header: 12 }), 'bmp'],
];

it.each(files)('measures a %s', (_, bytes, type) => {
	expect(imageSize(bytes)).toEqual({ kind: 'size', type, ...sides });
});

it.each(files)('measures a %s inside a larger buffer, and leaves it alone', (_, bytes, type) => {
	const larger = Buffer.concat([png({ width: 1, height: 1 }), bytes, Buffer.alloc(64, 0xff)]);
	const before = Buffer.from(larger);
	const slice = larger.subarray(33, 33 + bytes.length);
	expect(slice.byteOffset).not.toBe(0);
	expect(imageSize(slice)).toEqual({ kind: 'size', type, ...sides });
	const array = new Uint8Array(larger.buffer, slice.byteOffset, slice.length);
	expect(imageSize(array)).toEqual({ kind: 'size', type, ...sides });
	expect(larger).toEqual(before);
});

it.each(files)('does not look behind the end of a %s that is cut off', (_, bytes) => {
	const larger = Buffer.from(bytes);
	expect(imageSize(larger.subarray(0, 10))).toMatchObject({ kind: 'need-more' });
});

it.each([
	['nothing', [], { kind: 'need-more', bytes: 16 }],
	['a web page', text('<!doctype html><html></html>'), { kind: 'unknown' }],
	['four zeros', be(4, 0), { kind: 'unknown' }],
	['a GIF', text('GIF89a'), { kind: 'unknown' }],
	['an AVIF', [...be(4, 28), ...text('ftypavif')], { kind: 'unknown' }],
	['a sound', [...text('RIFF'), ...be(4, 9), ...text('WAVEfmt ')], { kind: 'unknown' }],
])('says of %s what it is', (_, bytes, expected) => {
	expect(imageSize(Uint8Array.from(bytes))).toEqual(expected);
});
