// ts-jest only strips the types (isolatedModules in test/tsconfig.json): `npm run types` checks them.
const transform = { '^.+\\.ts$': ['ts-jest', { tsconfig: '<rootDir>/test/tsconfig.json' }] };

const layer = (name) => ({
	displayName: name,
	roots: [`<rootDir>/test/${name}`],
	testEnvironment:
		name === 'server' ? '<rootDir>/test/server/support/testServer/environment.ts' : 'node',
	transform,
	...(name === 'engine' ? { moduleNameMapper: engineOf(process.env.HAPPY_HORSE_N8N_VERSION) } : {}),
});

/** The engine that an n8n in the cache has brought along; without a version, that of devDependencies. */
function engineOf(version) {
	if (!version) return {};
	const { placeOf } = require('tsx/cjs/api').require('./sandbox/n8n/install.ts', __filename);
	const modules = `${placeOf(version).dir}/node_modules`;
	return Object.fromEntries(
		['n8n-core', 'n8n-workflow'].map((name) => [`^${name}$`, `${modules}/${name}`]),
	);
}

/** `engine`, `server`, `editor`, `queue` and `versions` test what the build left in dist, never the sources. */
module.exports = {
	projects: ['unit', 'sandbox', 'gate', 'engine', 'server', 'editor', 'queue', 'versions'].map(
		layer,
	),
	testSequencer: '<rootDir>/test/longestFirst.js',
	// Jest takes no time limit per project: this one lets a real n8n start, test/run.ts narrows it.
	testTimeout: 180_000,
};
