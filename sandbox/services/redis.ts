import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';

import { freePorts } from '../n8n/ports';
import { removeFolder, temporaryFolder } from '../n8n/temporaryFolder';
import { folderOf } from './program';
import type { Service } from './service';
import { startService } from './service';

/** A throw-away Redis on loopback that keeps everything in memory. */
export async function startRedis(): Promise<Service> {
	const program = 'redis-server';
	const bin = folderOf(() => ({ programs: [program], debianPackage: 'redis-server' }));
	const [port = 0] = await freePorts(1);
	const folder = temporaryFolder('redis');
	const settings = { port, bind: '127.0.0.1', dir: folder, save: '', appendonly: 'no' };
	return await startService({
		command: join(bin, program),
		args: Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]),
		signal: 'SIGTERM',
		port,
		isReady: async () => await respondsToPing(port),
		cleanUp: () => removeFolder(folder),
	});
}

async function respondsToPing(port: number): Promise<boolean> {
	const socket = connect(port, '127.0.0.1');
	try {
		await once(socket, 'connect');
		socket.write('PING\r\n');
		const [response] = (await once(socket, 'data')) as [Buffer];
		return response.toString().startsWith('+PONG');
	} catch {
		return false;
	} finally {
		socket.destroy();
	}
}
