import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/**
 * Systems hand out ports above these by themselves. One of those could go to any program that wants one, in the seconds
 * that an n8n needs until it listens, or while it is killed and started again.
 */
const LOWEST = 20_000;
const HIGHEST = 32_767;

/** Ports of 127.0.0.1 that are free right now, all different. */
export async function freePorts(count: number): Promise<number[]> {
	const ports = new Set<number>();
	while (ports.size < count) {
		const port = randomInt(LOWEST, HIGHEST + 1);
		if (await isFree(port)) ports.add(port);
	}
	return [...ports];
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
