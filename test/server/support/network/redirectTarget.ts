import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface RedirectTarget {
	url: string;
	/** Everything that came, with headers and body, as text. */
	received: string[];
	close(): Promise<void>;
}

/** A server of another origin that writes down whatever a redirect brings to it. */
export async function redirectTarget(): Promise<RedirectTarget> {
	const received: string[] = [];
	const server = createServer((request, response) => {
		const chunks: Buffer[] = [];
		request.on('data', (chunk: Buffer) => chunks.push(chunk));
		request.on('end', () => {
			const { method, url, headers } = request;
			const body = Buffer.concat(chunks).toString();
			received.push(JSON.stringify({ method, url, headers, body }));
			response.end('{"data":[]}');
		});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		received,
		async close() {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}
