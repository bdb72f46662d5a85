import { spawn } from 'node:child_process';
import { join } from 'node:path';

import { CHECKOUT } from '../n8n/nodePackage';
import type { ShutDown } from './shutDown';

const PACKAGE = 'n8n-nodes-happy-horse';

/** Makes n8n load the nodes again when a file of a package changes, and tell the open editor of it. */
export const RELOAD = { N8N_DEV_RELOAD: 'true' };

/** Builds each change of the sources straight into the package that a running n8n has loaded. Types are not checked. */
export function watchBuild(userFolder: string, shutDown: ShutDown): void {
	const output = join(userFolder, '.n8n', 'nodes', 'node_modules', PACKAGE, 'dist');
	const bundler = join(CHECKOUT, 'node_modules', 'rolldown', 'bin', 'cli.mjs');
	const flags = ['-c', '--watch', '--dir', output];
	const child = spawn(process.execPath, [bundler, ...flags], { cwd: CHECKOUT, stdio: 'inherit' });
	shutDown.add(() => void child.kill());
}
