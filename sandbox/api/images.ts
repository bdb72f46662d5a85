import { createHash } from 'node:crypto';
import sharp from 'sharp';
import { decodeBmp, isBmp } from './bmp';

const MAX_BYTES = 10 * 1024 * 1024;
const MIN_SIDE = 300;
const FETCH_TIMEOUT_MS = 15_000;

/** Marks the sandbox's own requests, so that the request record can tell them apart. */
export const USER_AGENT = 'happy-horse-sandbox';

/** An image that the API would take; sizes as displayed, `bytes` in a format sharp can read. */
export interface Image {
	bytes: Buffer;
	hash: string;
	width: number;
	height: number;
}

/** The image cannot be used; the message is the `reason` given to the caller. */
export class ImageRefused extends Error {}

/** Fetches `image_url` like the vendor would: no key, 15 s, 10 MB. Throws ImageRefused. */
export async function fetchImage(url: string): Promise<Image> {
	if (!/^https?:\/\//i.test(url)) throw new ImageRefused('must be an http or https URL');
	let response: Response;
	try {
		response = await fetch(url, {
			headers: { 'user-agent': USER_AGENT, accept: 'image/*' },
			signal: AbortSignal.timeout(FETCH_TIMEOUT_MS),
		});
		if (response.ok) return await inspectImage(await readAll(response));
	} catch (error) {
		if (error instanceof ImageRefused) throw error;
		throw new ImageRefused(`the image could not be fetched (${reasonOf(error)})`);
	}
	await response.body?.cancel();
	throw new ImageRefused(`the image could not be fetched (HTTP ${response.status})`);
}

/** Decodes an image completely and checks its limits. Throws ImageRefused. */
export async function inspectImage(original: Buffer): Promise<Image> {
	if (original.length > MAX_BYTES) throw new ImageRefused('the image is larger than 10 MB');
	let bytes = original;
	let width = 0;
	let height = 0;
	try {
		if (isBmp(original)) bytes = await bmpToPng(original);
		const image = sharp(bytes, { failOn: 'truncated' });
		const { format, autoOrient } = await image.metadata();
		({ width, height } = autoOrient);
		if (!['jpeg', 'png', 'webp'].includes(format)) {
			throw new ImageRefused(`the format ${format} is not supported`);
		}
		// Shrinking reads every pixel, and so finds a file that is cut off.
		await image.resize(16, 16, { fit: 'fill', fastShrinkOnLoad: false }).raw().toBuffer();
	} catch (error) {
		if (error instanceof ImageRefused) throw error;
		throw new ImageRefused(`the file is not a readable image (${reasonOf(error)})`);
	}
	if (width < MIN_SIDE || height < MIN_SIDE) {
		throw new ImageRefused(`${width}x${height}: each side must be at least ${MIN_SIDE} pixels`);
	}
	if (2 * width > 5 * height || 2 * height > 5 * width) {
		throw new ImageRefused(`${width}x${height}: the aspect ratio must be 1:2.5 to 2.5:1`);
	}
	return { bytes, width, height, hash: createHash('sha256').update(original).digest('hex') };
}

async function bmpToPng(original: Buffer): Promise<Buffer> {
	const { width, height, rgb } = decodeBmp(original);
	return await sharp(rgb, { raw: { width, height, channels: 3 } })
		.png({ compressionLevel: 1 })
		.toBuffer();
}

async function readAll(response: Response): Promise<Buffer> {
	const chunks: Uint8Array[] = [];
	let length = 0;
	for await (const chunk of response.body ?? []) {
		length += chunk.length;
		if (length > MAX_BYTES) throw new ImageRefused('the image is larger than 10 MB');
		chunks.push(chunk);
	}
	return Buffer.concat(chunks);
}

function reasonOf(error: unknown): string {
	if (!(error instanceof Error)) return String(error);
	const { cause } = error;
	return cause instanceof Error && cause.message !== '' ? cause.message : error.message;
}
