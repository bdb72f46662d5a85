import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { isAlive } from './lock';

type FolderName = 'n8n' | 'lock' | 'pack' | 'internet' | 'redis' | 'postgres';

const folders = new Set<string>();
const OURS = /^happy-horse-(?:n8n|lock|pack|internet|redis|postgres)-(\d+)-/;

/** Removes a folder made by `temporaryFolder`. */
export function removeFolder(folder: string): void {
	rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
	folders.delete(folder);
}

process.on('exit', () => {
	for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** Removes what processes left behind that were killed, or that run no exit handlers (jest). */
function removeLeftovers(): void {
	for (const name of readdirSync(tmpdir())) {
		const pid = OURS.exec(name)?.[1];
		if (pid === undefined || isAlive(Number(pid))) continue;
		try {
			removeFolder(join(tmpdir(), name));
		} catch {
			// It belongs to another user of this computer.
		}
	}
}

/**
 * A fresh folder that is removed when this process ends, at the latest by the next process that
 * wants one; with `keep` it stays.
 */
export function temporaryFolder(name: FolderName, { keep = false } = {}): string {
	removeLeftovers();
	const owner = keep ? 'kept' : process.pid;
	const folder = mkdtempSync(join(tmpdir(), `happy-horse-${name}-${owner}-`));
	if (!keep) folders.add(folder);
	return folder;
}
