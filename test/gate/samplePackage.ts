import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

import ts from 'typescript';

const checkout = resolve(__dirname, '../..');

const manifest = {
	name: 'n8n-nodes-sample',
	version: '1.0.0',
	description: 'A package without a fault',
	license: 'MIT',
	homepage: 'https://example.com',
	author: { name: 'Sample', email: 'sample@example.com' },
	repository: { type: 'git', url: 'git+https://github.com/sample/n8n-nodes-sample.git' },
	keywords: ['n8n-community-node-package'],
	files: ['dist'],
	n8n: {
		n8nNodesApiVersion: 1,
		credentials: ['dist/credentials/SampleApi.credentials.js'],
		nodes: ['dist/nodes/Sample/Sample.node.js'],
	},
	peerDependencies: { 'n8n-workflow': '*' },
};

const credential = `
import type { IAuthenticateGeneric, ICredentialTestRequest, ICredentialType, Icon, INodeProperties } from 'n8n-workflow';
export class SampleApi implements ICredentialType {
	name = 'sampleApi';
	displayName = 'Sample API';
	icon: Icon = { light: 'file:sample.svg', dark: 'file:sample.dark.svg' };
	documentationUrl = 'https://example.com';
	properties: INodeProperties[] = [
		{ displayName: 'API Key', name: 'apiKey', type: 'string', typeOptions: { password: true }, default: '' },
	];
	authenticate: IAuthenticateGeneric = { type: 'generic', properties: {} };
	test: ICredentialTestRequest = { request: { baseURL: 'https://example.com', url: '/' } };
}
`;

const node = `
import type { IExecuteFunctions, INodeExecutionData, INodeType, INodeTypeDescription } from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';
import { operations } from './operations';
export class Sample implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Sample',
		name: 'sample',
		icon: { light: 'file:sample.svg', dark: 'file:sample.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle: '={{$parameter["operation"]}}',
		description: 'Turn images into videos',
		defaults: { name: 'Sample' },
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		usableAsTool: true,
		credentials: [{ name: 'sampleApi', required: true }],
		properties: [
			{
				displayName: 'Resource', name: 'resource', type: 'options', noDataExpression: true,
				options: [{ name: 'Video', value: 'video' }], default: 'video',
			},
			{
				displayName: 'Operation', name: 'operation', type: 'options', noDataExpression: true,
				displayOptions: { show: { resource: ['video'] } }, options: operations, default: 'create',
			},
		],
	};
	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return [this.getInputData().map((_, item) => ({ json: { item }, pairedItem: { item } }))];
	}
}
`;

const operations = (action: string) => `
export const operations = ['create'].map((value) => ({
	name: 'Create', value, description: 'Start a video', action: '${action}',
}));
`;

const slow = 'const end = Date.now() + 60; while (Date.now() < end);\n';

const icon = (colour: string) =>
	`<svg xmlns="http://www.w3.org/2000/svg"><path fill="${colour}" d="M0 0h9v9"/></svg>`;

type Files = Record<string, string>;

const soundSources: Files = {
	'credentials/SampleApi.credentials.ts': credential,
	'credentials/sample.svg': icon('red'),
	'credentials/sample.dark.svg': icon('pink'),
	'nodes/Sample/Sample.node.ts': node,
	'nodes/Sample/Sample.node.json': '{ "node": "n8n-nodes-sample.sample" }',
	'nodes/Sample/operations.ts': operations('Create video'),
	'nodes/Sample/sample.svg': icon('red'),
	'nodes/Sample/sample.dark.svg': icon('pink'),
	'nodes/Sample/__schema__/v1.0.0/video/create.json': '{ "type": "object" }',
};

/** What the build would make of the sources, without waiting for a type check. */
function build(sources: Files): Files {
	const compilerOptions = { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 };
	return Object.fromEntries(
		Object.entries(sources).map(([path, text]) =>
			path.endsWith('.ts')
				? [
						`dist/${path.replace(/ts$/, 'js')}`,
						ts.transpileModule(text, { compilerOptions }).outputText,
					]
				: [`dist/${path}`, text],
		),
	);
}

function write(folder: string, files: Files): void {
	for (const [path, text] of Object.entries(files)) {
		const file = join(folder, path);
		mkdirSync(dirname(file), { recursive: true });
		writeFileSync(file, text);
	}
	// The rules and the built node look for n8n-workflow where every checkout has it.
	symlinkSync(join(checkout, 'node_modules'), join(folder, 'node_modules'), 'junction');
}

const around: Files = {
	'eslint.config.mjs': `export { config as default } from '@n8n/node-cli/eslint';\n`,
	'tsconfig.json': '{ "compilerOptions": { "module": "node16" } }',
	'CHANGELOG.md': '# Changelog\n\n## 1.0.0\n',
	'README.md': '# Sample\n',
	LICENSE: 'MIT\n',
};

/** Writes a small built package that the gate has nothing to say about. */
export function writeSound(folder: string): void {
	write(folder, {
		...around,
		'package.json': JSON.stringify(manifest),
		...soundSources,
		...build(soundSources),
	});
}

/** Writes the same package with at least one fault for every check of the gate. */
export function writeBroken(folder: string): void {
	const { homepage: _homepage, ...rest } = manifest;
	const sources: Files = {
		...soundSources,
		'nodes/Sample/operations.ts': operations('create a Video') + slow,
		'nodes/Sample/loud.ts': '// eslint-disable-next-line no-console\nconsole.log(1);\n',
	};
	write(folder, {
		...around,
		'package.json': JSON.stringify({
			...rest,
			version: '1.0.1',
			scripts: { postinstall: 'true' },
			dependencies: { sharp: '1.0.0' },
			overrides: { sharp: '1.0.0' },
			peerDependencies: { 'n8n-workflow': '^1' },
		}),
		...sources,
		...build(sources),
		'dist/nodes/Sample/sample.svg': icon('blue'),
		'dist/nodes/Sample/__schema__/v1.0.0/video/create.json': '{ "type": "array" }',
		'dist/nodes/Sample/Sample.node.json': '{ "node": "sample" }',
		'dist/nodes/Sample/Old.node.js': [
			`require('sharp');`,
			`import('./gone');`,
			`require('../../../../outside');`,
			`const load = require;`,
		].join('\n'),
		'dist/nodes/Sample/gone.svg': icon('grey'),
		'dist/build.tsbuildinfo': '{}',
	});
}
