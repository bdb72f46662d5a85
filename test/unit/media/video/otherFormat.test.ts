import sharp from 'sharp';

import { otherFormat } from '../../../../nodes/HappyHorse/media/video/otherFormat';
import { text } from '../image/handmade';
import { ENCODED, encoded, encodedNames } from './encoded';
import { file } from './handmade';

const NAMES: Record<string, string> = {
	'other.avi': 'AVI video',
	'other.flv': 'FLV video',
	'other.mpegts': 'MPEG-TS video',
	'other.mkv': 'WebM or MKV video',
	'other.mpg': 'MPEG-PS video',
	'other.webm': 'WebM or MKV video',
	'other.wmv': 'WMV video',
};

it('names files of other formats, by 512 bytes', () => {
	const others = encodedNames().filter((name) => name.startsWith('other.'));
	const names = others.map((name) => [name, otherFormat(encoded(name).subarray(0, 512))]);
	expect(Object.fromEntries(names)).toEqual(NAMES);
});

it('does not name MP4 and MOV', () => {
	const names = Object.keys(ENCODED).filter((name) => otherFormat(encoded(name)) !== undefined);
	expect(names).toEqual([]);
});

it.each(['gif', 'jpeg', 'png', 'webp', 'avif'] as const)(
	'names a real image: %s',
	async (format) => {
		const image = sharp({ create: { width: 16, height: 16, channels: 3, background: 'red' } });
		const bytes = await image.toFormat(format, { effort: 1 }).toBuffer();
		const shown = {
			gif: 'GIF',
			jpeg: 'JPEG image',
			png: 'PNG image',
			webp: 'WebP image',
			avif: 'AVIF image',
		};
		expect(otherFormat(bytes)).toBe(shown[format]);
	},
);

it.each([
	['\0\0\0\x18ftypheic', 'HEIC image'],
	['\0\0\0\x18ftypmif1', 'HEIC image'],
	['%PDF-1.7', 'PDF'],
	['PK\x03\x04', 'ZIP file'],
	['ID3\x04', 'MP3 file'],
	['OggS\0', 'Ogg file'],
	['<!DOCTYPE html><html lang="en">', 'web page'],
	['<!doctype\nhtml>', 'web page'],
	['\xef\xbb\xbf\r\n  <HTML>', 'web page'],
	['<html lang="en">', 'web page'],
	['<!-- saved from --><html>', 'web page'],
	['<head><title>Sign in</title>', 'web page'],
	['<script>location = "/login"</script>', 'web page'],
])('names %j', (start, name) => {
	expect(otherFormat(file(text(start)))).toBe(name);
});

it.each([
	'',
	'<',
	'<!doctype',
	'<htmlx>',
	'RIFF0000WAVE',
	'text <html>',
	'\0\0\0\x18ftypisom',
	'G',
])('does not name %j', (start) => {
	expect(otherFormat(file(text(start)))).toBeUndefined();
});
