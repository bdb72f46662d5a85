import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folders = new Set<string>();

/** Removes a folder made by `temporaryFolder`. */
export function removeFolder(folder: string): void {
	rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
	folders.delete(folder);
}

process.on('exit', () => {
	for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A fresh folder that is removed when this process ends, unless `keep` is set. */
export function temporaryFolder(name: string, { keep = false } = {}): string {
	const folder = mkdtempSync(join(tmpdir(), `happy-horse-${name}-`));
	if (!keep) folders.add(folder);
	return folder;
}
