import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { isAlive } from '../../../../sandbox/n8n/lock';
import { startService } from '../../../../sandbox/services/service';

const ATTACHED = join(__dirname, '..', '..', '..', '..', 'sandbox', 'services', 'attached.mjs');

/** Prints its process ID and then does nothing. */
const idle = {
	command: process.execPath,
	args: ['-e', 'console.log(process.pid); setInterval(() => {}, 1000)'],
	signal: 'SIGTERM' as const,
};

const launch = { ...idle, port: 1, cleanUp: () => {} };

async function ended(pid: number): Promise<void> {
	const end = Date.now() + 10_000;
	while (isAlive(pid)) {
		if (Date.now() > end) throw new Error(`${pid} is still there`);
		await sleep(20);
	}
}

it('ends a program with stop, and cleans up after it', async () => {
	let cleaned = 0;
	const service = await startService({
		...launch,
		isReady: async () => true,
		cleanUp: () => void cleaned++,
	});
	expect(cleaned).toBe(0);
	await service.stop();
	expect(cleaned).toBe(1);
});

it('says what a program printed that did not start, and cleans up', async () => {
	let cleaned = 0;
	const failing = startService({
		...launch,
		args: ['-e', 'console.error("no room"); process.exit(3)'],
		isReady: async () => false,
		cleanUp: () => void cleaned++,
	});
	await expect(failing).rejects.toThrow('no room');
	expect(cleaned).toBe(1);
});

it('ends a program when the process that started it was killed', async () => {
	const script = `
		const { spawn } = require('node:child_process');
		const child = spawn(process.execPath, [${JSON.stringify(ATTACHED)}, process.argv[1]], {
			stdio: ['pipe', 'inherit', 'inherit'],
			detached: true,
		});
	`;
	const owner = spawn(process.execPath, ['-e', script, JSON.stringify(idle)], {
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	const [line] = (await once(owner.stdout, 'data')) as [Buffer];
	const pid = Number(line.toString());
	expect(isAlive(pid)).toBe(true);
	owner.kill('SIGKILL');
	await ended(pid);
});
