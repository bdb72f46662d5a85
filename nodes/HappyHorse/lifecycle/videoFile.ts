import type { BinaryHelperFunctions, IBinaryData, IExecuteFunctions, IWebhookFunctions } from 'n8n-workflow';

import { redact } from '../transport/redact';

const IDLE_TIMEOUT_MS = 60_000;

const BYTES_PER_MB = 1024 * 1024;

/** Bytes 4 to 7 of every MP4 file. */
const MP4_MARK = 'ftyp';

const MARK_END = 8;

type Readable = Exclude<Parameters<BinaryHelperFunctions['prepareBinaryData']>[0], Buffer>;

/** The video is there, but could not be brought into n8n. `message` is fit for the user. */
export class DownloadFailure extends Error {}

export interface VideoSource {
	/** Signed address of the file; it is opened without the API key. */
	url: string;
	taskId: string;
	maxMegabytes: number;
}

/**
 * Streams a finished video into n8n's binary store. Type and file name are ours: what the server says of them
 * is not trusted, and what is no MP4 file is refused.
 *
 * @throws DownloadFailure
 */
export async function fetchVideo(
	context: IExecuteFunctions | IWebhookFunctions,
	{ url, taskId, maxMegabytes }: VideoSource,
): Promise<IBinaryData> {
	try {
		const response = await openVideo(context, url);
		const guard = videoGuard(response, maxMegabytes);
		const data = await context.helpers.prepareBinaryData(
			guard.stream,
			`happy-horse-${taskId}.mp4`,
			'video/mp4',
		);
		guard.assertComplete();
		return data;
	} catch (error) {
		throw downloadFailureFrom(error, url);
	}
}

function downloadFailureFrom(error: unknown, url: string): DownloadFailure {
	if (error instanceof DownloadFailure) return error;
	const reason = error instanceof Error ? redact(error.message, [url]) : '';
	return new DownloadFailure(`The connection broke during the download. ${reason}`.trim());
}

interface VideoResponse {
	statusCode: number;
	headers: Record<string, unknown>;
	body: Readable;
}

async function openVideo(
	context: IExecuteFunctions | IWebhookFunctions,
	url: string,
): Promise<VideoResponse> {
	const abortSignal =
		'getExecutionCancelSignal' in context ? context.getExecutionCancelSignal() : undefined;
	const response = (await context.helpers.httpRequest({
		method: 'GET',
		url,
		headers: { 'Accept-Encoding': 'identity' },
		encoding: 'stream',
		returnFullResponse: true,
		ignoreHttpStatusErrors: true,
		timeout: IDLE_TIMEOUT_MS,
		...(abortSignal === undefined ? {} : { abortSignal }),
	})) as VideoResponse;
	if (response.statusCode === 200) return response;
	response.body.destroy();
	throw new DownloadFailure(
		response.statusCode === 403 || response.statusCode === 410
			? `The address of the video is no longer valid (${response.statusCode}).`
			: `The server of the video answered ${response.statusCode}.`,
	);
}

/** Counts and looks at the bytes while they pass, so that no more than a chunk is held in memory. */
function videoGuard(
	{ headers, body }: VideoResponse,
	maxMegabytes: number,
): { stream: Readable; assertComplete: () => void } {
	const maxBytes = maxMegabytes * BYTES_PER_MB;
	const tooLarge = () =>
		new DownloadFailure(
			`The video is larger than the ${maxMegabytes} MB that 'Max Download Size' allows.`,
		);
	const noVideo = () => new DownloadFailure('The downloaded file is not an MP4 video.');
	const announced = Number(headers['content-length'] ?? Number.NaN);
	if (announced > maxBytes) {
		body.destroy();
		throw tooLarge();
	}
	let seen = 0;
	let head = Buffer.alloc(0);
	const stream = body.map((chunk: Buffer) => {
		seen += chunk.length;
		if (head.length < MARK_END) head = Buffer.concat([head, chunk.subarray(0, MARK_END)]);
		if (seen > maxBytes) throw tooLarge();
		if (head.length >= MARK_END && head.toString('latin1', 4, MARK_END) !== MP4_MARK) {
			throw noVideo();
		}
		return chunk;
	});
	return {
		stream,
		assertComplete() {
			if (head.length < MARK_END) throw noVideo();
			if (!Number.isNaN(announced) && seen !== announced) {
				throw new DownloadFailure(`Only ${seen} of ${announced} bytes of the video arrived.`);
			}
		},
	};
}
