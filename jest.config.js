// ts-jest only strips the types here: `tsc -p test/tsconfig.json` checks them, once and for all files.
// 151002 asks for isolatedModules, which would be a rule for the sources and not for the tests.
const tsJest = [
	'ts-jest',
	{
		tsconfig: '<rootDir>/test/tsconfig.json',
		transpilation: true,
		diagnostics: { ignoreCodes: [151002] },
	},
];

const layer = (displayName, ...folders) => ({
	displayName,
	roots: ['<rootDir>/test'],
	testMatch: folders.map((folder) => `<rootDir>/test/${folder}/**/*.test.ts`),
	testEnvironment: 'node',
	transform: { '^.+\\.ts$': tsJest },
});

/** `engine` and `server` test what the build left in dist, never the sources. */
module.exports = {
	projects: [layer('unit', 'unit', 'gate'), layer('engine', 'engine'), layer('server', 'server')],
	// Jest takes no time limit per project: this one lets a real n8n start, test/run.ts narrows it.
	testTimeout: 180_000,
};
