import { createHash } from 'node:crypto';
import { createReadStream, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

import type { N8nServer } from '../../../sandbox/n8n/server';

/** Files that n8n keeps for an execution; next to each is one with its metadata. */
function filesOf({ userFolder }: N8nServer, executionId: string): string[] {
	const folder = join(userFolder, '.n8n');
	return readdirSync(folder, { recursive: true, encoding: 'utf8' })
		.filter((path) => path.includes(`executions/${executionId}/`) && !path.endsWith('.metadata'))
		.map((path) => join(folder, path))
		.filter((path) => statSync(path).isFile());
}

/** The hash of the one file of an execution, which is removed: many of them would fill a disk. */
export async function takeHash(n8n: N8nServer, executionId: string): Promise<string> {
	const files = filesOf(n8n, executionId);
	const [only] = files;
	if (files.length !== 1 || only === undefined) {
		throw new Error(`n8n holds ${files.length} files for execution ${executionId}`);
	}
	const hash = createHash('sha256');
	await pipeline(createReadStream(only), hash);
	rmSync(only);
	return hash.digest('hex');
}
