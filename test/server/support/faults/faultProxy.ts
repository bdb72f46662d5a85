import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { connect, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** What happens to one request on its way. Nothing in it: it passes. */
export interface Fault {
	/** Reset before anything went on to the sandbox. */
	swallow?: true;
	/** The request continues only then. */
	continues?: Promise<void>;
	/** The response comes back only then. */
	comesBack?: Promise<void>;
	/** Milliseconds before the request continues, and again before the response comes back. */
	delayMs?: number;
	/** Only so many bytes of the request continue, then both connections end. */
	requestBytes?: number;
	/** The request is sent twice; the first response comes back. */
	twice?: true;
	/** Comes back instead of the sandbox's response; what is sent is made when it is needed. */
	instead?: { afterwards: boolean; send: (client: Socket) => Promise<void> };
	/** Of the response; then the connection ends like this. */
	responseBytes?: { bytes: number; end: 'reset' | 'close' };
	/** One byte of the response in so many milliseconds. */
	trickleMs?: number;
}

/** The list of tasks grows with each test: byte by byte, all of it would take minutes. */
const MOST_TRICKLED = 600;

/** One request as it came in. */
export interface PassingRequest {
	create: boolean;
	/** `POST /v1/… HTTP/1.1` */
	line: string;
	body: string;
	hadKey: boolean;
}

export interface FaultProxy {
	port: number;
	url: string;
	connections: number;
	requests: PassingRequest[];
	/** How many requests were forwarded to the sandbox, in whole or in part. */
	forwarded: number;
	/** Responses to create requests that the client got as a whole. */
	returned: string[];
	close(): Promise<void>;
}

/**
 * A relay for one request per connection that does to each what `faultOf` says.
 *
 * @param upstream base URL of the sandbox
 */
export async function faultProxy(
	upstream: string,
	faultOf: (request: PassingRequest) => Fault | undefined,
	{ port: wanted = 0 } = {},
): Promise<FaultProxy> {
	const target = Number(new URL(upstream).port);
	const open = new Set<Socket>();
	const server = createServer((client) => {
		proxy.connections++;
		open.add(client);
		client.on('close', () => open.delete(client));
		// A client may leave at any moment.
		client.on('error', () => client.destroy());
		void relay(client).catch(() => client.destroy());
	});
	server.listen(wanted, '127.0.0.1');
	await once(server, 'listening');
	const { port } = server.address() as AddressInfo;
	const proxy: FaultProxy = {
		port,
		url: `http://127.0.0.1:${port}`,
		connections: 0,
		requests: [],
		forwarded: 0,
		returned: [],
		async close() {
			server.close();
			for (const socket of open) socket.destroy();
			await sleep(0);
		},
	};

	async function relay(client: Socket): Promise<void> {
		const request = await readRequest(client);
		if (request === null) return;
		const [line = ''] = request.head.split('\r\n');
		const passing: PassingRequest = {
			create: line.startsWith('POST /v1/ai/image-to-video/'),
			line,
			body: request.body.toString(),
			hadKey: /^x-magnific-api-key:/im.test(request.head),
		};
		proxy.requests.push(passing);
		const fault = faultOf(passing) ?? {};
		if (fault.swallow) return void client.resetAndDestroy();
		if (fault.instead && !fault.instead.afterwards) return await fault.instead.send(client);

		await fault.continues;
		if (fault.delayMs !== undefined) await sleep(fault.delayMs);
		const bytes = Buffer.concat([Buffer.from(oneRequestOnly(request.head)), request.body]);
		const onward = bytes.subarray(0, fault.requestBytes);
		const responses = [forward(onward), ...(fault.twice ? [forward(onward)] : [])];
		if (onward.length < bytes.length) {
			await sleep(100);
			return void client.resetAndDestroy();
		}
		const [response = Buffer.alloc(0)] = await Promise.all(responses);
		await fault.comesBack;
		if (fault.delayMs !== undefined) await sleep(fault.delayMs);
		if (fault.instead) return await fault.instead.send(client);
		const { bytes: most = response.length, end = 'close' } = fault.responseBytes ?? {};
		const back = response.subarray(0, most);
		if (fault.trickleMs !== undefined) {
			client.setNoDelay(true);
			for (const byte of back.subarray(0, MOST_TRICKLED)) {
				client.write(Buffer.of(byte));
				await sleep(fault.trickleMs);
			}
			if (back.length > MOST_TRICKLED) client.write(back.subarray(MOST_TRICKLED));
		} else if (back.length > 0) {
			client.write(back);
		}
		if (passing.create && back.length === response.length) proxy.returned.push(response.toString());
		if (end === 'close') return void client.end();
		// What was written has to be on its way before the reset throws away the rest.
		await sleep(50);
		client.resetAndDestroy();
	}

	/** Sends bytes to the sandbox and gives all that comes back; an incomplete request gets nothing. */
	async function forward(bytes: Buffer): Promise<Buffer> {
		proxy.forwarded++;
		const socket = connect(target, '127.0.0.1');
		open.add(socket);
		const chunks: Buffer[] = [];
		socket.on('data', (chunk: Buffer) => chunks.push(chunk));
		socket.on('error', () => socket.destroy());
		socket.write(bytes);
		if (!isWhole(bytes)) setTimeout(() => socket.resetAndDestroy(), 50);
		await once(socket, 'close');
		open.delete(socket);
		return Buffer.concat(chunks);
	}

	return proxy;
}

/** So that the end of the connection is the end of the response, on both sides. */
function oneRequestOnly(head: string): string {
	return head.replace(/^connection:.*\r\n/gim, '').replace('\r\n', '\r\nConnection: close\r\n');
}

const END_OF_HEAD = '\r\n\r\n';

function isWhole(bytes: Buffer): boolean {
	const end = bytes.indexOf(END_OF_HEAD);
	if (end === -1) return false;
	const length = /^content-length: *(\d+)/im.exec(bytes.toString('latin1', 0, end))?.[1];
	return bytes.length >= end + END_OF_HEAD.length + Number(length ?? 0);
}

async function readRequest(client: Socket): Promise<{ head: string; body: Buffer } | null> {
	let bytes = Buffer.alloc(0);
	return await new Promise((resolve) => {
		client.on('close', () => resolve(null));
		client.on('data', (chunk: Buffer) => {
			bytes = Buffer.concat([bytes, chunk]);
			if (!isWhole(bytes)) return;
			const end = bytes.indexOf(END_OF_HEAD) + END_OF_HEAD.length;
			resolve({ head: bytes.toString('latin1', 0, end), body: bytes.subarray(end) });
		});
	});
}
