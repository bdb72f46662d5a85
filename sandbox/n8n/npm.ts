import { spawn, type ChildProcess } from 'node:child_process';
import { delimiter, dirname } from 'node:path';

const NETWORK =
	/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ERR_SOCKET_TIMEOUT|network request/;

export class NpmError extends Error {
	constructor(
		readonly command: string,
		readonly output: string,
	) {
		super(`"npm ${command}" failed:\n${reasonIn(output)}`);
		this.name = 'NpmError';
	}

	/** True when npm could not reach the registry, as opposed to any other failure. */
	get isNetwork(): boolean {
		return NETWORK.test(this.output);
	}
}

/** What npm says went wrong: a few lines for the network, the end of the output for a build. */
function reasonIn(output: string): string {
	if (!NETWORK.test(output)) return lastLines(output, 25);
	const stated = output.split('\n').filter((line) => /^npm error (?!\s|[{}])/.test(line));
	return stated.slice(0, 4).join('\n') || lastLines(output, 4);
}

/** The last `count` lines of a text. */
export function lastLines(text: string, count: number): string {
	return text.trimEnd().split('\n').slice(-count).join('\n');
}

const ENCLOSING = new RegExp(
	'^(npm_(package|lifecycle)_|npm_(command|execpath|node_execpath)$|INIT_CWD$' +
		'|npm_config_(local_prefix|global_prefix|prefix|ignore_scripts|save_exact|audit|fund|node_gyp)$)',
	'i',
);

/**
 * The environment for an npm in another folder: without what an enclosing `npm run` put there
 * (its folder, its script, its ignore-scripts), and with this process's Node first on PATH.
 */
export function npmEnvironment(env: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
	const clean: NodeJS.ProcessEnv = {};
	for (const [name, value] of Object.entries(env)) if (!ENCLOSING.test(name)) clean[name] = value;
	const pathName = Object.keys(clean).find((name) => name.toUpperCase() === 'PATH') ?? 'PATH';
	clean[pathName] = [dirname(process.execPath), clean[pathName]].filter(Boolean).join(delimiter);
	return clean;
}

const running = new Set<ChildProcess>();
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

process.on('exit', endAll);

/** At once: told to stop, npm first undoes its work for up to a minute, and the compiler it started does not hear of it. */
function endAll(): void {
	for (const child of running) {
		try {
			if (process.platform === 'win32' || child.pid === undefined) child.kill();
			else process.kill(-child.pid, 'SIGKILL');
		} catch (error) {
			if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
		}
	}
}

function onSignal(signal: NodeJS.Signals): void {
	endAll();
	process.off(signal, onSignal);
	// Without a listener of anyone else, the signal ends this process as it would have without ours.
	if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
}

function started(child: ChildProcess): void {
	if (running.size === 0) for (const signal of SIGNALS) process.on(signal, onSignal);
	running.add(child);
}

function ended(child: ChildProcess): void {
	running.delete(child);
	if (running.size === 0) for (const signal of SIGNALS) process.off(signal, onSignal);
}

interface NpmOptions {
	cwd: string;
	env?: Record<string, string>;
}

/** Runs npm and returns what it printed on stdout; throws `NpmError` with all output. */
export async function npm(args: string[], { cwd, env = {} }: NpmOptions): Promise<string> {
	const windows = process.platform === 'win32';
	// npm is a .cmd file on Windows: it needs a shell, and a shell needs quotes around spaces.
	const quoted = windows ? args.map((arg) => (arg.includes(' ') ? `"${arg}"` : arg)) : args;
	return await new Promise<string>((resolve, reject) => {
		const child = spawn(windows ? 'npm.cmd' : 'npm', quoted, {
			cwd,
			env: { ...npmEnvironment(), ...env },
			shell: windows,
			stdio: ['ignore', 'pipe', 'pipe'],
			// A group of its own, so that all of it can be ended.
			detached: !windows,
		});
		started(child);
		let stdout = '';
		let all = '';
		child.stdout.on('data', (data: Buffer) => {
			stdout += data.toString();
			all += data.toString();
		});
		child.stderr.on('data', (data: Buffer) => (all += data.toString()));
		child.on('error', (error) => reject(new NpmError(args.join(' '), error.message)));
		child.on('close', (code) => {
			ended(child);
			if (code === 0) resolve(stdout);
			else reject(new NpmError(args.join(' '), all));
		});
	});
}
