import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Packed } from './pack';
import type { Result } from './result';

const installed = [
	'dependencies',
	'optionalDependencies',
	'bundleDependencies',
	'bundledDependencies',
];
const forced = ['overrides', 'resolutions'];
// npm runs these when a package is installed, from a registry or from git.
const installScripts = [
	'preinstall',
	'install',
	'postinstall',
	'preprepare',
	'prepare',
	'postprepare',
	'prepublish',
];

const isEmpty = (value: unknown) =>
	value === undefined || (typeof value === 'object' && Object.keys(value ?? {}).length === 0);

/** What package.json promises: nothing is installed, overridden or run at the user's. */
export function checkManifest({ manifest, root }: Packed): Result {
	const findings: string[] = [];
	const demand = (holds: boolean, text: string) => {
		if (!holds) findings.push(`package.json: ${text}`);
	};
	for (const field of installed) demand(isEmpty(manifest[field]), `'${field}' must be empty`);
	for (const field of forced) demand(!(field in manifest), `'${field}' must be absent`);
	for (const script of installScripts) {
		demand(manifest.scripts?.[script] === undefined, `script '${script}' must be absent`);
	}
	demand(
		JSON.stringify(manifest.peerDependencies) === '{"n8n-workflow":"*"}',
		`'peerDependencies' must be exactly {"n8n-workflow":"*"}`,
	);
	demand(JSON.stringify(manifest.files) === '["dist"]', `'files' must be exactly ["dist"]`);
	demand(manifest['license'] === 'MIT', `'license' must be MIT`);
	const changelog = join(root, 'CHANGELOG.md');
	demand(
		existsSync(changelog) && readFileSync(changelog, 'utf8').includes(`\n## ${manifest.version}`),
		`CHANGELOG.md has no heading for ${manifest.version}`,
	);
	return { facts: `${manifest.name} ${manifest.version}, no dependencies`, findings };
}
