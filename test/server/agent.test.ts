import type { ExecutionView } from '../../sandbox/n8n/execution';
import { itemsOf } from '../../sandbox/n8n/execution';
import { AGENT, agentWorkflow, TOOL } from './support/agent/agentWorkflow';
import type { Line, ScriptedModel } from './support/agent/scriptedModel';
import { scriptedModel, toldByTools } from './support/agent/scriptedModel';
import { useTestServer } from './support/testServer/useTestServer';
import { expectNoSecrets, traffic } from './support/assertions/watching';
import type { CredentialReference } from './support/workflows/workflow';
import { createAndWait } from './support/workflows/workflow';

const testServer = useTestServer();
let model: ScriptedModel;
let openAi: CredentialReference;
/** Points to the provider itself, which invalid arguments must never reach. */
let magnific: CredentialReference;

beforeAll(async () => {
	model = await scriptedModel();
	const name = 'Scripted';
	const data = { apiKey: 'sk-scripted', url: model.url };
	openAi = { id: await testServer.n8n.client.createCredential('openAiApi', { name, data }), name };
	magnific = await testServer.addCredential({ provider: 'magnific', apiKey: 'not-a-real-key' });
});

afterAll(async () => {
	await model?.close();
});

const fromAi = (name: string, what: string, type = 'string') =>
	`={{ $fromAI('${name}', '${what}', '${type}') }}`;

const creating = createAndWait({
	// A workflow that was imported may hold it, though the panel of a tool does not show it.
	waitUsing: 'webhook',
	imageUrl: fromAi('image_url', 'Public URL of the image'),
	prompt: fromAi('prompt', 'What should happen'),
	duration: fromAi('duration', 'Seconds, 3 to 15', 'number'),
	downloadVideo: false,
	options: { pollInterval: 5 },
});

const task = { __rl: true, mode: 'id', value: fromAi('task_id', 'ID of the video task') };

const aboutTask = (operation: string, more: Record<string, unknown> = {}) => ({
	...{ operation, model: 'happy-horse-1', taskId: task, downloadVideo: false, options: {} },
	...more,
});

const imageOf = (size = '400x300') => `${testServer.sandbox.url}/images/${size}.png`;

/** Lets the agent follow a script; it is never suspended, and comes to an end. */
async function play(
	script: Line[],
	tools: Record<string, Record<string, unknown>>,
	{ happyHorse = testServer.credential, agentVersion = 3 } = {},
): Promise<ExecutionView> {
	model.play(...script);
	const workflow = await testServer.publish(
		agentWorkflow({ happyHorse, openAi, tools, agentVersion }),
	);
	const execution = await testServer.n8n.client.waitForExecution(
		await workflow.start([{ image: 'x' }]),
		{
			until: ['success', 'error', 'crashed', 'canceled', 'waiting'],
			timeoutMs: 120_000,
			pollMs: 100,
		},
	);
	expect(execution.error).toBeUndefined();
	expect(execution.status).toBe('success');
	expectNoSecrets(testServer, execution);
	expect(JSON.stringify(model.requests)).not.toContain(testServer.sandbox.key);
	return execution;
}

const state = async () => await testServer.sandbox.control.state();

const response = (execution: ExecutionView) => String(itemsOf(execution, AGENT)[0]?.json.output);

const sayWhatIsThere: Line = { say: (request) => `Here: ${toldByTools(request).at(-1)}` };

describe('As a tool of an AI agent', () => {
	it.each([false, true])(
		'makes a video while the agent waits (with the file: %s)',
		async (downloadVideo) => {
			const execution = await play(
				[
					{ input: { image_url: imageOf(), prompt: 'A horse gallops', duration: 4 } },
					sayWhatIsThere,
				],
				{ [TOOL]: { ...creating, downloadVideo } },
			);
			const { tasks, posts, webhooks } = await state();
			expect(posts.map(({ body }) => body)).toEqual([
				{ image_url: imageOf(), prompt: 'A horse gallops', resolution: '720P', duration: 4 },
			]);
			expect(webhooks).toEqual([]);
			const { taskId, generated } = tasks[0]!;
			// It polled until the video was there.
			expect((await traffic(testServer.sandbox.control)).read).toContain(taskId);
			expect(response(execution)).toContain(taskId);
			expect(response(execution)).toContain(generated[0]!.split('?')[0]);
			expect(response(execution)).toContain('"video_url":"http');
			expect(execution.runData[TOOL]).toHaveLength(1);
			expect(model.requests).toHaveLength(2);
		},
	);

	it('describes its arguments to the model', async () => {
		await play([{ say: () => 'Nothing to do.' }], { [TOOL]: creating });
		const { parameters } = model.requests[0]!.tools![0]!.function;
		expect(parameters).toMatchObject({
			type: 'object',
			properties: {
				image_url: { type: 'string', description: 'Public URL of the image' },
				duration: { type: 'number', description: 'Seconds, 3 to 15' },
			},
		});
		expect((await state()).posts).toEqual([]);
	});

	it('creates with one tool, reads with others, and waits with a third', async () => {
		const last = (request: Parameters<typeof toldByTools>[0]) =>
			/"task_id":"([^"]+)"/.exec(toldByTools(request)[0] ?? '')?.[1];
		const execution = await play(
			[
				{ tool: 'Start_video', input: { image_url: imageOf(), prompt: 'Run', duration: 3 } },
				{ tool: 'Look_at_video', input: (request) => ({ task_id: last(request) }) },
				{ tool: 'List_videos', input: {} },
				{ tool: 'Wait_for_video', input: (request) => ({ task_id: last(request) }) },
				sayWhatIsThere,
			],
			{
				'Start video': { ...creating, operation: 'create', callback: 'none', options: {} },
				'Look at video': aboutTask('get'),
				'List videos': {
					operation: 'getAll',
					model: 'happy-horse-1',
					returnAll: true,
					filters: {},
				},
				'Wait for video': aboutTask('wait', { maxWait: 5, options: { pollInterval: 5 } }),
			},
		);
		const { tasks, acceptedPosts } = await state();
		expect(acceptedPosts).toBe(1);
		const { taskId, generated } = tasks[0]!;
		const told = toldByTools(model.requests.at(-1));
		expect(told).toHaveLength(4);
		for (const text of told) expect(text).toContain(taskId);
		expect(told[0]).toContain('"status":"CREATED"');
		expect(told[3]).toContain('"status":"COMPLETED"');
		expect(response(execution)).toContain(generated[0]!.split('?')[0]);
	});

	it('names the argument that is wrong and what to do, and creates nothing', async () => {
		const good = { image_url: imageOf(), prompt: 'Run', duration: 5 };
		const wrong: Array<[Record<string, unknown>, RegExp[]]> = [
			[{ ...good, duration: 99 }, [/'Duration'/, /15/]],
			[{ ...good, duration: 2.5 }, [/'Duration'/, /whole number|3 to 15/]],
			[{ ...good, image_url: '' }, [/'Image URL'/, /http/]],
			[{ ...good, image_url: 'my image' }, [/'Image URL'/, /http/]],
			[{ ...good, image_url: imageOf('200x200') }, [/'Image URL'/, /200x200/, /300 pixels/]],
			[{ ...good, prompt: 'x'.repeat(2501) }, [/'Prompt'/, /2,?500/]],
		];
		await play([...wrong.map(([input]) => ({ input })), { say: () => 'Sorry.' }], {
			[TOOL]: creating,
		});
		const told = toldByTools(model.requests.at(-1));
		expect(told).toHaveLength(wrong.length);
		for (const [index, [, patterns]] of wrong.entries()) {
			for (const pattern of patterns) expect(told[index]).toMatch(pattern);
			expect(told[index]!.length).toBeLessThan(1500);
		}
		expect((await state()).posts).toEqual([]);
	});

	it('rejects URLs that the provider could not reach, without a request to it', async () => {
		const urls = ['http://192.168.0.7/a.png', 'http://localhost/a.png', 'file:///etc/passwd'];
		await play(
			[
				...urls.map((image_url) => ({ input: { image_url, prompt: 'Run', duration: 5 } })),
				{ say: () => 'Sorry.' },
			],
			{ [TOOL]: creating },
			{ happyHorse: magnific },
		);
		const told = toldByTools(model.requests.at(-1));
		expect(told).toHaveLength(3);
		for (const text of told) expect(text).toMatch(/'Image URL'/);
		expect(told[0]).toMatch(/public|internet|reach/);
	});

	it('says that there is no such task, and that an ID is none', async () => {
		await play(
			[
				{ tool: 'Look', input: { task_id: '046b6c7f-0b8a-43b9-b35d-6489e6daee91' } },
				{ tool: 'Wait', input: { task_id: '046b6c7f-0b8a-43b9-b35d-6489e6daee91' } },
				{ tool: 'Look', input: { task_id: 'the horse video' } },
				{ say: () => 'Sorry.' },
			],
			{
				Look: aboutTask('get'),
				Wait: aboutTask('wait', { maxWait: 1, options: { pollInterval: 5 } }),
			},
		);
		const told = toldByTools(model.requests.at(-1));
		expect(told).toHaveLength(3);
		expect(told[0]).toMatch(/Task not found/);
		expect(told[1]).toMatch(/Task not found/);
		expect(told[2]).toMatch(/'Task' must be a task ID/);
	});

	it('tells the agent in words what went wrong, and keeps the key to itself', async () => {
		await testServer.sandbox.control.rules({
			on: 'create',
			do: { response: { status: 402, body: { message: 'Payment required' } } },
		});
		await play(
			[{ input: { image_url: imageOf(), prompt: 'Run', duration: 5 } }, { say: () => 'Sorry.' }],
			{ [TOOL]: creating },
		);
		expect((await state()).posts).toHaveLength(1);
		expect(toldByTools(model.requests[1])[0]).toContain('Not enough credits');
	});

	it('gives the ID of a video that is not finished in time', async () => {
		await testServer.sandbox.control.rules({ on: 'create', do: { hold: true } });
		await play(
			[{ input: { image_url: imageOf(), prompt: 'Run', duration: 5 } }, { say: () => 'Later.' }],
			{ [TOOL]: { ...creating, maxWait: 0.1 } },
		);
		const { tasks } = await state();
		const [told] = toldByTools(model.requests[1]);
		expect(told).toContain(tasks[0]!.taskId);
		expect(told).toContain('"timed_out":true');
		expect(tasks).toHaveLength(1);
	});
});

describe('An agent that uses its tool again', () => {
	const input = () => ({ image_url: imageOf(), prompt: 'Run', duration: 3 });

	const SORRY: Line = { say: () => 'Sorry.' };

	const KEY = { idempotencyKey: fromAi('key', 'ID of the row') };

	/** One tool call, then the same one again. */
	const twice = async (tool: Record<string, unknown>, more: Record<string, unknown> = {}) => {
		const again: Line = { input: { ...input(), ...more } };
		return await play([again, again, SORRY], { [TOOL]: tool });
	};

	const createOnly = { ...creating, operation: 'create', callback: 'none', options: {} };

	it.each([
		['without a key', {}, {}],
		['with an idempotency key', KEY, { key: 'row 1' }],
	])('pays once when the first may have been created, %s', async (_case, options, more) => {
		await testServer.sandbox.control.rules({
			on: 'create',
			times: 1,
			do: { reset: 'afterProcessing' },
		});
		await twice({ ...createOnly, options }, more);
		const told = toldByTools(model.requests.at(-1));
		expect(told).toHaveLength(2);
		expect(told[0]).toContain('may have been created and charged');
		expect(told[1]).toContain('An earlier try of this item may have created its video');
		expect((await state()).posts).toHaveLength(1);
	});

	it.each([
		['without a key', {}, {}],
		['with an idempotency key', KEY, { key: 'row 1' }],
	])('gets the same task while it is not finished, %s', async (_case, options, more) => {
		await testServer.sandbox.control.rules({ on: 'create', do: { hold: true } });
		await twice({ ...createOnly, options }, more);
		const { tasks, posts } = await state();
		expect(posts).toHaveLength(1);
		const told = toldByTools(model.requests.at(-1));
		expect(told).toHaveLength(2);
		for (const text of told) expect(text).toContain(tasks[0]!.taskId);
	});

	// Agent 2 runs its tools within itself, where n8n gives a node the data of the agent.
	it.each([2.2, 3])('keeps videos of different images apart (agent %d)', async (agentVersion) => {
		await testServer.sandbox.control.rules({ on: 'create', do: { hold: true } });
		const [first, second] = ['?n=1', '?n=2'].map((query) => ({
			...input(),
			image_url: imageOf() + query,
		}));
		await play(
			[{ input: first! }, { input: second! }, { input: first! }, { input: second! }, SORRY],
			{ [TOOL]: createOnly },
			{ agentVersion },
		);
		const { tasks, posts } = await state();
		expect(posts).toHaveLength(2);
		const told = toldByTools(model.requests.at(-1));
		const idOf = (image: string) =>
			tasks.find(({ imageUrl }) => imageUrl === image)?.taskId ?? 'none';
		const ids = [first!, second!].map(({ image_url }) => idOf(image_url));
		expect(told).toEqual([...ids, ...ids].map((id) => expect.stringContaining(id)));
	});

	it('gets another video once the first is finished', async () => {
		await twice({ ...creating, options: { pollInterval: 5 } });
		const { tasks, posts } = await state();
		expect(posts).toHaveLength(2);
		const told = toldByTools(model.requests.at(-1));
		const mapLimit = [...tasks].sort((one, two) => one.createdAt - two.createdAt);
		expect(told).toEqual(mapLimit.map(({ taskId }) => expect.stringContaining(taskId)));
	});

	it('gets the same video once it is finished under an idempotency key', async () => {
		await twice({ ...creating, options: { pollInterval: 5, ...KEY } }, { key: 'row 1' });
		const { tasks, posts } = await state();
		expect(posts).toHaveLength(1);
		const told = toldByTools(model.requests.at(-1));
		for (const text of told) expect(text).toContain(tasks[0]!.taskId);
		expect(told[0]).not.toContain('"reused":true');
		expect(told[1]).toContain('"reused":true');
	});
});
