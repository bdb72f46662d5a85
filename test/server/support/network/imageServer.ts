import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';

import sharp from 'sharp';

export interface ImageRequest {
	path: string;
	headers: IncomingMessage['headers'];
}

export interface ImageServer {
	url: string;
	port: number;
	/** What the node requested; the sandbox, which fetches images as the provider does, is not in it. */
	requests: ImageRequest[];
	/** Decides what the node gets for a path; without a response, and always for the sandbox: a good image. */
	responses: Map<string, (response: ServerResponse, request: IncomingMessage) => void>;
	close(): Promise<void>;
}

/**
 * A server of images that can be another for the node than for the provider. `/<width>x<height>.<format>` is
 * drawn in that size, anything else is 400x300; ranges are honoured. With `tls` it is one of https.
 */
export async function imageServer(tls?: { key: string; cert: string }): Promise<ImageServer> {
	const requests: ImageRequest[] = [];
	const responses: ImageServer['responses'] = new Map();
	const serve = (request: IncomingMessage, response: ServerResponse) => {
		const path = request.url ?? '';
		const isProvider = request.headers['user-agent'] === 'happy-horse-sandbox';
		if (!isProvider) requests.push({ path, headers: request.headers });
		const special = isProvider ? undefined : responses.get(path);
		if (special) special(response, request);
		else void draw(path).then((bytes) => send(response, { bytes, range: request.headers.range }));
	};
	const server = tls ? createTlsServer(tls, serve) : createServer(serve);
	await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
	const { port } = server.address() as AddressInfo;
	return {
		...{ port, url: `http://127.0.0.1:${port}`, requests, responses },
		async close() {
			server.closeAllConnections();
			await new Promise((done) => server.close(done));
		},
	};
}

/** An image of one colour. */
export async function draw(path: string): Promise<Buffer> {
	const [, width = 400, height = 300, format = 'png'] = /(\d+)x(\d+)\.(\w+)/.exec(path) ?? [];
	const blank = {
		width: Number(width),
		height: Number(height),
		channels: 3,
		background: '#2a6',
	} as const;
	const image = sharp({ create: blank });
	return await image.toFormat(format === 'jpg' ? 'jpeg' : (format as 'png')).toBuffer();
}

function send(
	response: ServerResponse,
	{ bytes, range }: { bytes: Buffer; range: string | undefined },
): void {
	const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(range ?? '') ?? [];
	if (from === undefined) return void response.end(bytes);
	const part = bytes.subarray(Number(from), Number(to) + 1);
	response.writeHead(206, {
		'content-range': `bytes ${from}-${Number(from) + part.length - 1}/${bytes.length}`,
		'content-length': part.length,
	});
	response.end(part);
}
