import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { loadOutputSchema, PackageDirectoryLoader } from 'n8n-core';
import type { ICredentialType, INodeTypeDescription } from 'n8n-workflow';

import { n8nFacts } from '../n8nFacts';
import { PACKAGE_ROOT } from './support/engine';

const loader = new PackageDirectoryLoader(PACKAGE_ROOT);
beforeAll(async () => await loader.loadAll());

const names = (manifest: { nodes: string[] }) =>
	manifest.nodes.map((path) => {
		const name = path.split('/').at(-1)!.replace('.node.js', '');
		return name.charAt(0).toLowerCase() + name.slice(1);
	});

const described = (name: string): INodeTypeDescription => {
	const { type } = loader.getNode(name);
	return type.description as INodeTypeDescription;
};

/** n8n serves icons below /icons/<package>/, from the package's folder. */
function iconFiles({ iconUrl }: INodeTypeDescription | ICredentialType): string[] {
	if (typeof iconUrl !== 'object') throw new Error(`No pair of icons: ${String(iconUrl)}`);
	return [iconUrl.light, iconUrl.dark].map((url) => {
		expect(url).toMatch(/^icons\/n8n-nodes-happy-horse\/dist\/.*\.svg$/);
		return join(PACKAGE_ROOT, url.split('/').slice(2).join('/'));
	});
}

test('n8n finds every node of the manifest, with both icons and its entry for the node search', () => {
	const { n8n } = JSON.parse(readFileSync(join(PACKAGE_ROOT, 'package.json'), 'utf8')) as {
		n8n: { nodes: string[] };
	};
	expect(Object.keys(loader.nodeTypes).sort()).toEqual(names(n8n).sort());
	for (const name of Object.keys(loader.nodeTypes)) {
		const { codex, displayName } = described(name);
		expect(displayName).toMatch(/^Happy Horse/);
		// n8n's node panel leaves out what has the category AI, unless it is built like an agent.
		expect(codex?.categories).toEqual(['Marketing']);
		expect(codex?.alias?.length).toBeGreaterThan(0);
		const icons = iconFiles(described(name));
		expect(icons.map((file) => existsSync(file))).toEqual([true, true]);
		expect(icons[0]).not.toBe(icons[1]);
	}
});

test('the credential has both icons, is required by every node and hides the key', () => {
	const { type } = loader.getCredential('happyHorseApi');
	expect(iconFiles(type).every((file) => existsSync(file))).toBe(true);
	expect(type.supportedNodes?.sort()).toEqual(Object.keys(loader.nodeTypes).sort());
	for (const name of ['apiKey', 'webhookSecret']) {
		const property = type.properties.find((candidate) => candidate.name === name);
		expect(property?.typeOptions?.password).toBe(true);
	}
});

test('the action node can be resumed at a path of its own and be the tool of an agent', () => {
	const { usableAsTool, webhooks, credentials, codex } = described('happyHorse');
	expect(codex?.alias).toContain('image to video');
	expect(usableAsTool).toBe(true);
	expect(credentials).toEqual([{ name: 'happyHorseApi', required: true }]);
	// Without responseData '' n8n 2.41 responds to every client with the text "firstEntryJson".
	expect(webhooks).toEqual([
		{
			name: 'default',
			httpMethod: 'POST',
			responseMode: 'onReceived',
			responseData: '',
			path: 'happy-horse',
			restartWebhook: true,
			isFullPath: true,
		},
	]);
});

function schemaOf(nodeDir: string, operation: string): { type?: unknown } {
	const resource = 'imageToVideo';
	if (n8nFacts.coreLoadsOutputSchemas) {
		return loadOutputSchema({ nodeDir, version: 1, resource, operation }) ?? {};
	}
	// Where the server of n8n 1 looks for it.
	const file = join(nodeDir, '__schema__', 'v1.0.0', resource, `${operation}.json`);
	return JSON.parse(readFileSync(file, 'utf8')) as { type?: unknown };
}

test('each operation has an example of its output for the editor', () => {
	const { properties } = described('happyHorse');
	const { options = [] } = properties.find(({ name }) => name === 'operation') ?? {};
	const operations = options.map((option) => ('value' in option ? String(option.value) : ''));
	expect(operations).toEqual(['create', 'createAndWait', 'download', 'get', 'getAll', 'wait']);
	const nodeDir = join(PACKAGE_ROOT, 'dist/nodes/HappyHorse');
	for (const operation of operations) {
		expect([operation, schemaOf(nodeDir, operation).type]).toEqual([operation, 'object']);
	}
});
