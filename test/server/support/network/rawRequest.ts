import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export interface RawRequest {
	method?: string;
	/** Sent as they are and in this order: `fetch` would join, rename or reject some of them. */
	headers: ReadonlyArray<readonly [string, string]>;
	/** Each part leaves in a TCP segment of its own. */
	parts?: ReadonlyArray<Buffer>;
	/** Adds `Content-Length`. */
	lengthHeader?: boolean;
}

export interface RawResponse {
	/** 0 when the connection ended without a response. */
	status: number;
	text: string;
}

/** One HTTP request, written to the socket byte by byte. */
export async function rawRequest(url: string, request: RawRequest): Promise<RawResponse> {
	const { hostname, port, host, pathname, search } = new URL(url);
	const { method = 'POST', headers, parts = [], lengthHeader = true } = request;
	const length = parts.reduce((sum, part) => sum + part.length, 0);
	const lines = [
		`${method} ${pathname}${search} HTTP/1.1`,
		`Host: ${host}`,
		'Connection: close',
		...(lengthHeader ? [`Content-Length: ${length}`] : []),
		...headers.map(([name, value]) => `${name}: ${value}`),
	];
	const socket = connect(Number(port), hostname).setNoDelay(true).setTimeout(60_000);
	const received: Buffer[] = [];
	const ended = new Promise<void>((resolve) => {
		socket.on('data', (chunk: Buffer) => received.push(chunk));
		socket.on('timeout', () => socket.destroy());
		// A response that came before the server hung up still counts.
		socket.on('error', () => resolve());
		socket.on('close', () => resolve());
	});
	socket.write(Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'utf8'));
	for (const [index, part] of parts.entries()) {
		if (index > 0) await sleep(60);
		if (!socket.destroyed) socket.write(part);
	}
	await ended;
	socket.destroy();
	const text = Buffer.concat(received).toString('utf8');
	return {
		status: Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0),
		text: text.slice(text.indexOf('\r\n\r\n') + 4),
	};
}
