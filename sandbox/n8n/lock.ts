import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** True when a process with this ID exists, even one of another user. */
export function isAlive(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return (error as NodeJS.ErrnoException).code === 'EPERM';
	}
}

function tryLock(path: string): boolean {
	try {
		writeFileSync(path, String(process.pid), { flag: 'wx' });
		return true;
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
		throw error;
	}
}

function holderOf(path: string): number | undefined {
	try {
		const pid = Number(readFileSync(path, 'utf8'));
		return Number.isInteger(pid) && pid > 0 ? pid : undefined;
	} catch {
		return undefined;
	}
}

/**
 * Runs `work` while holding a lock file; one process at a time. Waits for a living holder and
 * takes over from a dead one. `onWait` is told the holder's process ID once.
 */
export async function withLock<T>(
	path: string,
	{
		work,
		onWait,
		pollMs = 500,
	}: { work: () => Promise<T>; onWait?: (pid: number) => void; pollMs?: number },
): Promise<T> {
	let told = false;
	while (!tryLock(path)) {
		const holder = holderOf(path);
		if (holder !== undefined && isAlive(holder)) {
			if (!told) onWait?.(holder);
			told = true;
			await sleep(pollMs);
		} else {
			// Empty for a moment between creation and writing: look twice before taking it for stale.
			await sleep(pollMs / 5);
			if (holderOf(path) === holder) rmSync(path, { force: true });
		}
	}
	try {
		return await work();
	} finally {
		rmSync(path, { force: true });
	}
}
