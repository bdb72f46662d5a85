import type { ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export interface ImageHost {
	/** URL of an image; with `whole` the server knows nothing of ranges. */
	url(name: string, options?: { whole?: boolean }): string;
	/** Bytes that have left since it was last read. */
	takeBytes(): number;
	close(): Promise<void>;
}

const PIECE_BYTES = 16 * 1024;

/** About 16 MB a second: without a limit, all of it would lie in the buffers of this computer at once. */
async function sendSlowly(response: ServerResponse, image: Buffer): Promise<void> {
	for (let at = 0; at < image.length && !response.destroyed; at += PIECE_BYTES) {
		response.write(image.subarray(at, at + PIECE_BYTES));
		await sleep(1);
	}
	response.end();
}

/** A web server with images that counts the bytes it sends, headers and all. */
export async function imageHost(images: ReadonlyMap<string, Buffer>): Promise<ImageHost> {
	let bytes = 0;
	const server = createServer((request, response) => {
		const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
		const image = images.get(pathname.slice(1));
		if (image === undefined) return void response.writeHead(404).end();
		const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? [];
		if (from === undefined || searchParams.has('whole')) {
			response.writeHead(200, { 'content-length': image.length });
			return void (searchParams.has('whole') ? sendSlowly(response, image) : response.end(image));
		}
		const part = image.subarray(Number(from), Number(to) + 1);
		const range = `bytes ${from}-${Number(from) + part.length - 1}/${image.length}`;
		response.writeHead(206, { 'content-range': range, 'content-length': part.length }).end(part);
	});
	server.on('connection', (socket) => {
		let counted = 0;
		const count = () => {
			bytes += socket.bytesWritten - counted;
			counted = socket.bytesWritten;
		};
		counters.add(count);
		socket.on('close', () => {
			count();
			counters.delete(count);
		});
	});
	const counters = new Set<() => void>();
	await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
	const { port } = server.address() as AddressInfo;
	return {
		url: (name, { whole = false } = {}) =>
			`http://127.0.0.1:${port}/${name}${whole ? '?whole' : ''}`,
		takeBytes() {
			for (const count of counters) count();
			const taken = bytes;
			bytes = 0;
			return taken;
		},
		async close() {
			server.closeAllConnections();
			await new Promise((done) => server.close(done));
		},
	};
}
