import { Agent, createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Requests to the API, by what they are for. */
export interface Count {
	creates: number;
	lists: number;
	gets: number;
	/** Reads after a while without any: how often it was polled after a pause. */
	rounds: number;
}

export interface Meter {
	/** Base URL of the API for one run: what is sent to it is counted for that run. */
	base(runName: string): string;
	count(runName: string): Count;
	close(): Promise<void>;
}

/** Shorter than any pause of a node, longer than it takes n8n between two requests of one round. */
const SILENCE_MS = 2000;

const TASKS = /^\/v1\/ai\/image-to-video\/[^/]+(\/[^/]+)?$/;

/**
 * Is in front of the sandbox and counts: only so can requests be told apart that different workflows send at the
 * same time. Every contender goes through it.
 */
export async function startMeter(sandboxUrl: string): Promise<Meter> {
	const counts = new Map<string, Count>();
	const count = (runName: string) => {
		const known = counts.get(runName) ?? { creates: 0, lists: 0, gets: 0, rounds: 0 };
		counts.set(runName, known);
		return known;
	};
	const lastRequest = new Map<string, number>();
	const { hostname, port: sandboxPort } = new URL(sandboxUrl);
	const agent = new Agent({ keepAlive: true, maxSockets: 64 });
	const server = createServer((incoming, response) => {
		const [, runName = '', rest = ''] = /^\/([^/]+)(\/.*)$/.exec(incoming.url ?? '') ?? [];
		const single = TASKS.exec(rest.split('?')[0] ?? '');
		if (single) {
			const kind =
				incoming.method === 'POST' ? 'creates' : single[1] === undefined ? 'lists' : 'gets';
			const counted = count(runName);
			counted[kind] += 1;
			const silent = performance.now() - (lastRequest.get(runName) ?? 0) > SILENCE_MS;
			if (silent && kind !== 'creates') counted.rounds += 1;
			lastRequest.set(runName, performance.now());
		}
		const { method, headers } = incoming;
		const onward = request(
			{ hostname, port: sandboxPort, path: rest, method, headers, agent },
			(found) => {
				response.writeHead(found.statusCode ?? 502, found.headers);
				found.pipe(response);
			},
		);
		// The client sees a broken connection, as it would without us.
		onward.on('error', () => response.destroy());
		incoming.pipe(onward);
	});
	await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
	const { port } = server.address() as AddressInfo;
	return {
		base: (runName) => `http://127.0.0.1:${port}/${runName}`,
		count: (runName) => ({ ...count(runName) }),
		async close() {
			server.closeAllConnections();
			agent.destroy();
			await new Promise((done) => server.close(done));
		},
	};
}
