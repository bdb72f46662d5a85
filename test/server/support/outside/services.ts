import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

import fastify from 'fastify';
import type { FastifyInstance } from 'fastify';
import { generate } from 'selfsigned';

/** The HTTP API of another service, under the names that n8n's nodes use. */
export interface OutsideService {
	hosts: string[];
	routes(app: FastifyInstance): void;
}

export interface OutsideServices {
	/** Environment of an n8n that is to meet these services instead of the real ones. */
	env: Record<string, string>;
	/** What was requested, as `POST www.googleapis.com/upload`, with the status of the response. */
	requests: Array<{ line: string; status: number }>;
	close(): Promise<void>;
}

/** Starts the services behind one TLS server, whose certificate n8n is told to trust. */
export async function openOutsideServices(services: OutsideService[]): Promise<OutsideServices> {
	const hosts = [...new Set(services.flatMap((service) => service.hosts))];
	const requests: OutsideServices['requests'] = [];
	const apps = new Map(hosts.map((host) => [host, appOf(host, services, requests)]));
	await Promise.all([...apps.values()].map(async (app) => await app.ready()));

	const { private: key, cert } = await generate([{ name: 'commonName', value: 'outside' }], {
		keySize: 2048,
		extensions: [
			{ name: 'basicConstraints', cA: true },
			{ name: 'subjectAltName', altNames: hosts.map((value) => ({ type: 2 as const, value })) },
		],
	});
	const folder = mkdtempSync(path.join(tmpdir(), 'happy-horse-outside-'));
	const certificate = path.join(folder, 'certificate.pem');
	writeFileSync(certificate, cert);

	const server = createServer({ key, cert }, (request, response) => {
		apps.get(request.headers.host ?? '')!.routing(request, response);
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	return {
		env: {
			NODE_OPTIONS: `--require ${JSON.stringify(path.join(__dirname, 'names.cjs'))}`,
			NODE_EXTRA_CA_CERTS: certificate,
			OUTSIDE_HOSTS: hosts.join(','),
			OUTSIDE_PORT: String((server.address() as AddressInfo).port),
			// A proxy of the computer would look up the real names.
			NO_PROXY: [...hosts, '127.0.0.1', 'localhost'].join(','),
		},
		requests,
		async close() {
			server.closeAllConnections();
			server.close();
			await Promise.all([...apps.values()].map(async (app) => await app.close()));
			rmSync(folder, { recursive: true, force: true });
		},
	};
}

function appOf(
	host: string,
	services: OutsideService[],
	requests: OutsideServices['requests'],
): FastifyInstance {
	const app = fastify({ bodyLimit: 100_000_000 });
	app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
	app.addHook('onResponse', (request, reply, done) => {
		const line = `${request.method} ${host}${request.url.split('?')[0]}`;
		requests.push({ line, status: reply.statusCode });
		done();
	});
	for (const service of services) if (service.hosts.includes(host)) service.routes(app);
	return app;
}
