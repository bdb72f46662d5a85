import { Readable } from 'stream';

import fc from 'fast-check';

import { judgeImage, checkImage } from '../../../nodes/HappyHorse/media/checkImage';
import type { ImageLimits } from '../../../nodes/HappyHorse/media/limits';
import type { Verdict } from '../../../nodes/HappyHorse/media/verdict';
import { FakeClock } from '../support/fakeClock';
import { fakeExecution } from '../support/fakeExecution';
import { jpeg, png } from '../support/images';
import { bmp as handmadeBmp, png as handmadePng } from './image/handmade';

const URL = 'https://images.example.com/a.jpg';

const LIMITS: ImageLimits = {
	kind: 'image',
	types: ['jpeg', 'png', 'webp', 'bmp'],
	minSide: 300,
	maxRatio: [5, 2],
	maxMegabytes: 10,
};

const KILOBYTE = 1024;

const MEGABYTE = 1024 * 1024;

interface FileResponse {
	statusCode?: number;
	headers?: Record<string, unknown>;
	body?: Iterable<Buffer>;
}

/** A file server that responds by a function, and a record of the requests and of how far the bodies were read. */
async function look(
	respond: (range: string) => FileResponse | Error,
	{ url = URL, allowLocal = false, clock = new FakeClock() } = {},
) {
	const { bendable, context } = fakeExecution({});
	const sent: Array<{ url: string; range: string; timeout: unknown }> = [];
	const bodies: Readable[] = [];
	bendable.helpers.httpRequest = async ({ url: target, headers, timeout }) => {
		const range = String(headers?.Range);
		sent.push({ url: target, range, timeout });
		const outcome = respond(range);
		if (outcome instanceof Error) throw outcome;
		const { statusCode = 206, headers: said = {}, body = [] } = outcome;
		const stream = Readable.from(body, { highWaterMark: 1 });
		bodies.push(stream);
		return { statusCode, headers: said, body: stream };
	};
	const verdict = await checkImage(context, { url, limits: LIMITS, allowLocal, clock });
	return { verdict, sent, bodies, ranges: sent.map(({ range }) => range) };
}

/** A server that knows ranges. */
const ranged =
	(file: Buffer) =>
	(range: string): FileResponse => {
		const last = Number(/-(\d+)$/.exec(range)?.[1]);
		const part = file.subarray(0, last + 1);
		return {
			headers: { 'content-range': `bytes 0-${part.length - 1}/${file.length}` },
			body: [part],
		};
	};

/** A server that does not: it sends the whole file, in pieces. */
const whole =
	(file: Buffer, size = 16 * KILOBYTE) =>
	(): FileResponse => ({
		statusCode: 200,
		headers: { 'content-length': String(file.length) },
		body: pieces(file, size),
	});

function pieces(file: Buffer, size: number): Buffer[] {
	return Array.from({ length: Math.ceil(file.length / size) }, (_, index) =>
		file.subarray(index * size, (index + 1) * size),
	);
}

const fine = (facts: object): Verdict => ({ kind: 'fine', facts }) as Verdict;

it('requests the beginning only, once, and knows the size of the whole file', async () => {
	const file = Buffer.concat([png(640, 480), Buffer.alloc(MEGABYTE)]);
	const { verdict, sent } = await look(ranged(file));
	expect(verdict).toEqual(fine({ type: 'png', width: 640, height: 480, bytes: file.length }));
	expect(sent).toEqual([{ url: URL, range: 'bytes=0-65535', timeout: 10_000 }]);
});

it('lets go of a server that sends the whole file once it knows enough', async () => {
	const file = Buffer.concat([png(640, 480), Buffer.alloc(5 * MEGABYTE)]);
	let sent = 0;
	const { verdict, bodies, ranges } = await look(() => ({
		...whole(file)(),
		body: (function* () {
			for (const piece of pieces(file, 16 * KILOBYTE)) {
				sent += piece.length;
				yield piece;
			}
		})(),
	}));
	expect(verdict).toEqual(fine({ type: 'png', width: 640, height: 480, bytes: file.length }));
	expect(ranges).toHaveLength(1);
	expect(bodies[0]?.destroyed).toBe(true);
	expect(sent).toBeLessThan(200 * KILOBYTE);
});

it.each([1, 7, 100])(
	'needs nothing more than the beginning, in pieces of %i bytes',
	async (size) => {
		const { verdict } = await look(() => ({ statusCode: 200, body: pieces(png(), size) }));
		expect(verdict).toEqual(fine({ type: 'png', width: 640, height: 480 }));
	},
);

describe('a JPEG file that says its size late', () => {
	const late = jpeg(800, 600, 200 * KILOBYTE);

	it('is requested a second time, and further', async () => {
		const { verdict, ranges } = await look(ranged(late));
		expect(verdict).toEqual(fine({ type: 'jpeg', width: 800, height: 600, bytes: late.length }));
		expect(ranges).toEqual(['bytes=0-65535', 'bytes=0-1048575']);
	});

	it('is read on where the whole file comes anyway', async () => {
		const { verdict, ranges } = await look(whole(late));
		expect(verdict).toMatchObject({ kind: 'fine' });
		expect(ranges).toHaveLength(1);
	});

	it('is given up after a megabyte', async () => {
		const hopeless = jpeg(800, 600, 2 * MEGABYTE);
		for (const server of [ranged(hopeless), whole(hopeless)]) {
			const { verdict, ranges, bodies } = await look(server);
			expect(verdict.kind).toBe('unclear');
			expect(ranges.length).toBeLessThanOrEqual(2);
			expect(bodies.every(({ destroyed }) => destroyed)).toBe(true);
		}
	});

	it('is no verdict when the file ends before', async () => {
		const { verdict, ranges } = await look(ranged(late.subarray(0, 30 * KILOBYTE)));
		expect(verdict.kind).toBe('unclear');
		expect(ranges).toHaveLength(1);
	});
});

describe('what the API would reject is invalid, with the measured value and the limit', () => {
	it.each<[string, (range: string) => FileResponse, RegExp]>([
		['too small', ranged(png(299, 300)), /299x300.*300 pixels/],
		['too long', ranged(png(751, 300)), /751x300.*2\.5/],
		['too tall', ranged(jpeg(300, 751)), /300x751.*2\.5/],
		[
			'GIF',
			ranged(Buffer.from('GIF89a....')),
			/^It is a GIF \(accepted: JPEG, PNG, WebP or BMP\)$/,
		],
		['HEIC', ranged(Buffer.from('....ftypheic')), /^It is a HEIC image \(accepted: /],
		['SVG', ranged(Buffer.from('<?xml version="1.0"?>\n<svg>')), /^It is an SVG \(accepted: /],
		['PDF', ranged(Buffer.from('%PDF-1.7')), /^It is a PDF, not an image$/],
		['MP4', ranged(Buffer.from('....ftypisom')), /^It is an MP4 or MOV video, not an image$/],
		['JSON', ranged(Buffer.from('{"error":"gone"}')), /^It is a JSON file, not an image$/],
		[
			'too heavy, by the range',
			() => ({ headers: { 'content-range': 'bytes 0-65535/10485761' }, body: [png()] }),
			/10\.1 MB.*10 MB/,
		],
		[
			'too heavy, by the length',
			() => ({ statusCode: 200, headers: { 'content-length': '20971520' }, body: [png()] }),
			/20\.0 MB.*10 MB/,
		],
	])('%s', async (_, server, reason) => {
		const { verdict, bodies } = await look(server);
		expect(verdict).toMatchObject({
			kind: 'rejected',
			problem: expect.stringMatching(reason) as string,
		});
		expect(bodies[0]?.destroyed).toBe(true);
	});
});

it.each<[string, string, FileResponse]>([
	['the limit itself', 'weighs', { headers: { 'content-range': 'bytes 0-1/10485760' } }],
	['no total', 'does not weigh', { headers: { 'content-range': 'bytes 0-65535/*' } }],
	['no range', 'does not weigh', {}],
	['a length of the part', 'does not weigh', { headers: { 'content-length': '99999999' } }],
	['rubbish', 'does not weigh', { headers: { 'content-range': 'bytes 0-1/1e99' } }],
	[
		'nothing for a length',
		'does not weigh',
		{ statusCode: 200, headers: { 'content-length': '0' } },
	],
	['a negative length', 'does not weigh', { statusCode: 200, headers: { 'content-length': '-5' } }],
])('%s %s more than allowed', async (_, __, response) => {
	const { verdict } = await look(() => ({ body: [png()], ...response }));
	expect(verdict).toMatchObject({ kind: 'fine', facts: { width: 640, height: 480 } });
});

it('does not believe a length: a file that is longer is read no further than a megabyte', async () => {
	let sent = 0;
	const { verdict } = await look(() => ({
		statusCode: 200,
		headers: { 'content-length': '100' },
		body: (function* () {
			yield Buffer.from('ffd8', 'hex');
			for (; ; sent += 64 * KILOBYTE) yield Buffer.alloc(64 * KILOBYTE, 0xff);
		})(),
	}));
	expect(verdict.kind).toBe('unclear');
	expect(sent).toBeLessThan(1.5 * MEGABYTE);
});

describe('what is no image at all is invalid, with its cause', () => {
	const page = `<!-- ${'x'.repeat(300)} --><!doctype html><html></html>`;

	it.each<[string, (range: string) => FileResponse, object]>([
		['a web page', ranged(Buffer.from(page)), { cause: 'web page' }],
		['a web page in small pieces', whole(Buffer.from(page), 7), { cause: 'web page' }],
		[
			'a web page without end',
			() => ({ statusCode: 200, body: endless('<html>', '<p>'.repeat(10_000)) }),
			{ cause: 'web page' },
		],
		['nothing there', () => ({ statusCode: 404 }), { cause: 'nothing there' }],
		['nothing there any more', () => ({ statusCode: 410 }), { cause: 'nothing there' }],
		['an empty body', () => ({ statusCode: 200 }), { cause: 'empty' }],
		[
			'an empty body that says so',
			() => ({ statusCode: 200, headers: { 'content-length': '0' } }),
			{ cause: 'empty' },
		],
		[
			'a range of nothing',
			() => ({ statusCode: 416, headers: { 'content-range': 'bytes */0' } }),
			{ cause: 'empty' },
		],
	])('%s', async (_, server, verdict) => {
		const { verdict: found, ranges, bodies } = await look(server);
		expect(found).toMatchObject({ kind: 'rejected', ...verdict });
		expect(ranges).toHaveLength(1);
		expect(bodies[0]?.destroyed).toBe(true);
	});
});

function* endless(first: string, next: string) {
	yield Buffer.from(first);
	for (;;) yield Buffer.from(next);
}

describe('what cannot be looked at is no verdict', () => {
	it.each([204, 400, 401, 403, 405, 416, 429, 500, 503])('%i', async (statusCode) => {
		const { verdict, bodies, ranges } = await look(() => ({ statusCode, body: [png(10, 10)] }));
		expect(verdict).toEqual({
			kind: 'unclear',
			reason: expect.stringContaining(String(statusCode)) as string,
		});
		expect(bodies[0]?.destroyed).toBe(true);
		expect(ranges).toHaveLength(1);
	});

	it.each<[string, FileResponse | Error]>([
		['a body that is shorter than announced', { headers: { 'content-range': 'bytes 0-9/10' } }],
		['text', { body: [Buffer.from('hello, this is no image at all')] }],
		['the first bytes of an image', { body: [png().subarray(0, 12)] }],
		['an image without sides', { body: [png(0, 3)] }],
		['no server', Object.assign(new Error(`ENOTFOUND ${URL}`), { code: 'ENOTFOUND' })],
		['a timeout', new Error('timeout of 10000ms exceeded')],
		['a redirect to this machine', { statusCode: 302, headers: { location: 'http://127.0.0.1/' } }],
		['a redirect to a file', { statusCode: 302, headers: { location: 'file:///etc/passwd' } }],
		['redirects without end', { statusCode: 302, headers: { location: URL } }],
	])('%s', async (_, response) => {
		const { verdict, sent } = await look(() => response);
		expect(verdict).toEqual({ kind: 'unclear', reason: expect.any(String) as string });
		expect(sent.every(({ url }) => url === URL)).toBe(true);
	});

	it('does not wait for ever for a server that goes quiet', async () => {
		const { bendable, context } = fakeExecution({});
		const body = Readable.from(
			(async function* () {
				yield png().subarray(0, 12);
				await new Promise(() => undefined);
			})(),
		);
		bendable.helpers.httpRequest = async () => ({ statusCode: 206, headers: {}, body });
		const now = Date.now();
		let passed = 0;
		jest.spyOn(Date, 'now').mockImplementation(() => now + passed);
		setTimeout(() => (passed = 11_000), 300);
		const verdict = await checkImage(context, {
			url: URL,
			limits: LIMITS,
			allowLocal: false,
			clock: new FakeClock(),
		});
		jest.restoreAllMocks();
		expect(verdict.kind).toBe('unclear');
		expect(body.destroyed).toBe(true);
	});

	it('a body that breaks off', async () => {
		const { verdict } = await look(() => ({
			body: (function* () {
				yield png().subarray(0, 12);
				throw new Error('aborted');
			})(),
		}));
		expect(verdict.kind).toBe('unclear');
	});

	it.each(['http://127.0.0.1/a.png', 'http://[::1]/a.png', 'https://u@images.example.com/a.png'])(
		'%s, which is not opened',
		async (url) => {
			const { verdict, sent } = await look(ranged(png()), { url });
			expect(verdict.kind).toBe('unclear');
			expect(sent).toEqual([]);
		},
	);
});

it('opens a local URL for a provider on this machine', async () => {
	const { verdict } = await look(ranged(png()), {
		url: 'http://127.0.0.1:4010/a.png',
		allowLocal: true,
	});
	expect(verdict.kind).toBe('fine');
});

it('does not let itself be strung along, a byte at a time', async () => {
	const clock = new FakeClock();
	let sent = 0;
	const { verdict, bodies } = await look(
		() => ({
			statusCode: 200,
			body: (function* () {
				yield Buffer.from('ffd8', 'hex');
				for (; ; sent++) {
					clock.time += 1000;
					yield Buffer.of(0xff);
				}
			})(),
		}),
		{ clock },
	);
	expect(verdict).toEqual({ kind: 'unclear', reason: 'its server is too slow' });
	expect(sent).toBeLessThan(30);
	expect(bodies[0]?.destroyed).toBe(true);
});

it('does not copy all over again for each of very many small pieces', async () => {
	let copied = 0;
	const concat = Buffer.concat.bind(Buffer);
	const spy = jest.spyOn(Buffer, 'concat').mockImplementation((list, length) => {
		const joined = concat(list, length);
		copied += joined.length;
		return joined;
	});
	const file = jpeg(800, 600, 120 * KILOBYTE);
	const { verdict } = await look(whole(file, 16));
	spy.mockRestore();
	expect(verdict.kind).toBe('fine');
	expect(copied).toBeLessThan(20 * file.length);
});

it('never throws and never rejects what is none of the known kinds, whatever comes', async () => {
	await fc.assert(
		fc.asyncProperty(
			fc.record({
				statusCode: fc.constantFrom(200, 206, 206, 302, 404),
				headers: fc.dictionary(
					fc.constantFrom('content-range', 'content-length', 'location'),
					fc.anything(),
				),
				body: fc.array(fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes))),
			}),
			async (response) => {
				const { verdict } = await look(() => response);
				expect(['fine', 'rejected', 'unclear']).toContain(verdict.kind);
			},
		),
		{ numRuns: 200 },
	);
});

describe('the verdict on a header', () => {
	it.each([
		[300, 300, 'fine'],
		[750, 300, 'fine'],
		[300, 750, 'fine'],
		[299, 300, 'rejected'],
		[300, 299, 'rejected'],
		[751, 300, 'rejected'],
		[300, 751, 'rejected'],
	])('%i x %i is %s', (width, height, kind) => {
		expect(judgeImage(handmadePng({ width, height }), { bytes: 5, limits: LIMITS }).kind).toBe(
			kind,
		);
	});

	it('has the file size only where it is known', () => {
		const header = handmadeBmp({ width: 300, height: 300 });
		expect(judgeImage(header, { bytes: undefined, limits: LIMITS })).toEqual(
			fine({ type: 'bmp', width: 300, height: 300 }),
		);
		expect(judgeImage(header, { bytes: 7, limits: LIMITS })).toEqual(
			fine({ type: 'bmp', width: 300, height: 300, bytes: 7 }),
		);
	});

	it('is a rejection of a format that this endpoint does not take', () => {
		const header = handmadeBmp({ width: 300, height: 300 });
		const limits: ImageLimits = { ...LIMITS, types: ['jpeg', 'png', 'webp'] };
		expect(judgeImage(header, { bytes: 7, limits })).toEqual({
			kind: 'rejected',
			problem: 'It is a BMP image (accepted: JPEG, PNG or WebP)',
		});
	});
});
