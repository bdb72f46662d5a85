import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { pageWith } from './page';
import type { VersionResult } from './result';

const FOLDER = join(__dirname, 'results');

const PAGE = resolve(__dirname, '../../docs/compatibility.md');

export function store(result: VersionResult): void {
	writeFileSync(join(FOLDER, `${result.n8n}.json`), `${JSON.stringify(result, null, '\t')}\n`);
}

/** What was seen last on each version. */
export const storedResults = (): VersionResult[] =>
	readdirSync(FOLDER).map(
		(file) => JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as VersionResult,
	);

/** docs/compatibility.md as it is, and as the stored results want it to be. */
export function compatibilityPage(): { path: string; found: string; wanted: string } {
	const found = readFileSync(PAGE, 'utf8');
	return { path: PAGE, found, wanted: pageWith(found, storedResults()) };
}
