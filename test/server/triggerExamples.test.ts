import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { itemsOf } from '../../sandbox/n8n/execution';
import { CHECKOUT } from '../../sandbox/n8n/nodePackage';
import { waitForWebhook } from '../../sandbox/n8n/webhook';
import { n8nFacts } from '../n8nFacts';
import { allEnded, storedExecutions } from './support/executions/executionTable';
import { listen } from './support/workflows/triggerWorkflow';
import { useTestServer } from './support/testServer/useTestServer';
import { servedVideo, storedVideo, until } from './support/assertions/watching';

const TRIGGER = 'When a video is finished';
const PUBLISH = 'Publish here';
const TELL = 'Tell me about it';
const CREATE = 'Happy Horse';
const START = 'Run by hand';
const FORM = 'Form: a new post';

interface ExampleNode {
	name: string;
	type: string;
	webhookId?: string;
	parameters: Record<string, unknown>;
	credentials?: Record<string, unknown>;
}

interface Example {
	name: string;
	nodes: ExampleNode[];
	settings: Record<string, unknown>;
	[field: string]: unknown;
}

const testServer = useTestServer();

/** An example as a user sets it up: with a credential, and images that the sandbox can fetch. */
function example(file: string): Example {
	const text = readFileSync(join(CHECKOUT, 'examples', file), 'utf8').replace(
		/https:\/\/raw\.githubusercontent\.com\/[^"]*?\/examples\/images\//g,
		`${testServer.sandbox.url}/examples/images/`,
	);
	const workflow = JSON.parse(text) as Example;
	for (const node of workflow.nodes) {
		if (node.credentials) node.credentials = { happyHorseApi: testServer.credential };
	}
	return workflow;
}

const node = ({ nodes }: Example, name: string) => nodes.find((each) => each.name === name)!;

/** The runs that a finished video has started. */
async function finishedRuns(id: string, times: number) {
	const runs = () =>
		storedExecutions(testServer.n8n, id).filter(({ runData }) => runData[TRIGGER] !== undefined);
	await until(`${times} runs`, async () => allEnded(testServer.n8n, id) && runs().length >= times);
	expect(runs()).toHaveLength(times);
	expect(runs().map(({ status }) => status)).toEqual(Array(times).fill('success'));
	return runs();
}

async function sendForm(workflow: Example, fields: Record<string, string | File>): Promise<number> {
	const form = new FormData();
	for (const [name, value] of Object.entries(fields)) form.set(name, value);
	const url = `${testServer.n8n.url}/form/${node(workflow, FORM).webhookId}`;
	// n8n registers the nodes of a workflow side by side: that the trigger listens says nothing about the form.
	await waitForWebhook(new URL(url));
	return (await fetch(url, { method: 'POST', body: form })).status;
}

const horses = () =>
	new File(
		[readFileSync(join(CHECKOUT, 'examples', 'images', 'horses-at-dusk.jpg'))],
		'horses-at-dusk.jpg',
		{ type: 'image/jpeg' },
	);

const FILES = [
	'publish-when-finished.json',
	'two-workflows-create.json',
	'two-workflows-publish.json',
];

describe('each example', () => {
	const textOf = (file: string) => readFileSync(join(CHECKOUT, 'examples', file), 'utf8');
	const read = (file: string) => JSON.parse(textOf(file)) as Example;

	it.each(FILES)('%s explains itself and holds no personal data', (file) => {
		const text = textOf(file);
		const { nodes, settings } = read(file);
		expect(settings).toEqual({ executionOrder: 'v1' });
		expect(nodes.filter(({ type }) => type === 'n8n-nodes-base.stickyNote').length).toBeGreaterThan(
			2,
		);
		const ours = nodes.filter(({ type }) => type.startsWith('n8n-nodes-happy-horse.'));
		expect(ours.length).toBeGreaterThan(0);
		for (const { credentials } of ours) {
			expect(credentials).toEqual({ happyHorseApi: { id: null, name: 'Happy Horse account' } });
		}
		// Without it n8n gives a trigger another URL than the one that Create finds by itself.
		for (const { type, webhookId } of nodes) {
			if (type.endsWith('happyHorseTrigger')) expect(webhookId).toMatch(/^[0-9a-f-]{36}$/);
		}
		// Sticky notes speak of nodes by their names, in bold.
		const names = FILES.flatMap((each) => read(each).nodes.map(({ name }) => name));
		for (const [, name] of text.matchAll(
			/\*\*((?:Form|When|Publish|Tell|Posts|Every)[^*]*)\*\*/g,
		)) {
			expect(names).toContain(name);
		}
	});
});

describe('publish when finished, in one workflow', () => {
	it('turns a form with an image into a post with its video', async () => {
		const { control } = testServer.sandbox;
		const workflow = example('publish-when-finished.json');
		const { id, url } = await listen(testServer, workflow);
		const status = await sendForm(workflow, {
			'field-0': horses(),
			'field-1': 'The horses walk slowly along the hill',
			'field-2': 'Evening on the hill',
		});
		expect(status).toBe(200);
		const [run] = await finishedRuns(id, 1);
		const [item, ...more] = itemsOf(run!, PUBLISH);
		expect(more).toEqual([]);
		const { tasks, acceptedPosts } = await control.state();
		expect(acceptedPosts).toBe(1);
		expect(tasks).toMatchObject([{ prompt: 'The horses walk slowly along the hill', duration: 5 }]);
		expect(tasks[0]!.webhookUrl!.split('?')[0]).toBe(url);
		expect(item!.json).toMatchObject({
			title: 'Evening on the hill',
			task_id: tasks[0]!.taskId,
			status: 'COMPLETED',
			metadata: { title: 'Evening on the hill' },
		});
		expect(item!.json.video).toBe(item!.json.video_url);
		const served = await servedVideo(control, tasks[0]!);
		expect((await storedVideo(testServer, item!)).equals(served)).toBe(true);
		expect(run!.runData[TELL]).toBeUndefined();
	});

	it('says so when no video could be made', async () => {
		const { control } = testServer.sandbox;
		await control.rules({
			on: 'create',
			do: { outcome: 'FAILED', failure: { error: 'bad image' } },
		});
		const workflow = example('publish-when-finished.json');
		// The form of the test before this one is taken.
		node(workflow, FORM).webhookId = '0b8f2f6f-9a11-4c6e-9d53-7f9b7c1e5b0a';
		const { id } = await listen(testServer, workflow);
		const fields = { 'field-0': horses(), 'field-1': '', 'field-2': 'Evening' };
		expect(await sendForm(workflow, fields)).toBe(200);
		const [run] = await finishedRuns(id, 1);
		expect(itemsOf(run!, TELL).map(({ json }) => json.message)).toEqual([
			'No video for "Evening": bad image',
		]);
		expect(run!.runData[PUBLISH]).toBeUndefined();
	});
});

describe('two workflows that are connected by the production URL', () => {
	it('the first creates and ends, the second publishes each video', async () => {
		const { n8n, sandbox } = testServer;
		const second = await listen(testServer, example('two-workflows-publish.json'));
		const first = example('two-workflows-create.json');
		node(first, CREATE).parameters.webhookUrl = second.url;
		const id = await n8n.client.importWorkflow(first, { activate: false });
		const creating = await n8n.client.waitForExecution(
			await n8n.client.runManually(id, { triggerNode: START }),
		);
		expect(creating.error).toBeUndefined();
		expect(itemsOf(creating, CREATE).map(({ json }) => json.status)).toEqual([
			'CREATED',
			'CREATED',
		]);
		const runs = await finishedRuns(second.id, 2);
		const items = runs.flatMap((run) => itemsOf(run, PUBLISH));
		expect(items.map(({ json }) => json.title).toSorted()).toEqual([
			'Evening on the hill',
			'Our new perfume',
		]);
		const { tasks, acceptedPerImage } = await sandbox.control.state();
		expect(Object.values(acceptedPerImage)).toEqual([1, 1]);
		for (const item of items) {
			const task = tasks.find(({ taskId }) => taskId === item.json.task_id)!;
			expect(task.webhookUrl!.split('?')[0]).toBe(second.url);
			const served = await servedVideo(sandbox.control, task);
			expect((await storedVideo(testServer, item)).equals(served)).toBe(true);
		}
		expect(await n8n.client.executions({ workflowId: id })).toHaveLength(1);
	});

	it('the first one as it comes, without the URL, creates nothing and names the field', async () => {
		const { client } = testServer.n8n;
		const id = await client.importWorkflow(example('two-workflows-create.json'), {
			activate: false,
		});
		const started = client.runManually(id, { triggerNode: START });
		if (n8nFacts.startsUnfinishedWorkflows) {
			const run = await client.waitForExecution(await started);
			expect(run.error?.message).toContain('Parameter "Webhook URL" is required');
		} else {
			await expect(started).rejects.toThrow('The workflow has issues and cannot be executed');
		}
		expect((await testServer.sandbox.control.state()).posts).toEqual([]);
	});
});
