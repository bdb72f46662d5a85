/** One package of an npm lock file, as far as it concerns us. */
export interface LockedPackage {
	version?: string;
	resolved?: string;
	integrity?: string;
	link?: boolean;
	dependencies?: Record<string, string>;
	optionalDependencies?: Record<string, string>;
	peerDependencies?: Record<string, string>;
	peerDependenciesMeta?: Record<string, { optional?: boolean }>;
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

/** The names that a package needs; npm installs an optional peer only where something else needs it too. */
function neededBy(locked: LockedPackage = {}): string[] {
	const { peerDependencies = {}, peerDependenciesMeta: meta = {} } = locked;
	const peers = Object.keys(peerDependencies).filter((name) => meta[name]?.optional !== true);
	return [
		...Object.keys(locked.dependencies ?? {}),
		...Object.keys(locked.optionalDependencies ?? {}),
		...peers,
	];
}

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

/** Where the npm registry keeps a version: without it npm first requests the whole list of versions of each package. */
export function registryUrl(name: string, version: string): string {
	const short = name.slice(name.indexOf('/') + 1);
	return `https://registry.npmjs.org/${name}/-/${short}-${version}.tgz`;
}

/** The same packages, where those that find one of the named optional peers need it: npm installs no other one. */
function withNeededPeers(all: LockFile['packages'], peers: string[]): LockFile['packages'] {
	const entries = Object.entries(all).map(([path, locked]): [string, LockedPackage] => {
		const meta = Object.entries(locked.peerDependenciesMeta ?? {});
		const isNeeded = (name: string) =>
			peers.includes(name) && findFrom(all, path, name) !== undefined;
		if (!meta.some(([name]) => isNeeded(name))) return [path, locked];
		const optional = Object.fromEntries(meta.filter(([name]) => !isNeeded(name)));
		return [path, { ...locked, peerDependenciesMeta: optional }];
	});
	return Object.fromEntries(entries);
}

/**
 * The lock file that we keep of n8n: without the packages named in `leftOut` (a name that ends in * stands for all that begin
 * so) and what only they need, each package with its URL and its integrity. `neededPeers` are optional peers that are kept
 * although only packages that are left out need them. Throws when a package has no integrity: it would not be checked.
 */
export function keptLock(lock: LockFile, leftOut: string[], neededPeers: string[] = []): LockFile {
	const isLeftOut = matcher(leftOut);
	const all = withNeededPeers(lock.packages, neededPeers);
	const paths = reached(all, isLeftOut);
	const packages: LockFile['packages'] = {};
	for (const [path, locked] of Object.entries(all)) {
		if (!paths.has(path)) continue;
		const kept = withoutEdges(locked, isLeftOut);
		if (path !== '') {
			if (!kept.integrity || !kept.version) throw new Error(`${path} has no integrity`);
			const name = typeof kept.name === 'string' ? kept.name : nameAt(path);
			kept.resolved = registryUrl(name, kept.version);
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
