import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { SandboxControl } from './control';
import type { SandboxOptions } from './wire';

const READY_TIMEOUT_MS = 30_000;
const STOP_TIMEOUT_MS = 3_000;

/** What the command line can set; everything else is set afterwards by `control.settings`. */
export type SpawnOptions = Pick<
	SandboxOptions,
	| 'port'
	| 'host'
	| 'publicUrl'
	| 'speed'
	| 'taskSeconds'
	| 'videoQuality'
	| 'key'
	| 'secret'
	| 'legacy'
>;

export interface SpawnedSandbox {
	url: string;
	key: string;
	secret: string;
	control: SandboxControl;
	stop(): Promise<void>;
}

/**
 * Starts the sandbox as a process of its own, on a free port unless one is given. It ends with
 * `stop` and with the process that started it. Throws when it is not ready within 30 s.
 */
export async function spawnSandboxApi(options: SpawnOptions = {}): Promise<SpawnedSandbox> {
	const child = spawn(
		process.execPath,
		[
			...['--require', require.resolve('tsx/cjs'), path.join(__dirname, 'main.ts')],
			...['--json', '--attached', ...flags({ port: 0, ...options })],
		],
		{ stdio: ['pipe', 'pipe', 'inherit'] },
	);
	const ready = JSON.parse(await firstLine(child)) as { url: string; key: string; secret: string };
	return { ...ready, control: new SandboxControl(ready.url), stop: async () => await stop(child) };
}

function flags(options: SpawnOptions): string[] {
	const values = {
		port: options.port,
		host: options.host,
		'public-url': options.publicUrl,
		speed: options.speed,
		'task-seconds': options.taskSeconds,
		video: options.videoQuality,
		key: options.key,
		secret: options.secret,
	};
	const given = Object.entries(values).filter(([, value]) => value !== undefined);
	return [
		...given.map(([name, value]) => `--${name}=${value}`),
		...(options.legacy === true ? ['--legacy'] : []),
	];
}

async function firstLine(child: ChildProcess): Promise<string> {
	if (child.stdout === null) throw new Error('The sandbox has no output');
	const lines = createInterface({ input: child.stdout });
	const signal = AbortSignal.timeout(READY_TIMEOUT_MS);
	const line = await Promise.race([
		once(lines, 'line', { signal }),
		once(lines, 'close', { signal }).then(() => undefined),
	]).catch(() => undefined);
	if (line !== undefined) return String(line[0]);
	child.kill('SIGKILL');
	throw new Error('The sandbox did not start; its own message stands above');
}

async function stop(child: ChildProcess): Promise<void> {
	if (child.exitCode !== null || child.signalCode !== null) return;
	const ended = once(child, 'exit');
	child.kill('SIGTERM');
	const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
	await ended;
	clearTimeout(timer);
}
