import * as fc from 'fast-check';

import { orientationIn } from '../../../../nodes/HappyHorse/media/image/exif';
import { jpegSize } from '../../../../nodes/HappyHorse/media/image/jpeg';
import { exif, jpeg, segment, text } from './handmade';

const sides = { width: 1920, height: 1080 };

const found = (...before: number[][]) => {
	const result = jpegSize(jpeg(sides, ...before));
	expect(result).toMatchObject({ kind: 'size', type: 'jpeg', ...sides });
	return result?.kind === 'size' ? result.orientation : result;
};

const orientations = [1, 2, 3, 4, 5, 6, 7, 8];

it.each(orientations)('reads orientation %d', (orientation) => {
	for (const isLittle of [false, true]) {
		expect(found(exif({ orientation, isLittle }))).toBe(orientation);
		expect(found(exif({ orientation, isLittle, before: 12, gap: 30 }))).toBe(orientation);
		expect(found(segment(0xe0, [1, 2]), exif({ orientation, isLittle }))).toBe(orientation);
	}
});

it('goes by the first EXIF data that says something', () => {
	expect(found(exif({ orientation: 6 }), exif({ orientation: 1 }))).toBe(6);
	const adobe = segment(0xe1, [...text('http://ns.adobe.com/xap/1.0/'), 0]);
	expect(found(adobe, exif({ orientation: 6 }))).toBe(6);
});

const good = exif({ orientation: 6 });

/** The same segment with one byte changed; 0 is the first of its content. */
const changed = (at: number, byte: number) => good.with(at + 4, byte);

it.each<[string, number[]]>([
	['0', exif({ orientation: 0 })],
	['9', exif({ orientation: 9 })],
	['a long number', exif({ orientation: 6, type: 4 })],
	['another tag', changed(17, 0x13)],
	['no EXIF mark', changed(0, 0x65)],
	['another byte order', changed(6, 0x4e)],
	['entries behind the end', changed(12, 0xff)],
	['no entries', changed(15, 0)],
	['another kind of segment', segment(0xe2, good.slice(4))],
	['nothing but the mark', segment(0xe1, [...text('Exif'), 0, 0])],
	['a segment that ends in the entry', segment(0xe1, good.slice(4, 4 + 8 + 6 + 2 + 11))],
])('finds none in %s', (_, before) => {
	expect(found(before)).toBeUndefined();
});

it('is not fooled by a number of entries that is too large', () => {
	expect(found(changed(14, 0xff))).toBe(6);
	const empty = segment(0xe1, [...good.slice(4, 4 + 14), 0xff, 0xff]);
	expect(found(empty, segment(0xe0, good.slice(4 + 16)))).toBeUndefined();
});

it('never throws, and reads nothing beyond the end', () => {
	const bytes = fc.oneof(
		fc.uint8Array({ maxLength: 80, size: 'max' }),
		fc
			.tuple(fc.array(fc.tuple(fc.nat(40), fc.nat(255)), { maxLength: 4 }), fc.boolean())
			.map(([changes, isLittle]) => {
				const damaged = exif({ orientation: 6, before: 2, isLittle }).slice(4);
				for (const [at, byte] of changes) damaged[at % damaged.length] = byte;
				return Uint8Array.from(damaged);
			}),
	);
	fc.assert(
		fc.property(bytes, fc.nat(80), fc.uint8Array({ maxLength: 40 }), (content, end, rest) => {
			const to = Math.min(end, content.length);
			const orientation = orientationIn(content, 0, to);
			const others = Uint8Array.from([...content.subarray(0, to), ...rest]);
			expect(orientationIn(others, 0, to)).toBe(orientation);
			if (orientation !== undefined) expect(orientations).toContain(orientation);
		}),
		{ numRuns: 2000 },
	);
});
