import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { isAlive } from '../../../../sandbox/n8n/lock';

const NPM = require.resolve('../../../../sandbox/n8n/npm');

describe('npm', () => {
	let folder: string;
	beforeEach(() => {
		folder = mkdtempSync(join(tmpdir(), 'happy-horse-npm-'));
	});
	afterEach(() => rmSync(folder, { recursive: true, force: true }));

	/** A process that runs npm, which runs something that takes a minute and ignores Ctrl-C; gives its process ID. */
	async function running() {
		const pidFile = join(folder, 'pid');
		const slow = `process.on("SIGINT", () => {}); require("fs").writeFileSync(${JSON.stringify(pidFile)}, String(process.pid)); setTimeout(() => {}, 60000)`;
		writeFileSync(join(folder, 'slow.js'), slow);
		const manifest = { name: 'slow', version: '1.0.0', scripts: { slow: 'node slow.js' } };
		writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
		const code = `require(${JSON.stringify(NPM)}).npm(['run', 'slow'], { cwd: ${JSON.stringify(folder)} })`;
		const parent = spawn(
			process.execPath,
			['--require', require.resolve('tsx/cjs'), '--eval', code],
			{ stdio: 'ignore' },
		);
		while (!existsSync(pidFile) || readFileSync(pidFile, 'utf8') === '') await sleep(20);
		return { parent, pid: Number(readFileSync(pidFile, 'utf8')) };
	}

	it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
		'ends with all that it has started when %s comes to the process that runs it',
		async (signal) => {
			const { parent, pid } = await running();
			const ended = once(parent, 'exit');
			parent.kill(signal);
			expect(await ended).toEqual([null, signal]);
			for (let i = 0; i < 100 && isAlive(pid); i++) await sleep(20);
			expect(isAlive(pid)).toBe(false);
		},
	);
});
