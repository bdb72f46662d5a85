/** What the API takes: docs page of happy-horse-1, July 2026. "10 MB" is read as 2^20 bytes each. */
export const MAX_IMAGE_BYTES = 10 * 1024 * 1024;

const SHORTEST_SIDE = 300;

/**
 * What the API would reject about an image's size, as a sentence with the measured value and the limit;
 * `null` when it is fine. The limits are symmetric, so a rotation noted in the file does not matter.
 */
export function sizeFault({ width, height }: { width: number; height: number }): string | null {
	const measured = `${width}x${height}`;
	if (width < SHORTEST_SIDE || height < SHORTEST_SIDE) {
		return `${measured}: each side must have at least ${SHORTEST_SIDE} pixels`;
	}
	// Whole numbers: 2.5 as a fraction would round.
	if (2 * width > 5 * height || 2 * height > 5 * width) {
		return `${measured}: the longer side may be at most 2.5 times the shorter`;
	}
	return null;
}

/** What the API would reject about an image's file size; `null` when it is fine. */
export function fileSizeFault(bytes: number): string | null {
	if (bytes <= MAX_IMAGE_BYTES) return null;
	// Rounded up: one byte too many must not read as 10.0.
	const megabytes = Math.ceil((bytes / 1024 / 1024) * 10) / 10;
	return `${megabytes.toFixed(1)} MB: at most 10 MB are allowed`;
}
