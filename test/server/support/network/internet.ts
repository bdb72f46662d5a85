import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { createServer } from 'node:tls';

import { generate } from 'selfsigned';

import { SandboxControl } from '../../../../sandbox/api/control';
import type { SpawnedSandbox } from '../../../../sandbox/api/spawn';
import { freePorts } from '../../../../sandbox/n8n/ports';

const PROVIDER = 'api.happy-horse.example';
const ROOT = path.resolve(__dirname, '../../../..');
const SANDBOX = path.join(ROOT, 'sandbox', 'api', 'main.ts');

/** A provider under a public name with https, and what a program needs to find public names. */
export interface Internet {
	/** Its `url` is the public one, its `control` goes the direct way. */
	sandbox: SpawnedSandbox;
	/** Environment of an n8n that is to see this internet. */
	env: Record<string, string>;
	/** What a server under a name of happy-horse.example needs for https. */
	tls: { key: string; cert: string };
	close(): Promise<void>;
}

/**
 * An internet on this computer: the node sends its key to https URLs only, so a TLS front with
 * a certificate of its own is in front of the sandbox.
 */
export async function openInternet(): Promise<Internet> {
	const [httpsPort = 0, port = 0] = await freePorts(2);
	const url = `https://${PROVIDER}:${httpsPort}`;
	const folder = mkdtempSync(path.join(tmpdir(), 'happy-horse-internet-'));
	const { private: key, cert } = await generate([{ name: 'commonName', value: PROVIDER }], {
		keySize: 2048,
		extensions: [
			{ name: 'basicConstraints', cA: true },
			{ name: 'subjectAltName', altNames: [{ type: 2, value: '*.happy-horse.example' }] },
		],
	});
	const certificate = path.join(folder, 'certificate.pem');
	writeFileSync(certificate, cert);
	const env = {
		NODE_OPTIONS: `--require ${JSON.stringify(path.join(__dirname, 'publicNames.cjs'))}`,
		NODE_EXTRA_CA_CERTS: certificate,
	};

	const front = createServer({ key, cert }, (socket) => {
		const onward = connect(port, '127.0.0.1');
		socket.on('error', () => onward.destroy());
		onward.on('error', () => socket.destroy());
		socket.pipe(onward).pipe(socket);
	});
	front.listen(httpsPort, '127.0.0.1');
	await once(front, 'listening');

	const sandbox = await startSandbox({ url, port, env });
	return {
		sandbox,
		env,
		tls: { key, cert },
		async close() {
			await sandbox.stop();
			front.close();
			rmSync(folder, { recursive: true, force: true });
		},
	};
}

/** Unlike `spawnSandboxApi`: with an environment, and a control that needs no public name. */
async function startSandbox({
	url,
	port,
	env,
}: {
	url: string;
	port: number;
	env: Record<string, string>;
}): Promise<SpawnedSandbox> {
	const child = spawn(
		process.execPath,
		[
			...['--require', require.resolve('tsx/cjs'), SANDBOX, '--json', '--attached'],
			...[`--port=${port}`, `--public-url=${url}`],
			...['--speed=30', '--task-seconds=60', '--video=small'],
		],
		{ cwd: ROOT, env: { ...process.env, ...env }, stdio: ['pipe', 'pipe', 'inherit'] },
	);
	const signal = AbortSignal.timeout(30_000);
	const lines = createInterface({ input: child.stdout });
	const [line] = (await once(lines, 'line', { signal })) as [string];
	const { key, secret } = JSON.parse(line) as { key: string; secret: string };
	return {
		...{ url, key, secret },
		control: new SandboxControl(`http://127.0.0.1:${port}`),
		async stop() {
			if (child.exitCode !== null) return;
			const ended = once(child, 'exit');
			child.kill('SIGTERM');
			await ended;
		},
	};
}
