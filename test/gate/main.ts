import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

import { checkContent } from './content';
import { loadNodes, writeEvaluated } from './evaluated';
import { checkImports } from './imports';
import { lint, scan } from './lint';
import { checkLoading } from './loading';
import { checkManifest } from './manifest';
import { pack } from './pack';
import type { Result } from './result';

/** Prints one line per check and one per finding; returns whether there was none. */
async function runGate(root: string, scratch: string, fix: boolean): Promise<boolean> {
	if (!existsSync(join(root, 'dist'))) throw new Error(`Build ${root} first: npm run build`);
	const packed = pack(root, scratch);
	const nodes = loadNodes(root, packed.manifest);
	const evaluated = join(scratch, 'evaluated');
	writeEvaluated(root, evaluated, nodes);

	const checks: Record<string, () => Result | Promise<Result>> = {
		eslint: () => lint(root, ['nodes', 'credentials', 'package.json'], fix),
		source: () => scan(root),
		tarball: () => scan(packed.folder, ['package.json', '**/*.js']),
		evaluated: () => scan(evaluated, ['nodes/**/*.node.ts']),
		imports: () => checkImports(packed),
		content: () => checkContent(packed, nodes),
		loading: () => checkLoading(packed),
		manifest: () => checkManifest(packed),
	};
	let clean = true;
	for (const [name, check] of Object.entries(checks)) {
		const { facts, findings } = await check();
		console.log(`${findings.length === 0 ? 'ok  ' : 'FAIL'} ${name}: ${facts}`);
		for (const finding of findings) console.log(`       ${finding}`);
		clean &&= findings.length === 0;
	}
	return clean;
}

const { values, positionals } = parseArgs({
	options: { fix: { type: 'boolean', default: false } },
	allowPositionals: true,
});
// The folder to judge: the working directory, or the first argument. It has to be built already.
const root = resolve(positionals[0] ?? '.');
const scratch = mkdtempSync(join(tmpdir(), 'happy-horse-gate-'));
// n8n's checker makes a folder of its own when it is loaded and never removes it.
process.env['TMPDIR'] = scratch;
// Under NODE_ENV=test (jest sets it) one of the linters takes every file for its own test data.
delete process.env['NODE_ENV'];

runGate(root, scratch, values.fix)
	.then((clean) => {
		process.exitCode = clean ? 0 : 1;
	})
	.catch((error: unknown) => {
		console.error('FAIL', error);
		process.exitCode = 1;
	})
	.finally(() => rmSync(scratch, { recursive: true, force: true }));
