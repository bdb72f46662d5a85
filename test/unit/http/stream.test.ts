import { Readable } from 'stream';

import fc from 'fast-check';

import { ResponseTooLarge, IdleTimeout, textOf } from '../../../nodes/HappyHorse/http/stream';

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
	else await expect(text).rejects.toBeInstanceOf(ResponseTooLarge);
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

describe('a server that goes quiet in the middle', () => {
	/** As n8n hands over a body: made of a generator, it cannot be destroyed while it waits for a piece. */
	const quiet = () =>
		Readable.from(
			(async function* () {
				yield Buffer.from('{"data":');
				await new Promise(() => undefined);
			})(),
		);

	it('is left by who reads its text', async () => {
		const body = quiet();
		await expect(textOf(body, { ...limits, withinMs: 300 })).rejects.toBeInstanceOf(
			ResponseTooLarge,
		);
		expect(body.destroyed).toBe(true);
	});

	it('is left after the silence, not before: each piece counts', async () => {
		const silence = new IdleTimeout(600);
		const started = Date.now();
		const work = silence.endsWork(new Promise(() => undefined));
		const outcome = work.catch((error: unknown) => error);
		for (let piece = 0; piece < 5; piece++) {
			await new Promise((done) => setTimeout(done, 250));
			silence.heard();
		}
		expect(await outcome).toBeInstanceOf(ResponseTooLarge);
		expect(Date.now() - started).toBeGreaterThan(1800);
	});

	it('gives what the work gives, and throws what it throws', async () => {
		expect(await new IdleTimeout(1000).endsWork(Promise.resolve(5))).toBe(5);
		const reason = new Error('no');
		await expect(new IdleTimeout(1000).endsWork(Promise.reject(reason))).rejects.toBe(reason);
	});
});
