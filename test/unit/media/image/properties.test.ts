import { isDeepStrictEqual } from 'node:util';

import * as fc from 'fast-check';

import type { SizeResult } from '../../../../nodes/HappyHorse/media/image/bytes';
import { imageSize } from '../../../../nodes/HappyHorse/media/image/imageSize';
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

// Without a size, fast-check stops at ten.
const content = fc.array(fc.integer({ min: 0, max: 255 }), { maxLength: 40, size: 'max' });

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

const files = fc.oneof(
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

const anything = fc.oneof(damaged, rubbish, fc.uint8Array({ maxLength: 200, size: 'max' }));

const isSide = (side: number) => Number.isSafeInteger(side) && side > 0;

it('finds the numbers that were written, whatever follows', () => {
	fc.assert(
		fc.property(files, content, ({ bytes, expected }, rest) => {
			expect(imageSize(bytes)).toEqual(expected);
			expect(imageSize(Uint8Array.from([...bytes, ...rest]))).toEqual(expected);
		}),
		{ numRuns: 500 },
	);
});

it('gives sides that are whole and positive, or none', () => {
	fc.assert(
		fc.property(anything, (bytes) => {
			const header = imageSize(bytes);
			if (header.kind !== 'size') return;
			expect([header.width, header.height].every(isSide)).toBe(true);
		}),
		{ numRuns: 2000 },
	);
});

it('asks for more than it got, and never changes an answer', () => {
	fc.assert(
		fc.property(anything, (bytes) => {
			let answer: SizeResult | undefined;
			for (let length = 0; length <= bytes.length; length++) {
				const header = imageSize(bytes.subarray(0, length));
				if (header.kind !== 'need-more') answer ??= header;
				else if (header.bytes <= length) throw new Error(`${length} bytes: ${header.bytes} wanted`);
				if (answer && !isDeepStrictEqual(header, answer)) {
					throw new Error(`${length} bytes: ${JSON.stringify([answer, header])}`);
				}
			}
		}),
		{ numRuns: 500 },
	);
});

it('reaches an answer by asking: what it asks for always helps', () => {
	fc.assert(
		fc.property(files, ({ bytes, expected }) => {
			let length = 0;
			// Each question is about a later segment, of which there are at most six.
			for (let questions = 0; questions < 20; questions++) {
				const header = imageSize(bytes.subarray(0, length));
				if (header.kind !== 'need-more') return expect(header).toEqual(expected);
				length = header.bytes;
			}
			throw new Error('it goes on asking');
		}),
		{ numRuns: 500 },
	);
});

it('changes none of the bytes', () => {
	fc.assert(
		fc.property(anything, (bytes) => {
			const before = Uint8Array.from(bytes);
			imageSize(bytes);
			expect(bytes).toEqual(before);
		}),
	);
});

/** The same bytes, with a count of how many of them were read. */
function counted(bytes: Uint8Array) {
	const count = { reads: 0 };
	const watched = new Proxy(bytes, {
		get(target, key) {
			if (typeof key === 'string' && /^\d+$/.test(key)) count.reads += 1;
			return Reflect.get(target, key, target) as unknown;
		},
	});
	return { watched, count };
}

const reads = (bytes: Uint8Array): number => {
	const { watched, count } = counted(bytes);
	imageSize(watched);
	return count.reads;
};

/** Two looks at each byte and one more at each marker, besides the signatures of all formats. */
const allowance = (bytes: Uint8Array) => 4 * bytes.length + 200;

it('reads each byte a few times at most', () => {
	fc.assert(
		fc.property(anything, (bytes) => {
			expect(reads(bytes)).toBeLessThanOrEqual(allowance(bytes));
		}),
		{ numRuns: 1000 },
	);
});

it.each([
	['fill bytes', [0xff]],
	['junk', [0x00]],
	['stuffing', [0xff, 0x00]],
	['restarts', [0xff, 0xd0]],
	['lengths of 0', [0xff, 0xe0, 0x00, 0x00]],
	['lengths of 2', [0xff, 0xe0, 0x00, 0x02]],
])('reads a long JPEG of nothing but %s in one go', (_, pattern) => {
	const long = Array.from({ length: 40_000 }, (__, index) => pattern[index % pattern.length] ?? 0);
	const bytes = file([0xff, 0xd8], long);
	expect(imageSize(bytes).kind).toBe('need-more');
	expect(reads(bytes)).toBeLessThanOrEqual(allowance(bytes));
});

it('reads a JPEG of nothing but EXIF data in one go', () => {
	const entries = exif({ orientation: 0, before: 5000 });
	const bytes = file([0xff, 0xd8], entries, exif({ orientation: 9, before: 5000 }));
	expect(imageSize(bytes).kind).toBe('need-more');
	expect(reads(bytes)).toBeLessThanOrEqual(allowance(bytes));
});
