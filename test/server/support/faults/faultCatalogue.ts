import type { Socket } from 'node:net';
import { gzipSync } from 'node:zlib';

import type { Fault } from './faultProxy';
import { writable } from '../network/videoServer';

/** What the node may make of a paid request that met with a fault. */
export type Outcome =
	/** The video is made, with one create request. */
	| 'made'
	/** It fails; whether it was created is unknown, and it is not created again. */
	| 'perhaps'
	/** It fails, and nothing was created. */
	| 'never';

export interface NamedFault {
	name: string;
	fault: Fault;
	/** How often it happens to each create request, or to each kind of read; then everything passes. */
	times: number;
	/** Of a create request. */
	outcome: Outcome;
	/** What the sandbox counts for one create request that met with it. */
	accepted: number;
}

const END = '\r\n\r\n';

function head(status: string, fields: Record<string, string | number>): string {
	const lines = Object.entries({ Connection: 'close', ...fields }).map(
		([name, value]) => `${name}: ${value}`,
	);
	return `HTTP/1.1 ${status}\r\n${lines.join('\r\n')}${END}`;
}

function raw(
	status: string,
	type: string,
	body: string | Buffer,
	fields: Record<string, string | number> = {},
) {
	return async (client: Socket) => {
		const bytes = Buffer.from(body);
		client.write(head(status, { 'Content-Type': type, 'Content-Length': bytes.length, ...fields }));
		client.end(bytes);
	};
}

/** 300 MB of spaces in about 300 kB: a gzip file may have any number of parts. */
const BOMB = Buffer.concat(
	Array<Buffer>(30).fill(gzipSync(Buffer.alloc(10 * 1024 * 1024, ' '), { level: 9 })),
);

/** As fast as the client takes it, until it has had enough. */
async function endless(client: Socket): Promise<void> {
	client.write(head('200 OK', { 'Content-Type': 'application/json' }));
	const piece = Buffer.alloc(256 * 1024, ' ');
	while (!client.destroyed) {
		if (client.write(piece)) await new Promise((next) => setImmediate(next));
		else await writable(client);
	}
}

const json = (value: unknown) => JSON.stringify(value);

const PAGE = '<html><body><h1>503 Service Unavailable</h1></body></html>';

/** @param elsewhere a URL of another origin. */
export function faults(elsewhere: string): NamedFault[] {
	const made = { times: 1, outcome: 'made', accepted: 1 } as const;
	const lost = { times: 1, outcome: 'perhaps', accepted: 1 } as const;
	const eaten = { times: 1, outcome: 'perhaps', accepted: 0 } as const;
	// The worst of both: the video is created, and the response is of no use.
	const spoiled = (send: (client: Socket) => Promise<void>) => ({
		...lost,
		fault: { instead: { afterwards: true, send } },
	});
	const isDocumented = (send: (client: Socket) => Promise<void>) => ({
		...made,
		fault: { instead: { afterwards: false, send } },
	});
	const limit = raw(
		'429 Too Many Requests',
		'application/json',
		json({ message: 'Too many requests' }),
		{
			'Retry-After': 1,
		},
	);
	return [
		{ name: 'none', fault: {}, ...made },
		{ name: 'late by 300 ms each way', fault: { delayMs: 300 }, ...made },
		{ name: 'one byte at a time', fault: { trickleMs: 2 }, ...made },
		{ name: 'sent on twice', fault: { twice: true }, ...made, accepted: 2 },
		{ name: 'reset before it continues', fault: { swallow: true }, ...eaten },
		{ name: 'request cut in its body', fault: { requestBytes: -9 }, ...eaten },
		{
			name: 'reset instead of the response',
			fault: { responseBytes: { bytes: 0, end: 'reset' } },
			...lost,
		},
		{
			name: 'closed instead of the response',
			fault: { responseBytes: { bytes: 0, end: 'close' } },
			...lost,
		},
		{
			name: 'response cut in its headers',
			fault: { responseBytes: { bytes: 40, end: 'close' } },
			...lost,
		},
		{
			name: 'response reset in its body',
			fault: { responseBytes: { bytes: -9, end: 'reset' } },
			...lost,
		},
		{
			name: 'response cut in its body',
			fault: { responseBytes: { bytes: -9, end: 'close' } },
			...lost,
		},
		{ name: '429, Retry-After 1', ...isDocumented(limit), times: 1 },
		{
			name: '503 with the documented words',
			...isDocumented(
				raw('503 Busy', 'application/json', json({ message: 'Service Unavailable. Try later.' })),
			),
		},
		{
			name: '503 with other words in JSON',
			...eaten,
			fault: {
				instead: {
					afterwards: false,
					send: raw('503 Busy', 'application/json', json({ message: 'Please try again later' })),
				},
			},
		},
		{ name: '503 with a page', ...spoiled(raw('503 Busy', 'text/html', PAGE)) },
		{
			name: '200, JSON cut short',
			...spoiled(raw('200 OK', 'application/json', '{"data":{"task_id":"0')),
		},
		{
			name: '200 without a task ID',
			...spoiled(raw('200 OK', 'application/json', json({ data: { status: 'CREATED' } }))),
		},
		{ name: '200, empty', ...spoiled(raw('200 OK', 'application/json', '')) },
		{
			name: '307 to another origin',
			...spoiled(raw('307 Elsewhere', 'text/plain', '', { Location: elsewhere })),
		},
		{
			name: 'gzip bomb of 300 MB',
			...spoiled(raw('200 OK', 'application/json', BOMB, { 'Content-Encoding': 'gzip' })),
		},
		{ name: 'response without end', ...spoiled(endless) },
	];
}
