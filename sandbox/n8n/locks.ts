import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import type { LockFile } from './lockFile';

const folder = join(__dirname, 'locks');

/** The file that fixes every package of a version of n8n. */
export const lockPath = (version: string): string => join(folder, `${version}.json`);

/** The versions of n8n that this repository can install, oldest first. */
export function lockedVersions(): string[] {
	return readdirSync(folder)
		.map((file) => file.replace(/\.json$/, ''))
		.sort((one, other) => one.localeCompare(other, 'en', { numeric: true }));
}

/** The lock file of a version, and a short mark that changes whenever the file does. Throws with words for the user. */
export function readLock(version: string): { lock: LockFile; mark: string } {
	const path = lockPath(version);
	if (!existsSync(path)) {
		throw new Error(
			`There is no list of packages for n8n ${version}. Versions that have one: ${lockedVersions().join(', ')}.\n` +
				`To make one: node sandbox/onNode24.mjs tsx sandbox/n8n/writeLock.ts ${version}`,
		);
	}
	const text = readFileSync(path, 'utf8');
	const mark = createHash('sha256').update(text).digest('hex').slice(0, 8);
	return { lock: JSON.parse(text) as LockFile, mark };
}
