import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

import type { Packed } from './pack';
import type { Result } from './result';

const LIMIT_MS = 10;
/** A process that shares a busy computer takes longer: the quickest of these counts. */
const MOST_TRIES = 20;

/** Milliseconds that one fresh process needs to load these files once n8n's own modules are there. */
function loadOnce(root: string, files: string[]): number {
	const script = `
		require('n8n-workflow');
		require('crypto').randomUUID();
		const started = performance.now();
		for (const file of ${JSON.stringify(files)}) require(file);
		console.log(performance.now() - started);`;
	// As n8n itself does when it starts: community packages find its own n8n-workflow.
	const env = { ...process.env, NODE_PATH: join(root, 'node_modules') };
	const options = { cwd: root, env, encoding: 'utf8' } as const;
	return Number(execFileSync(process.execPath, ['-e', script], options));
}

/** Everybody who installs the package waits for it whenever n8n starts. */
export function checkLoading({ root, folder, manifest }: Packed): Result {
	const files = [...manifest.n8n.nodes, ...manifest.n8n.credentials].map((file) =>
		join(folder, file),
	);
	let quickest = Infinity;
	for (let tried = 0; tried < MOST_TRIES && !(quickest <= LIMIT_MS); tried++) {
		quickest = Math.min(quickest, loadOnce(root, files));
	}
	const took = `${quickest.toFixed(1)} ms`;
	return {
		facts: `nodes and credentials in ${took}`,
		findings: quickest <= LIMIT_MS ? [] : [`loading takes ${took}, more than ${LIMIT_MS}`],
	};
}
