import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Eavesdropper {
	url: string;
	/** Everything that came, with headers and body, as text. */
	heard: string[];
	close(): Promise<void>;
}

/** A server of another origin that writes down whatever a redirect brings to it. */
export async function eavesdropper(): Promise<Eavesdropper> {
	const heard: string[] = [];
	const server = createServer((request, response) => {
		const chunks: Buffer[] = [];
		request.on('data', (chunk: Buffer) => chunks.push(chunk));
		request.on('end', () => {
			const { method, url, headers } = request;
			const body = Buffer.concat(chunks).toString();
			heard.push(JSON.stringify({ method, url, headers, body }));
			response.end('{"data":[]}');
		});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		heard,
		async close() {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}
