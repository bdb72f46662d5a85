/** Makes the README's images of the editor: runs the editor's tests, and keeps their screenshots. */
import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';

import { SCREENSHOTS } from './support/screenshot';

const root = resolve(__dirname, '..', '..');
const jest = join(root, 'node_modules', 'jest', 'bin', 'jest.js');
const flags = ['--selectProjects', 'editor', '--testTimeout=300000', '--forceExit'];

const { status } = spawnSync(process.execPath, [jest, ...flags], {
	cwd: root,
	env: { ...process.env, [SCREENSHOTS]: join(root, '.github', 'images') },
	stdio: 'inherit',
});
process.exitCode = status ?? 1;
