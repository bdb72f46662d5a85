import {
	ascii,
	matches,
	needMore,
	size,
	u16be,
	u16le,
	u24le,
	u32be,
	u32le,
	UNKNOWN,
} from '../../../../nodes/HappyHorse/media/image/format';

it.each([
	['yes', 2, [3, 4]],
	['yes', 0, [1, 2, 3, 4]],
	['yes', 4, []],
	['maybe', 3, [4, 5]],
	['maybe', 4, [5]],
	['maybe', 9, [5]],
	['no', 2, [3, 5]],
	['no', 2, [9, 4]],
	// One wrong byte settles it, even if the file ends later.
	['no', 2, [9, 4, 5, 6]],
	['no', 3, [9, 5]],
])('a place holds the given bytes: %s', (expected, at, bytes) => {
	expect(matches(Uint8Array.of(1, 2, 3, 4), at, bytes)).toBe(expected);
});

it.each([
	[u16be, 0x8182],
	[u16le, 0x8281],
	[u24le, 0x838281],
	[u32be, 0x81828384],
	[u32le, 0x84838281],
])('%p reads a whole number that is never negative', (read, expected) => {
	expect(read(Uint8Array.of(0xff, 0x81, 0x82, 0x83, 0x84, 0xff), 1)).toBe(expected);
});

it.each([u16be, u16le, u24le, u32be, u32le])('%p reads zeros after the end', (read) => {
	expect(read(Uint8Array.of(), 0)).toBe(0);
});

it.each([
	[1, 1, true],
	[0x7fffffff, 0x7fffffff, true],
	[0, 3, false],
	[3, 0, false],
	[-1, 3, false],
	[3, -1, false],
	[0x80000000, 1, false],
	[1, 0x80000000, false],
	[4294967295, 1, false],
])('%d x %d makes sense: %p', (width, height, sound) => {
	expect(size('png', width, height)).toEqual(
		sound ? { kind: 'size', type: 'png', width, height } : { kind: 'unknown' },
	);
});

it('says what it wants', () => {
	expect(UNKNOWN).toEqual({ kind: 'unknown' });
	expect(needMore(7)).toEqual({ kind: 'need-more', bytes: 7 });
	expect(ascii('BM~')).toEqual([0x42, 0x4d, 0x7e]);
});
