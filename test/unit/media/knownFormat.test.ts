import fc from 'fast-check';
import sharp from 'sharp';

import { FORMAT_BYTES, knownFormat } from '../../../nodes/HappyHorse/media/knownFormat';
import { be, bmp, file, jpeg, JPEG_START, segment, text } from './image/handmade';
import { ENCODED, encoded } from './video/encoded';

const nameOf = (bytes: Uint8Array) => knownFormat(bytes)?.name;

const MP4 = 'an MP4 or MOV video';

const OTHER_VIDEOS: Record<string, string> = {
	'other.avi': 'an AVI video',
	'other.flv': 'an FLV video',
	'other.mpegts': 'an MPEG-TS video',
	'other.mkv': 'a WebM or MKV video',
	'other.mpg': 'an MPEG-PS video',
	'other.webm': 'a WebM or MKV video',
	'other.wmv': 'a WMV video',
};

it.each(Object.entries(OTHER_VIDEOS))('knows a real %s', (name, known) => {
	expect(knownFormat(encoded(name).subarray(0, 512))).toEqual({ name: known, kind: 'video' });
});

it('knows all MP4 and MOV videos as what is accepted', () => {
	const names = Object.keys(ENCODED).filter((name) => !(name in OTHER_VIDEOS));
	expect(names.length).toBeGreaterThan(10);
	const known = names.map((name) => [name, knownFormat(encoded(name))]);
	expect(known).toEqual(names.map((name) => [name, { name: MP4, kind: 'video', type: 'mp4' }]));
});

it.each([
	['gif', { name: 'a GIF' }],
	['tiff', { name: 'a TIFF image' }],
	['avif', { name: 'an AVIF image' }],
	['jpeg', { name: 'a JPEG image', type: 'jpeg' }],
	['png', { name: 'a PNG image', type: 'png' }],
	['webp', { name: 'a WebP image', type: 'webp' }],
] as const)('knows a real %s', async (format, known) => {
	const drawing = sharp({ create: { width: 16, height: 16, channels: 3, background: 'red' } });
	const bytes = await drawing.toFormat(format).toBuffer();
	expect(knownFormat(bytes)).toEqual({ kind: 'image', ...known });
});

const named: Array<[start: string, name: string]> = [
	['BM6\x00', 'a BMP image'],
	['GIF87a', 'a GIF'],
	['MM\0*', 'a TIFF image'],
	['8BPS\0', 'a Photoshop file'],
	['\0\0\0\x18ftypavis', 'an AVIF image'],
	['\0\0\0\x18ftypheic', 'a HEIC image'],
	['\0\0\0\x18ftyphevx', 'a HEIC image'],
	['\0\0\0\x18ftypmif1', 'a HEIC image'],
	['\0\0\0\x18ftypisom', MP4],
	['\0\0\0\x14ftypqt  ', MP4],
	['\x40\0\0\x08mdat....', MP4],
	['\0\0\0\x08wide....', MP4],
	// A box of that size is no MPEG-PS.
	['\0\0\x01\xbafree....', MP4],
	['\0\0\x01\xba\x44\0\x04\0\x04\x01....', 'an MPEG-PS video'],
	['%PDF-1.7', 'a PDF'],
	['PK\x03\x04', 'a ZIP file'],
	['ID3\x04', 'an MP3 file'],
	['OggS\0', 'an Ogg file'],
	['<!DOCTYPE html><html lang="en">', 'a web page'],
	['<!doctype\nhtml>', 'a web page'],
	['<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01//EN">', 'a web page'],
	['\xef\xbb\xbf\r\n  <HTML>', 'a web page'],
	['<html lang="en">', 'a web page'],
	['<!-- saved from --><!-- twice -->\n<html>', 'a web page'],
	['<?xml version="1.0"?><!DOCTYPE html><html>', 'a web page'],
	['<head><title>Sign in</title>', 'a web page'],
	['<script>location = "/login"</script>', 'a web page'],
	['<h1>Not for you</h1>', 'a web page'],
	['<!doctype html><svg></svg>', 'a web page'],
	['<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>', 'an SVG'],
	['<?xml version="1.0" encoding="UTF-8"?>\n<!-- Inkscape -->\n<svg>', 'an SVG'],
	['<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN">', 'an SVG'],
	['<svg:svg xmlns:svg="http://www.w3.org/2000/svg">', 'an SVG'],
	['<?xml version="1.0"?><Error><Code>NoSuchKey</Code>', 'an XML file'],
	['{"message":"not found"}', 'a JSON file'],
	['\n [\n  {"id": 1}]', 'a JSON file'],
];

it.each(named)('knows %j', (start, name) => {
	expect(nameOf(file(text(start)))).toBe(name);
	expect(nameOf(file(text(start), [1, 2, 3]))).toBe(name);
});

it.each([
	'',
	'<',
	'<!doctype',
	'<!-- a comment that does not end <html>',
	'<htmlx>',
	'<Error><Code>',
	'RIFF0000WAVE',
	'text <html>',
	'The free encyclopedia',
	'[note] to self',
	'{{ $json.image }}',
	'0000ftyp',
	'G',
	'Gift and Pdf and MMMM and IIII',
])('does not know %j', (start) => {
	expect(nameOf(file(text(start)))).toBeUndefined();
});

it.each([
	// The length of the first segment is "ft".
	['a JPEG image', file(JPEG_START, segment(0xe0, text('ypavif')), be(2, 0))],
	['a JPEG image', jpeg({ width: 640, height: 480 })],
	['a BMP image', bmp({ width: 640, height: 480 })],
])('is not misled by %s that holds the signature of another format', (name, bytes) => {
	bytes.set(text('ftypavif'), 4);
	expect(nameOf(bytes)).toBe(name);
});

it('gives one name, and keeps it', () => {
	const starts = [
		...named.map(([start]) => start),
		'RIFF',
		'G',
		'<!--',
		'<?xml ?>',
		'{',
		'\x1a\x45',
	];
	fc.assert(
		fc.property(
			fc.constantFrom(...starts),
			fc.uint8Array({ maxLength: 260, size: 'max' }),
			(start, rest) => {
				const bytes = file(text(start), [...rest]);
				let name: string | undefined;
				for (let length = 0; length <= bytes.length; length++) {
					const now = nameOf(bytes.subarray(0, length));
					if (name !== undefined && now !== name) throw new Error(`${name}, ${now}`);
					name = now;
				}
			},
		),
		{ numRuns: 500 },
	);
});

it('looks at the beginning only', () => {
	const preface = text(`<?xml version="1.0"?>${' '.repeat(FORMAT_BYTES)}`);
	expect(nameOf(file(preface, text('<svg>')))).toBeUndefined();
});

it.each(['<!---->', '<!--', '<??>', '<?', ' ', '\n<', '<!doctype ', '<a', '{ ', '[', '--><!--'])(
	'takes no longer for many %j',
	(part) => {
		const bytes = file(text(part.repeat(FORMAT_BYTES)));
		const start = performance.now();
		for (let times = 0; times < 50; times++) knownFormat(bytes);
		expect(performance.now() - start).toBeLessThan(2000);
	},
);
