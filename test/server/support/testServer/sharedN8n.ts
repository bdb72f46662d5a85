import { readFileSync, statSync } from 'node:fs';

import { N8nClient } from '../../../../sandbox/n8n/client';
import { isAlive } from '../../../../sandbox/n8n/lock';
import { packNodePackage } from '../../../../sandbox/n8n/nodePackage';
import { respondsWithJson } from '../../../../sandbox/n8n/process';
import type { N8nServer } from '../../../../sandbox/n8n/server';
import { startN8n } from '../../../../sandbox/n8n/server';
import { removeFolder } from '../../../../sandbox/n8n/temporaryFolder';
import { emptyN8n } from './emptyN8n';
import type { BetweenFiles } from './environment';
import { readyFolder } from './readyFolder';

/** What every test can use of an n8n. A test that stops or restarts it needs one of its own. */
export type RunningN8n = Pick<N8nServer, 'url' | 'client' | 'databasePath' | 'log'>;

/** What is kept of it from file to file. */
type Kept = Pick<N8nServer, 'pid' | 'url' | 'databasePath' | 'logPath' | 'userFolder'>;

const { betweenFiles } = globalThis as unknown as { betweenFiles: BetweenFiles };

function keptN8n(): Kept | undefined {
	const text = betweenFiles.read();
	return text === undefined ? undefined : (JSON.parse(text) as Kept);
}

/**
 * The n8n that the files of a worker share, each when the one before is done with it: as it starts by default, with the
 * package installed, without workflows. `giveBack` empties it. It ends with the worker.
 */
export async function takeSharedN8n(): Promise<RunningN8n & { giveBack(): Promise<void> }> {
	const found = keptN8n();
	if (found !== undefined && !(await works(found))) drop(found);
	const kept = keptN8n() ?? (await start());
	const client = new N8nClient(kept.url);
	await client.login();
	const logStart = statSync(kept.logPath).size;
	return {
		url: kept.url,
		databasePath: kept.databasePath,
		client,
		log: () => readFileSync(kept.logPath).subarray(logStart).toString(),
		giveBack: async () => {
			// A file that leaves something behind must not be noticed in another one.
			await emptyN8n(client).catch((error: unknown) => {
				drop(kept);
				console.warn('The next file gets a fresh n8n, this one could not be emptied:', error);
			});
		},
	};
}

async function start(): Promise<Kept> {
	const n8n = await startN8n({ tarball: await packNodePackage(), from: await readyFolder() });
	n8n.letRun();
	const { pid, url, databasePath, logPath, userFolder } = n8n;
	const kept: Kept = { pid, url, databasePath, logPath, userFolder };
	betweenFiles.keep(JSON.stringify(kept));
	return kept;
}

const works = async ({ pid, url }: Kept): Promise<boolean> =>
	isAlive(pid) && (await respondsWithJson(url, ['/healthz/readiness']));

function drop({ pid, userFolder }: Kept): void {
	betweenFiles.keep(undefined);
	if (isAlive(pid)) process.kill(-pid, 'SIGKILL');
	removeFolder(userFolder);
}
