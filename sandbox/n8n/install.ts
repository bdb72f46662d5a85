import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { cacheFolder } from './cacheFolder';
import { withLock } from './lock';
import { npm, NpmError } from './npm';

/** The n8n that the demo and the server tests use, unless the environment names another one. */
export const N8N_VERSION = process.env.HAPPY_HORSE_N8N_VERSION || '2.41.1';

export interface InstalledN8n {
	/** Folder that holds n8n's node_modules. */
	dir: string;
	/** The script to start with Node. */
	bin: string;
}

export interface InstallOptions {
	/** Receives lines of progress; by default they go to stderr. */
	report?: (line: string) => void;
}

// Counted on a finished 2.41.1; only the folders at the top of node_modules.
const EXPECTED_PACKAGES = 1520;
const REPORT_EVERY_MS = 10_000;

// 1.123.81, and 2.x before 2.41, name an xlsx file on a host outside the npm registry.
const OVERRIDES = { xlsx: '0.18.5' };

const isReady = (dir: string, version: string): boolean => {
	try {
		const ready: unknown = JSON.parse(readFileSync(join(dir, 'ready.json'), 'utf8'));
		return (
			typeof ready === 'object' && ready !== null && 'version' in ready && ready.version === version
		);
	} catch {
		return false;
	}
};

/** How many packages lie completely unpacked at the top of a node_modules folder. */
export function countPackages(nodeModules: string): number {
	if (!existsSync(nodeModules)) return 0;
	let count = 0;
	for (const name of readdirSync(nodeModules)) {
		if (name.startsWith('.')) continue;
		const names = name.startsWith('@')
			? readdirSync(join(nodeModules, name)).map((inner) => join(name, inner))
			: [name];
		// npm creates all folders first and fills them later.
		for (const each of names) if (existsSync(join(nodeModules, each, 'package.json'))) count += 1;
	}
	return count;
}

async function withProgress<T>(
	tell: (seconds: number) => void,
	work: () => Promise<T>,
): Promise<T> {
	const started = Date.now();
	const timer = setInterval(() => tell(Math.round((Date.now() - started) / 1000)), REPORT_EVERY_MS);
	try {
		return await work();
	} finally {
		clearInterval(timer);
	}
}

async function fetchPackages(dir: string, version: string, report: (line: string) => void) {
	const nodeModules = join(dir, 'node_modules');
	const manifest = {
		private: true,
		dependencies: { n8n: version },
		overrides: OVERRIDES,
	};
	writeFileSync(join(dir, 'package.json'), `${JSON.stringify(manifest, null, '\t')}\n`);
	// npm writes this file last. Without it an interrupted run left half-unpacked packages, which
	// npm would take for whole ones; what was downloaded already comes from npm's own cache.
	if (!existsSync(join(nodeModules, '.package-lock.json'))) {
		rmSync(nodeModules, { recursive: true, force: true });
	}
	const tell = (seconds: number) => {
		const count = countPackages(nodeModules);
		if (count === 0) report(`n8n ${version}: reading the list of packages (${seconds} s)`);
		else report(`n8n ${version}: ${count} of about ${EXPECTED_PACKAGES} packages (${seconds} s)`);
	};
	try {
		await withProgress(
			tell,
			async () =>
				await npm(['install', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: dir }),
		);
	} catch (error) {
		if (!(error instanceof NpmError)) throw error;
		const reason = error.isNetwork
			? 'The npm registry could not be reached. Please check the internet connection\n' +
				'(or the proxy settings of npm).'
			: 'npm stopped with an error.';
		throw new Error(
			`n8n ${version} could not be fetched. ${reason}\n` +
				`It is safe to run the same command again: it goes on with what is there.\n\n${error.message}`,
		);
	}
}

async function buildDatabaseDriver(dir: string, version: string, report: (line: string) => void) {
	// The Node binary from npm brings its own C++ headers: no download from nodejs.org then.
	const nodeFolder = dirname(dirname(process.execPath));
	const headers = existsSync(join(nodeFolder, 'include', 'node', 'node.h'));
	try {
		await withProgress(
			(seconds) => report(`n8n ${version}: preparing its database driver (${seconds} s)`),
			async () =>
				await npm(['rebuild', 'sqlite3', '--ignore-scripts=false'], {
					cwd: dir,
					env: headers ? { npm_config_nodedir: nodeFolder } : {},
				}),
		);
		if (
			!existsSync(join(dir, 'node_modules', 'sqlite3', 'build', 'Release', 'node_sqlite3.node'))
		) {
			throw new NpmError('rebuild sqlite3', 'npm built nothing.');
		}
	} catch (error) {
		if (!(error instanceof NpmError)) throw error;
		throw new Error(
			`n8n's database driver (sqlite3) could not be built. It needs Python 3, make and a C++ compiler:
  Debian, Ubuntu   apt-get install python3 make g++
  macOS            xcode-select --install
  Windows          Visual Studio Build Tools, "Desktop development with C++"
Then run the same command again.

${error.message}`,
		);
	}
}

/** Where n8n lies in the cache, or will lie. */
export function placeOf(version: string): InstalledN8n {
	const dir = join(cacheFolder(), `n8n-${version}`);
	return { dir, bin: join(dir, 'node_modules', 'n8n', 'bin', 'n8n') };
}

/**
 * Makes sure that n8n lies in the cache: about 2.8 GB, five minutes the first time, nothing later.
 * An interrupted run is taken up again; two runs at once wait for each other. Throws with words
 * for the user when the network or the compiler fails.
 */
export async function ensureN8n(
	version: string = N8N_VERSION,
	{ report = (line) => process.stderr.write(`${line}\n`) }: InstallOptions = {},
): Promise<InstalledN8n> {
	const installed = placeOf(version);
	const { dir } = installed;
	if (isReady(dir, version)) return installed;
	mkdirSync(dir, { recursive: true });
	await withLock(join(dir, 'install.lock'), {
		onWait: (pid) =>
			report(`Another run (process ${pid}) is fetching n8n ${version}; waiting for it.`),
		work: async () => {
			if (isReady(dir, version)) return;
			const started = Date.now();
			report(`Fetching n8n ${version} once (about 2.8 GB, some 5 minutes) into ${dir}`);
			await fetchPackages(dir, version, report);
			await buildDatabaseDriver(dir, version, report);
			const ready = { version, node: process.version, installedAt: new Date().toISOString() };
			writeFileSync(join(dir, 'ready.json'), `${JSON.stringify(ready)}\n`);
			report(`n8n ${version} is ready (${Math.round((Date.now() - started) / 1000)} s).`);
		},
	});
	return installed;
}

if (require.main === module) {
	ensureN8n(process.argv[2]).then(
		({ dir }) => console.log(dir),
		(error: Error) => {
			console.error(error.message);
			process.exitCode = 1;
		},
	);
}
