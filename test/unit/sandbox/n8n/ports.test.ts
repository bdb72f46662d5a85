import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';

import { freePorts } from '../../../../sandbox/n8n/ports';

/** What is given to a process is not free for another one, although nothing listens there yet. */
it.each([
	['twice to the same process', 7, 7, 90],
	['to the process that was started next', 70, 71, 150],
] as const)('no port is given %s', async (_, first, second, count) => {
	const ports = [...(await freePorts(count, first)), ...(await freePorts(count, second))];
	expect(new Set(ports).size).toBe(2 * count);
});

it('a process that needs many, one after the other, gets them all the same', async () => {
	for (let round = 0; round < 5; round++) {
		expect(new Set(await freePorts(100, 9)).size).toBe(100);
	}
});

it('says when a process wants more than there are', async () => {
	await expect(freePorts(500)).rejects.toThrow('500 ports');
});

it('free ports are all different, and servers can listen there', async () => {
	const ports = await freePorts(20);
	expect(new Set(ports).size).toBe(20);
	const servers = ports.map((port) => createServer().listen(port, '127.0.0.1'));
	await Promise.all(servers.map(async (server) => await once(server, 'listening')));
	expect(servers.map((server) => (server.address() as AddressInfo).port)).toEqual(ports);
	await Promise.all(servers.map(async (server) => await new Promise((done) => server.close(done))));
});
