import { Readable } from 'stream';

import fc from 'fast-check';

import { EndlessAnswer, textOf } from '../../../nodes/HappyHorse/transport/byteStream';

const limits = { maxBytes: 1000, withinMs: 1000 };

afterEach(() => jest.restoreAllMocks());

it('gives the text of any bytes however they are cut', async () => {
	await fc.assert(
		fc.asyncProperty(
			fc.string({ unit: 'grapheme', maxLength: 100 }),
			fc.integer({ min: 1, max: 9 }),
			async (text, size) => {
				const bytes = Buffer.from(text);
				const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
					bytes.subarray(index * size, (index + 1) * size),
				);
				expect(await textOf(Readable.from(pieces), { ...limits, maxBytes: 5000 })).toBe(text);
			},
		),
		{ numRuns: 50 },
	);
});

it('takes pieces that are no Buffer', async () => {
	const pieces = [new Uint8Array([104, 105]), '!'];
	expect(await textOf(Readable.from(pieces), limits)).toBe('hi!');
});

it.each([
	[999, true],
	[1000, true],
	[1001, false],
])('of %i bytes, 1000 allowed: %p', async (bytes, allowed) => {
	const body = Readable.from([Buffer.alloc(bytes - 1), Buffer.alloc(1)]);
	const text = textOf(body, limits);
	if (allowed) expect(await text).toHaveLength(bytes);
	else await expect(text).rejects.toBeInstanceOf(EndlessAnswer);
	expect(body.destroyed).toBe(true);
});

it('reads no further than it is allowed to', async () => {
	let given = 0;
	const body = Readable.from(
		(function* () {
			for (; ; given++) yield Buffer.alloc(100);
		})(),
		{ highWaterMark: 1 },
	);
	await expect(textOf(body, limits)).rejects.toThrow('more than 1000 bytes');
	expect(given).toBeLessThan(15);
});

it('does not let itself be strung along, a byte at a time', async () => {
	let now = 0;
	jest.spyOn(Date, 'now').mockImplementation(() => now);
	const body = Readable.from(
		(function* () {
			for (; ; now += 100) yield Buffer.alloc(1);
		})(),
		{ highWaterMark: 1 },
	);
	await expect(textOf(body, limits)).rejects.toThrow('not complete after 1000 ms');
	expect(now).toBeLessThan(2000);
	expect(body.destroyed).toBe(true);
});

it('passes on the break of a stream', async () => {
	const reason = new Error('aborted');
	const body = Readable.from(
		(function* () {
			yield Buffer.alloc(1);
			throw reason;
		})(),
	);
	await expect(textOf(body, limits)).rejects.toBe(reason);
});
