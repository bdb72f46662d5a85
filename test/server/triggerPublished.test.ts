import { itemsOf } from '../../sandbox/n8n/execution';
import { until } from './support/assertions/watching';
import { useTestServer } from './support/testServer/useTestServer';
import { byHand } from './support/workflows/manualWorkflow';
import { webhookNode } from './support/workflows/node';
import {
	untilUnregistered,
	listen,
	creatingWorkflow,
	TRIGGER,
	triggered,
} from './support/workflows/triggerWorkflow';
import { HAPPY_HORSE, images } from './support/workflows/workflow';

const testServer = useTestServer();

const posts = async () => (await testServer.sandbox.control.state()).posts;

/** Create with 'Start This Workflow', to be started by hand. */
function workflow() {
	const items = images(testServer.sandbox.url, 2);
	return byHand(creatingWorkflow({ credential: testServer.credential }), items);
}

async function save(saved: Record<string, unknown>, activate: boolean): Promise<string> {
	if (activate) return (await listen(testServer, saved)).id;
	return await testServer.n8n.client.importWorkflow(saved, { activate });
}

async function runByHand(id: string) {
	const { client } = testServer.n8n;
	return await client.waitForExecution(await client.runManually(id));
}

async function expectRejected(id: string): Promise<void> {
	const execution = await runByHand(id);
	expect(execution.status).toBe('error');
	expect(execution.error?.message).toMatch(/^This workflow is not published, or has no Happy/);
	expect(await posts()).toEqual([]);
}

describe("'Start This Workflow'", () => {
	it('is rejected in a workflow that is not published, before anything is paid', async () => {
		await expectRejected(await save(workflow(), false));
	});

	it('is rejected after the workflow was unpublished', async () => {
		const { client, url } = testServer.n8n;
		const id = await save(workflow(), true);
		await client.deactivate(id);
		await untilUnregistered(`${url}/webhook/happy-horse-${id}`);
		await expectRejected(id);
	});

	it('is rejected in a published workflow without the trigger', async () => {
		const saved = workflow();
		const path = `other-${Date.now()}`;
		const nodes = [
			...saved.nodes.filter(({ name }) => name !== TRIGGER),
			webhookNode('Other', path),
		];
		const { [TRIGGER]: _gone, ...connections } = saved.connections;
		const { client } = testServer.n8n;
		const id = await client.importWorkflow({ ...saved, nodes, connections });
		await client.waitForWebhook(path);
		await expectRejected(id);
	});

	it('works in a manual run of a published workflow, and the trigger starts it', async () => {
		const { n8n } = testServer;
		const id = await save(workflow(), true);
		const execution = await runByHand(id);
		expect([execution.status, execution.error?.message]).toEqual(['success', undefined]);
		expect(itemsOf(execution, HAPPY_HORSE)).toHaveLength(2);
		expect(await posts()).toHaveLength(2);
		const started = await until('both videos have started it', async () => {
			const found = triggered(n8n, id).filter(({ status }) => status === 'success');
			return found.length >= 2 && found;
		});
		expect(started).toHaveLength(2);
	});

	it('works in a retry of a published workflow, and nothing is paid twice', async () => {
		const { client } = testServer.n8n;
		const { control } = testServer.sandbox;
		await control.rules({
			...{ on: 'create', where: { prompt: 'image 1' }, times: 1 },
			do: { response: { status: 400, body: { message: 'The prompt is rejected' } } },
		});
		const creating = creatingWorkflow({ credential: testServer.credential });
		const published = await testServer.publish(creating);
		const failed = await published.run(images(testServer.sandbox.url, 2));
		expect(failed.status).toBe('error');
		const retried = await client.waitForExecution(await client.retryExecution(failed.id));
		expect([retried.status, retried.error?.message]).toEqual(['success', undefined]);
		const { acceptedPerImage } = await control.state();
		expect(Object.values(acceptedPerImage)).toEqual([1, 1]);
	});
});
