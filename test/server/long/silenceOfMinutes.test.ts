import type { Server, Socket } from 'node:net';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';

import { branchNode, branchOf, publishBranches } from '../support/workflows/workflowBranches';
import type { WorkflowBranch } from '../support/workflows/workflowBranches';
import { useOwnServer } from '../support/testServer/useTestServer';
import { createAndWait, images } from '../support/workflows/workflow';

/*
 * The node gives a silent API two minutes, and no setting shortens them: this file takes that long. All its
 * executions wait at the same time.
 */
const SILENCE_MS = 120_000;

/** What an API does that has taken a create request and then goes quiet. */
const SILENCES: Record<string, (socket: Socket) => void> = {
	'no response at all': () => undefined,
	'headers and no body': (socket) => {
		socket.write('HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 90\r\n\r\n');
	},
	'half of a body': (socket) => {
		const half = '{"data":{"task_id":"046b6c7f-0b8a-43b9';
		socket.write(
			`HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 90\r\n\r\n${half}`,
		);
	},
	'a blank every ten seconds': (socket) => {
		socket.write('HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 90\r\n\r\n');
		const timer = setInterval(() => socket.write(' '), 10_000);
		socket.on('close', () => clearInterval(timer));
	},
};

interface QuietApi {
	url: string;
	/** Create requests that came in, by the prompt in them. */
	prompts: string[];
	server: Server;
	close(): void;
}

async function quietApi(act: (socket: Socket) => void): Promise<QuietApi> {
	const open = new Set<Socket>();
	const prompts: string[] = [];
	const server = createServer((socket) => {
		open.add(socket);
		let text = '';
		socket.on('close', () => open.delete(socket));
		socket.on('error', () => socket.destroy());
		socket.on('data', (bytes) => {
			text += bytes.toString();
			const prompt = /"prompt":"([^"]*)"/.exec(text)?.[1];
			if (prompt === undefined) return;
			text = '';
			prompts.push(prompt);
			act(socket);
		});
	});
	await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
	return {
		...{ server, prompts, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` },
		close() {
			for (const socket of open) socket.destroy();
			server.close();
		},
	};
}

const apis = new Map<string, QuietApi>();

beforeAll(async () => {
	for (const [silence, act] of Object.entries(SILENCES)) apis.set(silence, await quietApi(act));
});

// Hooks run as they are registered: n8n stops sooner when nothing is open any more.
afterAll(() => {
	for (const api of apis.values()) api.close();
});

const testServer = useOwnServer({ reset: false });

it(
	'an API that goes quiet over a create request is left after two minutes, and the request is never sent again',
	async () => {
		const branches: WorkflowBranch[] = [];
		for (const [silence, { url: baseUrl }] of apis) {
			const { key: apiKey } = testServer.sandbox;
			const credential = await testServer.addCredential({ provider: 'custom', baseUrl, apiKey });
			const parameters = createAndWait({
				operation: 'create',
				callback: 'none',
				options: { checkMedia: false },
			});
			branches.push({ name: silence, credential, parameters });
			const settings = { retryOnFail: true, maxTries: 3, waitBetweenTries: 300 };
			branches.push({ name: `${silence}, retried`, credential, parameters, settings });
		}
		const workflow = await publishBranches(testServer, branches);
		for (const { name } of branches) {
			const [item] = images(testServer.sandbox.url, 1);
			await workflow.start(name, [{ ...item, name }]);
		}
		const executions = await workflow.ended(branches.length, SILENCE_MS + 60_000);
		for (const execution of executions) {
			const branch = branchOf(execution);
			const runs = execution.runData[branchNode(branch)] ?? [];
			const { message = '', description = '' } = execution.error ?? {};
			const again = branch.endsWith(', retried');
			expect({ branch, message }).toEqual({
				branch,
				message: again
					? 'An earlier try of this item may have created its video'
					: 'Connection lost before the API responded',
			});
			expect(description).toMatch(/may have been created and charged|could be charged twice/);
			const took = Number(execution.stoppedAt) - Number(execution.startedAt);
			expect(took).toBeGreaterThan(SILENCE_MS - 1000);
			expect(took).toBeLessThan(SILENCE_MS + 45_000);
			expect(runs.length).toBeGreaterThan(0);
		}
		for (const [silence, { prompts }] of apis)
			expect(prompts.sort()).toEqual([silence, `${silence}, retried`]);
	},
	SILENCE_MS + 120_000,
);
