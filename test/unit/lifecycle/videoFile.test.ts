import { Readable } from 'stream';

import type { IExecuteFunctions } from 'n8n-workflow';

import { DownloadFailure, fetchVideo } from '../../../nodes/HappyHorse/lifecycle/videoFile';
import { fakeExecution, thrownBy } from '../support/fakeExecution';
import { MP4 } from '../support/fakeVendor';
import { ID, videoAt } from '../support/scriptedApi';

interface Answer {
	statusCode?: number;
	headers?: Record<string, unknown>;
	chunks?: Buffer[];
	breaks?: Error;
}

/** A file server behind n8n's download helper. */
function server({ statusCode = 200, headers = {}, chunks = [MP4], breaks }: Answer) {
	const { bendable, context } = fakeExecution({});
	const asked: unknown[] = [];
	const body = Readable.from(
		(async function* () {
			yield* chunks;
			if (breaks) throw breaks;
		})(),
	);
	bendable.helpers.httpRequest = async (options) => {
		asked.push(options);
		return { statusCode, headers, body };
	};
	return { context, bendable, asked, body };
}

const fetch = async (context: IExecuteFunctions, maxMegabytes = 500) =>
	await fetchVideo(context, { url: videoAt(ID), taskId: ID, maxMegabytes });

it('streams a video under our own name and type', async () => {
	const { context, asked } = server({
		headers: { 'content-type': 'text/html', 'content-disposition': 'x.exe' },
	});
	expect(await fetch(context)).toEqual({
		data: MP4.toString('base64'),
		fileName: `happy-horse-${ID}.mp4`,
		mimeType: 'video/mp4',
	});
	expect(asked).toEqual([
		expect.objectContaining({ url: videoAt(ID), encoding: 'stream', ignoreHttpStatusErrors: true }),
	]);
});

it('never takes the API key along', async () => {
	const { context, bendable, asked } = server({});
	bendable.helpers.httpRequestWithAuthentication = async () => {
		throw new Error('the key must stay at home');
	};
	await fetch(context);
	expect(JSON.stringify(asked)).not.toMatch(/api-key|authorization/i);
});

it('can be cancelled with the execution', async () => {
	const { context, bendable, asked } = server({});
	const signal = AbortSignal.abort();
	bendable.getExecutionCancelSignal = () => signal;
	await fetch(context);
	expect(asked).toEqual([expect.objectContaining({ abortSignal: signal })]);
});

it.each([1, 3, 7, 8, 100])('knows a video in chunks of %i bytes', async (size) => {
	const chunks = Array.from({ length: Math.ceil(MP4.length / size) }, (_, index) =>
		MP4.subarray(index * size, (index + 1) * size),
	);
	const { context } = server({ chunks, headers: { 'content-length': String(MP4.length) } });
	expect((await fetch(context)).data).toBe(MP4.toString('base64'));
});

const large = Buffer.concat([MP4, Buffer.alloc(1024 * 1024)]);

it.each<[string, Answer, string]>([
	['403', { statusCode: 403 }, 'no longer valid (403)'],
	['410', { statusCode: 410 }, 'no longer valid (410)'],
	['404', { statusCode: 404 }, 'answered 404'],
	['500', { statusCode: 500 }, 'answered 500'],
	['part of it', { statusCode: 206 }, 'answered 206'],
	['HTML', { chunks: [Buffer.from('<!doctype html><html></html>')] }, 'not an MP4 video'],
	['nothing', { chunks: [] }, 'not an MP4 video'],
	['seven bytes', { chunks: [MP4.subarray(0, 7)] }, 'not an MP4 video'],
	['an announced giant', { headers: { 'content-length': '1048577' } }, 'larger than the 1 MB'],
	['an unannounced giant', { chunks: [large] }, 'larger than the 1 MB'],
	[
		'less than announced',
		{ headers: { 'content-length': '500' } },
		`Only ${MP4.length} of 500 bytes`,
	],
	['a break', { breaks: new Error(`reset at ${videoAt(ID)}`) }, 'connection broke'],
])('%s is a failure in words without the signed address', async (_, answer, text) => {
	const { context } = server(answer);
	const error = await thrownBy(fetch(context, 1));
	expect(error).toBeInstanceOf(DownloadFailure);
	expect(error.message).toContain(text);
	expect(error.message).not.toContain('hmac');
});

it.each<[string, Answer]>([
	['refuses', { statusCode: 403 }],
	['announces a giant', { headers: { 'content-length': '99999999' } }],
])('lets go of a server that %s', async (_, answer) => {
	const { context, body } = server(answer);
	await thrownBy(fetch(context, 1));
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
