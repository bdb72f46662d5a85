import { isDeepStrictEqual } from 'node:util';

import * as fc from 'fast-check';

import type { SizeResult } from '../../../../nodes/HappyHorse/media/image/format';
import { imageSize } from '../../../../nodes/HappyHorse/media/image/imageSize';
import { anything, content, files } from './arbitraries';
import { counted } from './counted';
import { exif, file } from './handmade';

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

it('wants more than it got, and never changes its result', () => {
	fc.assert(
		fc.property(anything, (bytes) => {
			let first: SizeResult | undefined;
			for (let length = 0; length <= bytes.length; length++) {
				const header = imageSize(bytes.subarray(0, length));
				if (header.kind !== 'need-more') first ??= header;
				else if (header.bytes <= length) throw new Error(`${length} bytes: ${header.bytes} wanted`);
				if (first && !isDeepStrictEqual(header, first)) {
					throw new Error(`${length} bytes: ${JSON.stringify([first, header])}`);
				}
			}
		}),
		{ numRuns: 500 },
	);
});

it('reaches a result by reading on: what it wants always helps', () => {
	fc.assert(
		fc.property(files, ({ bytes, expected }) => {
			let length = 0;
			// Each read is about a later segment, of which there are at most six.
			for (let count = 0; count < 20; count++) {
				const header = imageSize(bytes.subarray(0, length));
				if (header.kind !== 'need-more') return expect(header).toEqual(expected);
				length = header.bytes;
			}
			throw new Error('it never stops reading');
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

const reads = (bytes: Uint8Array): number => {
	const { watched, count } = counted(bytes);
	imageSize(watched);
	return count.reads;
};

/** Two looks at each byte and one more at each marker, besides the signatures of all formats. */
const mostReads = (bytes: Uint8Array) => 4 * bytes.length + 200;

it('reads each byte a few times at most', () => {
	fc.assert(
		fc.property(anything, (bytes) => {
			expect(reads(bytes)).toBeLessThanOrEqual(mostReads(bytes));
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
	expect(reads(bytes)).toBeLessThanOrEqual(mostReads(bytes));
});

it('reads a JPEG of nothing but EXIF data in one go', () => {
	const entries = exif({ orientation: 0, before: 5000 });
	const bytes = file([0xff, 0xd8], entries, exif({ orientation: 9, before: 5000 }));
	expect(imageSize(bytes).kind).toBe('need-more');
	expect(reads(bytes)).toBeLessThanOrEqual(mostReads(bytes));
});
