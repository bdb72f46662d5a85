import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';

const ROOT = path.resolve(__dirname, '../../..');

const run = async (...command: string[]) =>
	await promisify(execFile)(process.execPath, command, { cwd: ROOT });

/** What no other test starts: a file that was moved would be noticed on the day when the script is needed. */
it.each(['fuzz', 'bench', 'soak'])('npm run %s can be started', async (name) => {
	const tsx = path.join('node_modules', 'tsx', 'dist', 'cli.mjs');
	const { stdout } = await run(tsx, path.join('test', name, 'main.ts'), '--help');
	expect(stdout).toContain(`npm run ${name} --`);
});

it('npm run test:mutation finds the modules that it changes', async () => {
	await expect(run('--eval', "import('./.stryker.config.mjs')")).resolves.toBeDefined();
});
