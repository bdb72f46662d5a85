export type ImageType = 'png' | 'jpeg' | 'webp' | 'bmp';

export type SizeResult =
	| {
			kind: 'size';
			type: ImageType;
			/** As stored. */
			width: number;
			height: number;
			/** How viewers turn it (EXIF); from 5 to 8 they swap the sides. Of JPEG only. */
			orientation?: number;
	  }
	/** `bytes` from the start of the file would help; always more than there were. */
	| { kind: 'need-more'; bytes: number }
	/** None of these formats, or first bytes that make no sense. */
	| { kind: 'unknown' };

/** One format's view of the bytes; `undefined` when they are not of that format. */
export type Format = (bytes: Uint8Array) => SizeResult | undefined;

export const UNKNOWN: SizeResult = { kind: 'unknown' };

export function needMore(bytes: number): SizeResult {
	return { kind: 'need-more', bytes };
}

/** The largest side that any of the formats can mean seriously. */
const LARGEST_SIDE = 0x7fffffff;

/** A size, unless a side is zero or absurd. */
export function size(
	type: ImageType,
	width: number,
	height: number,
	orientation?: number,
): SizeResult {
	const sound = (side: number) => side > 0 && side <= LARGEST_SIDE;
	if (!sound(width) || !sound(height)) return UNKNOWN;
	const sides = { kind: 'size' as const, type, width, height };
	return orientation === undefined ? sides : { ...sides, orientation };
}

/** Whether the bytes at a place are the given ones: 'maybe' when the file ends before they do. */
export function matches(
	bytes: Uint8Array,
	at: number,
	expected: readonly number[],
): 'yes' | 'no' | 'maybe' {
	for (const [index, byte] of expected.entries()) {
		const found = bytes[at + index];
		if (found === undefined) return 'maybe';
		if (found !== byte) return 'no';
	}
	return 'yes';
}

/** The bytes of an ASCII text. */
export function ascii(text: string): number[] {
	return [...Buffer.from(text)];
}

const byteAt = (bytes: Uint8Array, at: number) => bytes[at] ?? 0;

export function u16be(bytes: Uint8Array, at: number): number {
	return byteAt(bytes, at) * 0x100 + byteAt(bytes, at + 1);
}

export function u32be(bytes: Uint8Array, at: number): number {
	return u16be(bytes, at) * 0x10000 + u16be(bytes, at + 2);
}

export function u16le(bytes: Uint8Array, at: number): number {
	return byteAt(bytes, at) + byteAt(bytes, at + 1) * 0x100;
}

export function u24le(bytes: Uint8Array, at: number): number {
	return u16le(bytes, at) + byteAt(bytes, at + 2) * 0x10000;
}

export function u32le(bytes: Uint8Array, at: number): number {
	return u16le(bytes, at) + u16le(bytes, at + 2) * 0x10000;
}
