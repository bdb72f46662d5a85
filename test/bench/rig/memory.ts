import { readFileSync, writeFileSync } from 'node:fs';

/** Whether this computer can tell the peak of another process. */
export const canTellPeaks = process.platform === 'linux';

function megabytes(pid: number, field: 'VmRSS' | 'VmHWM'): number {
	const status = readFileSync(`/proc/${pid}/status`, 'utf8');
	return Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) / 1024;
}

/** How many MB of memory a process takes up now. */
export const residentMegabytes = (pid: number): number => megabytes(pid, 'VmRSS');

/** Starts counting again; the function that comes back tells how many MB the process has grown at most since. */
export function watchPeak(pid: number): () => number {
	// 5 makes Linux forget the peak until now.
	writeFileSync(`/proc/${pid}/clear_refs`, '5');
	const before = residentMegabytes(pid);
	return () => Math.max(0, megabytes(pid, 'VmHWM') - before);
}
