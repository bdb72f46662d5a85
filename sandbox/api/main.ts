import { parseArgs } from 'node:util';
import { startSandboxApi, type RunningSandbox } from './start';
import type { SandboxOptions } from './wire';

const USAGE = `Starts a local Happy Horse API for trying workflows without a key and without cost.

  --port <n>           port to listen on (default 4010; 0 takes a free one)
  --host <host>        host to listen on (default 127.0.0.1)
  --public-url <url>   base of the URLs handed out, when n8n reaches this program by another name
  --speed <x>          how much faster than real time tasks run (default 1)
  --task-seconds <s>   how long a task runs (default 60)
  --video <quality>    true (default) or small: tiny clips, for load tests
  --key <key>          API key (default sandbox-key-0123456789)
  --secret <secret>    webhook secret (default 0123456789abcdef0123456789abcdef)
  --legacy             also accept the old header x-freepik-api-key
  --json               print one line of JSON when ready, for programs
  --help               show this text`;

async function main(): Promise<void> {
	const { values } = parseArgs({
		options: {
			port: { type: 'string', default: '4010' },
			host: { type: 'string', default: '127.0.0.1' },
			'public-url': { type: 'string' },
			speed: { type: 'string', default: '1' },
			'task-seconds': { type: 'string', default: '60' },
			video: { type: 'string', default: 'true' },
			key: { type: 'string' },
			secret: { type: 'string' },
			legacy: { type: 'boolean', default: false },
			json: { type: 'boolean', default: false },
			// For a parent process: end when the standard input ends, that is when the parent ends.
			attached: { type: 'boolean', default: false },
			help: { type: 'boolean', default: false },
		},
	});
	if (values.help) return console.log(USAGE);
	if (values.video !== 'true' && values.video !== 'small') {
		throw new Error('--video must be true or small');
	}
	const options: SandboxOptions = {
		port: number('port', values.port, 0),
		host: values.host,
		speed: number('speed', values.speed, 0.001),
		taskSeconds: number('task-seconds', values['task-seconds'], 0),
		videoQuality: values.video,
		legacy: values.legacy,
		...(values.key === undefined ? {} : { key: values.key }),
		...(values.secret === undefined ? {} : { secret: values.secret }),
		...(values['public-url'] === undefined ? {} : { publicUrl: values['public-url'] }),
	};
	const sandbox = await startSandboxApi(options, values.json ? () => {} : logLine);
	const { url, key, secret } = sandbox;
	console.log(values.json ? JSON.stringify({ url, key, secret }) : welcome(sandbox));

	const stop = () => {
		void sandbox.close().finally(() => process.exit(0));
	};
	process.on('SIGINT', stop);
	process.on('SIGTERM', stop);
	if (values.attached) process.stdin.on('end', stop).resume();
}

function number(name: string, text: string, least: number): number {
	const value = Number(text);
	if (text.trim() === '' || !(value >= least)) {
		throw new Error(`--${name} must be a number of at least ${least}, not "${text}"`);
	}
	return value;
}

function logLine(event: string, detail: string): void {
	console.log(`${new Date().toTimeString().slice(0, 8)}  ${event.padEnd(8)}  ${detail}`);
}

function welcome({ url, key, secret }: RunningSandbox): string {
	return `
Happy Horse sandbox is ready. Nothing here costs money or leaves this computer.

In n8n, add a "Happy Horse API" credential with these values:
  API Provider     Custom
  Base URL         ${url}
  API Key          ${key}
  Webhook Secret   ${secret}

Images to try    ${url}/images/800x600.jpg
Watch the tasks    ${url}/
Stop               Ctrl-C
`;
}

main().catch((error: unknown) => {
	const inUse = (error as { code?: string }).code === 'EADDRINUSE';
	const text = error instanceof Error ? error.message : String(error);
	console.error(inUse ? `${text}. Choose another port with --port.` : text);
	process.exit(1);
});
