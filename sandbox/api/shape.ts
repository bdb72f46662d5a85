/** A size in pixels, both sides even, as H.264 wants it. */
export interface Shape {
	width: number;
	height: number;
}

/** Shorter side of what is drawn for a video, before it is scaled to the size of the video. */
const DRAWN_SHORT_SIDE = 720;

/** The same shape with a shorter side of so many pixels. */
export function shapeOf({ width, height }: Shape, shortSide = DRAWN_SHORT_SIDE): Shape {
	const scale = shortSide / Math.min(width, height);
	const even = (side: number) => Math.round((side * scale) / 2) * 2;
	return { width: even(width), height: even(height) };
}

/** The shape of a ratio such as `16:9`. */
export function shapeOfRatio(ratio: string): Shape {
	const [width = 1, height = 1] = ratio.split(':').map(Number);
	return shapeOf({ width, height });
}
