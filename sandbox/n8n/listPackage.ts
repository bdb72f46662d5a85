import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import type { PackageManifest } from './nodePackage';
import { registerNodePackage } from './register';

const TYPES_MS = 30_000;

/** Where a running n8n keeps what it has loaded. */
interface Places {
	userFolder: string;
	databasePath: string;
	logPath: string;
}

/** Lists the package in n8n's settings, with the nodes that n8n really loaded from it. */
export async function listPackage(server: Places, manifest: PackageManifest): Promise<void> {
	const types = await loadedTypes(server);
	const names = new Set(types.map(({ name }) => String(name)));
	// n8n adds a tool variant to each node that AI agents can use; that is not in the package.
	const isToolVariant = (name: string) => name.endsWith('Tool') && names.has(name.slice(0, -4));
	const nodes = types
		.filter(({ name }) => String(name).startsWith(`${manifest.name}.`))
		.filter(({ name }) => !isToolVariant(String(name)))
		.map(({ name, displayName, version }) => ({
			type: String(name),
			displayName: String(displayName),
			version: Array.isArray(version) ? Math.max(...version.map(Number)) : Number(version),
		}));
	if (nodes.length === 0) {
		throw new Error(`n8n loaded no node from ${manifest.name}. Its log: ${server.logPath}`);
	}
	registerNodePackage(server.databasePath, { manifest, nodes });
}

/** What n8n has written of the nodes that it loaded. On a busy machine it is still being written when n8n responds. */
async function loadedTypes({ userFolder }: Places): Promise<Array<Record<string, unknown>>> {
	const file = join(userFolder, '.cache', 'n8n', 'public', 'types', 'nodes.json');
	const end = Date.now() + TYPES_MS;
	for (;;) {
		try {
			return JSON.parse(readFileSync(file, 'utf8')) as Array<Record<string, unknown>>;
		} catch (error) {
			if (Date.now() > end) throw error;
		}
		await sleep(200);
	}
}
