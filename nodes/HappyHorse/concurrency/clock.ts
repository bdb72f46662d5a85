import { sleep } from 'n8n-workflow';

/** Time, so that tests can control it. */
export interface Clock {
	/** Milliseconds since 1970. */
	now(): number;
	/** Resolves after `ms` milliseconds, or sooner when the execution is cancelled. */
	pause(ms: number): Promise<void>;
	isCancelled(): boolean;
}

const SLICE_MS = 250;

/** The real clock. `signal` is the execution's cancel signal where there is one. */
export function clockOf(signal?: AbortSignal): Clock {
	const isCancelled = () => signal?.aborted ?? false;
	return {
		now: () => Date.now(),
		isCancelled,
		async pause(ms) {
			// The sleep that n8n offers to nodes cannot be interrupted: short slices stop soon after a cancel.
			const end = Date.now() + ms;
			for (let left = ms; left > 0 && !isCancelled(); left = end - Date.now()) {
				await sleep(Math.min(left, SLICE_MS));
			}
		},
	};
}
