import { itemsOf } from '../../sandbox/n8n/execution';
import { n8nFacts } from '../n8nFacts';
import { byHand } from './support/workflows/manualWorkflow';
import { requestItem, createFromItem } from './support/workflows/itemParameters';
import type { TestServer } from './support/testServer/testServer';
import { useTestServer } from './support/testServer/useTestServer';
import { jsonsOf } from './support/assertions/watching';
import {
	AFTER,
	createAndWait,
	HAPPY_HORSE,
	ITEMS,
	images,
	workflowWith,
} from './support/workflows/workflow';

const testServer = useTestServer();

/** Saves a workflow that starts by hand, without publishing it. */
async function save(
	parameters: Record<string, unknown>,
	{ items, pinData = {} }: { items: unknown[]; pinData?: Record<string, unknown> },
): Promise<string> {
	const workflow = byHand(workflowWith({ credential: testServer.credential, parameters }), items);
	return await testServer.n8n.client.importWorkflow({ ...workflow, pinData }, { activate: false });
}

async function run(...[id, how]: Parameters<TestServer['n8n']['client']['runManually']>) {
	const { client } = testServer.n8n;
	return await client.waitForExecution(await client.runManually(id, how), { timeoutMs: 90_000 });
}

const posts = async () => (await testServer.sandbox.control.state()).posts;

describe('In the editor', () => {
	it.each(['webhook', 'polling'])('Create and Wait by %s finishes', async (waitUsing) => {
		const items = images(testServer.sandbox.url, 3);
		const id = await save(createAndWait({ waitUsing, options: { pollInterval: 5 } }), { items });
		const execution = await run(id);
		expect(execution.error).toBeUndefined();
		expect(execution).toMatchObject({ status: 'success', mode: 'manual' });
		const found = itemsOf(execution, HAPPY_HORSE);
		expect(found.map(({ json }) => [json.status, json.timed_out])).toEqual(
			Array(3).fill(['COMPLETED', false]),
		);
		expect(found.map(({ binary }) => binary?.data?.mimeType)).toEqual(Array(3).fill('video/mp4'));
		expect(itemsOf(execution, AFTER).map(({ json }) => json.name)).toEqual(
			items.map(({ name }) => name),
		);
		const { acceptedPerImage, tasks } = await testServer.sandbox.control.state();
		expect(Object.values(acceptedPerImage)).toEqual([1, 1, 1]);
		expect(tasks.map(({ webhookUrl }) => webhookUrl !== null)).toEqual(
			Array(3).fill(waitUsing === 'webhook'),
		);
	});

	it.each(['webhook', 'polling'])(
		'"Execute step" by %s uses the data that is there',
		async (waitUsing) => {
			const items = images(testServer.sandbox.url, 2);
			const id = await save(
				createAndWait({ waitUsing, downloadVideo: false, options: { pollInterval: 5 } }),
				{ items },
			);
			const before = await run(id, { destinationNode: ITEMS });
			expect(await posts()).toEqual([]);
			const { runData } = before.data.resultData as { runData: Record<string, unknown> };
			const execution = await run(id, { destinationNode: HAPPY_HORSE, runData });
			expect(execution.status).toBe('success');
			expect(itemsOf(execution, HAPPY_HORSE).map(({ json }) => json.status)).toEqual([
				'COMPLETED',
				'COMPLETED',
			]);
			expect(execution.runData[AFTER]).toBeUndefined();
			expect(await posts()).toHaveLength(2);
		},
	);

	it('pinned data replaces the node: nothing is paid', async () => {
		const pinned = { json: { task_id: 'pinned', status: 'COMPLETED' }, pairedItem: { item: 0 } };
		const id = await save(createAndWait(), {
			items: images(testServer.sandbox.url, 1),
			pinData: { [HAPPY_HORSE]: [pinned] },
		});
		const execution = await run(id);
		expect(execution.status).toBe('success');
		expect(jsonsOf(execution, AFTER)).toEqual([{ name: 'image 0', task_id: 'pinned' }]);
		expect(await posts()).toEqual([]);
	});

	it.each(['webhook', 'polling'])(
		'pinned data behind the node does not disturb it (%s)',
		async (waitUsing) => {
			const id = await save(
				createAndWait({ waitUsing, downloadVideo: false, options: { pollInterval: 5 } }),
				{
					items: images(testServer.sandbox.url, 2),
					pinData: { [AFTER]: [{ json: { pinned: true } }] },
				},
			);
			const execution = await run(id);
			expect(execution.status).toBe('success');
			expect(itemsOf(execution, HAPPY_HORSE).map(({ json }) => json.status)).toEqual([
				'COMPLETED',
				'COMPLETED',
			]);
			const behind = itemsOf(execution, AFTER).map(({ json }) => json.pinned ?? json.name);
			// n8n 2 forgets pinned data when an execution is resumed, behind its own Wait node too (2.41.1).
			const forgotten = waitUsing === 'webhook' && n8nFacts.forgetsPinDataOnResume;
			expect(behind).toEqual(forgotten ? ['image 0', 'image 1'] : [true]);
			expect(await posts()).toHaveLength(2);
		},
	);

	it('Create may send webhooks to a test URL, since a user is watching', async () => {
		const webhookUrl = `${testServer.n8n.url}/webhook-test/try`;
		const item = requestItem(`${testServer.sandbox.url}/images/400x300.png`, {
			callback: 'url',
			webhookUrl,
		});
		const execution = await run(await save(createFromItem(), { items: [item] }));
		expect(execution.status).toBe('success');
		expect((await posts()).map(({ body }) => body)).toMatchObject([{ webhook_url: webhookUrl }]);
	});
});
