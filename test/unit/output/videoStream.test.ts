import { Readable } from 'stream';

import type { IExecuteFunctions } from 'n8n-workflow';

import type { VideoSource } from '../../../nodes/HappyHorse/output/videoStream';
import { DownloadFailure, fetchVideo } from '../../../nodes/HappyHorse/output/videoStream';
import { encoded } from '../media/video/encoded';
import { fakeExecution, thrownBy } from '../support/fakeExecution';
import { MP4 } from '../support/fakeVendor';
import { ID, videoAt } from '../support/scriptedApi';

interface FileResponse {
	statusCode?: number;
	headers?: Record<string, unknown>;
	chunks?: Buffer[];
	breaks?: Error;
}

/** A file server behind n8n's download helper. */
function server({ statusCode = 200, headers = {}, chunks = [MP4], breaks }: FileResponse) {
	const { bendable, context } = fakeExecution({});
	const sent: unknown[] = [];
	const body = Readable.from(
		(async function* () {
			yield* chunks;
			if (breaks) throw breaks;
		})(),
	);
	bendable.helpers.httpRequest = async (options) => {
		sent.push(options);
		return { statusCode, headers, body };
	};
	return { context, bendable, sent, body };
}

const source: VideoSource = {
	url: videoAt(ID),
	fileName: `happy-horse-${ID}.mp4`,
	maxMegabytes: 500,
	allowLocal: false,
	until: Infinity,
};

const fetch = async (context: IExecuteFunctions, changes: Partial<VideoSource> = {}) =>
	await fetchVideo(context, { ...source, ...changes });

it('streams a video under our own name and type', async () => {
	const { context, sent } = server({
		headers: { 'content-type': 'text/html', 'content-disposition': 'x.exe' },
	});
	expect((await fetch(context)).data).toEqual({
		data: MP4.toString('base64'),
		fileName: `happy-horse-${ID}.mp4`,
		mimeType: 'video/mp4',
	});
	expect(sent).toEqual([
		expect.objectContaining({ url: videoAt(ID), encoding: 'stream', ignoreHttpStatusErrors: true }),
	]);
});

it('never takes the API key along', async () => {
	const { context, bendable, sent } = server({});
	bendable.helpers.httpRequestWithAuthentication = async () => {
		throw new Error('the key must stay at home');
	};
	await fetch(context);
	expect(JSON.stringify(sent)).not.toMatch(/api-key|authorization/i);
});

it('can be cancelled with the execution', async () => {
	const { context, bendable, sent } = server({});
	const signal = AbortSignal.abort();
	bendable.getExecutionCancelSignal = () => signal;
	await fetch(context);
	expect(sent).toEqual([expect.objectContaining({ abortSignal: signal })]);
});

it.each([1, 3, 7, 8, 100])('knows a video in chunks of %i bytes', async (size) => {
	const chunks = Array.from({ length: Math.ceil(MP4.length / size) }, (_, index) =>
		MP4.subarray(index * size, (index + 1) * size),
	);
	const { context } = server({ chunks, headers: { 'content-length': String(MP4.length) } });
	expect((await fetch(context)).data.data).toBe(MP4.toString('base64'));
});

it.each([1, 10, 1000, 10_000])('reads what a video is in chunks of %i bytes', async (size) => {
	const bytes = encoded('rotated90.mp4');
	const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
		bytes.subarray(index * size, (index + 1) * size),
	);
	const { context } = server({ chunks });
	expect((await fetch(context)).facts).toEqual({
		bytes: bytes.length,
		container: 'mp4',
		width: 64,
		height: 96,
		seconds: 1.024,
		fps: 25,
		codec: 'avc1',
		hasVideo: true,
		hasAudio: true,
		fastStart: false,
	});
});

it('knows the size at least of a file whose boxes make no sense', async () => {
	const { context } = server({});
	expect((await fetch(context)).facts).toEqual({ bytes: MP4.length, container: 'mp4' });
});

const large = Buffer.concat([MP4, Buffer.alloc(1024 * 1024)]);

type Remedy = 'again' | 'fresh URL' | undefined;

it.each<[string, FileResponse]>([
	[
		'206 although no range was requested',
		{
			statusCode: 206,
			headers: { 'content-range': `bytes 0-${MP4.length - 1}/${MP4.length}` },
		},
	],
	// n8n unpacks it, and hands on the length of the packed file.
	['a packed file', { headers: { 'content-length': '20' } }],
])('takes the whole file from a server that sends %s', async (_, response) => {
	const { context } = server(response);
	const { data } = await fetch(context, { maxMegabytes: 1 });
	expect(Buffer.from(data.data, 'base64')).toEqual(MP4);
});

it.each<[string, FileResponse, string, Remedy]>([
	['401', { statusCode: 401 }, 'no longer valid (401)', 'fresh URL'],
	['403', { statusCode: 403 }, 'no longer valid (403)', 'fresh URL'],
	['404', { statusCode: 404 }, 'no longer valid (404)', 'fresh URL'],
	['410', { statusCode: 410 }, 'no longer valid (410)', 'fresh URL'],
	['400', { statusCode: 400 }, 'responded with 400', undefined],
	['408', { statusCode: 408 }, 'responded with 408', 'again'],
	['429', { statusCode: 429 }, 'responded with 429', 'again'],
	['500', { statusCode: 500 }, 'responded with 500', 'again'],
	['503', { statusCode: 503 }, 'responded with 503', 'again'],
	['a part of unknown size', { statusCode: 206 }, 'responded with 206', undefined],
	[
		'a part',
		{ statusCode: 206, headers: { 'content-range': 'bytes 0-99/200' } },
		'responded with 206',
		undefined,
	],
	[
		'the rest',
		{ statusCode: 206, headers: { 'content-range': 'bytes 100-199/200' } },
		'responded with 206',
		undefined,
	],
	[
		'HTML',
		{ chunks: [Buffer.from('<!doctype html><html></html>')] },
		'not an MP4 video',
		undefined,
	],
	['nothing', { chunks: [] }, 'not an MP4 video', undefined],
	['seven bytes', { chunks: [MP4.subarray(0, 7)] }, 'not an MP4 video', undefined],
	[
		'an announced giant',
		{ headers: { 'content-length': '1048577' } },
		'larger than the 1 MB',
		undefined,
	],
	['an unannounced giant', { chunks: [large] }, 'larger than the 1 MB', undefined],
	[
		'less than announced',
		{ headers: { 'content-length': '500' } },
		`Only ${MP4.length} of 500 bytes`,
		'again',
	],
	['a break', { breaks: new Error(`reset at ${videoAt(ID)}`) }, 'connection broke', 'again'],
])('%s is a failure in words without the signed URL', async (_, response, text, remedy) => {
	const { context } = server(response);
	const error = await thrownBy(fetch(context, { maxMegabytes: 1 }));
	expect(error).toBeInstanceOf(DownloadFailure);
	expect(error.message).toContain(text);
	expect(error.message).not.toContain('hmac');
	expect((error as DownloadFailure).remedy).toBe(remedy);
});

it.each(['http://127.0.0.1/a.mp4', 'https://10.0.0.7/a.mp4', 'https://user@cdn.example.com/a.mp4'])(
	'does not open %s for a provider on the internet',
	async (url) => {
		const { context, sent } = server({});
		const error = (await thrownBy(fetch(context, { url }))) as DownloadFailure;
		expect(error).toBeInstanceOf(DownloadFailure);
		expect([error.message, error.remedy]).toEqual([
			expect.stringContaining('is not opened'),
			undefined,
		]);
		expect(sent).toEqual([]);
	},
);

it('opens a local URL for a provider on this machine', async () => {
	const { context } = server({});
	const video = await fetch(context, { url: 'http://127.0.0.1:4010/a.mp4', allowLocal: true });
	expect(video.data.data).toBe(MP4.toString('base64'));
});

it.each<[string, FileResponse]>([
	['rejects it', { statusCode: 403 }],
	['announces a giant', { headers: { 'content-length': '99999999' } }],
])('lets go of a server that %s', async (_, response) => {
	const { context, body } = server(response);
	await thrownBy(fetch(context, { maxMegabytes: 1 }));
	expect(body.destroyed).toBe(true);
});

it('explains a server that is not there', async () => {
	const { context, bendable } = server({});
	bendable.helpers.httpRequest = async () => {
		throw new Error(`getaddrinfo ENOTFOUND for ${videoAt(ID)}`);
	};
	const error = await thrownBy(fetch(context));
	expect(error).toBeInstanceOf(DownloadFailure);
	expect(error.message).not.toContain('hmac');
});

it('does not wait for ever for a server that goes quiet', async () => {
	const { context, bendable } = server({});
	const body = Readable.from(
		(async function* () {
			yield MP4.subarray(0, 12);
			await new Promise(() => undefined);
		})(),
	);
	bendable.helpers.httpRequest = async () => ({ statusCode: 200, headers: {}, body });
	const now = Date.now();
	let passed = 0;
	jest.spyOn(Date, 'now').mockImplementation(() => now + passed);
	setTimeout(() => (passed = 59_000), 300);
	setTimeout(() => (passed = 61_000), 900);
	const error = await thrownBy(fetch(context));
	expect(passed).toBe(61_000);
	expect(error).toMatchObject({ remedy: 'again' });
	expect(error.message).toContain('The connection broke during the download.');
	jest.restoreAllMocks();
});

it('is over at the moment at which it has to be, and says how to get the video then', async () => {
	const { context, bendable, body } = server({});
	bendable.helpers.prepareBinaryData = async () => await new Promise<never>(() => {});
	const begin = Date.now();
	const error = await thrownBy(fetch(context, { until: begin + 300 }));
	expect(error).toBeInstanceOf(DownloadFailure);
	expect(error.message).toContain("'Download'");
	expect((error as DownloadFailure).remedy).toBeUndefined();
	expect(Date.now() - begin).toBeLessThan(2000);
	expect(body.destroyed).toBe(true);
});

it('is over at that moment although nothing has come, and takes no file that comes later', async () => {
	const { context, bendable, body } = server({});
	let open = (_: unknown) => {};
	let timeout: unknown;
	bendable.helpers.httpRequest = async (options) => {
		({ timeout } = options);
		return await new Promise((resolve) => (open = resolve));
	};
	const begin = Date.now();
	const error = await thrownBy(fetch(context, { until: begin + 300 }));
	expect(error.message).toContain("'Download'");
	expect(Date.now() - begin).toBeLessThan(2000);
	expect(timeout).toBeLessThanOrEqual(300);
	open({ statusCode: 200, headers: {}, body });
	await new Promise((done) => setTimeout(done, 10));
	expect(body.destroyed).toBe(true);
});
