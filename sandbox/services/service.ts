import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const READY_TIMEOUT_MS = 30_000;

/** A program of others that runs for us until it is stopped. */
export interface Service {
	port: number;
	stop(): Promise<void>;
}

export interface ServiceLaunch {
	command: string;
	args: readonly string[];
	/** What makes it end at once and in order. */
	signal: NodeJS.Signals;
	/** Of the user that it runs as, where it does not run as ours. */
	user?: { uid: number; gid: number } | undefined;
	port: number;
	isReady: () => Promise<boolean>;
	/** Runs after its end. */
	cleanUp: () => void;
}

/** Starts a program that ends with `stop` and, at the latest, with this process. */
export async function startService(launch: ServiceLaunch): Promise<Service> {
	const { command, args, signal, user, port, isReady, cleanUp } = launch;
	const program = JSON.stringify({ command, args, signal, ...user });
	const child = spawn(process.execPath, [join(__dirname, 'attached.mjs'), program], {
		stdio: ['pipe', 'pipe', 'pipe'],
		// Ctrl-C in the terminal is for us; the end of the pipe tells it to stop.
		detached: process.platform !== 'win32',
	});
	let printed = '';
	for (const stream of [child.stdout, child.stderr]) {
		stream.on('data', (chunk: Buffer) => {
			printed = (printed + chunk.toString()).slice(-4000);
		});
	}
	const ended = once(child, 'exit');
	const stop = async () => {
		child.stdin.end();
		await ended;
		cleanUp();
	};
	const end = Date.now() + READY_TIMEOUT_MS;
	while (!(await isReady())) {
		if (child.exitCode !== null || Date.now() > end) {
			await stop();
			throw new Error(`${command} did not start. It printed:\n${printed}`);
		}
		await sleep(100);
	}
	return { port, stop };
}
