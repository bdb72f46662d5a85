import { parentPort } from 'node:worker_threads';
import { createH264MP4Encoder } from 'h264-mp4-encoder';
import sharp from 'sharp';
import { faststart } from './faststart';

/** One video to make; runs in a worker thread because encoding blocks for seconds. */
export interface EncodeJob {
	id: number;
	image: Uint8Array;
	width: number;
	height: number;
	seconds: number;
	framesPerSecond: number;
}

export interface EncodeResult {
	id: number;
	video?: Uint8Array;
	error?: string;
}

/** How much of the image the zoom cuts off by the end. */
const ZOOM = 0.15;

type Rendered = Omit<EncodeJob, 'id'>;

/** Encodes a slow zoom into the image as H.264 in MP4. Width and height must be even. */
async function encodeVideo({ image, width, height, seconds, framesPerSecond }: Rendered) {
	const encoder = await createH264MP4Encoder();
	try {
		encoder.width = width;
		encoder.height = height;
		encoder.frameRate = framesPerSecond;
		// The muxer writes no list of key frames, so players take every frame for one.
		encoder.groupOfPictures = 1;
		encoder.quantizationParameter = 28;
		encoder.speed = 10;
		encoder.initialize();
		const wide = { width: Math.ceil(width * (1 + ZOOM)), height: Math.ceil(height * (1 + ZOOM)) };
		const pixels = await sharp(image)
			.autoOrient()
			.flatten({ background: '#fff' })
			.resize(wide.width, wide.height, { fit: 'fill' })
			.toColourspace('srgb')
			.ensureAlpha()
			.raw()
			.toBuffer();
		const frames = Math.round(framesPerSecond * seconds);
		for (let frame = 0; frame < frames; frame++) {
			const share = 1 - (ZOOM / (1 + ZOOM)) * (frame / Math.max(1, frames - 1));
			const part = {
				width: Math.round(wide.width * share),
				height: Math.round(wide.height * share),
			};
			const image = sharp(pixels, { raw: { ...wide, channels: 4 } })
				.extract({
					left: Math.floor((wide.width - part.width) / 2),
					top: Math.floor((wide.height - part.height) / 2),
					...part,
				})
				.resize(width, height, { fit: 'fill', kernel: 'linear' });
			encoder.addFrameRgba(await image.raw().toBuffer());
		}
		encoder.finalize();
		return faststart(Buffer.from(readOutput(encoder)));
	} finally {
		encoder.delete();
	}
}

/** The encoder's file system is shared: the file is removed after reading. */
function readOutput(encoder: { FS: unknown; outputFilename: string }): Uint8Array {
	const files = encoder.FS as {
		readFile(path: string): Uint8Array;
		unlink(path: string): void;
	};
	const video = files.readFile(encoder.outputFilename);
	files.unlink(encoder.outputFilename);
	return video;
}

// One after the other: all encoders of a thread write to the same file.
let queue: Promise<unknown> = Promise.resolve();
parentPort?.on('message', ({ id, ...job }: EncodeJob) => {
	const post = (result: EncodeResult) => parentPort?.postMessage(result);
	queue = queue
		.then(() => encodeVideo(job))
		.then(
			(video) => post({ id, video }),
			(error: unknown) => post({ id, error: String(error) }),
		);
});
