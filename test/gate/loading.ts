import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

import type { Packed } from './pack';
import type { Result } from './result';

const LIMIT_MS = 10;
/** How long n8n-workflow, which n8n loads itself, takes on the computer that the limit is meant for: 2 idle cores (AMD EPYC). */
const N8N_WORKFLOW_MS = 190;
/** On a busy computer the quickest of these counts. */
const MOST_TRIES = 20;

interface Load {
	ownMs: number;
	n8nWorkflowMs: number;
}

/** How long one fresh process needs for n8n-workflow, and then for these files. */
function loadOnce(root: string, files: string[]): Load {
	const script = `
		const time = (load) => { const started = performance.now(); load(); return performance.now() - started; };
		const n8nWorkflowMs = time(() => require('n8n-workflow'));
		require('crypto').randomUUID();
		const ownMs = time(() => ${JSON.stringify(files)}.forEach((file) => require(file)));
		console.log(JSON.stringify({ ownMs, n8nWorkflowMs }));`;
	// As n8n itself does when it starts: community packages find its own n8n-workflow.
	const env = { ...process.env, NODE_PATH: join(root, 'node_modules') };
	const options = { cwd: root, env, encoding: 'utf8' } as const;
	return JSON.parse(execFileSync(process.execPath, ['-e', script], options)) as Load;
}

/** Everybody who installs the package waits for it whenever n8n starts. A slower computer gets as much more time as it needs for n8n-workflow. */
export function checkLoading({ root, folder, manifest }: Packed): Result {
	const files = [...manifest.n8n.nodes, ...manifest.n8n.credentials].map((file) =>
		join(folder, file),
	);
	const quickest: Load = { ownMs: Infinity, n8nWorkflowMs: Infinity };
	const limitMs = () => LIMIT_MS * Math.max(1, quickest.n8nWorkflowMs / N8N_WORKFLOW_MS);
	for (let tried = 1; tried <= MOST_TRIES; tried++) {
		const { ownMs, n8nWorkflowMs } = loadOnce(root, files);
		quickest.ownMs = Math.min(quickest.ownMs, ownMs);
		quickest.n8nWorkflowMs = Math.min(quickest.n8nWorkflowMs, n8nWorkflowMs);
		if (quickest.ownMs <= limitMs()) break;
	}
	const took = `${quickest.ownMs.toFixed(1)} ms`;
	const limit = `${limitMs().toFixed(1)} ms`;
	return {
		facts: `nodes and credentials in ${took} of ${limit}`,
		findings: quickest.ownMs <= limitMs() ? [] : [`loading takes ${took}, more than ${limit}`],
	};
}
