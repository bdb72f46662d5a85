import {
	copyFileSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	renameSync,
	rmSync,
	writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

import { cacheFolder } from './cacheFolder';
import { isAlive } from './lock';
import { manifestOf, partOf, type LockFile } from './lockFile';
import { npm, NpmError } from './npm';

const NAME = 'sqlite3';
const BINARY = join('build', 'Release', 'node_sqlite3.node');

/** Removes what runs that were interrupted left behind. */
function removeLeftovers(cache: string): void {
	for (const entry of readdirSync(cache)) {
		const pid = entry.startsWith(`${NAME}-`) ? /\.(\d+)\.partial/.exec(entry)?.[1] : undefined;
		if (pid && !isAlive(Number(pid))) rmSync(join(cache, entry), { recursive: true, force: true });
	}
}

/** A third less time than with the driver's own -O3: 43 s in place of 67 on two busy cores. */
const QUICKLY = { CFLAGS: '-O1', CXXFLAGS: '-O1' };

async function build(folder: string, lock: LockFile): Promise<void> {
	const part = partOf(lock, NAME);
	writeFileSync(join(folder, 'package.json'), JSON.stringify(manifestOf(part)));
	writeFileSync(join(folder, 'package-lock.json'), JSON.stringify(part));
	await npm(['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: folder });
	// The Node binary from npm brings its own C++ headers: no download from nodejs.org then.
	const nodeFolder = dirname(dirname(process.execPath));
	const headers = existsSync(join(nodeFolder, 'include', 'node', 'node.h'));
	const env = { ...QUICKLY, JOBS: 'max', ...(headers ? { npm_config_nodedir: nodeFolder } : {}) };
	await npm(['rebuild', NAME, '--ignore-scripts=false'], { cwd: folder, env });
	if (!existsSync(join(folder, 'node_modules', NAME, BINARY))) {
		throw new NpmError(`rebuild ${NAME}`, 'npm built nothing.');
	}
}

const COMPILER = `n8n's database driver (sqlite3) could not be built. It needs Python 3, make and a C++ compiler:
  Debian, Ubuntu   apt-get install python3 make g++
  macOS            xcode-select --install
  Windows          Visual Studio Build Tools, "Desktop development with C++"
Then run the same command again.`;

/**
 * Compiles the database driver that a lock file names, in a folder of its own, so that it can be done while the other packages
 * are fetched. All versions of n8n that use the same driver share it. Returns the path of the finished binary; throws with words
 * for the user.
 */
export async function ensureDatabaseDriver(lock: LockFile): Promise<string> {
	const version = lock.packages[`node_modules/${NAME}`]?.version ?? 'unknown';
	const cache = cacheFolder();
	const finished = join(cache, `${NAME}-${version}-${process.platform}-${process.arch}`);
	const binary = join(finished, 'node_modules', NAME, BINARY);
	if (existsSync(binary)) return binary;
	mkdirSync(cache, { recursive: true });
	removeLeftovers(cache);
	const partial = mkdtempSync(join(cache, `${NAME}-${version}.${process.pid}.partial-`));
	try {
		await build(partial, lock);
		renameSync(partial, finished);
	} catch (error) {
		rmSync(partial, { recursive: true, force: true });
		// Another run finished the same folder first: its copy is as good as ours.
		if (existsSync(binary)) return binary;
		if (!(error instanceof NpmError) || error.isNetwork) throw error;
		throw new Error(`${COMPILER}\n\n${error.message}`);
	}
	return binary;
}

/** Puts a finished driver where n8n loads it from. */
export function placeDatabaseDriver(binary: string, nodeModules: string): void {
	const target = join(nodeModules, NAME, BINARY);
	mkdirSync(dirname(target), { recursive: true });
	copyFileSync(binary, target);
}
