import { Readable } from 'stream';

import fc from 'fast-check';

import { clockOf } from '../../../nodes/HappyHorse/concurrency/clock';
import { judgeVideo, checkVideo } from '../../../nodes/HappyHorse/media/checkVideo';
import type { Verdict } from '../../../nodes/HappyHorse/media/verdict';
import { EDITED_VIDEO } from '../../../nodes/HappyHorse/resources/videoEdit';
import { FakeClock } from '../support/fakeClock';
import { fakeExecution } from '../support/fakeExecution';
import { png } from '../support/images';
import { box, brand, data, file, header, lastBox, movie, track, zeros } from './video/handmade';

const URL = 'https://videos.example.com/a.mp4';

const clip = (changes: Parameters<typeof track>[0] = {}) =>
	movie(track({ duration: 4000, width: 1280, height: 720, ...changes }));

const inFront = Buffer.from(file(brand(), clip(), data(300_000)));

const atEnd = Buffer.from(file(brand(), data(300_000), clip()));

interface FileResponse {
	statusCode?: number;
	headers?: Record<string, unknown>;
	body?: Buffer;
}

/** A file server that responds by a function, and a record of the ranges and of how far the bodies were read. */
async function look(
	respond: (from: number, to: number) => FileResponse | Error,
	{ url = URL, clock = new FakeClock() } = {},
) {
	const { bendable, context } = fakeExecution({});
	const ranges: string[] = [];
	const bodies: Readable[] = [];
	bendable.helpers.httpRequest = async ({ headers }) => {
		const range = String(headers?.Range);
		ranges.push(range);
		const [, from = '', to = ''] = /bytes=(\d+)-(\d+)/.exec(range) ?? [];
		const outcome = respond(Number(from), Number(to));
		if (outcome instanceof Error) throw outcome;
		const { statusCode = 206, headers: said = {}, body = Buffer.of() } = outcome;
		const stream = Readable.from([body]);
		bodies.push(stream);
		return { statusCode, headers: said, body: stream };
	};
	const limits = EDITED_VIDEO;
	const verdict: Verdict = await checkVideo(context, { url, limits, allowLocal: false, clock });
	return { verdict, ranges, bodies };
}

const ranged =
	(bytes: Buffer, total = bytes.length) =>
	(from: number, to: number): FileResponse => {
		if (from >= bytes.length) return { statusCode: 416 };
		const body = bytes.subarray(from, to + 1);
		const range = `bytes ${from}-${from + body.length - 1}/${total}`;
		return { headers: { 'content-range': range }, body };
	};

const FACTS = { type: 'mp4', width: 1280, height: 720, seconds: 4 };

it('reads the header in front with one request', async () => {
	const { verdict, ranges } = await look(ranged(inFront));
	expect(verdict).toMatchObject({ kind: 'fine', facts: { ...FACTS, bytes: inFront.length } });
	expect(ranges).toEqual(['bytes=0-65535']);
});

it('passes over the content to a header at the end', async () => {
	const { verdict, ranges } = await look(ranged(atEnd));
	expect(verdict).toMatchObject({ kind: 'fine', facts: FACTS });
	expect(ranges).toHaveLength(2);
	expect(Number(/bytes=(\d+)/.exec(ranges[1]!)?.[1])).toBeGreaterThan(299_000);
});

it('reads a header in front from a server that knows no ranges, and no more of it', async () => {
	const { verdict, bodies } = await look(() => ({
		statusCode: 200,
		headers: { 'content-length': String(inFront.length) },
		body: inFront,
	}));
	expect(verdict).toMatchObject({ kind: 'fine', facts: { ...FACTS, bytes: inFront.length } });
	expect(bodies.every(({ destroyed }) => destroyed)).toBe(true);
});

it('A11: reads no more than it has requested from a server that sends without end', async () => {
	const { bendable, context } = fakeExecution({});
	let sent = 0;
	const endless = Readable.from(
		(function* () {
			for (;;) {
				sent += 16_384;
				if (sent > 10 * 1024 * 1024) throw new Error('read on');
				yield sent === 16_384 ? inFront.subarray(0, 16_384) : Buffer.alloc(16_384);
			}
		})(),
		{ highWaterMark: 1 },
	);
	bendable.helpers.httpRequest = async () => ({ statusCode: 200, headers: {}, body: endless });
	const look = { url: URL, limits: EDITED_VIDEO, allowLocal: false, clock: new FakeClock() };
	expect((await checkVideo(context, look)).kind).toBe('fine');
	expect(sent).toBeLessThan(200_000);
	expect(endless.destroyed).toBe(true);
});

it.each<[string, Buffer, RegExp]>([
	['too short', Buffer.from(file(brand(), clip({ duration: 2000 }))), /too short: 2 seconds/],
	['too long', Buffer.from(file(brand(), clip({ duration: 61_000 }))), /too long: 61 seconds/],
	['too small', Buffer.from(file(brand(), clip({ width: 300, height: 300 }))), /300x300/],
	['an image', png(), /^It is a PNG image, not a video$/],
	['WebM', Buffer.from('1a45dfa3', 'hex'), /^It is a WebM or MKV video \(accepted: MP4 or MOV\)$/],
])('rejects what is %s', async (_, bytes, problem) => {
	expect((await look(ranged(bytes))).verdict).toEqual({
		kind: 'rejected',
		problem: expect.stringMatching(problem) as string,
	});
});

describe('a video whose header is missing', () => {
	const INCOMPLETE = {
		kind: 'rejected',
		problem: 'The video is incomplete: its header (moov) is missing',
	};
	const cut = atEnd.subarray(0, 200_000);

	it.each<[string, Buffer]>([
		['in a file that is cut off', cut],
		['in front of the end', Buffer.from(file(brand(), data(300_000)))],
		['in a file whose content lasts to its end', Buffer.from(file(brand(), lastBox('mdat')))],
	])('is rejected: %s', async (_, bytes) => {
		expect(judgeVideo(bytes, EDITED_VIDEO)).toEqual(INCOMPLETE);
		expect((await look(ranged(bytes))).verdict).toEqual(INCOMPLETE);
	});

	it('gets a hint where the end is not known', async () => {
		const { verdict } = await look((from, to) => ({
			...ranged(cut)(from, to),
			headers: {},
		}));
		expect(verdict).toEqual({ kind: 'unclear', reason: 'the header of the video was not found' });
	});

	it('gets a hint where the rest of the file makes no sense', () => {
		const odd = Buffer.from([...file(brand()), 0, 0, 0, 3, ...Buffer.from('oddsoddsodds')]);
		expect(judgeVideo(odd, EDITED_VIDEO).kind).toBe('unclear');
	});

	it('is not what a compressed header is', () => {
		const compressed = file(brand(), box('moov', box('cmov', [0, 0, 0, 0])), data(100));
		expect(judgeVideo(compressed, EDITED_VIDEO).kind).toBe('fine');
	});
});

describe('a video whose header is cut off', () => {
	const CUT_OFF = {
		kind: 'rejected',
		problem: 'The video is incomplete: its header (moov) is cut off',
	};
	const start = file(brand()).length;
	const moov = file(clip()).length;
	// With something behind what is read, as most files have it.
	const withMore = Buffer.from(
		file(brand(), movie(track({ width: 1280, height: 720 }), box('udta', zeros(500)))),
	);

	it.each<[string, Buffer]>([
		['right behind its size', inFront.subarray(0, start + 8)],
		['in the middle', inFront.subarray(0, start + 200)],
		['one byte before its end', inFront.subarray(0, start + moov - 1)],
		['at the end of the file', atEnd.subarray(0, -1)],
		['in what is of no interest', withMore.subarray(0, -400)],
	])('is rejected: %s', async (_, bytes) => {
		expect(judgeVideo(bytes, EDITED_VIDEO)).toEqual(CUT_OFF);
		expect((await look(ranged(bytes))).verdict).toEqual(CUT_OFF);
	});

	it('is fine once it is all there', async () => {
		for (const bytes of [inFront.subarray(0, start + moov), atEnd, withMore]) {
			expect(judgeVideo(bytes, EDITED_VIDEO).kind).toBe('fine');
			expect((await look(ranged(bytes))).verdict.kind).toBe('fine');
		}
	});

	it.each<[string, Partial<FileResponse>]>([
		['the size of the file is not known', { headers: {} }],
		['the server has more, but does not send it', {}],
	])('gets a hint where %s', async (_, changes) => {
		const cut = inFront.subarray(0, start + 200);
		const { verdict } = await look((from, to) => ({
			...ranged(cut, inFront.length)(from, to),
			...changes,
		}));
		expect(verdict).toEqual({
			kind: 'unclear',
			reason: 'the header of the video could not be read to its end',
		});
	});

	it('gets a hint where the header does not say where it ends', () => {
		const open = Buffer.from(file(brand(), lastBox('moov', header('mvhd'), track())));
		expect(judgeVideo(open, EDITED_VIDEO).kind).toBe('unclear');
	});

	it('is told from any place where a good file is cut', () => {
		fc.assert(
			fc.property(fc.integer({ min: start + 8, max: start + moov - 1 }), (length) => {
				expect(judgeVideo(inFront.subarray(0, length), EDITED_VIDEO)).toEqual(CUT_OFF);
			}),
		);
	});
});

it.each<[string, (from: number, to: number) => FileResponse, string]>([
	['is a web page', ranged(Buffer.from('<!doctype html><title>Drive</title>')), 'web page'],
	['is not there', () => ({ statusCode: 404 }), 'nothing there'],
	['is gone', () => ({ statusCode: 410 }), 'nothing there'],
	['is empty', () => ({ statusCode: 200 }), 'empty'],
	[
		'is empty, so that no part can be sent',
		() => ({ statusCode: 416, headers: { 'content-range': 'bytes */0' } }),
		'empty',
	],
])('rejects what %s, with its cause', async (_, respond, cause) => {
	const { verdict, ranges, bodies } = await look(respond);
	expect(verdict).toMatchObject({ kind: 'rejected', cause });
	expect(ranges).toHaveLength(1);
	expect(bodies[0]?.destroyed).toBe(true);
});

it.each([204, 400, 401, 403, 405, 416, 429, 500, 503])('%i is no verdict', async (statusCode) => {
	expect((await look(() => ({ statusCode }))).verdict).toEqual({
		kind: 'unclear',
		reason: `its server responded with ${statusCode}`,
	});
});

it('rejects more than 100 MB by what the server says, at once', async () => {
	const { verdict, ranges } = await look(ranged(atEnd, 100 * 1024 * 1024 + 1));
	expect(verdict).toEqual({
		kind: 'rejected',
		problem: 'The file is too large: 100.1 MB (maximum 100 MB)',
	});
	expect(ranges).toHaveLength(1);
});

it.each<[string, (from: number, to: number) => FileResponse | Error, RegExp]>([
	['the server cannot be reached', () => new Error('ENOTFOUND'), /could not be reached/],
	[
		'nothing comes of what was announced',
		() => ({ headers: { 'content-range': 'bytes 0-9/10' } }),
		/no MP4 or MOV/,
	],
	['the header is nowhere', ranged(Buffer.from(file(data(100)))), /no MP4 or MOV/],
	[
		'a server without ranges has the header at the end',
		(from) => (from === 0 ? { statusCode: 200, body: atEnd } : { statusCode: 200, body: atEnd }),
		/responded with 200, since it cannot send parts/,
	],
])('is no verdict where %s', async (_, respond, reason) => {
	expect((await look(respond)).verdict).toEqual({
		kind: 'unclear',
		reason: expect.stringMatching(reason) as string,
	});
});

it('ends after half a minute', async () => {
	const clock = new FakeClock();
	const slow = (from: number, to: number) => {
		clock.time += 31_000;
		return ranged(atEnd)(from, to);
	};
	const { verdict, ranges } = await look(slow, { clock });
	expect(verdict).toEqual({ kind: 'unclear', reason: 'its server is too slow' });
	expect(ranges).toHaveLength(1);
});

/** A look at a server that responds with `respond`, for `seconds` at the most. */
async function lookFor(seconds: number, respond: () => Promise<Readable>) {
	jest.useFakeTimers();
	const { bendable, context } = fakeExecution({});
	bendable.helpers.httpRequest = async () => ({
		statusCode: 206,
		headers: {},
		body: await respond(),
	});
	const options = { url: URL, limits: EDITED_VIDEO, allowLocal: false, clock: clockOf() };
	let verdict: Verdict | undefined;
	void checkVideo(context, options).then((found) => (verdict = found));
	await jest.advanceTimersByTimeAsync(seconds * 1000);
	return verdict;
}

describe('with real time', () => {
	afterEach(() => jest.useRealTimers());

	it('A11: ends after half a minute also when a byte comes every five seconds', async () => {
		let body = Readable.from([]);
		const verdict = await lookFor(31, async () => {
			body = new Readable({
				read() {
					setTimeout(() => this.push(Buffer.of(0)), 5000);
				},
			});
			return body;
		});
		expect(verdict).toEqual({ kind: 'unclear', reason: 'its server is too slow' });
		expect(body.destroyed).toBe(true);
	});

	it('ends after half a minute also when no response comes, and reads none that comes later', async () => {
		const body = Readable.from([inFront]);
		const verdict = await lookFor(31, async () => {
			await new Promise((resolve) => setTimeout(resolve, 60_000));
			return body;
		});
		expect(verdict).toEqual({ kind: 'unclear', reason: 'its server is too slow' });
		await jest.advanceTimersByTimeAsync(30_000);
		expect(body.destroyed).toBe(true);
	});
});

it('A1: opens nothing on its own network', async () => {
	const { verdict, ranges } = await look(ranged(inFront), { url: 'http://127.0.0.1/a.mp4' });
	expect(verdict.kind).toBe('unclear');
	expect(ranges).toEqual([]);
});

it('never throws, whatever the bytes are', async () => {
	await fc.assert(
		fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
			const { verdict } = await look(ranged(Buffer.from(bytes)));
			expect(['fine', 'rejected', 'unclear']).toContain(verdict.kind);
		}),
		{ numRuns: 200 },
	);
});

it('judges a file that is here by the same rules', () => {
	expect(judgeVideo(inFront, EDITED_VIDEO)).toMatchObject({ kind: 'fine', facts: FACTS });
	expect(judgeVideo(atEnd, EDITED_VIDEO)).toMatchObject({ kind: 'fine', facts: FACTS });
	const short = Buffer.from(file(brand(), clip({ duration: 2000 })));
	expect(judgeVideo(short, EDITED_VIDEO).kind).toBe('rejected');
});
