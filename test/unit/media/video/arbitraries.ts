import * as fc from 'fast-check';

import type { TrackOptions } from './handmade';
import {
	box,
	brand,
	data,
	extension,
	file,
	header,
	index,
	longBox,
	track,
	wholeDuration,
	zeros,
} from './handmade';

const number = fc.oneof(fc.nat(5000), fc.constantFrom(0, 1, 0xffffffff, 0x7fffffff));

const trackOptions: fc.Arbitrary<TrackOptions> = fc.record({
	width: fc.nat(0xffff),
	height: fc.nat(0xffff),
	turn: fc.constantFrom(0, 90, 180, 270),
	codec: fc.constantFrom('avc1', 'hvc1', 'mp4a', '\0\0\0\0'),
	handler: fc.constantFrom('vide', 'soun', 'text'),
	version: fc.constantFrom(0, 1, 2),
	timescale: number,
	duration: number,
	edits: fc.array(number, { maxLength: 3 }),
	runs: fc.array(fc.tuple(number, number), { maxLength: 3 }),
});

const junk = fc
	.tuple(fc.constantFrom('free', 'udta', 'mdat', 'wide', 'ftyp', 'moof'), fc.nat(30))
	.map(([type, length]) => box(type, zeros(length)));

const inMovie = fc.oneof(
	trackOptions.map(track),
	junk,
	number.map((duration) => header('mvhd', { duration })),
	number.map((duration) => extension(wholeDuration(duration))),
);

const movies = fc
	.tuple(fc.constantFrom(box, longBox), fc.array(inMovie, { maxLength: 4 }))
	.map(([boxed, parts]) => boxed('moov', ...parts));

const indexes = fc.array(fc.nat(20), { maxLength: 4 }).map((seconds) => index(seconds));

/** Sound boxes in any sequence, with any numbers in them. */
export const files = fc
	.tuple(
		fc.constantFrom(brand(), brand('qt  '), box('wide'), data(20), []),
		fc.array(fc.oneof(junk, movies, indexes), { maxLength: 4 }),
	)
	.map(([start, parts]) => file(start, ...parts));

/** Files with a few bytes changed and cut out: sizes and types that lie. */
export const damaged = fc
	.tuple(files, fc.array(fc.tuple(fc.nat(400), fc.nat(255)), { maxLength: 4 }), fc.nat(200))
	.map(([bytes, changes, cut]) => {
		const damage = [...bytes];
		for (const [at, byte] of changes) if (damage.length > 0) damage[at % damage.length] = byte;
		damage.splice(cut, changes.length);
		return Uint8Array.from(damage);
	});

/** Videos, damaged ones, and any bytes. */
export const anything = fc.oneof(files, damaged, fc.uint8Array({ maxLength: 100, size: 'max' }));
