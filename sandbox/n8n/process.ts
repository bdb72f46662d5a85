import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { lastLines } from './npm';
import { inStartTurn } from './startTurn';

/** One command of n8n: the server itself, or one of its helpers in queue mode. */
export interface Launch {
	command: 'start' | 'worker' | 'webhook';
	/** The script of n8n. */
	bin: string;
	env: Record<string, string>;
	workingFolder: string;
	logPath: string;
	/** True as soon as the process does its work. */
	isReady: () => Promise<boolean>;
	bootTimeoutMs: number;
}

const ATTACHED = join(__dirname, 'attached.cjs');
const STOP_TIMEOUT_MS = 15_000;
const running = new Set<N8nProcess>();

process.on('exit', () => {
	for (const each of running) each.killNow();
});

/** A process of n8n, in a process group of its own. */
export class N8nProcess {
	private child: ChildProcess | undefined;
	private exit: Promise<string> = Promise.resolve('not started');

	constructor(private readonly launch: Launch) {}

	/** Process ID, 0 when it does not run. */
	get pid(): number {
		return this.child?.pid ?? 0;
	}

	/** Everything it printed so far, over all starts. */
	log(): string {
		const { logPath } = this.launch;
		return existsSync(logPath) ? readFileSync(logPath, 'utf8') : '';
	}

	/** Starts it without waiting; resolves with the reason when it has ended again. */
	spawn(): { ended: Promise<string> } {
		const { command, bin, env, workingFolder, logPath } = this.launch;
		mkdirSync(dirname(logPath), { recursive: true });
		const log = openSync(logPath, 'a');
		const child = spawn(process.execPath, ['--require', ATTACHED, bin, command], {
			cwd: workingFolder,
			env,
			// The pipe ends with our process, and n8n with the pipe.
			stdio: ['pipe', log, log],
			// A group of its own: Ctrl-C in the terminal reaches only us, and we stop n8n in order.
			detached: process.platform !== 'win32',
			windowsHide: true,
		});
		closeSync(log);
		this.child = child;
		running.add(this);
		this.exit = new Promise((resolve) => {
			const finish = (reason: string) => {
				running.delete(this);
				if (this.child === child) this.child = undefined;
				resolve(reason);
			};
			child.once('error', (error) => finish(error.message));
			child.once('exit', (code, signal) => finish(signal ?? `exit code ${code}`));
		});
		return { ended: this.exit };
	}

	/** Starts it, when it is its turn, and resolves when it is ready; throws with the end of the log. */
	async boot(): Promise<void> {
		await inStartTurn(process.env.HAPPY_HORSE_STARTS, async () => await this.bootNow());
	}

	private async bootNow(): Promise<void> {
		const { command, isReady, bootTimeoutMs } = this.launch;
		let reason: string | undefined;
		void this.spawn().ended.then((text) => {
			reason = text;
		});
		const end = Date.now() + bootTimeoutMs;
		while (!(await isReady())) {
			if (reason !== undefined) {
				throw new Error(`n8n ${command} stopped while starting (${reason}).\n${this.tail()}`);
			}
			if (Date.now() > end) {
				await this.kill9();
				throw new Error(
					`n8n ${command} was not ready within ${bootTimeoutMs / 1000} s.\n${this.tail()}`,
				);
			}
			await sleep(100);
		}
	}

	/** From now on our process need not wait for it to end, and ends it by ending itself. */
	letRun(): void {
		this.child?.unref();
		(this.child?.stdin as Socket | null | undefined)?.unref();
	}

	/** Kills it at once, as a power cut would. */
	async kill9(): Promise<void> {
		this.killNow();
		await this.exit;
	}

	/** Tells it to stop (SIGTERM) and kills it after 15 s. */
	async halt(): Promise<void> {
		if (!this.child) return;
		this.signal('SIGTERM');
		const timer = setTimeout(() => this.killNow(), STOP_TIMEOUT_MS);
		await this.exit;
		clearTimeout(timer);
	}

	/** Synchronous, for the last moment of our own process. */
	killNow(): void {
		this.signal('SIGKILL');
	}

	private signal(signal: NodeJS.Signals): void {
		const pid = this.child?.pid;
		if (pid === undefined) return;
		try {
			// SIGTERM goes to n8n, which stops its task runner; SIGKILL has to hit the whole group.
			const group = signal === 'SIGKILL' && process.platform !== 'win32';
			process.kill(group ? -pid : pid, signal);
		} catch (error) {
			if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
		}
	}

	private tail(): string {
		return `The end of its log (${this.launch.logPath}):\n${lastLines(this.log(), 30)}`;
	}
}

/**
 * For requests to n8n: it closes a connection that was idle for some seconds, also where its event loop was busy meanwhile and
 * has not yet read the next request. That one would fail with "other side closed".
 */
export const ONE_REQUEST = { connection: 'close' };

/** True when each of the paths responds with JSON: while it starts, n8n responds with 200 and a page that says so. */
export async function respondsWithJson(url: string, paths: readonly string[]): Promise<boolean> {
	try {
		for (const path of paths) {
			const signal = AbortSignal.timeout(2000);
			const response = await fetch(url + path, { headers: ONE_REQUEST, signal });
			const body = await response.text();
			if (!response.ok || !body.startsWith('{')) return false;
		}
		return true;
	} catch {
		return false;
	}
}
