import { u16be, u32be } from '../image/format';

/*
 * What single boxes say, from their content without the header. Content may be cut off: a byte that is missing is 0, and 0 is
 * what comes out where nothing is known. Layouts: ISO/IEC 14496-12; in version 1, times take 8 bytes.
 */

const ALL_BITS = 0xffffffff;

const isLong = (bytes: Uint8Array) => bytes[0] === 1;

/** In units of a timescale. A writer that did not know it has set all bits. */
function duration(bytes: Uint8Array, at: number): number {
	const first = u32be(bytes, at);
	if (first === ALL_BITS) return 0;
	return isLong(bytes) ? first * 2 ** 32 + u32be(bytes, at + 4) : first;
}

/** `mvhd` and `mdhd`. `timescale`: units per second. */
export function mediaHeader(bytes: Uint8Array): { timescale: number; seconds: number } {
	const at = isLong(bytes) ? 20 : 12;
	const timescale = u32be(bytes, at);
	return { timescale, seconds: duration(bytes, at + 4) / timescale };
}

/** `mehd`: the duration with all fragments. */
export const fragmentDuration = (bytes: Uint8Array): number => duration(bytes, 4);

/** `elst`: how long all edits together take, in units of the movie. Pauses count, too. */
export function editsDuration(bytes: Uint8Array): number {
	const size = isLong(bytes) ? 20 : 12;
	const end = 8 + size * u32be(bytes, 4);
	if (bytes.length < end) return 0;
	let units = 0;
	for (let at = 8; at < end; at += size) units += duration(bytes, at);
	return units;
}

/** `tkhd`: whether players turn the frames by 90 or 270 degrees. */
export function isTurned(bytes: Uint8Array): boolean {
	const matrix = isLong(bytes) ? 52 : 40;
	const [a, b, c, d] = [0, 4, 12, 16].map((at) => u32be(bytes, matrix + at));
	return a === 0 && d === 0 && b !== 0 && c !== 0;
}

/** The four characters at a place, such as `avc1`; none when they are no text. */
export function fourCharacters(bytes: Uint8Array, at: number): string | undefined {
	const text = String.fromCharCode(...bytes.subarray(at, at + 4));
	return /^[!-~][ -~]{3}$/.test(text) ? text.trim() : undefined;
}

/** `stsd`: the codec of the first entry, and for a video the size of its frames. */
export function sampleEntry(bytes: Uint8Array) {
	const codec = fourCharacters(bytes, 12);
	return { codec, width: u16be(bytes, 40), height: u16be(bytes, 42) };
}

/** `stts`: frames per unit of time, over all runs of frames that take equally long. */
export function framesPerUnit(bytes: Uint8Array): number {
	let frames = 0;
	let units = 0;
	for (let at = 8; at + 8 <= bytes.length; at += 8) {
		const count = u32be(bytes, at);
		frames += count;
		units += count * u32be(bytes, at + 4);
	}
	return frames / units;
}

/**
 * `sidx`: the seconds of all segments it lists. 0 for a single one: some writers put such an index before each segment, which
 * says nothing of the whole file.
 */
export function segmentSeconds(bytes: Uint8Array): number {
	const start = isLong(bytes) ? 32 : 24;
	const count = u16be(bytes, start - 2);
	const end = start + 12 * count;
	if (count < 2 || bytes.length < end) return 0;
	let units = 0;
	for (let at = start; at < end; at += 12) units += u32be(bytes, at + 4);
	return units / u32be(bytes, 8);
}
