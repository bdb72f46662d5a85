import { createHash } from 'node:crypto';
import sharp from 'sharp';
import type { Image } from './images';
import type { Shape } from './shape';

const KEPT = 200;
const kept = new Map<string, Promise<Image>>();

/**
 * Puts images into one of a shape, each as large as the others: side by side from the left in a
 * wide or square one, from the top in a tall one, so that their order can be seen in the pixels.
 */
export async function collage(images: readonly Image[], shape: Shape): Promise<Image> {
	const { width, height } = shape;
	const recipe = [width, height, ...images.map((image) => image.hash)].join(' ');
	const hash = createHash('sha256').update(recipe).digest('hex');
	const known = kept.get(hash);
	if (known !== undefined) return await known;
	const made = compose(images, shape).then((bytes) => ({ bytes, hash, width, height }));
	kept.set(hash, made);
	made.catch(() => kept.delete(hash));
	for (const oldest of kept.keys()) if (kept.size > KEPT) kept.delete(oldest);
	return await made;
}

async function compose(images: readonly Image[], { width, height }: Shape): Promise<Buffer> {
	const wide = width >= height;
	const along = (at: number) => Math.round(((wide ? width : height) * at) / images.length);
	const tiles = images.map(async ({ bytes }, index) => {
		const [start, end] = [along(index), along(index + 1)];
		const size: [number, number] = wide ? [end - start, height] : [width, end - start];
		const tile = sharp(bytes).autoOrient().flatten({ background: '#fff' });
		const input = await tile
			.resize(...size, { fit: 'cover' })
			.jpeg({ quality: 90 })
			.toBuffer();
		return wide ? { input, left: start, top: 0 } : { input, left: 0, top: start };
	});
	return await sharp({ create: { width, height, channels: 3, background: '#fff' } })
		.composite(await Promise.all(tiles))
		.jpeg({ quality: 90 })
		.toBuffer();
}
