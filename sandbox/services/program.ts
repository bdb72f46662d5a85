import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** What a service needs from the computer. */
export interface Wanted {
	/** Names of programs that lie in one folder; the first tells where. */
	programs: readonly string[];
	/** Folders beside those of PATH. */
	folders?: readonly string[];
	debianPackage: string;
}

/** Debian keeps PostgreSQL's programs out of PATH, by version: the newest first. */
export function postgresFolders(root = '/usr/lib/postgresql'): string[] {
	if (!existsSync(root)) return [];
	return readdirSync(root)
		.sort((a, b) => Number(b) - Number(a))
		.map((version) => join(root, version, 'bin'));
}

/** The folder that holds the programs; installs Debian's package where that can be done. */
export function folderOf(wanted: () => Wanted): string {
	const found = find(wanted());
	if (found !== undefined) return found;
	const { debianPackage, programs } = wanted();
	if (!installable()) {
		throw new Error(
			`${programs[0]} is missing. Please install it, on Debian and Ubuntu with: sudo apt-get install ${debianPackage}`,
		);
	}
	install(debianPackage);
	const installed = find(wanted());
	if (installed === undefined) throw new Error(`${debianPackage} brought no ${programs[0]}.`);
	return installed;
}

function find({ programs, folders = [] }: Wanted): string | undefined {
	const places = [...folders, ...(process.env.PATH ?? '').split(delimiter).filter(Boolean)];
	return places.find((folder) => programs.every((name) => existsSync(join(folder, name))));
}

function isRoot(): boolean {
	return process.getuid?.() === 0;
}

function installable(): boolean {
	if (!existsSync('/usr/bin/apt-get')) return false;
	if (isRoot()) return true;
	try {
		execFileSync('sudo', ['-n', 'true'], { stdio: 'ignore' });
		return true;
	} catch {
		return false;
	}
}

function install(debianPackage: string): void {
	const [command = 'apt-get', ...prefix] = isRoot() ? ['apt-get'] : ['sudo', '-n', 'apt-get'];
	const run = (...args: string[]) =>
		execFileSync(command, [...prefix, ...args], {
			stdio: ['ignore', 'ignore', 'inherit'],
			env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
		});
	console.error(`Installing ${debianPackage} ...`);
	run('update', '-qq');
	run('install', '-y', '-qq', '--no-install-recommends', debianPackage);
}
