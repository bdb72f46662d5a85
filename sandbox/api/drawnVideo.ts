import { drawShape } from './drawn';
import { boxes, indexLast } from './faststart';
import type { Videos } from './videos';

const MAX_SIDE = 2400;
/** Pixels of all frames together: about 15 s of encoding. */
const MAX_PIXELS = 500_000_000;
const MAX_BYTES = 110 * 1024 * 1024;
const BOX_HEADER_BYTES = 8;
const TYPES: Record<string, string> = { mp4: 'video/mp4', mov: 'video/quicktime' };

/** Query parameters of a drawn video; a number that cannot be read counts as not given. */
export interface DrawnVideoQuery {
	/** varies the colours */
	n?: string;
	/** pads the file to a size */
	bytes?: string;
	/** length, 5 without it */
	seconds?: string;
	/** frames per second, 10 without it */
	fps?: string;
	/** `end`: the index comes after the frames */
	moov?: string;
}

/**
 * Draws a video for tests from a name such as `640x360.mp4` or `640x360.mov`: H.264, without sound.
 * Returns undefined when the name means nothing, or for odd sides or too much work.
 */
export async function drawVideo(
	videos: Videos,
	name: string,
	{ n = '', bytes, seconds, fps, moov }: DrawnVideoQuery = {},
): Promise<{ bytes: Buffer; contentType: string } | undefined> {
	const [, w, h, type = ''] = /^(\d{1,4})x(\d{1,4})\.([a-z0-9]+)$/.exec(name) ?? [];
	const [width, height, contentType] = [Number(w), Number(h), TYPES[type]];
	const length = positive(seconds, 5);
	const framesPerSecond = positive(fps, 10);
	const pixels = width * height * length * framesPerSecond;
	if (contentType === undefined || width % 2 !== 0 || height % 2 !== 0) return undefined;
	if (Math.min(width, height) < 16 || Math.max(width, height) > MAX_SIDE) return undefined;
	if (pixels > MAX_PIXELS) return undefined;
	const image = await drawShape({ width, height }, { n });
	const rendering = { width, height, seconds: length, framesPerSecond };
	const video = await videos.render(image, rendering);
	const arranged = moov === 'end' ? indexLast(video) : video;
	const file = type === 'mov' ? asMov(arranged) : arranged;
	return { bytes: padded(file, Math.min(positive(bytes, 0), MAX_BYTES)), contentType };
}

function positive(text: string | undefined, standard: number): number {
	const value = Number(text);
	return value > 0 ? value : standard;
}

/** QuickTime boxes are those of MP4; the brand tells them apart. */
function asMov(video: Buffer): Buffer {
	const file = Buffer.from(video);
	const ftyp = boxes(file).find(({ type }) => type === 'ftyp');
	if (ftyp !== undefined) file.write('qt  ', ftyp.start + BOX_HEADER_BYTES, 'latin1');
	return file;
}

/** Adds a box of free space. */
function padded(video: Buffer, size: number): Buffer {
	if (size < video.length + BOX_HEADER_BYTES) return video;
	const free = Buffer.alloc(size - video.length);
	free.writeUInt32BE(free.length, 0);
	free.write('free', 4, 'latin1');
	return Buffer.concat([video, free]);
}
