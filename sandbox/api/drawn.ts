import { createHash } from 'node:crypto';
import sharp from 'sharp';
import { encodeBmp } from './bmp';
import type { Image } from './images';
import type { Shape } from './shape';

const MAX_SIDE = 12_000;
const MAX_PIXELS = 50_000_000;
const KEPT = 200;
const TYPES: Record<string, string> = {
	jpg: 'image/jpeg',
	jpeg: 'image/jpeg',
	png: 'image/png',
	webp: 'image/webp',
	bmp: 'image/bmp',
	gif: 'image/gif',
};

export interface DrawnImage {
	bytes: Buffer;
	contentType: string;
}

const kept = new Map<string, Promise<DrawnImage>>();

/**
 * Draws an image for tests from a name such as `800x600.jpg`; `n` varies the colours and `bytes`
 * pads the file to a size. Returns undefined when the name means nothing.
 */
export function drawImage(
	name: string,
	{ n = '', bytes = 0 }: { n?: string; bytes?: number } = {},
): Promise<DrawnImage> | undefined {
	const [, w, h, type = ''] = /^(\d{1,5})x(\d{1,5})\.([a-z]+)$/.exec(name) ?? [];
	const [width, height, contentType] = [Number(w), Number(h), TYPES[type]];
	if (contentType === undefined || !(Math.min(width, height) >= 1)) return undefined;
	if (Math.max(width, height) > MAX_SIDE || width * height > MAX_PIXELS) return undefined;
	const id = `${name}?${n}&${bytes}`;
	const known = kept.get(id);
	if (known !== undefined) return known;
	const drawing = draw({ width, height, type, n }).then((file) => ({
		bytes: Buffer.concat([file, Buffer.alloc(Math.max(0, bytes - file.length))]),
		contentType,
	}));
	kept.set(id, drawing);
	for (const oldest of kept.keys()) if (kept.size > KEPT) kept.delete(oldest);
	return drawing;
}

/** The same drawing as the API would read it, for what no image is given for. */
export async function drawShape(
	{ width, height }: Shape,
	{ n = '', type = 'jpg' }: { n?: string; type?: 'jpg' | 'png' } = {},
): Promise<Image> {
	const drawing = await drawImage(`${width}x${height}.${type}`, { n });
	if (drawing === undefined) throw new Error(`${width}x${height} cannot be drawn`);
	const { bytes } = drawing;
	return { bytes, hash: createHash('sha256').update(bytes).digest('hex'), width, height };
}

async function draw(image: {
	width: number;
	height: number;
	type: string;
	n: string;
}): Promise<Buffer> {
	const { width, height, type } = image;
	const drawing = sharp(Buffer.from(meadow(image))).flatten();
	if (type === 'bmp') {
		return encodeBmp({ width, height, rgb: await drawing.removeAlpha().raw().toBuffer() });
	}
	return await drawing.toFormat(type === 'jpg' ? 'jpeg' : (type as 'png')).toBuffer();
}

/** A sun over two hills; the hue depends on `n`. */
function meadow({ width, height, n }: { width: number; height: number; n: string }): string {
	const hue = [...n].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0) * 47) % 360, 210);
	const sun = (hue * 7) % 80;
	return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"
		viewBox="0 0 100 100" preserveAspectRatio="none">
		<defs><linearGradient id="sky" x2="0" y2="1">
			<stop offset="0" stop-color="hsl(${hue},70%,55%)"/>
			<stop offset="1" stop-color="hsl(${(hue + 40) % 360},80%,85%)"/></linearGradient></defs>
		<rect width="100" height="100" fill="url(#sky)"/>
		<circle cx="${10 + sun}" cy="28" r="10" fill="#fff3b0"/>
		<path d="M0 70 Q25 50 50 68 T100 62 V100 H0Z" fill="hsl(${(hue + 250) % 360},45%,45%)"/>
		<path d="M0 84 Q30 66 60 82 T100 78 V100 H0Z" fill="hsl(${(hue + 270) % 360},50%,32%)"/></svg>`;
}
