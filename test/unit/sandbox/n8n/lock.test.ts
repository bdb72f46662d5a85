import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { withLock } from '../../../../sandbox/n8n/lock';

describe('the install lock', () => {
	let folder: string;
	let path: string;
	beforeEach(() => {
		folder = mkdtempSync(join(tmpdir(), 'happy-horse-lock-'));
		path = join(folder, 'install.lock');
	});
	afterEach(() => rmSync(folder, { recursive: true }));

	it('lets one work at a time', async () => {
		const events: string[] = [];
		const work = (name: string) => async () => {
			events.push(`${name} starts`);
			await new Promise((resolve) => setTimeout(resolve, 30));
			events.push(`${name} ends`);
		};
		const waited: number[] = [];
		const onWait = (pid: number) => waited.push(pid);
		await Promise.all([
			withLock(path, { work: work('first'), onWait, pollMs: 5 }),
			withLock(path, { work: work('second'), onWait, pollMs: 5 }),
		]);
		expect(events).toEqual(['first starts', 'first ends', 'second starts', 'second ends']);
		expect(waited).toEqual([process.pid]);
	});

	it('takes over from a process that is gone', async () => {
		// Above every system's highest process ID.
		writeFileSync(path, '99999999');
		await expect(withLock(path, { work: async () => 'done', pollMs: 5 })).resolves.toBe('done');
	});

	it('takes over a lock without a readable holder', async () => {
		writeFileSync(path, '');
		await expect(withLock(path, { work: async () => 'done', pollMs: 5 })).resolves.toBe('done');
	});

	it('is released when the work fails', async () => {
		const work = async () => await Promise.reject(new Error('no network'));
		await expect(withLock(path, { work })).rejects.toThrow('no network');
		expect(existsSync(path)).toBe(false);
	});
});
