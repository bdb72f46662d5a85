import { jpegSize } from '../../../../nodes/HappyHorse/media/image/jpeg';
import { file, frame, jpeg, JPEG_START, segment, text } from './handmade';

const unknown = { kind: 'unknown' };
const more = (bytes: number) => ({ kind: 'need-more', bytes });
const found = (width: number, height: number) => ({ kind: 'size', type: 'jpeg', width, height });

const sides = { width: 0x1234, height: 0x2345 };
const wanted = found(sides.width, sides.height);

const frames = [0xc0, 0xc1, 0xc2, 0xc3, 0xc5, 0xc6, 0xc7, 0xc9, 0xca, 0xcb, 0xcd, 0xce, 0xcf];
const zeros = (length: number) => Array.from({ length }, () => 0);
const hex = (marker: number) => marker.toString(16);

it.each(frames.map(hex))('reads height and width of a frame of kind %s', (kind) => {
	const bytes = file(JPEG_START, frame({ ...sides, marker: parseInt(kind, 16) }));
	expect(jpegSize(bytes)).toEqual(wanted);
	expect(jpegSize(bytes.subarray(0, 11))).toEqual(wanted);
	expect(jpegSize(bytes.subarray(0, 10))).toEqual(more(11));
	expect(jpegSize(bytes.subarray(0, 4))).toEqual(more(11));
});

it.each([0xc4, 0xc8, 0xcc, 0xdb, 0xdd, 0xe0, 0xef, 0xfe, 0xbf, 0x02].map(hex))(
	'skips a segment of kind %s by its length',
	(kind) => {
		const inner = frame({ width: 9, height: 9 });
		expect(jpegSize(jpeg(sides, segment(parseInt(kind, 16), inner)))).toEqual(wanted);
	},
);

it('looks past the thumbnail in the EXIF data, which is a JPEG of its own', () => {
	const thumbnail = [...jpeg({ width: 160, height: 120 }), 0xff, 0xd9];
	const exif = segment(0xe1, [...text('Exif'), 0, 0, ...thumbnail]);
	expect(jpegSize(jpeg(sides, exif, segment(0xe2, zeros(65_533))))).toEqual(wanted);
});

it.each([
	['fill bytes', [0xff, 0xff, 0xff]],
	['one byte of junk', [0x12]],
	['junk', [0, 1, 2, 3, 0xda, 0xc0]],
	['stuffing', [0xff, 0x00]],
	['a temporary marker', [0xff, 0x01]],
	['another start', [0xff, 0xd8]],
	...[0, 1, 2, 3, 4, 5, 6, 7].map((n): [string, number[]] => [`restart ${n}`, [0xff, 0xd0 + n]]),
	['a length of 0', [0xff, 0xe0, 0, 0]],
	['a length of 1', [0xff, 0xe0, 0, 1]],
	['a length of 2', [0xff, 0xe0, 0, 2]],
	['a length of 3', [0xff, 0xe0, 0, 3, 0xaa]],
	['a length of 258', [0xff, 0xe0, 1, 2, ...zeros(256)]],
])('continues after %s between segments', (_, between) => {
	const twice = jpeg(sides, segment(0xe0, [1, 2, 3]), between, between);
	expect(jpegSize(twice)).toEqual(wanted);
	expect(jpegSize(jpeg(sides, between))).toEqual(wanted);
});

it.each([
	['end', [0xff, 0xd9]],
	['scan', segment(0xda, [1, 1, 0, 0, 63, 0])],
])('gives up at an %s before the frame', (_, early) => {
	expect(jpegSize(jpeg(sides, early))).toEqual(unknown);
	expect(jpegSize(file(JPEG_START, early.slice(0, 2)))).toEqual(unknown);
});

it.each([
	['no width', { width: 0, height: 3 }],
	['a height that comes after the scan', { width: 3, height: 0 }],
])('does not believe %s', (_, odd) => {
	expect(jpegSize(jpeg(odd))).toEqual(unknown);
});

it.each([
	['nothing', [], 2],
	['half a signature', [0xff], 2],
	['the signature', [0xff, 0xd8], 10],
	['the start of a marker', [0xff, 0xd8, 0xff], 11],
	['fill bytes', [0xff, 0xd8, 0xff, 0xff], 12],
	['junk', [0xff, 0xd8, 0x11, 0x22], 12],
	['a marker without length', [0xff, 0xd8, 0xff, 0x01], 12],
	['a segment without its length', [0xff, 0xd8, 0xff, 0xe0], 6],
	['a segment with half its length', [0xff, 0xd8, 0xff, 0xe0, 0x10], 6],
	['a segment that continues', [0xff, 0xd8, 0xff, 0xe0, 0x01, 0x00], 4 + 0x100 + 8],
	['a segment that ends here', [0xff, 0xd8, 0xff, 0xe0, 0x00, 0x02], 4 + 2 + 8],
	['a broken segment', [0xff, 0xd8, 0xff, 0xe0, 0x00, 0x00], 4 + 2 + 8],
])('wants more after %s', (_, bytes, needed) => {
	expect(jpegSize(Uint8Array.from(bytes))).toEqual(more(needed));
});

it('leaves everything else alone', () => {
	expect(jpegSize(Uint8Array.of(0xff, 0xd7, 0xff, 0xc0))).toBeUndefined();
	expect(jpegSize(Uint8Array.of(0xfe))).toBeUndefined();
	expect(jpegSize(Uint8Array.of(0x00, 0xd8, 0xff, 0xc0))).toBeUndefined();
});
