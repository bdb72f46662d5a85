import { execFileSync } from 'node:child_process';

import type { Sides } from './handmade';

const SCRIPT = `
import { readFileSync } from 'node:fs';
import { imageDimensionsFromData } from 'image-dimensions';
const images = JSON.parse(readFileSync(0, 'utf8'));
const results = images.map((bytes) => imageDimensionsFromData(Buffer.from(bytes, 'base64')) ?? null);
process.stdout.write(JSON.stringify(results));
`;

/**
 * What the package of this name says about each file. It is an ES module, which jest cannot load, so a Node of
 * its own reads them all at once.
 */
export function imageDimensions(files: Buffer[]): Array<(Sides & { type: string }) | null> {
	const results = execFileSync(process.execPath, ['--input-type=module', '--eval', SCRIPT], {
		cwd: __dirname,
		input: JSON.stringify(files.map((bytes) => bytes.toString('base64'))),
		maxBuffer: 16 * 1024 * 1024,
		timeout: 20_000,
	});
	return JSON.parse(results.toString()) as Array<(Sides & { type: string }) | null>;
}
