import { fileURLToPath } from 'node:url';

import { defineConfig } from 'rolldown';

import manifest from './package.json' with { type: 'json' };

const inThisFolder = (path) => fileURLToPath(new URL(path, import.meta.url));

/** What n8n loads, by its path below `dist`, and what that is built from. */
const entries = [...manifest.n8n.nodes, ...manifest.n8n.credentials].map((file) => {
	const path = file.replace(/^dist\/|\.js$/g, '');
	return [path, inThisFolder(`${path}.ts`)];
});

const isEntry = (file) => entries.some(([, entry]) => entry === file);

/** Puts the code into `dist`. It removes types and comments, and nothing else: names and lines stay. */
export default defineConfig({
	input: Object.fromEntries(entries),
	external: ['n8n-workflow', 'crypto'],
	platform: 'node',
	tsconfig: inThisFolder('tsconfig.json'),
	optimization: { inlineConst: false },
	output: {
		dir: inThisFolder('dist'),
		format: 'cjs',
		strict: true,
		exports: 'named',
		minify: false,
		comments: false,
		entryFileNames: '[name].js',
		chunkFileNames: 'nodes/HappyHorse/[name].js',
		// One file below both nodes: what they know of limits, requests and webhooks exists once in a process.
		codeSplitting: { groups: [{ name: 'work', test: (file) => !isEntry(file) }] },
	},
	// Without a line above each part that names its source: 150 lines, 2 kB of the package.
	experimental: { attachDebugInfo: 'none' },
});
