// ts-jest only strips the types (isolatedModules in test/tsconfig.json): `npm run types` checks them.
const transform = { '^.+\\.ts$': ['ts-jest', { tsconfig: '<rootDir>/test/tsconfig.json' }] };

const layer = (name) => ({
	displayName: name,
	roots: [`<rootDir>/test/${name}`],
	testEnvironment: 'node',
	transform,
});

/** `engine`, `server` and `editor` test what the build left in dist, never the sources. */
module.exports = {
	projects: ['unit', 'sandbox', 'gate', 'engine', 'server', 'editor'].map(layer),
	// Jest takes no time limit per project: this one lets a real n8n start, test/run.ts narrows it.
	testTimeout: 180_000,
};
