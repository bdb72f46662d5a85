import { itemsOf } from '../../sandbox/n8n/execution';
import { n8nFacts } from '../n8nFacts';
import { suspended, tasksOf, until } from './support/assertions/watching';
import { useOwnServer } from './support/testServer/useTestServer';
import { taskFromItem } from './support/workflows/itemParameters';
import { createAndWait, HAPPY_HORSE, images } from './support/workflows/workflow';

const testServer = useOwnServer({ awaitWebhooks: true, n8n: { env: n8nFacts.filesOutside } });

const SKUS = ['A/1', 4711, 'a/1', '', 'A/1', '../../con'];

const named = (taskIds: string[]) => [
	...['A-1.mp4', '4711.mp4', 'a-1-2.mp4'],
	...[`happy-horse-${taskIds[3]}.mp4`, 'A-1-3.mp4', '-..-con.mp4'],
];

const options = { fileName: '={{ $json.sku }}', pollInterval: 5 };

const rows = () =>
	images(testServer.sandbox.url, SKUS.length).map((image, index) => ({
		...image,
		sku: SKUS[index],
	}));

it.each(['polling', 'webhook', 'webhook, with a restart of n8n'])(
	'Files are named after their rows, each once (%s)',
	async (how) => {
		const { sandbox, n8n } = testServer;
		const { control } = sandbox;
		const [waitUsing] = how.split(',');
		await control.rules({ on: 'create', do: { hold: true } });
		const items = rows();
		const workflow = await testServer.publishNode({
			parameters: createAndWait({ waitUsing, options }),
		});
		const id = await workflow.start(items);
		if (waitUsing === 'webhook') expect((await suspended(testServer, id)).status).toBe('waiting');
		const tasks = await tasksWhenThere(items);
		if (how.includes('restart')) await n8n.restart();
		// The order in which videos are ready decides nothing.
		for (const { taskId } of [...tasks].reverse()) await control.advance(taskId, 'COMPLETED');
		const done = await n8n.client.waitForExecution(id, { timeoutMs: 120_000 });
		const out = itemsOf(done, HAPPY_HORSE);
		expect(out.map(({ binary }) => binary?.data?.fileName)).toEqual(
			named(tasks.map(({ taskId }) => taskId)),
		);
		expect(new Set(out.map(({ binary }) => binary?.data?.mimeType))).toEqual(
			new Set(['video/mp4']),
		);
	},
);

async function tasksWhenThere(items: ReturnType<typeof rows>) {
	const { control } = testServer.sandbox;
	await until(
		'all tasks are there',
		async () => (await control.state()).tasks.length === items.length,
	);
	return await tasksOf(control, items);
}

it.each(['get', 'wait', 'download'] as const)('Files are named with %s, too', async (operation) => {
	const ids = await testServer.sandbox.control.seedTasks({ count: 6, status: 'COMPLETED' });
	const parameters = taskFromItem(operation, { downloadVideo: true, maxWait: 1, options });
	const workflow = await testServer.publishNode({ parameters });
	const items = ids.map((task_id, index) => ({
		...{ name: task_id, task_id, model: 'happy-horse-1' },
		sku: SKUS[index],
	}));
	const done = await workflow.run(items, 120_000);
	const names = itemsOf(done, HAPPY_HORSE).map(({ binary }) => binary?.data?.fileName);
	expect(names).toEqual(named(ids));
});
