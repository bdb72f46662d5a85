import { itemsOf } from '../../sandbox/n8n/execution';
import { errorOutputDetails } from '../n8nFacts';
import { taskFromItem } from './support/workflows/itemParameters';
import { useTestServer } from './support/testServer/useTestServer';
import {
	arrivals,
	expectPaidOnce,
	servedVideo,
	storedVideo,
	tasksOf,
} from './support/assertions/watching';
import {
	AFTER,
	AFTER_FAILURE,
	createAndWait,
	HAPPY_HORSE,
	images,
} from './support/workflows/workflow';

const testServer = useTestServer();

/** Of three items, the one whose file is gone. */
const LOST = 1;

const GONE = /^The URL of the video is no longer valid \(410\)\.$/;

beforeEach(async () => {
	// In time for webhooks: the execution has to be suspended first.
	await testServer.sandbox.control.settings({ taskSeconds: 150 });
});

const options = { pollInterval: 5 };
const OPERATIONS: Record<string, Record<string, unknown>> = {
	'Create and Wait by webhook': createAndWait({ waitUsing: 'webhook', options }),
	'Create and Wait by polling': createAndWait({ waitUsing: 'polling', options }),
	Wait: taskFromItem('wait', { maxWait: 5, downloadVideo: true, options }),
	Get: taskFromItem('get', { downloadVideo: true, options: {} }),
	Download: taskFromItem('download', { options: {} }),
};

describe('with the error output, a video whose file cannot be had', () => {
	it.each(Object.keys(OPERATIONS))('leaves by it, with its ID and URL: %s', async (operation) => {
		const { control, url } = testServer.sandbox;
		const parameters = OPERATIONS[operation]!;
		const isCreating = parameters.operation === 'createAndWait';
		let items: Array<{ name: string; image: string; task_id?: string; model?: string }>;
		items = images(url, 3);
		let ids: string[] = [];
		const expired = { response: { status: 410, body: 'gone' } };
		if (isCreating) {
			// Which path the file has is known when the task is.
			await control.rules({
				on: 'result',
				where: { prompt: `image ${LOST}` },
				do: expired,
			});
		} else {
			ids = await control.seedTasks({ count: 3, status: 'COMPLETED' });
			await control.rules({ on: 'result', where: { taskId: ids[LOST]! }, do: expired });
			items = items.map((item, index) => ({
				...item,
				...{ task_id: ids[index]!, model: 'happy-horse-1' },
			}));
		}
		const workflow = await testServer.publishNode({ parameters, onError: 'continueErrorOutput' });
		const done = await workflow.run(items, 120_000);
		expect([done.status, done.error?.message]).toEqual(['success', undefined]);
		const { tasks: all } = await control.state();
		const tasks = isCreating
			? await tasksOf(control, items)
			: ids.map((id) => all.find(({ taskId }) => taskId === id)!);

		const failed = itemsOf(done, HAPPY_HORSE, { output: 1 });
		const { taskId } = tasks[LOST]!;
		expect(failed).toHaveLength(1);
		const { error, message, details } = failed[0]!.json;
		expect(error).toBe(`Video ${taskId} is finished, but its file could not be downloaded`);
		expect(message).toMatch(GONE);
		expect(details).toEqual(
			errorOutputDetails(
				expect.objectContaining({
					...{ task_id: taskId, status: 'COMPLETED', timed_out: false },
					video_url: expect.stringContaining(taskId),
					download_failure: { message },
				}),
			),
		);
		expect(failed[0]!.binary).toBeUndefined();
		const good = itemsOf(done, HAPPY_HORSE);
		const expected = tasks.filter((_, index) => index !== LOST);
		expect(good.map(({ json }) => json.task_id)).toEqual(expected.map((task) => task.taskId));
		for (const [index, task] of expected.entries()) {
			const stored = await storedVideo(testServer, good[index]!);
			expect(stored.equals(await servedVideo(control, task))).toBe(true);
		}
		const names = (node: string) => arrivals(done, node).map(({ name }) => name);
		expect([names(AFTER), names(AFTER_FAILURE)]).toEqual([
			['image 0', 'image 2'],
			[`image ${LOST}`],
		]);
		if (isCreating) await expectPaidOnce(control, items);
	});
});
