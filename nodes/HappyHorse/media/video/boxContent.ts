import { u16be, u32be } from '../image/bytes';

/*
 * What single boxes say, from their content without the header. Content may be cut off: bytes that are missing are zeros,
 * and what would be zero is left out. Layouts: ISO/IEC 14496-12; a version of 1 means that times take 8 bytes.
 */

const UNKNOWN_32 = 0xffffffff;

const isLong = (bytes: Uint8Array) => bytes[0] === 1;

const u64be = (bytes: Uint8Array, at: number) => u32be(bytes, at) * 2 ** 32 + u32be(bytes, at + 4);

/** None where a writer did not know it: zero, or all bits set. */
function duration(bytes: Uint8Array, at: number): number | undefined {
	const value = isLong(bytes) ? u64be(bytes, at) : u32be(bytes, at);
	const isUnknown = isLong(bytes) ? u32be(bytes, at) === UNKNOWN_32 : value === UNKNOWN_32;
	return isUnknown || value === 0 ? undefined : value;
}

/** What `mvhd` and `mdhd` say of time: units a second, and how many of them. */
export interface MediaHeader {
	timescale: number;
	duration: number | undefined;
}

/** `mvhd`, `mdhd`. */
export function mediaHeader(bytes: Uint8Array): MediaHeader {
	const at = isLong(bytes) ? 20 : 12;
	return { timescale: u32be(bytes, at), duration: duration(bytes, at + 4) };
}

/** `mehd`: the duration with all fragments. */
export const fragmentDuration = (bytes: Uint8Array): number | undefined => duration(bytes, 4);

/** `elst`: how long all edits together take, in units of the movie. Pauses count, too. */
export function editsDuration(bytes: Uint8Array): number | undefined {
	const size = isLong(bytes) ? 20 : 12;
	const count = u32be(bytes, 4);
	if (bytes.length < 8 + size * count) return undefined;
	let units = 0;
	for (let at = 8; at < 8 + size * count; at += size) units += duration(bytes, at) ?? 0;
	return units === 0 ? undefined : units;
}

export interface Sides {
	width: number;
	height: number;
}

/** `tkhd`: the size in which a track is shown, and whether it is turned by 90 or 270 degrees before. */
export function trackHeader(bytes: Uint8Array): Sides & { isTurned: boolean } {
	const matrix = isLong(bytes) ? 52 : 40;
	const [a, b, c, d] = [0, 4, 12, 16].map((at) => u32be(bytes, matrix + at));
	return {
		isTurned: a === 0 && d === 0 && b !== 0 && c !== 0,
		// Fixed point: 16 bits before it, 16 behind.
		width: u16be(bytes, matrix + 36),
		height: u16be(bytes, matrix + 40),
	};
}

/** The four characters at a place, such as `avc1`; none when they are no text. */
export function fourCharacters(bytes: Uint8Array, at: number): string | undefined {
	const text = String.fromCharCode(...bytes.subarray(at, at + 4));
	return /^[ -~]{4}$/.test(text) ? text.trim() : undefined;
}

/** `stsd`: the codec of the first entry, and for a video the size of its frames. */
export function sampleEntry(bytes: Uint8Array): Sides & { codec: string | undefined } {
	return {
		codec: fourCharacters(bytes, 12),
		width: u16be(bytes, 40),
		height: u16be(bytes, 42),
	};
}

/** `stts`: frames for each unit of time, over all runs of frames that take equally long. */
export function framesPerUnit(bytes: Uint8Array): number | undefined {
	let frames = 0;
	let units = 0;
	for (let at = 8; at + 8 <= bytes.length; at += 8) {
		const count = u32be(bytes, at);
		frames += count;
		units += count * u32be(bytes, at + 4);
	}
	return units === 0 ? undefined : frames / units;
}

/**
 * `sidx`: the seconds of all segments it lists. None for a single one: some writers put such an index before each segment,
 * which says nothing of the whole file.
 */
export function segmentSeconds(bytes: Uint8Array): number | undefined {
	const list = isLong(bytes) ? 32 : 24;
	const count = u16be(bytes, list - 2);
	const timescale = u32be(bytes, 8);
	if (count < 2 || timescale === 0 || bytes.length < list + 12 * count) return undefined;
	let units = 0;
	for (let index = 0; index < count; index++) units += u32be(bytes, list + 12 * index + 4);
	return units / timescale;
}
