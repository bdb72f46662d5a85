import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';

import { freePorts } from '../../../../sandbox/n8n/ports';

/** What is given to a process is not free for another one, although nothing listens there yet. */
it.each([
	['twice to the same process', [7, 7]],
	['to the process that was started next', [70, 71]],
] as const)('no port is given %s', async (_, [first, second]) => {
	const ports = [...(await freePorts(90, first)), ...(await freePorts(90, second))];
	expect(new Set(ports).size).toBe(180);
});

it('a process that needs many gets them all the same', async () => {
	expect(await freePorts(500, 9)).toHaveLength(500);
});

it('free ports are all different, and servers can listen there', async () => {
	const ports = await freePorts(20);
	expect(new Set(ports).size).toBe(20);
	const servers = ports.map((port) => createServer().listen(port, '127.0.0.1'));
	await Promise.all(servers.map(async (server) => await once(server, 'listening')));
	expect(servers.map((server) => (server.address() as AddressInfo).port)).toEqual(ports);
	await Promise.all(servers.map(async (server) => await new Promise((done) => server.close(done))));
});
