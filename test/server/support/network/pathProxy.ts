import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface PathProxy {
	/** Where n8n can be found from outside, with its path. */
	url: string;
	close(): void;
}

/** A proxy that has n8n below a path, and takes the path away, as n8n's documentation sets it up. */
export async function pathProxy(path: string, port: number): Promise<PathProxy> {
	const server = createServer((incoming, outgoing) => {
		const { url = '', method, headers } = incoming;
		if (!url.startsWith(`${path}/`)) return void outgoing.writeHead(404).end('not below the path');
		const onward = request(
			{ host: '127.0.0.1', port, path: url.slice(path.length), method, headers },
			(response) => {
				outgoing.writeHead(response.statusCode ?? 502, response.headers);
				response.pipe(outgoing);
			},
		);
		onward.on('error', () => outgoing.destroy());
		incoming.pipe(onward);
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const { port: own } = server.address() as AddressInfo;
	return { url: `http://127.0.0.1:${own}${path}`, close: () => void server.close() };
}
