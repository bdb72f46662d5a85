import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';

import { freePorts } from '../../../../sandbox/n8n/ports';

it('free ports are all different, and servers can listen there', async () => {
	const ports = await freePorts(20);
	expect(new Set(ports).size).toBe(20);
	const servers = ports.map((port) => createServer().listen(port, '127.0.0.1'));
	await Promise.all(servers.map(async (server) => await once(server, 'listening')));
	expect(servers.map((server) => (server.address() as AddressInfo).port)).toEqual(ports);
	await Promise.all(servers.map(async (server) => await new Promise((done) => server.close(done))));
});
