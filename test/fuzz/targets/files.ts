import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { isDeepStrictEqual } from 'node:util';

import * as fc from 'fast-check';
import type { IExecuteFunctions, IHttpRequestOptions } from 'n8n-workflow';

import { judgeImage, checkImage } from '../../../nodes/HappyHorse/media/checkImage';
import { judgeVideo, checkVideo } from '../../../nodes/HappyHorse/media/checkVideo';
import { imageSize } from '../../../nodes/HappyHorse/media/image/imageSize';
import { knownFormat } from '../../../nodes/HappyHorse/media/knownFormat';
import type { ImageLimits } from '../../../nodes/HappyHorse/media/limits';
import type { Verdict } from '../../../nodes/HappyHorse/media/verdict';
import { BoxWalk } from '../../../nodes/HappyHorse/media/video/boxes';
import { readFromRanges } from '../../../nodes/HappyHorse/media/video/readFromRanges';
import type { VideoFacts } from '../../../nodes/HappyHorse/media/video/videoReader';
import { VideoReader } from '../../../nodes/HappyHorse/media/video/videoReader';
import { EDITED_VIDEO } from '../../../nodes/HappyHorse/resources/videoEdit';
import * as images from '../../unit/media/image/arbitraries';
import { counted } from '../../unit/media/image/counted';
import * as videos from '../../unit/media/video/arbitraries';
import { encoded, encodedNames } from '../../unit/media/video/encoded';
import { FakeClock } from '../../unit/support/fakeClock';
import { assertUnpolluted } from '../checks';
import { wounded } from '../foreignJson';
import type { Target } from '../rule';
import { rule } from '../rule';

const LIMITS: ImageLimits = {
	kind: 'image',
	types: ['jpeg', 'png', 'webp', 'bmp'],
	minSide: 300,
	maxRatio: [5, 2],
	maxMegabytes: 10,
};

/** Its segment claims 4,729 bytes and 23,130 entries, of which seven are there. */
const CUT_EXIF = Uint8Array.from(
	Buffer.from(
		'ffd8ffe112794578696600004d4d002a000000175a5a5a5a5a5a5a5a5a5a5a5a5a5a0007' +
			'900000030000000100070000900100030000000100070000900200030000000100070000' +
			'900300030000000100070000900400030000000100070000900500030000000100070000' +
			'01120003000000010001000000000000ffc0000b080001000101011100ffda0008010100' +
			'003f00',
		'hex',
	),
);

const ENCODED = encodedNames().map(encoded);

/** Places in a file that hold a number of 32 bits, and numbers that are at an edge. */
const lies = fc.array(
	fc.tuple(
		fc.nat(6000),
		fc.constantFrom(0, 1, 7, 8, 9, 16, 0x7fffffff, 0x80000000, 0xfffffff7, 0xffffffff),
	),
	{ minLength: 1, maxLength: 4 },
);

const lying = fc.tuple(fc.constantFrom(...ENCODED), lies).map(([bytes, changes]) => {
	const copy = Buffer.from(bytes);
	for (const [at, value] of changes) copy.writeUInt32BE(value, at % (copy.length - 4));
	return copy;
});

const spliced = fc
	.tuple(fc.constantFrom(...ENCODED), fc.nat(3000), fc.constantFrom(...ENCODED), fc.nat(3000))
	.map(([head, to, tail, from]) => Buffer.concat([head.subarray(0, to), tail.subarray(from)]));

const anyFile: fc.Arbitrary<Uint8Array> = fc.oneof(
	images.anything,
	videos.anything,
	lying,
	spliced,
	wounded(fc.constantFrom(...ENCODED)),
);

function read(bytes: Uint8Array, chunk = bytes.length): VideoFacts {
	const reader = new VideoReader();
	for (let at = 0; at < bytes.length; at += chunk) reader.push(bytes.subarray(at, at + chunk));
	return reader.facts;
}

function assertSensible({ width = 1, height = 1, seconds = 1, fps = 1, codec = 'a' }: VideoFacts) {
	for (const side of [width, height]) assert(Number.isInteger(side) && side > 0 && side <= 0xffff);
	for (const number of [seconds, fps]) assert(Number.isFinite(number) && number > 0);
	assert.match(codec, /^[!-~][ -~]{0,3}$/);
}

function assertVerdict(verdict: Verdict): void {
	assertUnpolluted(verdict);
	const { kind } = verdict;
	if (kind === 'fine') assert(verdict.facts.type !== undefined);
	else {
		const text = kind === 'rejected' ? verdict.problem : verdict.reason;
		assert(text.length > 0 && text.length < 300);
		assert.doesNotMatch(text, /undefined|NaN|Infinity|\[object|\p{Cc}/u);
	}
}

interface Said {
	status: number;
	headers: Record<string, string>;
	/** What it sends of the wanted part. */
	part: 'right' | 'shorter' | 'longer' | 'another' | 'none' | 'breaks off';
}

const said: fc.Arbitrary<Said> = fc.record({
	status: fc.oneof(
		{ weight: 3, arbitrary: fc.constantFrom(200, 206) },
		fc.constantFrom(204, 301, 302, 307, 399, 401, 403, 404, 410, 416, 429, 500, 503, 0, 999),
	),
	headers: fc.record(
		{
			'content-range': fc.oneof(
				fc.constantFrom('bytes 0-99/100', 'bytes */0', 'bytes 0-1/*', 'bytes 5-1/-3', '/9e99'),
				fc.nat().map((total) => `bytes 0-65535/${total}`),
			),
			'content-length': fc.constantFrom('0', '-1', '12', '99999999999', '9'.repeat(30), 'NaN'),
			location: fc.constantFrom(
				'/again',
				'http://127.0.0.1/secret',
				'http://[::ffff:10.0.0.1]/x',
				'file:///etc/passwd',
				'//localhost/',
				'http://',
				'https://other.example.com/b.mp4',
				'ftp://files.example.com/a',
				'http://2130706433/',
				'http://[fe80::1%25lo]/',
			),
		},
		{ requiredKeys: [] },
	),
	part: fc.constantFrom(
		'right',
		'right',
		'right',
		'shorter',
		'longer',
		'another',
		'none',
		'breaks off',
	),
});

/** Bytes from one position to another, as such a server gives them. */
function partOf(
	file: Uint8Array,
	{ from, to, part }: { from: number; to: number } & Pick<Said, 'part'>,
) {
	if (part === 'none') return new Uint8Array();
	if (part === 'another') return file.slice(0, to - from);
	if (part === 'shorter') return file.slice(from, Math.min(to, from + 7));
	return file.slice(from, part === 'longer' ? to + 5000 : to);
}

/** A file server that responds as it was told to, one after the other, and what it was sent. */
function serverOf(file: Uint8Array, script: Said[]) {
	const requests: IHttpRequestOptions[] = [];
	const httpRequest = async (options: IHttpRequestOptions) => {
		requests.push(options);
		const { status, headers, part } = script[(requests.length - 1) % script.length]!;
		const range = /bytes=(\d+)-(\d+)/.exec(String(options.headers?.Range));
		const [from, to] = [Number(range?.[1]), Number(range?.[2]) + 1];
		if (status === 0) throw Object.assign(new Error('reset'), { code: 'ECONNRESET' });
		const bytes = partOf(file, { from, to, part });
		const body = Readable.from(
			(function* () {
				for (let at = 0; at < bytes.length; at += 1000) yield bytes.subarray(at, at + 1000);
				if (part === 'breaks off') throw new Error('aborted');
			})(),
		);
		return { statusCode: status, headers, body };
	};
	const context = {
		helpers: { httpRequest },
		getExecutionCancelSignal: () => undefined,
	} as unknown as IExecuteFunctions;
	return { context, requests };
}

const isOpen = (url: string) =>
	/^https?:$/.test(new URL(url).protocol) && /\.example\.com$/.test(new URL(url).hostname);

async function assertLook(
	file: Uint8Array,
	script: Said[],
	look: (context: IExecuteFunctions) => Promise<Verdict>,
): Promise<void> {
	const { context, requests } = serverOf(file, script);
	assertVerdict(await look(context));
	assert(requests.length <= 12 * 6, `${requests.length} requests`);
	for (const { url } of requests) assert(isOpen(url), `a stranger made n8n open ${url}`);
}

const scripts = fc.array(said, { minLength: 1, maxLength: 4 });

const place = { allowLocal: false, url: 'https://files.example.com/a' };

export const files: Target = {
	name: 'files',
	about: 'bytes of images and videos, and the servers they come from',
	rules: [
		rule(
			'the size of an image never changes with more bytes, and what it wants is more',
			fc.property(anyFile, (bytes) => {
				let first: unknown;
				// Each length of the first kilobyte, then in steps.
				for (let length = 0; length <= bytes.length; length += length < 1000 ? 1 : 97) {
					const size = imageSize(bytes.subarray(0, length));
					if (size.kind === 'need-more') assert(size.bytes > length);
					else first ??= size;
					if (first !== undefined) assert(isDeepStrictEqual(size, first));
					if (size.kind !== 'size') continue;
					for (const side of [size.width, size.height])
						assert(Number.isSafeInteger(side) && side > 0);
				}
			}),
		),
		rule(
			'an image is read in linear time',
			fc.property(anyFile, fc.nat(30), (bytes, times) => {
				const long = new Uint8Array(bytes.length * (times + 1));
				for (let at = 0; at < long.length; at += bytes.length || 1) long.set(bytes, at);
				const { watched, count } = counted(long);
				imageSize(watched);
				assert(count.reads <= 4 * long.length + 200, `${count.reads} of ${long.length}`);
			}),
			// EXIF data that claims to be kilobytes longer than the file.
			[[CUT_EXIF, 0]],
		),
		rule(
			'a format that is known stays the same with more bytes',
			fc.property(anyFile, (bytes) => {
				let before: unknown;
				for (let length = 0; length <= Math.min(600, bytes.length); length++) {
					const now = knownFormat(bytes.subarray(0, length));
					if (before !== undefined) assert(isDeepStrictEqual(now, before));
					before = now;
				}
			}),
		),
		rule(
			'facts of a video make sense, in chunks of any length, and are never taken back',
			fc.property(anyFile, fc.integer({ min: 1, max: 300 }), (bytes, chunk) => {
				const whole = read(bytes);
				assertSensible(whole);
				assertUnpolluted(whole);
				const reader = new VideoReader();
				let before: VideoFacts = {};
				for (let at = 0; at < bytes.length; at += chunk) {
					reader.push(bytes.subarray(at, at + chunk));
					assert(isDeepStrictEqual({ ...reader.facts, ...before }, reader.facts));
					before = { ...reader.facts };
				}
				assert(isDeepStrictEqual(reader.facts, whole));
			}),
		),
		rule(
			'the boxes of a video are walked through in linear time',
			fc.property(anyFile, fc.integer({ min: 1, max: 300 }), (bytes, chunk) => {
				let looked = 0;
				const walk = new BoxWalk({
					begin(path, end) {
						looked += 8;
						assert(end >= 0);
						return path.length < 40 && !path.endsWith('mdat') ? 'open' : 64;
					},
					content: (_, content) => (looked += content.length),
					end: () => undefined,
				});
				for (let at = 0; at < bytes.length; at += chunk) walk.push(bytes.subarray(at, at + chunk));
				assert(looked <= bytes.length);
			}),
		),
		rule(
			'a video in parts says the same as the whole',
			fc.asyncProperty(anyFile, async (bytes) => {
				const { facts } = await readFromRanges(async (from, to) => bytes.slice(from, to));
				assert.deepEqual(facts, read(bytes));
			}),
		),
		rule(
			'a server that lies about the parts of a video is left soon',
			fc.asyncProperty(anyFile, fc.array(said, { minLength: 1 }), async (bytes, script) => {
				let requests = 0;
				const { facts } = await readFromRanges(async (from, to) => {
					const { part } = script[requests++ % script.length]!;
					assert(Number.isSafeInteger(from) && to > from && to - from <= 1024 * 1024);
					return partOf(bytes, { from, to, part });
				});
				assertSensible(facts);
				assert(requests <= 12);
			}),
		),
		rule(
			'there is a verdict on any bytes',
			fc.property(anyFile, fc.option(fc.nat()), (file, total) => {
				const bytes = total ?? undefined;
				assertVerdict(judgeImage(file, { bytes, limits: LIMITS }));
				assertVerdict(judgeVideo(file, EDITED_VIDEO));
			}),
		),
		rule(
			'a look at an image never throws, and opens nothing in the own network',
			fc.asyncProperty(anyFile, scripts, async (bytes, script) => {
				const look = { ...place, limits: LIMITS, clock: new FakeClock() };
				await assertLook(bytes, script, async (context) => await checkImage(context, look));
			}),
		),
		rule(
			'a look at a video never throws, and opens nothing in the own network',
			fc.asyncProperty(anyFile, scripts, async (bytes, script) => {
				const look = { ...place, limits: EDITED_VIDEO, clock: new FakeClock() };
				await assertLook(bytes, script, async (context) => await checkVideo(context, look));
			}),
		),
	],
};
