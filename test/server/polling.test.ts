import { setTimeout as sleep } from 'node:timers/promises';

import { itemsOf } from '../../sandbox/n8n/execution';
import { useTestServer } from './support/testServer/useTestServer';
import {
	arrivals,
	expectedArrivals,
	expectNoSecrets,
	expectPaidOnce,
	servedVideo,
	storedVideo,
	tasksOf,
	traffic,
	until,
} from './support/assertions/watching';
import { AFTER, createAndWait, HAPPY_HORSE, images } from './support/workflows/workflow';

const testServer = useTestServer();

const byPolling = (overrides: Record<string, unknown> = {}) =>
	createAndWait({ waitUsing: 'polling', options: { pollInterval: 5 }, ...overrides });

async function lists(): Promise<number> {
	return (await traffic(testServer.sandbox.control)).lists;
}

/** When the list was read. */
async function listTimes(): Promise<number[]> {
	const { requests } = await testServer.sandbox.control.state();
	return requests
		.filter(({ method, path }) => method === 'GET' && path.endsWith('/happy-horse-1'))
		.map(({ at }) => at);
}

/** Of two rounds; a timer may be early by a hair. */
const LEAST_PAUSE_MS = 4900;

describe('Create and Wait by polling', () => {
	it('sends one list request a round for 25 videos', async () => {
		const { sandbox, n8n } = testServer;
		const { control } = sandbox;
		await control.rules({ on: 'create', do: { hold: true } });
		const items = images(sandbox.url, 25);
		const workflow = await testServer.publishNode({ parameters: byPolling() });
		const id = await workflow.start(items);
		await until('two rounds', async () => (await lists()) >= 2);
		expect(await n8n.client.executionStatus(id)).toBe('running');
		expect(await traffic(control)).toMatchObject({ creates: 25, gets: 0 });
		const tasks = await tasksOf(control, items);
		// No webhook is to reach an execution that polls.
		expect(tasks.map(({ webhookUrl }) => webhookUrl)).toEqual(items.map(() => null));

		// At the same moment: a round that finds a single one unfinished reads that one by itself.
		await Promise.all(
			[...tasks].reverse().map(async ({ taskId }) => await control.advance(taskId, 'COMPLETED')),
		);
		const done = await n8n.client.waitForExecution(id);
		expect(done.status).toBe('success');
		expect(done.runData[AFTER]).toHaveLength(1);
		expect(arrivals(done)).toEqual(expectedArrivals(items, tasks));
		const seen = await traffic(control);
		expect(seen.creates).toBe(25);
		// How many rounds there were is a matter of time; each of them has sent one list request.
		const polls = await listTimes();
		expect(polls.length).toBeGreaterThan(2);
		for (const [index, at] of polls.slice(1).entries()) {
			expect(at - polls[index]!).toBeGreaterThan(LEAST_PAUSE_MS);
		}
		expect([...seen.read].sort()).toEqual(tasks.map(({ taskId }) => taskId).sort());
		await expectPaidOnce(control, items);
		expectNoSecrets(testServer, done);

		const out = itemsOf(done, HAPPY_HORSE);
		expect(out.map(({ pairedItem }) => pairedItem)).toEqual(items.map((_, item) => ({ item })));
		const stored = await Promise.all(out.map(async (item) => await storedVideo(testServer, item)));
		const finished = await tasksOf(control, items);
		const served = await Promise.all(
			finished.map(async (task) => await servedVideo(control, task)),
		);
		for (const [index, video] of stored.entries()) expect(video.equals(served[index]!)).toBe(true);
	});

	it('stops polling when the execution is cancelled, and creates nothing more', async () => {
		const { sandbox, n8n } = testServer;
		const { control } = sandbox;
		await control.rules({ on: 'create', do: { hold: true } });
		const items = images(sandbox.url, 3);
		const workflow = await testServer.publishNode({ parameters: byPolling() });
		const id = await workflow.start(items);
		await until('the first round', async () => (await lists()) >= 1);
		await n8n.client.stopExecution(id);
		await sleep(1000);
		const since = Date.now();
		// The next round was due 6.25 s after the first.
		await sleep(8000);
		expect(await traffic(control, since)).toMatchObject({ creates: 0, lists: 0, gets: 0 });
		const stopped = await n8n.client.execution(id);
		expect(stopped.status).toBe('canceled');
		expect(stopped.runData[AFTER]).toBeUndefined();
		await expectPaidOnce(control, items);
	});

	it('creates no further video when it is cancelled between two create requests', async () => {
		const { sandbox, n8n } = testServer;
		const { control } = sandbox;
		await control.rules({ on: 'create', do: { hold: true, delayMs: 700 } });
		const items = images(sandbox.url, 20);
		const workflow = await testServer.publishNode({
			parameters: byPolling({ options: { maxConcurrency: 1, pollInterval: 5 } }),
		});
		const id = await workflow.start(items);
		await until('two create requests', async () => (await control.state()).acceptedPosts >= 2);
		await n8n.client.stopExecution(id);
		const atTheStop = (await control.state()).posts.length;
		await sleep(1000);
		const paid = (await control.state()).postsPerImage;
		// One may have been on its way.
		expect(Object.keys(paid).length).toBeLessThanOrEqual(atTheStop + 1);
		expect(Object.keys(paid).length).toBeLessThan(items.length);
		await sleep(3000);
		expect((await control.state()).postsPerImage).toEqual(paid);
		expect(new Set(Object.values(paid))).toEqual(new Set([1]));
		expect((await traffic(control)).lists).toBe(0);
		expect(await n8n.client.executionStatus(id)).toBe('canceled');
	});

	it('is not put off by an outage between two rounds', async () => {
		const { sandbox } = testServer;
		const { control } = sandbox;
		await control.rules({
			on: 'list',
			times: 1,
			do: { response: { status: 502, body: '<html>Bad Gateway</html>' } },
		});
		const items = images(sandbox.url, 2);
		const workflow = await testServer.publishNode({
			parameters: byPolling({ downloadVideo: false }),
		});
		const done = await workflow.run(items);
		expect(done.status).toBe('success');
		expect(arrivals(done)).toEqual(expectedArrivals(items, await tasksOf(control, items)));
		expect(await lists()).toBe(2);
		await expectPaidOnce(control, items);
	});
});
