import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

import sharp from 'sharp';

import { flowerMarket } from './drawings/flowerMarket';
import { handbag } from './drawings/handbag';
import { horsesAtDusk } from './drawings/horsesAtDusk';
import { model } from './drawings/model';
import { perfumeBottle } from './drawings/perfumeBottle';
import { EXAMPLE_IMAGES } from './images';

// Draws the example images, so that they are ours and free for everybody:
// tsx sandbox/demo/drawImages.ts

const DRAWINGS = {
	'horses-at-dusk.jpg': horsesAtDusk,
	'perfume-bottle.png': perfumeBottle,
	'flower-market.webp': flowerMarket,
	'handbag.jpg': handbag,
	'model.jpg': model,
};

async function draw(): Promise<void> {
	mkdirSync(EXAMPLE_IMAGES, { recursive: true });
	for (const [name, svg] of Object.entries(DRAWINGS)) {
		const image = sharp(Buffer.from(svg)).flatten({ background: '#ffffff' }).jpeg({ quality: 88 });
		if (name.endsWith('.png')) image.png({ palette: true, quality: 90, effort: 10 });
		if (name.endsWith('.webp')) image.webp({ quality: 86 });
		const { size, width, height } = await image.toFile(join(EXAMPLE_IMAGES, name));
		console.log(`${name}: ${width}x${height}, ${Math.round(size / 1024)} KB`);
	}
}

draw().catch((error: unknown) => {
	console.error(error);
	process.exitCode = 1;
});
