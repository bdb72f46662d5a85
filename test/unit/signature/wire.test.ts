import type { IncomingHttpHeaders, Server } from 'http';
import { createServer } from 'http';
import type { AddressInfo } from 'net';
import { connect } from 'net';

import { taskInBody } from '../../../nodes/HappyHorse/webhook/body';
import { secretKeys } from '../../../nodes/HappyHorse/signature/secretKeys';
import { signatureFault } from '../../../nodes/HappyHorse/signature/verify';
import { headersOf, LETTER, SECRET, SENT_AT } from './signing';

/*
 * What Node.js makes of header lines and of bytes on a real socket, before the verifier sees them.
 */

let server: Server;
let arrived: (request: { headers: IncomingHttpHeaders; rawBody: Buffer }) => void;

beforeAll(async () => {
	server = createServer((request, response) => {
		const chunks: Buffer[] = [];
		request.on('data', (chunk: Buffer) => chunks.push(chunk));
		request.on('end', () => {
			response.end();
			arrived({ headers: request.headers, rawBody: Buffer.concat(chunks) });
		});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterAll(async () => {
	await new Promise((resolve) => server.close(resolve));
});

/** Sends header lines and pieces of a body as they are, and gives what the verifier says about them. */
async function send(lines: string[], pieces: Buffer[]) {
	const request = new Promise<{ headers: IncomingHttpHeaders; rawBody: Buffer }>((resolve) => {
		arrived = resolve;
	});
	const length = Buffer.concat(pieces).length;
	const head = ['POST / HTTP/1.1', 'Host: x', 'Connection: close', `Content-Length: ${length}`];
	const socket = connect((server.address() as AddressInfo).port, '127.0.0.1').setNoDelay(true);
	socket.resume();
	socket.write([...head, ...lines, '', ''].join('\r\n'), 'latin1');
	for (const piece of pieces) {
		await new Promise((resolve) => setTimeout(resolve, 15));
		socket.write(piece);
	}
	const message = await request;
	socket.destroy();
	const keys = secretKeys(SECRET);
	return { ...message, fault: signatureFault(message, { keys, nowMs: SENT_AT * 1000 }) };
}

const good = Object.entries(headersOf(SECRET, LETTER));
const lines = good.map(([name, value]) => `${name}: ${value}`);
const body = [Buffer.from(LETTER.body)];

const capitals = (name: string) => name.replace(/(^|-)./g, (start) => start.toUpperCase());

it.each([
	['capitals', capitals],
	['all in capitals', (name: string) => name.toUpperCase()],
	['mixed', (name: string) => name.replace(/o/g, 'O')],
])('W06: header names in %s', async (_, write) => {
	const { fault } = await send(
		good.map(([name, value]) => `${write(name)}: ${value}`),
		body,
	);
	expect(fault).toBeNull();
});

describe('W07: two lines of one header', () => {
	const others = ['junk', 'v1', '', 'v1,AAAA', '1', `${SENT_AT}`, 'msg_test_2'];
	const cases = good.flatMap(([name]) => others.map((other) => [name, other] as const));
	const differing = cases.filter(([name, other]) => !lines.includes(`${name}: ${other}`));

	it.each(differing)('%s: %j before and after the good one', async (name, other) => {
		const before = await send([`${capitals(name)}: ${other}`, ...lines], body);
		const after = await send([...lines, `${name.toUpperCase()}: ${other}`], body);
		expect([before.fault, after.fault]).toEqual([expect.any(String), expect.any(String)]);
	});
});

it('W39: a character that is split between two packets', async () => {
	const text = Buffer.from('{"task_id":"a","status":"COMPLETED","note":"🐎é馬"}');
	const letter = { ...LETTER, body: text };
	const headers = Object.entries(headersOf(SECRET, letter)).map(
		([name, value]) => `${name}: ${value}`,
	);
	const horse = text.indexOf(Buffer.from('🐎'));
	const { fault, rawBody } = await send(headers, [
		text.subarray(0, horse + 2),
		text.subarray(horse + 2, horse + 5),
		text.subarray(horse + 5),
	]);
	expect(fault).toBeNull();
	expect(taskInBody(rawBody)?.valueOf()).toMatchObject({ extra: { note: '🐎é馬' } });
});
