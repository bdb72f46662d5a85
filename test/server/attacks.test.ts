import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import path from 'node:path';

import type { ExecutionView } from '../../sandbox/n8n/execution';
import { freePorts } from '../../sandbox/n8n/ports';
import { requestItem, createFromItem, taskFromItem } from './support/workflows/itemParameters';
import type { TestServer } from './support/testServer/testServer';
import { useOwnServer } from './support/testServer/useTestServer';
import { jsonsOf, suspended, tasksOf } from './support/assertions/watching';
import type { OnError } from './support/workflows/workflow';
import { createAndWait, images } from './support/workflows/workflow';

let probe: string;

const testServer = useOwnServer({
	n8n: async () => {
		const [port = 0] = await freePorts(1);
		probe = `http://127.0.0.1:${port}`;
		const script = path.join(__dirname, 'support', 'faults', 'prototypeProbe.cjs');
		return {
			env: {
				NODE_OPTIONS: `--require ${JSON.stringify(script)}`,
				PROTOTYPE_PROBE_PORT: String(port),
			},
		};
	},
});

async function run(
	parameters: Record<string, unknown>,
	{
		items,
		credential = testServer.credential,
		onError = 'stopWorkflow',
	}: {
		items: unknown[];
		credential?: TestServer['credential'];
		onError?: OnError;
	},
): Promise<ExecutionView> {
	const workflow = await testServer.publishNode({ credential, parameters, onError });
	return await workflow.run(items);
}

describe('A7: what could end a header and begin another', () => {
	it('in a key is rejected in words, and not a byte of it leaves n8n', async () => {
		const received: string[] = [];
		const listener = createServer((socket) => {
			socket.on('data', (bytes) => received.push(bytes.toString('latin1')));
			socket.on('error', () => socket.destroy());
		});
		await new Promise<void>((done) => listener.listen(0, '127.0.0.1', done));
		const baseUrl = `http://127.0.0.1:${(listener.address() as AddressInfo).port}`;
		const keys = [
			'ab\r\nx-other: 1',
			'ab\ncd',
			'ab\rcd',
			'ab\0cd',
			'a\tb',
			'a b',
			'schlüssel',
			'🐎',
			'ab\u007f',
		];
		const said: unknown[] = [];
		for (const apiKey of keys) {
			const credential = await testServer.addCredential({ provider: 'custom', baseUrl, apiKey });
			const items = [requestItem(`${testServer.sandbox.url}/images/400x300.png`)];
			said.push((await run(createFromItem(), { credential, items })).error?.message);
		}
		listener.close();
		const words = "The 'API Key' of the credential contains characters that no key has";
		expect(said).toEqual(keys.map(() => words));
		expect(received).toEqual([]);
	});

	it('in a task ID or a URL is rejected before any request', async () => {
		const { control, url } = testServer.sandbox;
		const since = Date.now();
		const ids = ['a\r\nb', 'a\nb', 'a\0b', 'a%0d%0ab', 'a\u2028b'];
		const read = await run(taskFromItem('get'), {
			items: ids.map((task_id) => ({ name: 'x', task_id, model: 'happy-horse-1' })),
			onError: 'continueRegularOutput',
		});
		expect(jsonsOf(read).map(({ error }) => error)).toEqual(
			ids.map(() => expect.stringMatching(/^'Task' must be a task ID/)),
		);
		const urls = ['/a.png\r\nx-other: 1', '/a\n.png', '/a\0.png', '/a\t.png'];
		const created = await run(createFromItem(), {
			items: urls.map((ending) => requestItem(url + ending)),
			onError: 'continueRegularOutput',
		});
		expect(jsonsOf(created).map(({ error }) => error)).toEqual(
			urls.map(() => expect.stringMatching(/^'Image URL' must be a URL/)),
		);
		const { requests } = await control.state(since);
		expect(requests).toEqual([]);
	});
});

describe('A10: names with a meaning in JavaScript', () => {
	const EVIL = '{"polluted":"yes","video_url":"https://evil.example/a.mp4","error":"no"}';
	const NAMES = `"__proto__":${EVIL},"constructor":{"prototype":${EVIL}},"prototype":${EVIL}`;

	const inherited = async () => (await (await fetch(probe)).json()) as unknown;

	/** A raw response: the sandbox itself would not pass on such names. */
	const responding = (body: string) => ({
		response: { status: 200, body, contentType: 'application/json' },
	});

	it('in a response about a task change nothing but what is next to them', async () => {
		const { control } = testServer.sandbox;
		const [taskId = ''] = await control.seedTasks({ count: 1, status: 'COMPLETED' });
		const task = `"task_id":"${taskId}","status":"FAILED","generated":[],${NAMES}`;
		await control.rules({
			on: 'get',
			do: responding(`{"data":{${task},"inner":{${NAMES}}},${NAMES}}`),
		});
		const items = [{ name: 'x', task_id: taskId, model: 'happy-horse-1' }];
		const [json = {}] = jsonsOf(await run(taskFromItem('get'), { items }));
		expect(json).toMatchObject({ task_id: taskId, status: 'FAILED', video_url: null });
		expect(Object.keys(json)).not.toContain('__proto__');
		expect(json.polluted).toBeUndefined();
		expect(json.error).toBeUndefined();
		expect((json.inner as Record<string, unknown>).polluted).toBeUndefined();
		expect(await inherited()).toEqual([]);
	});

	it('in a list of tasks change nothing, and a task of that name is none', async () => {
		const { control } = testServer.sandbox;
		const list = `{"data":[{"task_id":"a","status":"CREATED",${NAMES}},{"__proto__":{"task_id":"b","status":"CREATED"}}],${NAMES}}`;
		await control.rules({ on: 'list', do: responding(list) });
		const parameters = { operation: 'getAll', model: 'happy-horse-1', returnAll: true };
		const items = jsonsOf(await run(parameters, { items: [{}] }));
		expect(items.map(({ task_id, polluted }) => [task_id, polluted])).toEqual([['a', undefined]]);
		expect(await inherited()).toEqual([]);
	});

	it('in the metadata of the options change nothing in a suspended execution', async () => {
		const { sandbox, n8n } = testServer;
		const { control } = sandbox;
		await control.rules({ on: 'create', do: { hold: true } });
		const items = images(sandbox.url, 1);
		const metadata = `{"row":7,${NAMES},"inner":{${NAMES}}}`;
		const workflow = await testServer.publishNode({
			parameters: createAndWait({ downloadVideo: false, options: { metadata } }),
		});
		const id = await workflow.start(items);
		expect((await suspended(testServer, id)).status).toBe('waiting');
		const [task] = await tasksOf(control, items);
		await control.advance(task!.taskId, 'COMPLETED');
		const done = await n8n.client.waitForExecution(id);
		expect(done.status).toBe('success');
		const [json = {}] = jsonsOf(done);
		const evil = JSON.parse(EVIL) as object;
		const beside = { constructor: { prototype: evil }, prototype: evil };
		expect(json.metadata).toEqual({ row: 7, ...beside, inner: beside });
		expect((json.metadata as Record<string, unknown>).polluted).toBeUndefined();
		expect(json.polluted).toBeUndefined();
		expect(await inherited()).toEqual([]);
	});
});

describe('R18: too many requests in the middle of a batch, for longer than the node waits', () => {
	const LONG = { message: 'Too many requests' };

	async function batch(onError: OnError) {
		const { control, url } = testServer.sandbox;
		const items = images(url, 5);
		const response = { status: 429, body: LONG, headers: { 'retry-after': '91' } };
		await control.rules(
			...['n=2', 'n=3', 'n=4'].map((imageUrl) => ({
				on: 'create' as const,
				where: { imageUrl },
				do: { response: response },
			})),
		);
		const parameters = createAndWait({
			operation: 'create',
			callback: 'none',
			options: { maxConcurrency: 1 },
		});
		const started = Date.now();
		const done = await run(parameters, { items, onError });
		expect(Date.now() - started).toBeLessThan(60_000);
		const paid = await tasksOf(control, items.slice(0, 2));
		const { posts, acceptedPosts } = await control.state();
		expect(acceptedPosts).toBe(2);
		return { done, ids: paid.map(({ taskId }) => taskId), posts: posts.length };
	}

	it('ends the batch, names what was paid for, and says how long to wait', async () => {
		const { done, ids, posts } = await batch('stopWorkflow');
		expect(done.error?.message).toBe('The API gets too many requests from this account');
		expect(done.error?.description).toContain('Wait 2 minutes, then run again.');
		expect(done.error?.description).toContain(`Already created (2): ${ids.join(', ')}.`);
		expect(posts).toBe(3);
	});

	it('gives what was paid for and an item for each that was not, where the node continues', async () => {
		const { done, ids, posts } = await batch('continueRegularOutput');
		expect(done.status).toBe('success');
		const items = jsonsOf(done);
		expect(items.slice(0, 2).map(({ task_id }) => task_id)).toEqual(ids);
		expect(items.slice(2).map(({ error }) => error)).toEqual(
			Array(3).fill('The API gets too many requests from this account'),
		);
		expect(posts).toBe(5);
	});
});
