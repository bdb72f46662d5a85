import { LEFT_OUT, NEEDED_PEERS } from '../../../../sandbox/n8n/leftOut';
import {
	registryUrl,
	expectedPaths,
	keptLock,
	manifestOf,
	nameAt,
	partOf,
	type LockFile,
} from '../../../../sandbox/n8n/lockFile';
import { lockedVersions, readLock } from '../../../../sandbox/n8n/locks';

const integrity = 'sha512-x';
const locked = (version: string, fields: object = {}) => ({ version, integrity, ...fields });

const lock: LockFile = {
	lockfileVersion: 3,
	packages: {
		'': { dependencies: { app: '1.0.0' } },
		'node_modules/app': locked('1.0.0', {
			license: 'MIT',
			dependencies: { heavy: '^1', shared: '^2', '@heavy/one': '1' },
			optionalDependencies: { small: '*' },
			peerDependencies: { never: '*', absent: '*', needed: '*' },
			peerDependenciesMeta: { never: { optional: true }, absent: { optional: true } },
		}),
		'node_modules/app/node_modules/shared': locked('2.0.0', { dependencies: { shared2: '1' } }),
		'node_modules/heavy': locked('1.0.0', { dependencies: { shared: '^1', 'heavy-only': '1' } }),
		'node_modules/heavy-only': locked('1.0.0'),
		'node_modules/@heavy/one': locked('1.0.0'),
		'node_modules/shared': locked('1.0.0'),
		'node_modules/shared2': locked('1.0.0'),
		'node_modules/small': locked('1.0.0', { optional: true }),
		'node_modules/never': locked('1.0.0'),
		'node_modules/needed': locked('1.0.0'),
	},
};

describe('the lock file that is kept', () => {
	const kept = keptLock(lock, ['heavy', '@heavy/*']);

	it('leaves out the named packages and what only they need', () => {
		expect(Object.keys(kept.packages)).toEqual([
			'',
			'node_modules/app',
			'node_modules/app/node_modules/shared',
			'node_modules/shared2',
			'node_modules/small',
			'node_modules/needed',
		]);
	});

	it('keeps an optional peer that is named, as one that npm has to install', () => {
		const withPeer = keptLock(lock, ['heavy', '@heavy/*'], ['never', 'absent']);
		const kin = Object.keys(withPeer.packages).filter((path) => !(path in kept.packages));
		expect(kin).toEqual(['node_modules/never']);
		expect(withPeer.packages['node_modules/app']?.peerDependenciesMeta).toEqual({
			absent: { optional: true },
		});
	});

	it('names them no longer, so that npm does not miss them', () => {
		const { dependencies } = kept.packages['node_modules/app'] ?? {};
		expect(dependencies).toEqual({ shared: '^2' });
	});

	it('says where each package lies, and drops what npm does not need', () => {
		expect(kept.packages['node_modules/app/node_modules/shared']?.resolved).toBe(
			'https://registry.npmjs.org/shared/-/shared-2.0.0.tgz',
		);
		expect(kept.packages['node_modules/app']).not.toHaveProperty('license');
		expect(registryUrl('@scope/name', '1.2.3')).toBe(
			'https://registry.npmjs.org/@scope/name/-/name-1.2.3.tgz',
		);
	});

	it('rejects a package whose bytes nothing would check', () => {
		const open = {
			packages: { '': { dependencies: { a: '1' } }, 'node_modules/a': { version: '1' } },
		};
		expect(() => keptLock(open, [])).toThrow('node_modules/a has no integrity');
	});

	it('gives a part that stands alone', () => {
		const part = partOf(kept, 'shared2');
		expect(manifestOf(part)).toEqual({
			private: true,
			dependencies: { shared2: '1.0.0' },
			overrides: {},
		});
		expect(expectedPaths(part)).toEqual(['node_modules/shared2']);
		expect(() => partOf(kept, 'heavy')).toThrow('The lock file has no heavy');
	});
});

describe.each(lockedVersions())('the list of packages of n8n %s', (version) => {
	const { lock: ours } = readLock(version);
	const entries = Object.entries(ours.packages).filter(([path]) => path !== '');

	it('fixes n8n itself and holds its database driver', () => {
		expect(ours.packages['']?.dependencies).toEqual({ n8n: version });
		expect(ours.packages['node_modules/n8n']?.version).toBe(version);
		expect(expectedPaths(partOf(ours, 'sqlite3'))).toContain('node_modules/bindings');
	});

	it('takes each package from the npm registry, with a checksum', () => {
		const others = entries.filter(
			([, one]) =>
				!one.resolved?.startsWith('https://registry.npmjs.org/') ||
				!/^sha(512|1)-/.test(one.integrity ?? ''),
		);
		expect(others).toEqual([]);
	});

	it('is what is kept of itself: nothing left out is named in it', () => {
		expect(keptLock(ours, Object.keys(LEFT_OUT), NEEDED_PEERS)).toEqual(ours);
		expect(entries.map(([path]) => nameAt(path))).not.toContain('@n8n/design-system');
	});
});
