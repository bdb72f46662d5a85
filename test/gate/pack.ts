import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

/** The fields of package.json that the gate reads. */
export interface Manifest {
	name: string;
	version: string;
	files?: string[];
	scripts?: Record<string, string>;
	peerDependencies?: Record<string, string>;
	n8n: { nodes: string[]; credentials: string[] };
	[field: string]: unknown;
}

/** A checkout and what npm would publish from it. */
export interface Packed {
	root: string;
	manifest: Manifest;
	/** The folder that holds the unpacked tarball. */
	folder: string;
	/** Paths in the tarball, with forward slashes. */
	files: string[];
	/** Size of the tarball in bytes. */
	bytes: number;
}

/** Every file below `folder`, relative to it, with forward slashes, sorted. */
export function filesBelow(folder: string): string[] {
	return readdirSync(folder, { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile())
		.map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
		.sort();
}

/** Reads the package.json of a folder; throws when it is missing or not JSON. */
export function readManifest(folder: string): Manifest {
	return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
}

/** Packs the checkout at `root` as npm would publish it and unpacks the result into `scratch`. */
export function pack(root: string, scratch: string): Packed {
	const options = { cwd: root, encoding: 'utf8', shell: process.platform === 'win32' } as const;
	const flags = ['--ignore-scripts', '--pack-destination', scratch];
	execFileSync('npm', ['pack', ...flags], { ...options, stdio: 'pipe' });
	const tarball = readdirSync(scratch).find((name) => name.endsWith('.tgz'));
	if (tarball === undefined) throw new Error('npm pack left no tarball');
	execFileSync('tar', ['-xzf', tarball], { cwd: scratch });
	const folder = join(scratch, 'package');
	return {
		root,
		manifest: readManifest(folder),
		folder,
		files: filesBelow(folder),
		bytes: statSync(join(scratch, tarball)).size,
	};
}
