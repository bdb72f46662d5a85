import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/**
 * Systems hand out ports above these by themselves. One of those could go to any program that wants one, in the seconds
 * that an n8n needs until it listens, or while it is killed and started again.
 */
const LOWEST = 20_000;
const HIGHEST = 32_767;

/** Processes that start at about the same time mostly have numbers close to each other: each takes from a part of its own. */
const PARTS = 64;
const PORTS_OF_PART = Math.floor((HIGHEST + 1 - LOWEST) / PARTS);

/** One is taken again only after all others of the part: an n8n may wait for half a minute before it listens. */
let next = randomInt(PORTS_OF_PART);

/** Ports of 127.0.0.1 that are free right now, all different, and that hardly another process of this package is about to use. */
export async function freePorts(count: number, processId = process.pid): Promise<number[]> {
	const lowest = LOWEST + (processId % PARTS) * PORTS_OF_PART;
	if (count > PORTS_OF_PART) throw new Error(`${count} ports are more than one process has`);
	const ports: number[] = [];
	for (let tried = 0; ports.length < count; tried++) {
		if (tried === PORTS_OF_PART) throw new Error('All ports of this process are taken');
		const port = lowest + (next++ % PORTS_OF_PART);
		if (await isFree(port)) ports.push(port);
	}
	return ports;
}

/** A program listens there, or the system keeps it for itself. */
const TAKEN = ['EADDRINUSE', 'EACCES'];

async function isFree(port: number): Promise<boolean> {
	const server = createServer();
	return await new Promise((resolve, reject) => {
		server.once('error', (error: NodeJS.ErrnoException) => {
			if (TAKEN.includes(error.code ?? '')) resolve(false);
			else reject(error);
		});
		server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
	});
}
