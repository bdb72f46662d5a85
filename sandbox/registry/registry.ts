import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { connect } from 'node:net';
import { join } from 'node:path';

import fastify from 'fastify';
import { generate } from 'selfsigned';

import { manifestOf, type PackageManifest } from '../n8n/nodePackage';
import { removeFolder, temporaryFolder } from '../n8n/temporaryFolder';

/** The only registry that n8n uses without a licence. */
const HOST = 'registry.npmjs.org';

/** An npm registry on this computer, found under the public name of the real one. */
export interface Registry {
	/** Environment of an n8n, and the npm that it starts, that see this registry instead of the real one. */
	env: Record<string, string>;
	/**
	 * The same for an npm that is started without that environment, as n8n 1 does to list updates: the text of an
	 * `.npmrc` in n8n's folder of nodes.
	 */
	npmrc: string;
	/** Offers one more version, which becomes the latest. */
	publish(tarball: string): PackageManifest;
	/** Hands out a tarball from now on that is not what was published. */
	spoil(version: string): void;
	/** Offers it no longer. */
	withdraw(version: string): void;
	/** Paths that were requested, and hosts that were blocked. */
	requests: string[];
	close(): Promise<void>;
}

interface Published {
	manifest: PackageManifest;
	bytes: Buffer;
	dist: { tarball: string; integrity: string; shasum: string };
}

/** Starts an empty one. Requests through it find the registry and nothing else of the internet. */
export async function openRegistry(): Promise<Registry> {
	const folder = temporaryFolder('internet');
	const versions = new Map<string, Published>();
	const requests: string[] = [];
	const { private: key, cert } = await generate([{ name: 'commonName', value: HOST }], {
		keySize: 2048,
		extensions: [
			{ name: 'basicConstraints', cA: true },
			{ name: 'subjectAltName', altNames: [{ type: 2, value: HOST }] },
		],
	});
	const certificate = join(folder, 'certificate.pem');
	writeFileSync(certificate, cert);
	mkdirSync(join(folder, 'npm'));

	const app = fastify({ https: { key, cert }, forceCloseConnections: true });
	app.addHook('onRequest', async ({ url }) => void requests.push(decodeURIComponent(url)));
	const offered = (name: string) =>
		[...versions.values()].filter(({ manifest }) => manifest.name === name);
	app.get<{ Params: { name: string } }>('/:name', async ({ params }, reply) => {
		const all = offered(params.name);
		if (all.length === 0) return await reply.code(404).send({ error: 'Not found' });
		const described = all.map(({ manifest, dist }) => [manifest.version, { ...manifest, dist }]);
		return {
			name: params.name,
			'dist-tags': { latest: all.at(-1)?.manifest.version },
			versions: Object.fromEntries(described) as object,
		};
	});
	app.get<{ Params: { name: string; version: string } }>(
		'/:name/:version',
		async ({ params }, reply) => {
			const all = offered(params.name);
			const wanted = params.version === 'latest' ? all.at(-1) : versions.get(params.version);
			if (!wanted) return await reply.code(404).send('version not found');
			return { ...wanted.manifest, dist: wanted.dist };
		},
	);
	app.get<{ Params: { version: string } }>('/:name/-/:version.tgz', async ({ params }, reply) => {
		const found = versions.get(params.version);
		if (!found) return await reply.code(404).send({ error: 'Not found' });
		return await reply.type('application/octet-stream').send(found.bytes);
	});
	await app.listen({ host: '127.0.0.1', port: 0 });
	const proxy = await openProxy((app.server.address() as AddressInfo).port, requests);

	const proxyUrl = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
	const npm = {
		registry: `https://${HOST}/`,
		// What it is told here must not be found in the cache of other projects.
		cache: join(folder, 'npm'),
		update_notifier: 'false',
		fetch_retries: '0',
		https_proxy: proxyUrl,
		cafile: certificate,
	};

	return {
		requests,
		env: {
			HTTPS_PROXY: proxyUrl,
			NO_PROXY: '127.0.0.1,localhost',
			NODE_EXTRA_CA_CERTS: certificate,
			npm_config_userconfig: join(folder, 'npmrc'),
			...Object.fromEntries(
				Object.entries(npm).map(([key, value]) => [`npm_config_${key}`, value]),
			),
		},
		npmrc: Object.entries(npm)
			.map(([key, value]) => `${key.replaceAll('_', '-')}=${value}\n`)
			.join(''),
		publish(path) {
			const bytes = readFileSync(path);
			const manifest = manifestOf(path);
			const { name, version } = manifest;
			const hash = (algorithm: string) => createHash(algorithm).update(bytes);
			versions.set(version, {
				...{ manifest, bytes },
				dist: {
					tarball: `https://${HOST}/${name}/-/${version}.tgz`,
					integrity: `sha512-${hash('sha512').digest('base64')}`,
					shasum: hash('sha1').digest('hex'),
				},
			});
			return manifest;
		},
		spoil(version) {
			const published = versions.get(version);
			if (!published) throw new Error(`There is no version ${version}.`);
			versions.set(version, { ...published, bytes: Buffer.from('something else') });
		},
		withdraw: (version) => void versions.delete(version),
		async close() {
			proxy.closeAllConnections();
			proxy.close();
			await app.close();
			removeFolder(folder);
		},
	};
}

/** Leads the registry's name to `port`, and every other name nowhere. */
async function openProxy(port: number, requests: string[]): Promise<Server> {
	const proxy = createServer((_, response) => void response.writeHead(403).end());
	proxy.on('connect', ({ url = '' }: { url?: string }, client: Socket) => {
		client.on('error', () => client.destroy());
		if (url !== `${HOST}:443`) {
			requests.push(`blocked ${url}`);
			client.end('HTTP/1.1 403 Not on this internet\r\n\r\n');
			return;
		}
		const registry = connect(port, '127.0.0.1', () => {
			client.write('HTTP/1.1 200 Connected\r\n\r\n');
			registry.pipe(client).pipe(registry);
		});
		registry.on('error', () => client.destroy());
	});
	await new Promise<void>((listening) => proxy.listen(0, '127.0.0.1', listening));
	return proxy;
}
