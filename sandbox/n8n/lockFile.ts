/** One package of an npm lock file, as far as it concerns us. */
export interface LockedPackage {
	version?: string;
	resolved?: string;
	integrity?: string;
	link?: boolean;
	dependencies?: Record<string, string>;
	optionalDependencies?: Record<string, string>;
	peerDependencies?: Record<string, string>;
	[field: string]: unknown;
}

/** An npm lock file (version 3): paths like `node_modules/a/node_modules/b`, and `''` for the project itself. */
export interface LockFile {
	packages: Record<string, LockedPackage>;
	[field: string]: unknown;
}

const FOLDER = 'node_modules/';
const EDGES = ['dependencies', 'optionalDependencies', 'peerDependencies'] as const;
// Read by people, never by npm when it installs.
const NOT_NEEDED = ['license', 'funding', 'deprecated', 'engines'];

/** The name of the package at a path: `node_modules/a/node_modules/@b/c` gives `@b/c`. */
export const nameAt = (path: string): string =>
	path.slice(path.lastIndexOf(FOLDER) + FOLDER.length);

/** Where Node finds `name` from the package at `path`: in its own folder, or in one above. */
function findFrom(packages: LockFile['packages'], path: string, name: string): string | undefined {
	for (let base = path; ; ) {
		const candidate = `${base === '' ? '' : `${base}/`}${FOLDER}${name}`;
		if (candidate in packages) return candidate;
		if (base === '') return undefined;
		base = base.slice(0, base.lastIndexOf(FOLDER)).replace(/\/$/, '');
	}
}

/**
 * The names that a package may load. An optional peer is among them: a package may load one that is there only because
 * something else brought it along, and then not start without it.
 */
const neededBy = (locked: LockedPackage = {}): string[] =>
	EDGES.flatMap((edge) => Object.keys(locked[edge] ?? {}));

/** The paths that the project still reaches when `isLeftOut` packages are not followed. */
function reached(
	packages: LockFile['packages'],
	isLeftOut: (name: string) => boolean,
): Set<string> {
	const found = new Set(['']);
	// A set hands out what is added while it is walked.
	for (const path of found) {
		for (const name of neededBy(packages[path])) {
			const target = isLeftOut(name) ? undefined : findFrom(packages, path, name);
			if (target !== undefined) found.add(target);
		}
	}
	return found;
}

const matcher = (names: string[]) => (name: string) =>
	names.some((one) => (one.endsWith('*') ? name.startsWith(one.slice(0, -1)) : name === one));

function withoutEdges(locked: LockedPackage, isLeftOut: (name: string) => boolean): LockedPackage {
	const copy: LockedPackage = { ...locked };
	for (const edge of EDGES) {
		const kept = Object.entries(locked[edge] ?? {}).filter(([name]) => !isLeftOut(name));
		if (kept.length > 0) copy[edge] = Object.fromEntries(kept);
		else delete copy[edge];
	}
	for (const field of NOT_NEEDED) delete copy[field];
	return copy;
}

/** Where the npm registry keeps a version: without it npm asks for the whole list of versions of each package first. */
export function addressOf(name: string, version: string): string {
	const short = name.slice(name.indexOf('/') + 1);
	return `https://registry.npmjs.org/${name}/-/${short}-${version}.tgz`;
}

/**
 * The lock file that we keep of n8n: without the packages named in `leftOut` (a name that ends in * stands for all that begin
 * so) and what only they need, each package with its address and its integrity. Throws when one has no integrity: it would not
 * be checked.
 */
export function keptLock(lock: LockFile, leftOut: string[]): LockFile {
	const isLeftOut = matcher(leftOut);
	const paths = reached(lock.packages, isLeftOut);
	const packages: LockFile['packages'] = {};
	for (const [path, locked] of Object.entries(lock.packages)) {
		if (!paths.has(path)) continue;
		const kept = withoutEdges(locked, isLeftOut);
		if (path !== '') {
			if (!kept.integrity || !kept.version) throw new Error(`${path} has no integrity`);
			const name = typeof kept.name === 'string' ? kept.name : nameAt(path);
			kept.resolved = addressOf(name, kept.version);
		}
		packages[path] = kept;
	}
	return { ...lock, packages };
}

/** The part of a lock file that `name` needs, as a project that depends on it alone. Throws when the file does not hold it. */
export function partOf(lock: LockFile, name: string): LockFile {
	const version = lock.packages[`${FOLDER}${name}`]?.version;
	if (version === undefined) throw new Error(`The lock file has no ${name}`);
	const project: LockedPackage = { dependencies: { [name]: version } };
	const whole = { ...lock.packages, '': project };
	const paths = reached(whole, () => false);
	const packages = Object.fromEntries(Object.entries(whole).filter(([path]) => paths.has(path)));
	return { ...lock, packages };
}

/** The package.json that belongs to a lock file: npm compares the two before it installs anything. */
export function manifestOf(lock: LockFile, overrides: Record<string, string> = {}): object {
	return { private: true, dependencies: lock.packages['']?.dependencies, overrides };
}

/** The paths that an installation fills whatever the platform, to tell how far it has come. */
export const expectedPaths = (lock: LockFile): string[] =>
	Object.entries(lock.packages)
		.filter(([path, { optional }]) => path !== '' && optional !== true)
		.map(([path]) => path);
