import { isDeepStrictEqual } from 'node:util';

import * as fc from 'fast-check';

import { BoxWalk } from '../../../../nodes/HappyHorse/media/video/boxes';
import { readFromRanges } from '../../../../nodes/HappyHorse/media/video/readFromRanges';
import type { VideoFacts } from '../../../../nodes/HappyHorse/media/video/videoReader';
import { VideoReader } from '../../../../nodes/HappyHorse/media/video/videoReader';
import { be, text } from '../image/handmade';
import { anything, damaged } from './arbitraries';
import { box, brand, extension, file, index, track } from './handmade';

function read(bytes: Uint8Array, chunks: number[] = [bytes.length]): VideoFacts {
	const reader = new VideoReader();
	let at = 0;
	for (let turn = 0; at < bytes.length; turn++) {
		const length = chunks[turn % chunks.length] ?? 1;
		reader.push(bytes.subarray(at, at + length));
		at += length;
	}
	return reader.facts;
}

const isWhole = (value: number) => Number.isInteger(value) && value > 0 && value <= 0xffff;

const isPositive = (value: number) => Number.isFinite(value) && value > 0;

it('takes any bytes, and says only what makes sense', () => {
	fc.assert(
		fc.property(anything, (bytes) => {
			const facts = read(bytes);
			const { width = 1, height = 1, seconds = 1, fps = 1, codec = 'text' } = facts;
			expect([width, height].every(isWhole)).toBe(true);
			expect([seconds, fps].every(isPositive)).toBe(true);
			expect(codec).toMatch(/^[!-~][ -~]{0,3}$/);
			expect('width' in facts).toBe('height' in facts);
			expect(Object.values(facts)).not.toContain(undefined);
		}),
		{ numRuns: 2000 },
	);
});

it('says the same, however the bytes are cut into chunks', () => {
	const chunks = fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 5 });
	fc.assert(
		fc.property(anything, chunks, (bytes, lengths) => {
			expect(read(bytes, lengths)).toEqual(read(bytes));
		}),
		{ numRuns: 1000 },
	);
});

it('never takes back a fact, and has none to add once it is done', () => {
	fc.assert(
		fc.property(anything, (bytes) => {
			const reader = new VideoReader();
			let before: VideoFacts = {};
			for (const byte of bytes) {
				const wasDone = reader.isDone;
				reader.push(Uint8Array.of(byte));
				const kept = { ...reader.facts, ...before };
				if (!isDeepStrictEqual(kept, reader.facts))
					throw new Error(JSON.stringify([before, reader.facts]));
				if (wasDone && !isDeepStrictEqual(before, reader.facts)) throw new Error('not done');
				before = { ...reader.facts };
			}
		}),
		{ numRuns: 300 },
	);
});

it('reads as much by ranges, of any length, as from the whole file', async () => {
	await fc.assert(
		fc.asyncProperty(anything, async (bytes) => {
			const { facts } = await readFromRanges(async (from, to) => bytes.slice(from, to));
			expect(facts).toEqual(read(bytes));
		}),
		{ numRuns: 500 },
	);
});

it('loses no fact when it skips to where it wants to continue', () => {
	fc.assert(
		fc.property(anything, fc.integer({ min: 1, max: 60 }), (bytes, length) => {
			const reader = new VideoReader();
			for (;;) {
				const { position } = reader.skip();
				const part = bytes.subarray(position, position + length);
				if (part.length === 0 || reader.isDone) break;
				reader.push(part);
			}
			expect(reader.facts).toEqual(read(bytes));
		}),
		{ numRuns: 1000 },
	);
});

it('changes none of the bytes', () => {
	fc.assert(
		fc.property(anything, (bytes) => {
			const before = Uint8Array.from(bytes);
			read(bytes);
			expect(bytes).toEqual(before);
		}),
	);
});

/** Walks into everything, and wants much of it. */
function greedy(bytes: Uint8Array) {
	const taken = { boxes: 0, content: 0, opened: 0, ended: 0 };
	const walk = new BoxWalk({
		begin(path) {
			taken.boxes += 1;
			const isOpened = /(?:moov|trak|mdia|minf|stbl)$/.test(path);
			taken.opened += Number(isOpened);
			return isOpened ? 'open' : 1000;
		},
		content: (_, content) => (taken.content += content.length),
		end: () => (taken.ended += 1),
	});
	walk.push(bytes);
	return taken;
}

it('looks at each byte once, and ends no box that it did not begin', () => {
	fc.assert(
		fc.property(damaged, (bytes) => {
			const { boxes, content, opened, ended } = greedy(bytes);
			expect(8 * boxes + content).toBeLessThanOrEqual(bytes.length);
			expect(ended).toBeLessThanOrEqual(opened);
		}),
		{ numRuns: 500 },
	);
});

/** Bytes of all buffers, and the number of all objects, that can be reached. */
function weigh(root: object): { bytes: number; objects: number } {
	const seen = new Set<object>();
	const waiting: object[] = [root];
	let bytes = 0;
	for (let next = waiting.pop(); next; next = waiting.pop()) {
		if (seen.has(next)) continue;
		seen.add(next);
		if (ArrayBuffer.isView(next)) {
			bytes += next.buffer.byteLength;
			continue;
		}
		const values: unknown[] = next instanceof Map ? [...next.values()] : Object.values(next);
		// Not `instanceof`: buffers are of another realm than the tests.
		waiting.push(...values.filter((value) => typeof value === 'object' && value !== null));
	}
	return { bytes, objects: seen.size };
}

const huge = be(4, 0x7fffffff);

it.each<[string, number[], number[]]>([
	['empty boxes', brand(), box('free')],
	['tracks without end', [...brand(), ...huge, ...text('moov')], track({ edits: [1, 2] })],
	[
		'the longest lists',
		[...brand(), ...huge, ...text('moov')],
		track({
			edits: Array.from({ length: 3000 }, () => 1),
			runs: Array.from({ length: 4500 }, () => [1, 1]),
		}),
	],
	['empty tracks', [...brand(), ...huge, ...text('moov')], box('trak')],
	[
		'a list without end',
		[
			...brand(),
			...huge,
			...text('moov'),
			...huge,
			...text('trak'),
			...huge,
			...text('edts'),
			...huge,
			...text('elst'),
		],
		be(4, 7),
	],
	['boxes in boxes', brand(), [...huge, ...text('moov')]],
	['brands', [], [...huge, ...text('ftyp')]],
	['indexes', [...brand(), ...box('moov', extension())], index([1])],
])('keeps little of %s', (_, start, repeated) => {
	const reader = new VideoReader();
	reader.push(file(start));
	const some = file(
		Array.from({ length: Math.ceil(20_000 / repeated.length) }, () => repeated).flat(),
	);
	for (let turn = 0; turn < 20; turn++) reader.push(some);
	const { bytes, objects } = weigh(reader);
	expect(bytes).toBeGreaterThan(0);
	expect(bytes).toBeLessThanOrEqual(200 * 1024);
	expect(objects).toBeLessThan(50);
});
