import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { cacheFolder } from './cacheFolder';
import { ensureDatabaseDriver, placeDatabaseDriver } from './databaseDriver';
import { progressLine } from './installProgress';
import { withLock } from './lock';
import { expectedPaths, manifestOf, type LockFile } from './lockFile';
import { readLock } from './locks';
import { npm, NpmError } from './npm';
import { OVERRIDES } from './overrides';

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

type Report = (line: string) => void;

const REPORT_EVERY_MS = 10_000;

const readyFile = (dir: string): string => join(dir, 'ready.json');

/** How many of the packages at `paths` lie unpacked in `dir`: npm creates all folders first and fills them later. */
export const countUnpacked = (dir: string, paths: string[]): number =>
	paths.filter((path) => existsSync(join(dir, path, 'package.json'))).length;

async function withProgress<T>(tell: (seconds: number) => void, work: Promise<T>): Promise<T> {
	const started = Date.now();
	const timer = setInterval(() => tell(Math.round((Date.now() - started) / 1000)), REPORT_EVERY_MS);
	try {
		return await work;
	} finally {
		clearInterval(timer);
	}
}

async function fetchPackages(dir: string, lock: LockFile): Promise<void> {
	// npm writes this file last. Without it an interrupted run left half-unpacked packages, and "npm ci" begins with an empty
	// folder; what was downloaded already comes from npm's own cache.
	if (existsSync(join(dir, 'node_modules', '.package-lock.json'))) return;
	const manifest = manifestOf(lock, OVERRIDES);
	writeFileSync(join(dir, 'package.json'), `${JSON.stringify(manifest, null, '\t')}\n`);
	writeFileSync(join(dir, 'package-lock.json'), JSON.stringify(lock));
	await npm(['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: dir });
}

function inWords(error: unknown, version: string): unknown {
	if (!(error instanceof NpmError)) return error;
	const reason = error.isNetwork
		? 'The npm registry could not be reached. Please check the internet connection\n' +
			'(or the proxy settings of npm).'
		: 'npm stopped with an error.';
	return new Error(
		`n8n ${version} could not be fetched. ${reason}\n` +
			`It is safe to run the same command again: it continues with what is there.\n\n${error.message}`,
	);
}

/** Fetches the packages and compiles the driver at the same time: the one waits for the network, the other for the processor. */
async function installInto(dir: string, version: string, report: Report): Promise<void> {
	const { lock } = readLock(version);
	const paths = expectedPaths(lock);
	const tell = (seconds: number) => {
		const progress = { done: countUnpacked(dir, paths), total: paths.length, seconds };
		report(`n8n ${version}: ${progressLine(progress)}`);
	};
	const both = Promise.allSettled([fetchPackages(dir, lock), ensureDatabaseDriver(lock)]);
	const [packages, driver] = await withProgress(tell, both);
	if (packages.status === 'rejected') throw inWords(packages.reason, version);
	if (driver.status === 'rejected') throw inWords(driver.reason, version);
	placeDatabaseDriver(driver.value, join(dir, 'node_modules'));
}

/** Where n8n lies in the cache, or will lie: another folder whenever its lock file changes. */
export function placeOf(version: string): InstalledN8n {
	const dir = join(cacheFolder(), `n8n-${version}-${readLock(version).mark}`);
	return { dir, bin: join(dir, 'node_modules', 'n8n', 'bin', 'n8n') };
}

/**
 * Makes sure that n8n lies in the cache, package by package as its lock file in this repository says: about 1.5 GB on disk, some
 * minutes the first time, nothing later. An interrupted run is taken up again; two runs at once wait for each other. Throws with
 * words for the user when the network or the compiler fails.
 */
export async function ensureN8n(
	version: string = N8N_VERSION,
	{ report = (line) => process.stderr.write(`${line}\n`) }: InstallOptions = {},
): Promise<InstalledN8n> {
	const installed = placeOf(version);
	const { dir } = installed;
	if (existsSync(readyFile(dir))) return installed;
	mkdirSync(dir, { recursive: true });
	await withLock(join(dir, 'install.lock'), {
		onWait: (pid) =>
			report(`Another run (process ${pid}) is fetching n8n ${version}; waiting for it.`),
		work: async () => {
			if (existsSync(readyFile(dir))) return;
			const started = Date.now();
			report(`Fetching n8n ${version} once (about 1.5 GB, 1 to 4 minutes) into ${dir}`);
			await installInto(dir, version, report);
			const ready = { version, node: process.version, installedAt: new Date().toISOString() };
			writeFileSync(readyFile(dir), `${JSON.stringify(ready)}\n`);
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
