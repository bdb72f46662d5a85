/**
 * Facts about the Model Context Protocol, as of November 2026:
 * - A client initializes, lists tools and uses them by POST to one URL ("Streamable HTTP"), with an `Authorization` header:
 *   https://modelcontextprotocol.io/specification/2025-06-18/basic/transports
 * - n8n's trigger serves it at `/mcp/<path>`, names tools after their nodes, and runs them outside of its own execution:
 *   https://docs.n8n.io/integrations/builtin/core-nodes/n8n-nodes-langchain.mcptrigger/
 */
import { isWhole } from '../../../sandbox/n8n/execution';
import { servedVideo, until } from '../support/assertions/watching';
import { connectMcp } from '../support/agent/mcpClient';
import type { McpClient } from '../support/agent/mcpClient';
import { useExample } from '../support/publishing/useExample';
import { storedExecutions } from '../support/executions/executionTable';

const TOKEN = 'a-long-random-word-of-the-test';
const example = useExample({
	file: 'mcp-video-server.json',
	services: [],
	accounts: { httpBearerAuth: { token: TOKEN } },
});
const { testServer } = example;

let workflowId: string;
let url: string;
const clients: McpClient[] = [];

beforeAll(async () => {
	workflowId = await example.save(example.ready(), true);
	url = `${testServer.n8n.url}/mcp/happy-horse-videos`;
});

afterEach(async () => {
	for (const client of clients.splice(0)) await client.close();
});

/** n8n registers the URL a moment after it has published the workflow. */
async function assistant(): Promise<McpClient> {
	const client = await until('the server of the workflow', async () => {
		try {
			return await connectMcp(url, TOKEN);
		} catch {
			return undefined;
		}
	});
	clients.push(client);
	return client;
}

const bakery = { description: 'A bakery at dawn', shape: '9:16', seconds: 5, name: 'bakery-1' };
const textsOf = (text: string) => JSON.parse(text) as Array<Record<string, unknown>>;

it('an assistant creates a video and fetches it later, in another chat', async () => {
	const { control } = testServer.sandbox;
	await control.rules({ on: 'create', do: { hold: true } });
	const first = await assistant();
	expect((await first.tools()).map(({ name }) => name).toSorted()).toEqual([
		'Create_a_video',
		'Get_a_video',
	]);
	const created = await first.use('Create_a_video', bakery);
	expect(created.isError).toBe(false);
	const [task] = (await control.state()).tasks;
	const [result] = textsOf(created.text);
	expect(result).toMatchObject({ task_id: task!.taskId, status: 'CREATED' });
	expect((await control.state()).posts).toMatchObject([
		{
			endpoint: 'text-to-video/happy-horse-1',
			body: {
				...{ prompt: 'A bakery at dawn', aspect_ratio: '9:16', duration: 5, resolution: '720P' },
			},
		},
	]);
	await first.close();

	const second = await assistant();
	const readTask = async () =>
		textsOf((await second.use('Get_a_video', { task_id: task!.taskId })).text)[0]!;
	expect(await readTask()).toMatchObject({ status: 'CREATED', video_url: null });
	await control.advance(task!.taskId, 'COMPLETED');
	const finished = await readTask();
	expect(finished).toMatchObject({ task_id: task!.taskId, status: 'COMPLETED' });
	const fetched = await fetch(String(finished.video_url));
	const bytes = Buffer.from(await fetched.arrayBuffer());
	const [done] = (await control.state()).tasks;
	expect(bytes.equals(await servedVideo(control, done!))).toBe(true);
	expect((await control.state()).acceptedPosts).toBe(1);
});

it('a repeated request is not paid for again, not even at the same moment', async () => {
	const { control } = testServer.sandbox;
	const [one, two] = [await assistant(), await assistant()];
	const input = { ...bakery, name: 'twice' };
	const texts = await Promise.all([
		...[one.use('Create_a_video', input), two.use('Create_a_video', input)],
		two.use('Create_a_video', input),
	]);
	texts.push(await one.use('Create_a_video', input));
	const [task] = (await control.state()).tasks;
	for (const { text } of texts) expect(textsOf(text)[0]).toMatchObject({ task_id: task!.taskId });
	expect((await control.state()).acceptedPosts).toBe(1);

	// Another version of the same video is one more video.
	await one.use('Create_a_video', { ...input, name: 'thrice' });
	expect((await control.state()).acceptedPosts).toBe(2);
});

it('failures reach the assistant in words, and cost nothing', async () => {
	const { control } = testServer.sandbox;
	const client = await assistant();
	const said = async (tool: string, input: Record<string, unknown>) =>
		(await client.use(tool, input)).text;
	expect(await said('Create_a_video', { ...bakery, name: 'long', seconds: 15 })).toMatch(
		/15 seconds.*10/,
	);
	expect(await said('Create_a_video', { ...bakery, name: 'odd', shape: 'round' })).toMatch(
		/Aspect Ratio/,
	);
	expect(await said('Create_a_video', { ...bakery, name: ' ' })).toMatch(/Idempotency Key/);
	const nowhere = '00000000-0000-4000-8000-000000000000';
	expect(await said('Get_a_video', { task_id: nowhere })).toMatch(/not found|no task/i);
	expect((await control.state()).posts).toEqual([]);

	await control.rules({ on: 'create', do: { outcome: 'FAILED', failure: { error: 'too wild' } } });
	const [failing] = textsOf(await said('Create_a_video', { ...bakery, name: 'wild' }));
	const failed = await until('the video has failed', async () => {
		const [item] = textsOf(await said('Get_a_video', { task_id: failing!.task_id }));
		return item?.status === 'FAILED' && item;
	});
	expect(failed).toMatchObject({
		failure: { message: expect.stringContaining('too wild') as string },
	});
	expect((await control.state()).acceptedPosts).toBe(1);
});

it('without the token there are no tools', async () => {
	await assistant();
	await expect(connectMcp(url, 'guessed')).rejects.toThrow();
	const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' });
	const headers = {
		'content-type': 'application/json',
		accept: 'application/json, text/event-stream',
	};
	expect((await fetch(url, { method: 'POST', headers, body })).status).toBe(403);
	expect((await testServer.sandbox.control.state()).requests).toEqual([]);
});

it('no execution is left waiting', async () => {
	const ended = await until('all executions have ended', async () => {
		const runs = storedExecutions(testServer.n8n, workflowId);
		return runs.every((run) => isWhole(run) && run.status !== 'running') && runs;
	});
	expect(ended.filter(({ status }) => status === 'waiting')).toEqual([]);
});
