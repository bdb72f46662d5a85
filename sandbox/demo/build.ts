import { spawnSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

import { CHECKOUT } from '../n8n/nodePackage';

const SOURCES = ['nodes', 'credentials', 'package.json', 'tsconfig.json', 'rolldown.config.mjs'];

/** Times of change (epoch ms) of a file, or of all files below a folder. */
function changes(path: string): number[] {
	const entry = statSync(path, { throwIfNoEntry: false });
	if (!entry) return [];
	if (!entry.isDirectory()) return [entry.mtimeMs];
	return readdirSync(path, { recursive: true, withFileTypes: true })
		.filter((each) => each.isFile())
		.map((each) => statSync(join(each.parentPath, each.name)).mtimeMs);
}

/** True when nothing was built yet, or a source changed since. */
export function needsBuild(checkout = CHECKOUT): boolean {
	const built = changes(join(checkout, 'dist', 'nodes'));
	const newestSource = Math.max(...SOURCES.flatMap((source) => changes(join(checkout, source))));
	return built.length === 0 || newestSource > Math.max(...built);
}

/** Runs `npm run build`; throws with its output when it fails. */
export function build(): void {
	const result = spawnSync('npm', ['run', 'build'], {
		cwd: CHECKOUT,
		encoding: 'utf8',
		shell: process.platform === 'win32',
	});
	if (result.status === 0) return;
	throw new Error(
		`The package could not be built ("npm run build"):\n\n${result.stdout ?? ''}${result.stderr ?? ''}`,
	);
}
