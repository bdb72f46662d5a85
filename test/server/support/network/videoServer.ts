import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Writable } from 'node:stream';

export type VideoResponse = (response: ServerResponse, request: IncomingMessage) => void;

export interface VideoServer {
	url: string;
	requests: Array<{ path: string; headers: IncomingMessage['headers'] }>;
	/** What each path responds, one after the other; the last one stays. */
	videos: Map<string, VideoResponse[]>;
	close(): Promise<void>;
}

/** A file server of its own: `generated` of a task can be made to lead to it. */
export async function videoServer(): Promise<VideoServer> {
	const requests: VideoServer['requests'] = [];
	const videos: VideoServer['videos'] = new Map();
	const server = createServer((request, response) => {
		const path = (request.url ?? '').split('?')[0] ?? '';
		requests.push({ path, headers: request.headers });
		const responses = videos.get(path) ?? [notThere];
		const respond = responses.length > 1 ? responses.shift()! : responses[0]!;
		respond(response, request);
	});
	await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
	const { port } = server.address() as AddressInfo;
	return {
		url: `http://127.0.0.1:${port}`,
		...{ requests, videos },
		async close() {
			server.closeAllConnections();
			await new Promise((done) => server.close(done));
		},
	};
}

const notThere: VideoResponse = (response) => void response.writeHead(404).end();

const HEAD = Buffer.from('\0\0\0\x18ftypisom\0\0\x02\0isomiso2', 'latin1');

const PIECE = Buffer.alloc(1024 * 1024);

/** An MP4 file by its first bytes, of so many megabytes, with a hash of the whole. */
export function videoOf(megabytes: number): {
	pieces: () => Generator<Buffer>;
	bytes: number;
	hash: string;
} {
	const pieces = function* () {
		yield Buffer.concat([HEAD, PIECE.subarray(HEAD.length)]);
		for (let count = 1; count < megabytes; count++) yield PIECE;
	};
	const hash = createHash('sha256');
	for (const piece of pieces()) hash.update(piece);
	return { pieces, bytes: megabytes * PIECE.length, hash: hash.digest('hex') };
}

/** Sends pieces as fast as they are taken; `announced` bytes are in the headers unless it is null. */
export function sending(
	pieces: () => Iterable<Buffer>,
	{ announced, headers = {} }: { announced: number | null; headers?: Record<string, string> },
): VideoResponse {
	return (response) => {
		response.writeHead(200, {
			'content-type': 'video/mp4',
			...(announced === null ? {} : { 'content-length': announced }),
			...headers,
		});
		const run = async () => {
			for (const piece of pieces()) {
				if (response.destroyed) return;
				if (!response.write(piece)) await writable(response);
			}
			response.end();
		};
		void run();
	};
}

/** Until there is room for more, or the reader is gone. */
export async function writable(to: Writable): Promise<void> {
	await new Promise<void>((next) => {
		const go = () => {
			to.off('drain', go).off('close', go);
			next();
		};
		to.on('drain', go).on('close', go);
	});
}

/** Breaks off after the first pieces. */
export function breakingOff(pieces: () => Iterable<Buffer>, announced: number): VideoResponse {
	return (response) => {
		response.writeHead(200, { 'content-type': 'video/mp4', 'content-length': announced });
		for (const piece of pieces()) {
			response.write(piece, () => setTimeout(() => response.socket?.resetAndDestroy(), 50));
			return;
		}
	};
}

/** Begins like a video, and sends another byte five times a second for ever. */
export const endless: VideoResponse = (response) => {
	response.writeHead(200, { 'content-type': 'video/mp4' });
	response.write(HEAD);
	const timer = setInterval(() => response.write('x'), 200);
	response.on('close', () => clearInterval(timer));
};
