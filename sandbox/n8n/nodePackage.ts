import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { npm } from './npm';
import { temporaryFolder } from './temporaryFolder';

/** The checkout that this file belongs to. */
export const CHECKOUT = join(__dirname, '..', '..');

export interface PackageManifest {
	name: string;
	version: string;
	author?: { name?: string; email?: string };
}

/**
 * Packs the checkout as npm would publish it and returns the path of the tarball, which lasts as
 * long as this process. Builds nothing: throws when `dist` is missing.
 */
export async function packNodePackage(): Promise<string> {
	if (!existsSync(join(CHECKOUT, 'dist', 'nodes'))) {
		throw new Error('The package is not built yet: please run "npm run build" first.');
	}
	const folder = temporaryFolder('pack');
	const printed = await npm(['pack', '--ignore-scripts', '--json', '--pack-destination', folder], {
		cwd: CHECKOUT,
	});
	const [packed] = JSON.parse(printed) as Array<{ filename: string }>;
	if (!packed) throw new Error('"npm pack" named no file.');
	return join(folder, packed.filename);
}

/**
 * Puts a package where n8n looks for community packages, step by step as its own installer does
 * ("Settings > Community nodes"): unpack, strip the dependencies that are not needed to run, let
 * npm fetch the rest (ours has none), note it in the folder's package.json.
 * @param nodesFolder `<user folder>/.n8n/nodes`
 */
export async function installNodePackage(
	tarball: string,
	nodesFolder: string,
): Promise<PackageManifest> {
	const { name } = manifestOf(tarball);
	const packageFolder = join(nodesFolder, 'node_modules', name);
	mkdirSync(packageFolder, { recursive: true });
	execFileSync('tar', ['-xzf', tarball, '-C', packageFolder, '--strip-components=1']);

	const manifestPath = join(packageFolder, 'package.json');
	const manifest = JSON.parse(readFileSync(manifestPath, 'utf8')) as PackageManifest &
		Record<string, unknown>;
	for (const field of ['devDependencies', 'peerDependencies', 'optionalDependencies']) {
		delete manifest[field];
	}
	writeFileSync(manifestPath, JSON.stringify(manifest, null, 2));
	const flags = [
		'--audit=false',
		'--fund=false',
		'--bin-links=false',
		'--install-strategy=shallow',
	];
	await npm(['install', ...flags, '--ignore-scripts=true', '--package-lock=false'], {
		cwd: packageFolder,
	});

	const installed = {
		name: 'installed-nodes',
		private: true,
		dependencies: { [manifest.name]: manifest.version },
	};
	writeFileSync(join(nodesFolder, 'package.json'), JSON.stringify(installed, null, 2));
	return manifest;
}

/** The package.json in a tarball. */
export function manifestOf(tarball: string): PackageManifest {
	const text = execFileSync('tar', ['-xzOf', tarball, 'package/package.json'], {
		encoding: 'utf8',
	});
	return JSON.parse(text) as PackageManifest;
}
