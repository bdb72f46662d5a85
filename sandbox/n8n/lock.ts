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

interface Waiting {
	/** Told the process ID of a holder, once. */
	onWait?: (pid: number) => void;
	pollMs?: number;
}

/** Runs `work` while holding a lock file; one process at a time. Waits for a living holder and takes over from a dead one. */
export async function withLock<T>(
	path: string,
	{ work, ...waiting }: Waiting & { work: () => Promise<T> },
): Promise<T> {
	return await withOneOf([path], { work, ...waiting });
}

/** Runs `work` while holding one of these lock files: as many at once as there are files. */
export async function withOneOf<T>(
	paths: readonly string[],
	{ work, onWait, pollMs = 500 }: Waiting & { work: () => Promise<T> },
): Promise<T> {
	let told = false;
	let held: string | undefined;
	while ((held = paths.find(tryLock)) === undefined) {
		const holders = paths.map((path) => ({ path, holder: holderOf(path) }));
		const stale = holders.filter(({ holder }) => holder === undefined || !isAlive(holder));
		if (stale.length === 0) {
			if (!told) onWait?.(holders[0]!.holder!);
			told = true;
			await sleep(pollMs);
		} else {
			// Empty for a moment between creation and writing: look twice before taking it for stale.
			await sleep(pollMs / 5);
			for (const { path, holder } of stale) {
				if (holderOf(path) === holder) rmSync(path, { force: true });
			}
		}
	}
	try {
		return await work();
	} finally {
		rmSync(held, { force: true });
	}
}
