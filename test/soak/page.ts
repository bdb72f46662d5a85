import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

import type { SoakResult } from './soak';

export const RESULTS = join(__dirname, 'results');

export function writePage(folder: string): string {
	const file =
		folder === RESULTS ? resolve(__dirname, '../../docs/soak.md') : join(folder, 'soak.md');
	const results = ['one', 'queue'].flatMap((name) => {
		const path = join(folder, `${name}.json`);
		return existsSync(path) ? [JSON.parse(readFileSync(path, 'utf8')) as SoakResult] : [];
	});
	writeFileSync(
		file,
		results.map((result) => JSON.stringify({ ...result, samples: undefined }, null, 1)).join('\n'),
	);
	return file;
}
