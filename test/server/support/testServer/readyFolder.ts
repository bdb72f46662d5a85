import { cpSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { ensureN8n, N8N_VERSION, placeOf } from '../../../../sandbox/n8n/install';
import { withLock } from '../../../../sandbox/n8n/lock';
import { startN8n } from '../../../../sandbox/n8n/server';

/** What n8n itself has written: its settings, and its database, the latest of it in a file of its own. */
const FILES = ['config', 'database.sqlite', 'database.sqlite-wal'];

/**
 * A user folder in which n8n has set up its database, and has an owner: two of the eight seconds of processor time that a first
 * start takes. It is made once for each n8n in the cache, by that n8n.
 */
export async function readyFolder(version = N8N_VERSION): Promise<string> {
	await ensureN8n(version);
	const { dir } = placeOf(version);
	const folder = join(dir, 'test-user-folder');
	const work = async () => {
		if (!existsSync(folder)) await make(folder, version);
	};
	if (!existsSync(folder)) await withLock(join(dir, 'test-user-folder.lock'), { work });
	return folder;
}

async function make(folder: string, version: string): Promise<void> {
	const n8n = await startN8n({ version, keepFolder: true });
	await n8n.client.setupOwner();
	await n8n.stop();
	const partial = `${folder}.partial`;
	rmSync(partial, { recursive: true, force: true });
	mkdirSync(join(partial, '.n8n'), { recursive: true });
	for (const file of FILES) {
		const path = join(n8n.userFolder, '.n8n', file);
		if (existsSync(path)) cpSync(path, join(partial, '.n8n', file));
	}
	rmSync(n8n.userFolder, { recursive: true, force: true });
	renameSync(partial, folder);
}
