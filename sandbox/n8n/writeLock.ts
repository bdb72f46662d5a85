import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { LEFT_OUT, NEEDED_PEERS } from './leftOut';
import { keptLock, type LockFile } from './lockFile';
import { lockPath } from './locks';
import { npm } from './npm';
import { OVERRIDES } from './overrides';
import { temporaryFolder } from './temporaryFolder';

/** Reads from the npm registry which packages a version of n8n consists of today, and writes them into the repository. */
async function writeLock(version: string): Promise<void> {
	const folder = temporaryFolder('lock');
	const manifest = { private: true, dependencies: { n8n: version }, overrides: OVERRIDES };
	writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
	await npm(['install', '--package-lock-only', '--ignore-scripts', '--no-audit', '--no-fund'], {
		cwd: folder,
	});
	const lock = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8')) as LockFile;
	const kept = keptLock(lock, Object.keys(LEFT_OUT), NEEDED_PEERS);
	mkdirSync(dirname(lockPath(version)), { recursive: true });
	writeFileSync(lockPath(version), `${JSON.stringify(kept, null, '\t')}\n`);
	const [all, some] = [lock, kept].map(({ packages }) => Object.keys(packages).length);
	console.log(`${lockPath(version)}: ${some} of ${all} packages`);
}

const versions = process.argv.slice(2);
if (versions.length === 0) {
	console.error(
		'Usage: node sandbox/onNode24.mjs tsx sandbox/n8n/writeLock.ts <version of n8n> ...',
	);
	process.exitCode = 2;
}
versions
	.reduce(async (before, version) => {
		await before;
		await writeLock(version);
	}, Promise.resolve())
	.catch((error: Error) => {
		console.error(error.message);
		process.exitCode = 1;
	});
