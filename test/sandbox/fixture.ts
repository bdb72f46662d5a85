import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { spawnSandboxApi } from '../../sandbox/api/spawn';

export const ROUTE = '/v1/ai/image-to-video/happy-horse-1';

export interface Reply {
	status: number;
	headers: Headers;
	text: string;
	/** the parsed body, or undefined when it is not JSON */
	json: unknown;
}

export interface UploadSlot {
	file_id: string;
	upload_url: string;
	headers: Record<string, string>;
	asset_url: string;
}

export interface TaskBody {
	task_id: string;
	status: string;
	generated: string[];
}

export type Fixture = Awaited<ReturnType<typeof openFixture>>;

/**
 * A running sandbox with tiny videos, and short words to talk to it. It is a process of its own
 * because Jest cannot load the ES module that the request validator brings along.
 */
export async function openFixture() {
	const sandbox = await spawnSandboxApi({ videoQuality: 'small', taskSeconds: 0 });
	const { control } = sandbox;
	const withKey = { 'x-magnific-api-key': sandbox.key };

	const request = async (method: string, path: string, init: RequestInit = {}): Promise<Reply> => {
		const url = path.startsWith('http') ? path : sandbox.url + path;
		const response = await fetch(url, { method, headers: withKey, redirect: 'manual', ...init });
		const text = await response.text();
		return { status: response.status, headers: response.headers, text, json: parsed(text) };
	};
	const post = async (path: string, body: unknown, headers: Record<string, string> = withKey) =>
		await request('POST', path, {
			headers: { 'content-type': 'application/json', ...headers },
			body: typeof body === 'string' ? body : JSON.stringify(body),
		});
	const image = (name = '400x300.png') => `${sandbox.url}/images/${name}`;
	const create = async (fields: Record<string, unknown> = {}, headers = withKey) =>
		await post(ROUTE, { image_url: image(), duration: 3, ...fields }, headers);

	/** Uploads a file and returns its `asset_url`. */
	const upload = async (bytes: Buffer, content_type: string): Promise<string> => {
		const opened = await post('/v1/ai/uploads/request-url', { files: [{ content_type }] });
		const [slot] = (opened.json as { files: UploadSlot[] }).files;
		if (slot === undefined) throw new Error(`${opened.status} ${opened.text}`);
		const { upload_url, headers, asset_url } = slot;
		const put = await request('PUT', upload_url, { headers, body: new Uint8Array(bytes) });
		if (put.status !== 200) throw new Error(`${put.status} ${put.text}`);
		return asset_url;
	};

	return {
		...{ sandbox, control, request, post, create, image, upload, withKey },
		/** Creates a task and returns its id. */
		task: async (fields: Record<string, unknown> = {}): Promise<string> =>
			dataOf(await create(fields)).task_id,
		get: async (taskId: string): Promise<TaskBody> =>
			dataOf(await request('GET', `${ROUTE}/${taskId}`)),
		close: async () => await sandbox.stop(),
	};
}

export function dataOf({ status, text, json }: Reply): TaskBody {
	if (status !== 200) throw new Error(`${status} ${text}`);
	return (json as { data: TaskBody }).data;
}

/** Names and reasons of a 400 in the nested form. */
export function invalidParams({ json }: Reply): Record<string, string> {
	const { problem } = json as {
		problem: { invalid_params: Array<{ name: string; reason: string }> };
	};
	return Object.fromEntries(problem.invalid_params.map(({ name, reason }) => [name, reason]));
}

export interface Received {
	headers: IncomingHttpHeaders;
	body: string;
	status: string;
}

/** A receiver of webhooks; `responses` are used up in order, then it responds with 200. */
export async function openReceiver(responses: number[] = []) {
	const received: Received[] = [];
	const server = createServer((request, response) => {
		let body = '';
		request.on('data', (chunk: Buffer) => (body += chunk.toString()));
		request.on('end', () => {
			const { status } = JSON.parse(body) as { status: string };
			received.push({ headers: request.headers, body, status });
			response.writeHead(responses.shift() ?? 200).end('thanks');
		});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	return {
		received,
		url: `http://127.0.0.1:${port}/webhook?item=0`,
		statuses: () => received.map(({ status }) => status),
		close: () => {
			server.close();
			server.closeAllConnections();
		},
	};
}

/** Waits until the condition holds; throws after 5 s. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
	const end = Date.now() + 5_000;
	while (!(await condition())) {
		if (Date.now() > end) throw new Error('Waited for 5 s in vain');
		await new Promise((resolve) => setTimeout(resolve, 10));
	}
}

function parsed(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}
