import { DatabaseSync } from 'node:sqlite';

import type { PackageManifest } from './nodePackage';

export interface LoadedNode {
	/** Full type, for example `n8n-nodes-happy-horse.happyHorse`. */
	type: string;
	displayName: string;
	version: number;
}

/**
 * Lists a package under "Settings > Community nodes": the rows that n8n writes when it installs
 * one from the npm registry (a registry of our own would need an n8n licence).
 */
export function registerNodePackage(
	databasePath: string,
	{ manifest, nodes }: { manifest: PackageManifest; nodes: LoadedNode[] },
): void {
	const database = new DatabaseSync(databasePath, { timeout: 5000 });
	try {
		database.exec('BEGIN IMMEDIATE');
		database
			.prepare(
				`INSERT OR REPLACE INTO installed_packages
				(packageName, installedVersion, authorName, authorEmail, createdAt, updatedAt)
				VALUES (?, ?, ?, ?, strftime('%Y-%m-%d %H:%M:%f'), strftime('%Y-%m-%d %H:%M:%f'))`,
			)
			.run(
				manifest.name,
				manifest.version,
				manifest.author?.name ?? null,
				manifest.author?.email ?? null,
			);
		const insert = database.prepare(
			'INSERT OR REPLACE INTO installed_nodes (name, type, latestVersion, package) VALUES (?, ?, ?, ?)',
		);
		for (const node of nodes) insert.run(node.displayName, node.type, node.version, manifest.name);
		database.exec('COMMIT');
	} finally {
		database.close();
	}
}
