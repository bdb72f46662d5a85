import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { cacheFolder } from '../n8n/cacheFolder';
import { withLock } from '../n8n/lock';
import { findBrowser } from './find';

const SYSTEM_FOLDERS = '/usr/sbin:/usr/bin:/sbin:/bin';
const PACKAGE = ['install', '-y', '--no-install-recommends', 'chromium'];

const HINT =
	'Please install Chromium or Google Chrome and run the same command again. If it is in an\n' +
	'unusual place, name the program in the environment variable CHROMIUM_PATH.';

/** What a run of a program came to. */
export interface Ran {
	works: boolean;
	output: string;
}

export interface InstallTools {
	find: () => string | undefined;
	run: (program: string, args: string[]) => Ran;
	isRoot: boolean;
	report: (line: string) => void;
}

function run(program: string, args: string[]): Ran {
	const env = {
		...process.env,
		PATH: `${process.env.PATH ?? ''}:${SYSTEM_FOLDERS}`,
		DEBIAN_FRONTEND: 'noninteractive',
	};
	const { status, stdout, stderr, error } = spawnSync(program, args, { env, encoding: 'utf8' });
	return { works: status === 0, output: `${stdout ?? ''}${stderr ?? ''}${error?.message ?? ''}` };
}

const real: InstallTools = {
	find: findBrowser,
	run,
	isRoot: process.getuid?.() === 0,
	report: (line) => process.stderr.write(`${line}\n`),
};

/** The path of a Chromium. Debian's package is installed where there is none and apt is at hand. */
export function installedBrowser(tools: InstallTools = real): string {
	const found = tools.find();
	if (found !== undefined) return found;
	if (!tools.run('apt-get', ['--version']).works) {
		throw new Error(`There is no Chromium on this computer.\n${HINT}`);
	}
	tools.report('Installing Chromium from the packages of this system ...');
	const apt = (args: string[]): Ran =>
		// Without -n, sudo would prompt for a password where no user sits.
		tools.isRoot ? tools.run('apt-get', args) : tools.run('sudo', ['-n', 'apt-get', ...args]);
	let ran = apt(PACKAGE);
	if (!ran.works) {
		// A fresh machine has no list of packages, or one whose files are gone.
		apt(['update']);
		ran = apt(PACKAGE);
	}
	const installed = tools.find();
	if (installed !== undefined) return installed;
	const reason = ran.output.trim().split('\n').slice(-4).join('\n');
	throw new Error(`Chromium could not be installed.\n${reason}\n${HINT}`);
}

/** The same, one process at a time: apt allows no second one. */
export async function ensureBrowser(): Promise<string> {
	const found = findBrowser();
	if (found !== undefined) return found;
	const cache = cacheFolder();
	mkdirSync(cache, { recursive: true });
	return await withLock(join(cache, 'chromium.lock'), { work: async () => installedBrowser() });
}
