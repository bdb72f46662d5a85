import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { withLock, withOneOf } from '../../../../sandbox/n8n/lock';
import { inStartTurn } from '../../../../sandbox/n8n/startTurn';

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

	it('lets as many work at a time as there are files, and takes over from those that are gone', async () => {
		const paths = [path, `${path}-2`];
		writeFileSync(paths[1]!, '99999999');
		let working = 0;
		let most = 0;
		const work = async () => {
			most = Math.max(most, ++working);
			await new Promise((resolve) => setTimeout(resolve, 20));
			working--;
		};
		await Promise.all(
			Array.from({ length: 6 }, async () => await withOneOf(paths, { work, pollMs: 5 })),
		);
		expect(most).toBe(2);
		expect(paths.map((one) => existsSync(one))).toEqual([false, false]);
	});
});

describe('the turn to start n8n', () => {
	const starting = async (folder: string | undefined) => {
		let working = 0;
		let most = 0;
		const start = async () => {
			most = Math.max(most, ++working);
			await new Promise((resolve) => setTimeout(resolve, 20));
			working--;
		};
		await Promise.all(Array.from({ length: 5 }, async () => await inStartTurn(folder, start)));
		return most;
	};

	it('comes for two at once among those that share a folder', async () => {
		const folder = mkdtempSync(join(tmpdir(), 'happy-horse-starts-'));
		expect(await starting(join(folder, 'starts'))).toBe(2);
		rmSync(folder, { recursive: true });
	});

	it('is always there without a folder', async () => {
		expect(await starting(undefined)).toBe(5);
	});
});
