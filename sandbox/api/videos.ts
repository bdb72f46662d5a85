import path from 'node:path';
import { Worker } from 'node:worker_threads';
import type { EncodeResult, EncodeJob } from './encodeVideo';
import type { Image } from './images';
import { shapeOf, type Shape } from './shape';
import type { Task } from './tasks';

/** Bytes of finished videos kept; a dropped video is encoded again, to the same bytes. */
const KEPT_BYTES = 256 * 1024 * 1024;
const SHORT_SIDE = { '720P': 720, '1080P': 1080, small: 120 };

type Rendered = Pick<Task, 'image' | 'resolution' | 'duration' | 'quality'>;

type Rendering = Omit<EncodeJob, 'id' | 'image'>;

interface Waiting {
	resolve: (video: Buffer) => void;
	reject: (error: Error) => void;
}

/** Makes and keeps the videos; each distinct one is encoded once, in one worker thread. */
export class Videos {
	private readonly videos = new Map<string, Promise<Buffer>>();
	private readonly waiting = new Map<number, Waiting>();
	private keptBytes = 0;
	private jobs = 0;
	private worker: Worker | undefined;

	/** Starts the worker ahead of the first video, which then takes half a second less. */
	warm(): void {
		this.worker ??= this.hire();
	}

	/** The MP4 file of a task; the same task always gives the same bytes. */
	async get(task: Rendered): Promise<Buffer> {
		const { image, duration: seconds, quality } = task;
		const framesPerSecond = frameRateFor(seconds, quality === 'small' ? 1 : 3);
		return await this.render(image, { ...frameSize(task), seconds, framesPerSecond });
	}

	/** An MP4 file that zooms into the image; width and height must be even. */
	async render(image: Image, rendering: Rendering): Promise<Buffer> {
		const { width, height, seconds, framesPerSecond } = rendering;
		const id = [image.hash, width, height, seconds, framesPerSecond].join(' ');
		const known = this.videos.get(id);
		if (known !== undefined) return await known;
		const video = this.encode({ image: image.bytes, ...rendering });
		this.videos.set(id, video);
		video.then(
			(bytes) => this.keep(bytes.length),
			() => this.videos.delete(id),
		);
		return await video;
	}

	async close(): Promise<void> {
		await this.worker?.terminate();
	}

	private async encode(job: Omit<EncodeJob, 'id'>): Promise<Buffer> {
		this.worker ??= this.hire();
		const id = this.jobs++;
		this.worker.postMessage({ id, ...job } satisfies EncodeJob);
		return await new Promise((resolve, reject) => this.waiting.set(id, { resolve, reject }));
	}

	private hire(): Worker {
		// The loader makes the worker understand TypeScript wherever the sandbox itself runs.
		const worker = new Worker(path.join(__dirname, 'encodeVideo.ts'), {
			execArgv: ['--require', require.resolve('tsx/cjs')],
		});
		worker.unref();
		worker.on('message', ({ id, video, error }: EncodeResult) => {
			const waiting = this.waiting.get(id);
			this.waiting.delete(id);
			if (video === undefined) waiting?.reject(new Error(error));
			else waiting?.resolve(Buffer.from(video.buffer, video.byteOffset, video.byteLength));
		});
		const fail = (error: Error) => {
			if (this.worker === worker) this.worker = undefined;
			for (const { reject } of this.waiting.values()) reject(error);
			this.waiting.clear();
		};
		worker.on('error', (error: unknown) => {
			fail(error instanceof Error ? error : new Error(String(error)));
		});
		worker.on('exit', () => fail(new Error('The sandbox was closed')));
		return worker;
	}

	private keep(bytes: number): void {
		this.keptBytes += bytes;
		if (this.keptBytes <= KEPT_BYTES) return;
		this.videos.clear();
		this.keptBytes = 0;
	}
}

/** Frame size in pixels: the image's shape, both sides even. */
export function frameSize({ image, resolution, quality }: Rendered): Shape {
	return shapeOf(image, SHORT_SIDE[quality === 'small' ? quality : resolution]);
}

/** The encoder takes whole frame rates only: the first of ten in which the length fits best. */
function frameRateFor(seconds: number, lowest: number): number {
	const rates = Array.from({ length: 10 }, (_, index) => lowest + index);
	const error = (rate: number) => Math.abs(Math.round(seconds * rate) / rate - seconds);
	return rates.reduce((best, rate) => (error(rate) < error(best) - 0.001 ? rate : best));
}
