import { orientationIn } from './exif';
import type { Format, SizeResult } from './format';
import { matches, needMore, size, u16be, UNKNOWN } from './format';

const START = [0xff, 0xd8];

const EXIF_SEGMENT = 0xe1;

/** From a marker's byte to the end of the width that a frame header holds. */
const FRAME_HEADER_BYTES = 8;

/**
 * JPEG: segments, each with a marker and a length, up to the frame header. They are skipped by their length:
 * a search for the frame's marker would find the one of a thumbnail inside the EXIF data. EXIF data is in front of the frame.
 */
export const jpegSize: Format = (bytes) => {
	const start = matches(bytes, 0, START);
	if (start === 'no') return undefined;
	if (start === 'maybe') return needMore(START.length);
	return walk(bytes, START.length);
};

function walk(bytes: Uint8Array, from: number): SizeResult {
	let at = from;
	let orientation: number | undefined;
	for (;;) {
		while (at < bytes.length && bytes[at] !== 0xff) at++;
		while (at < bytes.length && bytes[at] === 0xff) at++;
		const marker = bytes[at];
		if (marker === undefined) return needMore(Math.max(at, bytes.length) + FRAME_HEADER_BYTES);
		if (marker === 0xd9 || marker === 0xda) return UNKNOWN;
		if (standsAlone(marker)) {
			at += 1;
			continue;
		}
		if (isFrame(marker)) {
			if (bytes.length < at + FRAME_HEADER_BYTES) return needMore(at + FRAME_HEADER_BYTES);
			return size('jpeg', u16be(bytes, at + 6), u16be(bytes, at + 4), orientation);
		}
		if (bytes.length < at + 3) return needMore(at + 3);
		// The length counts its own two bytes; a smaller one is broken, but must not stop the walk.
		const end = at + 1 + Math.max(2, u16be(bytes, at + 1));
		// Not up to the end that a file of a few bytes only claims to have.
		const there = Math.min(end, bytes.length);
		if (marker === EXIF_SEGMENT) orientation ??= orientationIn(bytes, at + 3, there);
		at = end;
	}
}

/** Markers without a length: stuffing, TEM, restarts, another start. */
function standsAlone(marker: number): boolean {
	return marker === 0x00 || marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8);
}

/** SOF0 to SOF15 without DHT, JPG and DAC, which share the range. */
function isFrame(marker: number): boolean {
	return marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
}
