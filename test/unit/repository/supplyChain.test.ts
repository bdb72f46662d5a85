import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** A18: what a hostile package could use on its way to a user, or into this project. */
const ROOT = path.resolve(__dirname, '../../..');

const read = (file: string) => readFileSync(path.join(ROOT, file), 'utf8');

const manifest = JSON.parse(read('package.json')) as Record<string, unknown>;

it('installs nothing along with it', () => {
	const fields = [
		'dependencies',
		'optionalDependencies',
		'bundleDependencies',
		'bundledDependencies',
	];
	expect(fields.filter((field) => field in manifest)).toEqual([]);
	expect(manifest.peerDependencies).toEqual({ 'n8n-workflow': '*' });
	expect(manifest.files).toEqual(['dist']);
});

it('names one version of each tool, and the lock file knows what each of them is', () => {
	const versions = Object.values(manifest.devDependencies as Record<string, string>);
	expect(versions.filter((version) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
	const { packages } = JSON.parse(read('package-lock.json')) as {
		packages: Record<string, { resolved?: string; integrity?: string; link?: boolean }>;
	};
	const installed = Object.entries(packages).filter(([name]) => name !== '');
	expect(installed.length).toBeGreaterThan(100);
	for (const [name, { resolved = '', integrity = '' }] of installed) {
		expect([name, integrity.startsWith('sha512-')]).toEqual([name, true]);
		// npm leaves the URL out where it is that of the registry.
		const elsewhere = resolved !== '' && !resolved.startsWith('https://registry.npmjs.org/');
		expect([name, elsewhere]).toEqual([name, false]);
	}
});

it('runs no script of a package when the project is installed', () => {
	expect(read('.npmrc').split('\n')).toContain('ignore-scripts=true');
	const scripts = Object.keys(manifest.scripts as object);
	expect(scripts.filter((name) => /^(pre|post)?(install|prepare|publish)/.test(name))).toEqual([]);
});

it('is published with proof of its origin, by a workflow that may do nothing else', () => {
	const publish = read('.github/workflows/publish.yml');
	expect(publish).toMatch(/npm publish --provenance/);
	expect(publish).toMatch(/^permissions:\n {2}contents: read\n/m);
	const folder = '.github/workflows';
	const uses = readdirSync(path.join(ROOT, folder)).flatMap((file) =>
		[...read(path.join(folder, file)).matchAll(/uses: (\S+)/g)].map(([, action]) => action),
	);
	expect(uses.length).toBeGreaterThan(0);
	// A tag can be moved to other code, a commit cannot.
	expect(uses.filter((action) => !/@[0-9a-f]{40}$/.test(action ?? ''))).toEqual([]);
});
