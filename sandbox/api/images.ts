import { createHash } from 'node:crypto';
import sharp from 'sharp';
import { decodeBmp, isBmp } from './bmp';
import {
	checkShape,
	checkSize,
	fetchFile,
	FileRejected,
	reasonOf,
	type FileKind,
} from './fetchFile';

const IMAGE: FileKind = { noun: 'image', maxMegabytes: 10 };

/** An image that the API would take; sizes as displayed, `bytes` in a format sharp can read. */
export interface Image {
	bytes: Buffer;
	hash: string;
	width: number;
	height: number;
}

/** What one endpoint requires of an image, beside 10 MB. */
export interface ImageLimits {
	formats: ReadonlyArray<'jpeg' | 'png' | 'webp' | 'bmp'>;
	/** pixels */
	minSide: number;
	/** whether the shape must be 1:2.5 to 2.5:1 */
	shape: boolean;
}

/** Fetches an image and checks it. Throws FileRejected. */
export async function fetchImage(url: string, limits: ImageLimits): Promise<Image> {
	return await inspectImage(await fetchFile(url, IMAGE), limits);
}

/** Decodes an image completely and checks its limits. Throws FileRejected. */
export async function inspectImage(original: Buffer, limits: ImageLimits): Promise<Image> {
	checkSize(original.length, IMAGE);
	const { bytes, width, height } = await decode(original, limits.formats);
	const { minSide } = limits;
	if (width < minSide || height < minSide) {
		throw new FileRejected(`${width}x${height}: each side must be at least ${minSide} pixels`);
	}
	if (limits.shape) checkShape(width, height);
	return { bytes, width, height, hash: createHash('sha256').update(original).digest('hex') };
}

async function decode(original: Buffer, formats: readonly string[]) {
	try {
		const bmp = isBmp(original);
		const bytes = bmp && formats.includes('bmp') ? await bmpToPng(original) : original;
		if (bmp && bytes === original) throw new FileRejected('the format bmp is not supported');
		const image = sharp(bytes, { failOn: 'truncated' });
		const { format, autoOrient } = await image.metadata();
		if (!formats.includes(format)) {
			throw new FileRejected(`the format ${format} is not supported`);
		}
		// Shrinking reads every pixel, and so finds a file that is cut off.
		await image.resize(16, 16, { fit: 'fill', fastShrinkOnLoad: false }).raw().toBuffer();
		return { bytes, width: autoOrient.width, height: autoOrient.height };
	} catch (error) {
		if (error instanceof FileRejected) throw error;
		throw new FileRejected(`the file is not a readable image (${reasonOf(error)})`);
	}
}

async function bmpToPng(original: Buffer): Promise<Buffer> {
	const { width, height, rgb } = decodeBmp(original);
	return await sharp(rgb, { raw: { width, height, channels: 3 } })
		.png({ compressionLevel: 1 })
		.toBuffer();
}
