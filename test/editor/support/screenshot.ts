import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Locator, Page } from 'playwright-core';
import sharp from 'sharp';

/** An image in the README has to load quickly. */
const LIMIT_BYTES = 120_000;

/** The folder that keeps images; without it they are made and measured, but not kept. */
export const SCREENSHOTS = 'HAPPY_HORSE_SCREENSHOTS';

/** Takes an image of the page, or of a part of it. */
export async function takeScreenshot(name: string, what: Page | Locator): Promise<void> {
	const taken = await what.screenshot({ animations: 'disabled', caret: 'hide' });
	// A palette of 256 colours is enough for an editor, and a third of the size.
	const small = await sharp(taken).png({ palette: true, quality: 85, effort: 8 }).toBuffer();
	if (small.length > LIMIT_BYTES) {
		throw new Error(`The image ${name} has ${small.length} bytes, more than ${LIMIT_BYTES}`);
	}
	const folder = process.env[SCREENSHOTS];
	if (folder === undefined) return;
	mkdirSync(folder, { recursive: true });
	writeFileSync(join(folder, `${name}.png`), small);
}
