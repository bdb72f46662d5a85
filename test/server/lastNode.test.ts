import { itemsOf } from '../../sandbox/n8n/execution';
import { useTestServer } from './support/testServer/useTestServer';
import { expectPaidOnce, hintsOf, tasksOf } from './support/assertions/watching';
import { createAndWait, HAPPY_HORSE, images, workflowWith } from './support/workflows/workflow';

const testServer = useTestServer();

/** A client of the workflow waits for what its last node gives. */
function responding(parameters: Record<string, unknown>) {
	const { nodes, ...workflow } = workflowWith({
		credential: testServer.credential,
		parameters: createAndWait({
			downloadVideo: false,
			options: { pollInterval: 5 },
			...parameters,
		}),
	});
	return {
		...workflow,
		nodes: nodes
			.filter(({ name }) => !name.startsWith('After'))
			.map((each) => {
				if (each.name !== 'Webhook') return each;
				const { parameters: given } = each as typeof each & { parameters: object };
				const response = { responseMode: 'lastNode', responseData: 'allEntries' };
				return { ...each, parameters: { ...given, ...response } };
			}),
		connections: Object.fromEntries(
			Object.entries(workflow.connections).filter(([name]) => name !== HAPPY_HORSE),
		),
	};
}

describe("a workflow whose webhook responds 'When Last Node Finishes'", () => {
	it.each([true, false])(
		'gives its client the finished videos, never unfinished ones (downloaded: %s)',
		async (downloadVideo) => {
			const { n8n, sandbox } = testServer;
			const workflow = responding({ downloadVideo });
			const { id } = await testServer.publish(workflow);
			const items = images(sandbox.url, 2);
			const webhookResponse = await n8n.client.sendToWebhook(workflow.path, {
				body: { items },
				timeoutMs: 120_000,
			});
			expect(webhookResponse.status).toBe(200);
			const tasks = await tasksOf(sandbox.control, items);
			expect(webhookResponse.body).toMatchObject(
				tasks.map(({ taskId }) => ({
					...{ task_id: taskId, status: 'COMPLETED', timed_out: false },
					video_url: expect.stringMatching(/^http:/),
				})),
			);
			expect(tasks.map(({ webhookUrl }) => webhookUrl)).toEqual([null, null]);
			const [last] = await n8n.client.executions({ workflowId: id });
			const execution = await n8n.client.waitForExecution(last!.id);
			expect(execution.status).toBe('success');
			expect(itemsOf(execution, HAPPY_HORSE).map(({ binary }) => binary !== undefined)).toEqual([
				...[downloadVideo, downloadVideo],
			]);
			expect(hintsOf(execution)).toEqual([expect.stringContaining('When Last Node Finishes')]);
			await expectPaidOnce(sandbox.control, items);
		},
	);
});
