import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

import type { N8nServer } from '../../../../sandbox/n8n/server';

/**
 * Where in everything that n8n has written down one of these texts is, as file names: database
 * with its write-ahead log, log, event log, stored files. `read` counts the bytes looked through.
 */
export function leaksIn(
	{ userFolder, logPath }: N8nServer,
	texts: readonly string[],
): { found: string[]; read: number } {
	const needles = [...new Set(texts.flatMap((text) => [text, encodeURIComponent(text)]))];
	const found: string[] = [];
	let read = 0;
	for (const file of [...filesIn(join(userFolder, '.n8n')), logPath]) {
		const bytes = readFileSync(file);
		read += bytes.length;
		if (needles.some((needle) => bytes.includes(needle))) found.push(relative(userFolder, file));
	}
	return { found: [...new Set(found)], read };
}

function filesIn(folder: string): string[] {
	return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
		const path = join(folder, entry.name);
		// Installed packages are not written by runs.
		if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : filesIn(path);
		return entry.isFile() ? [path] : [];
	});
}
