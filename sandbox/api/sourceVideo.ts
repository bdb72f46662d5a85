import { createHash } from 'node:crypto';
import type { MediaInfoResult, Track } from 'mediainfo.js' with { 'resolution-mode': 'import' };
import { drawShape } from './drawn';
import { checkShape, checkSize, fetchFile, FileRejected, type FileKind } from './fetchFile';
import type { Image } from './images';
import { shapeOf } from './shape';

const VIDEO: FileKind = { noun: 'video', maxMegabytes: 100 };
const SECONDS = { min: 3, max: 60 };
/** The frame rate must be above it. */
const FRAME_RATE_ABOVE = 8;
/** pixels */
const LONGER_SIDE_MAX = 2160;
const SHORTER_SIDE_MIN = 320;
/** H.264, with its parameter sets in the index or in the stream. */
const H264_CODECS = ['avc1', 'avc3'];

/** A source video that the API would take: an image that stands for it, in its shape. */
export interface SourceVideo extends Image {
	seconds: number;
}

/** Fetches a source video and checks its limits. Throws FileRejected. */
export async function fetchSourceVideo(url: string): Promise<SourceVideo> {
	return await inspectVideo(await fetchFile(url, VIDEO));
}

/** Reads the whole video with MediaInfo and checks its limits. Throws FileRejected. */
export async function inspectVideo(bytes: Buffer): Promise<SourceVideo> {
	checkSize(bytes.length, VIDEO);
	const { seconds, width, height } = check(await analyze(bytes));
	const hash = createHash('sha256').update(bytes).digest('hex');
	// MediaInfo decodes no frames: a drawing stands for the first one, another for each video.
	const drawing = await drawShape(shapeOf({ width, height }), { n: hash });
	return { bytes: drawing.bytes, hash, width, height, seconds };
}

/** One analysis after the other: an instance of MediaInfo keeps state between its reads. */
let last: Promise<unknown> = Promise.resolve();
let mediaInfo: ReturnType<typeof startMediaInfo> | undefined;

async function startMediaInfo() {
	const { default: mediaInfoFactory } = await import('mediainfo.js');
	return await mediaInfoFactory({ format: 'object' });
}

async function analyze(bytes: Buffer): Promise<MediaInfoResult> {
	mediaInfo ??= startMediaInfo();
	const reader = await mediaInfo;
	const analysis = last.then(
		async () =>
			await reader.analyzeData(bytes.length, (size, offset) =>
				bytes.subarray(offset, offset + size),
			),
	);
	last = analysis.catch(() => undefined);
	return await analysis;
}

function check({ media }: MediaInfoResult) {
	const tracks = media?.track ?? [];
	const general = tracks.find((track) => track['@type'] === 'General');
	const video = tracks.find((track) => track['@type'] === 'Video');
	const format = general?.Format ?? 'unknown';
	// MediaInfo has one name for MP4 and MOV.
	if (format !== 'MPEG-4') {
		throw new FileRejected(`the format ${format} is not supported: it must be MP4 or MOV`);
	}
	if (isTruncated(general)) throw new FileRejected('the video is cut off');
	if (video === undefined) throw new FileRejected('the file has no video track');
	if (video.Format !== 'AVC' || !H264_CODECS.includes(video.CodecID ?? '')) {
		const codec = video.CodecID ?? video.Format ?? 'unknown';
		throw new FileRejected(`the codec ${codec} is not supported: it must be H.264`);
	}
	const turned = Math.round(Number(video.Rotation ?? 0)) % 180 !== 0;
	const sides = [video.Width ?? 0, video.Height ?? 0];
	const [width = 0, height = 0] = turned ? sides.reverse() : sides;
	const seconds = video.Duration ?? general?.Duration ?? 0;
	checkLength(seconds, video.FrameRate ?? 0);
	checkSides(width, height);
	return { seconds, width, height };
}

function isTruncated(general: Track | undefined): boolean {
	const extra = general?.extra as Record<string, unknown> | undefined;
	return extra?.['IsTruncated'] === 'Yes';
}

function checkLength(seconds: number, frameRate: number): void {
	if (seconds < SECONDS.min || seconds > SECONDS.max) {
		throw new FileRejected(`${seconds} s: it must be ${SECONDS.min} to ${SECONDS.max} s long`);
	}
	if (frameRate <= FRAME_RATE_ABOVE) {
		throw new FileRejected(`${frameRate} frames/s: it must have more than ${FRAME_RATE_ABOVE}`);
	}
}

function checkSides(width: number, height: number): void {
	if (Math.max(width, height) > LONGER_SIDE_MAX) {
		throw new FileRejected(
			`${width}x${height}: the longer side must be at most ${LONGER_SIDE_MAX} pixels`,
		);
	}
	if (Math.min(width, height) < SHORTER_SIDE_MIN) {
		throw new FileRejected(
			`${width}x${height}: the shorter side must be at least ${SHORTER_SIDE_MIN} pixels`,
		);
	}
	checkShape(width, height);
}
