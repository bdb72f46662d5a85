import * as fc from 'fast-check';

import type { SizeResult } from '../../../../nodes/HappyHorse/media/image/format';
import {
	applePng,
	bmp,
	exif,
	extendedWebp,
	file,
	jpeg,
	losslessWebp,
	lossyWebp,
	png,
	segment,
	text,
} from './handmade';

interface Written {
	bytes: Uint8Array;
	expected: SizeResult;
}

function written(
	type: 'png' | 'jpeg' | 'webp' | 'bmp',
	build: (sides: { width: number; height: number }) => Uint8Array,
	largest: number,
): fc.Arbitrary<Written> {
	const side = fc.integer({ min: 1, max: largest });
	return fc.record({ width: side, height: side }).map((sides) => ({
		bytes: build(sides),
		expected: { kind: 'size', type, ...sides },
	}));
}

/** Any bytes. Without a size, fast-check stops at ten. */
export const content = fc.array(fc.integer({ min: 0, max: 255 }), { maxLength: 40, size: 'max' });

const INTERLUDES: number[][] = [
	[0xff],
	[0xff, 0x00],
	[0xff, 0x01],
	[0xff, 0xd3],
	[0x00],
	[0xd8, 0xc0],
];

/** What may stand before the frame of a JPEG; lengths are right, contents are anything. */
const between = fc.oneof(
	fc
		.tuple(fc.constantFrom(0xc4, 0xcc, 0xdb, 0xe0, 0xe1, 0xe2, 0xee, 0xfe), content)
		.map(([marker, data]) => segment(marker, data)),
	fc.constantFrom(...INTERLUDES),
);

const jpegs = fc
	.array(between, { maxLength: 6 })
	.chain((before) => written('jpeg', (sides) => jpeg(sides, ...before), 0xffff));

const turned = fc
	.record({
		orientation: fc.integer({ min: 1, max: 8 }),
		isLittle: fc.boolean(),
		before: fc.nat(20),
		gap: fc.nat(20),
	})
	.chain((note) =>
		written('jpeg', (sides) => jpeg(sides, exif(note)), 0xffff).map(({ bytes, expected }) => ({
			bytes,
			expected: { ...expected, orientation: note.orientation } as SizeResult,
		})),
	);

/** Images with the sizes that were written into them. */
export const files = fc.oneof(
	jpegs,
	turned,
	written('png', png, 0x7fffffff),
	written('png', applePng, 0x7fffffff),
	written('webp', lossyWebp, 0x3fff),
	written('webp', losslessWebp, 0x3fff),
	written('webp', extendedWebp, 0x1000000),
	written('bmp', bmp, 0x7fffffff),
	written('bmp', (sides) => bmp({ ...sides, height: 2 ** 32 - sides.height }), 0x7fffffff),
	written('bmp', (sides) => bmp({ ...sides, header: 12 }), 0xffff),
);

/** Files with a few bytes changed, some cut out, and rubbish behind. */
const damaged = fc
	.tuple(files, fc.array(fc.tuple(fc.nat(60), fc.nat(255)), { maxLength: 4 }), fc.nat(40), content)
	.map(([{ bytes }, changes, cut, rest]) => {
		const damage = [...bytes];
		for (const [at, byte] of changes) damage[at % damage.length] = byte;
		damage.splice(cut, changes.length);
		return Uint8Array.from([...damage, ...rest]);
	});

const STARTS = [
	[],
	[0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
	[0xff, 0xd8],
	[0xff, 0xd8, 0xff],
	text('BM'),
	text('RIFF0000WEBP'),
	text('RIFF0000WEBPVP8 '),
	text('GIF8'),
	[0x49, 0x49, 0x2a],
	text('0000ftyp'),
];

/** Rubbish behind a start that wakes one of the formats, at times with the start of another at 4. */
const rubbish = fc
	.tuple(fc.constantFrom(...STARTS), fc.boolean(), fc.uint8Array({ maxLength: 120, size: 'max' }))
	.map(([start, disguised, rest]) => {
		const bytes = file([...start, ...rest]);
		if (disguised && bytes.length > 12) bytes.set(text('ftypavif'), 4);
		return bytes;
	});

/** Images, damaged ones, and what begins like one. */
export const anything = fc.oneof(damaged, rubbish, fc.uint8Array({ maxLength: 200, size: 'max' }));
