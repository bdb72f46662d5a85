import type { IBinaryData } from 'n8n-workflow';

import type { ByteStream } from '../http/stream';
import { IdleTimeout } from '../http/stream';
import type { FileContext, FileResponse } from '../http/safeFetch';
import { BlockedUrlError, safeFetch } from '../http/safeFetch';
import { redact } from '../http/redact';
import type { VideoFacts } from '../media/video/videoReader';
import { VideoReader } from '../media/video/videoReader';

const IDLE_TIMEOUT_MS = 60_000;

const BYTES_PER_MB = 1024 * 1024;

/** Bytes 4 to 7 of every MP4 file. */
const MP4_BOX = 'ftyp';

const HEAD_BYTES = 8;

/** The video exists, but could not be downloaded. `message` is for the user. */
export class DownloadFailure extends Error {
	constructor(
		message: string,
		/** What another try needs: only time, or a fresh URL. Left out: it would not help. */
		readonly remedy?: 'again' | 'fresh URL',
	) {
		super(message);
	}
}

export interface VideoSource {
	/** Signed URL of the file; it is opened without the API key. */
	url: string;
	fileName: string;
	maxMegabytes: number;
	/** True only when the provider itself is on this machine or network. */
	allowLocal: boolean;
	/** When the download has to be over, in milliseconds since 1970. */
	until: number;
}

/** A file in n8n's binary store, and what was learned of it while it passed. */
export interface StoredVideo {
	data: IBinaryData;
	facts: VideoFacts & { bytes: number };
}

/**
 * Streams a finished video into n8n's binary store, once. Type and file name are our own: those of the server
 * are not trusted, and a file that is not an MP4 is rejected.
 *
 * @throws DownloadFailure
 */
export async function fetchVideo(
	context: FileContext,
	{ url, fileName, maxMegabytes, allowLocal, until }: VideoSource,
): Promise<StoredVideo> {
	let response: FileResponse | undefined;
	const silence = new IdleTimeout(IDLE_TIMEOUT_MS, until);
	try {
		const timeoutMs = Math.max(1, Math.min(IDLE_TIMEOUT_MS, until - Date.now()));
		const opening = safeFetch(context, { url, timeoutMs, allowLocal });
		response = await silence.endsWork(opening).catch((error: unknown) => {
			// A late response must not stream a file that is no longer wanted.
			opening.then(({ body }) => body.destroy()).catch(() => {});
			throw error;
		});
		silence.heard();
		const guard = videoGuard(assertFound(response), {
			maxMegabytes,
			heard: () => silence.heard(),
		});
		const data = await silence.endsWork(
			context.helpers.prepareBinaryData(guard.stream, fileName, 'video/mp4'),
		);
		guard.assertComplete();
		return { data, facts: guard.facts() };
	} catch (error) {
		// Otherwise the transfer would continue.
		response?.body.destroy();
		if (Date.now() >= until) throw outOfTime();
		throw downloadFailureFrom(error, url);
	}
}

function outOfTime(): DownloadFailure {
	return new DownloadFailure(
		"There was not enough time left to download the video. Fetch it with the operation 'Download' and this task ID.",
	);
}

function downloadFailureFrom(error: unknown, url: string): DownloadFailure {
	if (error instanceof DownloadFailure) return error;
	if (error instanceof BlockedUrlError) {
		return new DownloadFailure(`The URL of the video is not opened: ${error.message}.`);
	}
	const reason = error instanceof Error ? redact(error.message, [url]) : '';
	return new DownloadFailure(`The connection broke during the download. ${reason}`.trim(), 'again');
}

function assertFound(response: FileResponse): FileResponse {
	const { statusCode } = response;
	if (statusCode === 200 || (statusCode === 206 && isWhole(response))) return response;
	if ([401, 403, 404, 410].includes(statusCode)) {
		throw new DownloadFailure(
			`The URL of the video is no longer valid (${statusCode}).`,
			'fresh URL',
		);
	}
	const retryable = statusCode === 408 || statusCode === 429 || statusCode >= 500;
	throw new DownloadFailure(
		`The server of the video responded with ${statusCode}.`,
		retryable ? 'again' : undefined,
	);
}

/** Some servers respond with 206 and the whole file although the request named no range. */
function isWhole({ headers }: FileResponse): boolean {
	const range = /^bytes 0-(\d+)\/(\d+)$/.exec(String(headers['content-range']));
	return range !== null && Number(range[1]) + 1 === Number(range[2]);
}

/** Counts and looks at the bytes while they pass, so that no more than a chunk is held in memory. */
function videoGuard(
	{ headers, body }: FileResponse,
	{ maxMegabytes, heard }: { maxMegabytes: number; heard: () => void },
): { stream: ByteStream; assertComplete: () => void; facts: () => StoredVideo['facts'] } {
	const maxBytes = maxMegabytes * BYTES_PER_MB;
	const tooLarge = () =>
		new DownloadFailure(
			`The video is larger than the ${maxMegabytes} MB that 'Max Download Size' allows.`,
		);
	const noVideo = () => new DownloadFailure('The downloaded file is not an MP4 video.');
	const announced = Number(headers['content-length'] ?? Number.NaN);
	if (announced > maxBytes) throw tooLarge();
	let seen = 0;
	let head = Buffer.alloc(0);
	const reader = new VideoReader();
	const stream = body.map((chunk: Buffer) => {
		heard();
		seen += chunk.length;
		if (head.length < HEAD_BYTES) head = Buffer.concat([head, chunk.subarray(0, HEAD_BYTES)]);
		if (seen > maxBytes) throw tooLarge();
		if (head.length >= HEAD_BYTES && head.toString('latin1', 4, HEAD_BYTES) !== MP4_BOX) {
			throw noVideo();
		}
		reader.push(chunk);
		return chunk;
	});
	return {
		stream,
		facts: () => ({ bytes: seen, ...reader.facts }),
		assertComplete() {
			// More than was announced: the server compressed the file although the request forbade it, and n8n decompressed it.
			if (!Number.isNaN(announced) && seen < announced) {
				throw new DownloadFailure(
					`Only ${seen} of ${announced} bytes of the video arrived.`,
					'again',
				);
			}
			if (head.length < HEAD_BYTES) throw noVideo();
		},
	};
}
