import type { ImageType } from './image/format';

/** What an endpoint takes as an image. */
export interface ImageLimits {
	kind: 'image';
	types: readonly ImageType[];
	/** Least number of pixels on each side. */
	minSide?: number;
	/** A shorter side makes a worse video, but is accepted. */
	recommendedSide?: number;
	/** Of the longer side to the shorter, as a fraction: 2.5 would round. */
	maxRatio?: readonly [longer: number, shorter: number];
	/** Read as 2^20 bytes each. */
	maxMegabytes: number;
}

const NAMES: Record<ImageType, string> = { jpeg: 'JPEG', png: 'PNG', webp: 'WebP', bmp: 'BMP' };

/** The formats in words: "JPEG, PNG or WebP". */
export function formatsOf(types: readonly ImageType[]): string {
	const names = types.map((type) => NAMES[type]);
	return `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;
}

/** What may be sent, as a user reads it below the field. */
export function describeImageLimits(
	{ types, minSide, recommendedSide, maxRatio, maxMegabytes }: ImageLimits,
	except: readonly ImageType[] = [],
): string {
	const formats = formatsOf(types.filter((type) => !except.includes(type)));
	const limits = [
		minSide === undefined ? '' : `at least ${minSide} pixels on each side`,
		`at most ${maxMegabytes} MB`,
		recommendedSide === undefined
			? ''
			: `best with ${recommendedSide} pixels or more on the shorter side`,
		maxRatio === undefined
			? ''
			: `the longer side at most ${maxRatio[0] / maxRatio[1]} times the shorter`,
	].filter((limit) => limit !== '');
	return `${formats}: ${limits.join(', ')}`;
}

interface Size {
	width: number;
	height: number;
}

/**
 * What the API would reject about an image's size, as a sentence with the measured value and the limit; `null` when it is
 * fine. The limits are symmetric, so a rotation noted in the file does not matter.
 */
export function imageSizeProblem(
	{ width, height }: Size,
	{ minSide = 0, maxRatio }: ImageLimits,
): string | null {
	const measured = `${width}x${height} pixels`;
	if (Math.min(width, height) < minSide) {
		return `The image is too small: ${measured} (minimum ${minSide} pixels per side)`;
	}
	if (maxRatio === undefined) return null;
	const [longer, shorter] = maxRatio;
	if (shorter * Math.max(width, height) <= longer * Math.min(width, height)) return null;
	const shape = width > height ? 'wide' : 'tall';
	return `The image is too ${shape}: ${measured} (the longer side may be at most ${longer / shorter} times the shorter)`;
}

const BYTES_PER_MB = 1024 * 1024;

/** What the API would reject about the size of a file; `null` when it is fine. */
export function fileSizeProblem(
	bytes: number,
	{ maxMegabytes }: { maxMegabytes: number },
): string | null {
	if (bytes <= maxMegabytes * BYTES_PER_MB) return null;
	// Rounded up: one byte too many must not read as the limit.
	const megabytes = Math.ceil((bytes / BYTES_PER_MB) * 10) / 10;
	return `The file is too large: ${megabytes.toFixed(1)} MB (maximum ${maxMegabytes} MB)`;
}
