import { setTimeout as sleep } from 'node:timers/promises';

import type { Item } from '../../../sandbox/n8n/execution';
import { itemsOf } from '../../../sandbox/n8n/execution';
import type { VideoServer } from '../support/network/videoServer';
import { endless, videoServer } from '../support/network/videoServer';
import { useOwnServer } from '../support/testServer/useTestServer';
import type { Secret, WaitingRun } from '../support/executions/waitingRuns';
import { expectFinalWebhooksOnce, finish, useWaitingRuns } from '../support/executions/waitingRuns';
import {
	arrivals,
	expectedArrivals,
	expectPaidOnce,
	servedVideo,
	storedVideo,
	tasksOf,
} from '../support/assertions/watching';
import { AFTER, HAPPY_HORSE } from '../support/workflows/workflow';

const MAX_WAIT_MS = 30_000;

const FOR_EVER_MS = 10 * 60_000;

/** Whose file never comes. */
const SLOW = 1;

/** Whose task never ends, where there is one. */
const ENDLESS = 2;

interface Case {
	title: string;
	secret: Secret;
	hasEndless: boolean;
	/** Makes the file of a task endless. */
	slow(run: WaitingRun, taskId: string): Promise<void>;
}

let videos: VideoServer;

const isSilent: Case['slow'] = async ({ control }, taskId) => {
	await control.rules({ on: 'result', where: { taskId }, do: { delayMs: FOR_EVER_MS } });
};

const drips: Case['slow'] = async ({ control }, task_id) => {
	videos.videos.set(`/${task_id}`, [endless]);
	const data = { task_id, status: 'COMPLETED', generated: [`${videos.url}/${task_id}`] };
	const response = { status: 200, body: { data } };
	await control.rules({ on: 'get', where: { taskId: task_id }, do: { response: response } });
};

const cases: Case[] = [
	{ title: 'does not respond', secret: 'right', hasEndless: false, slow: isSilent },
	{ title: 'does not respond, unsigned', secret: 'none', hasEndless: false, slow: isSilent },
	{ title: 'drips', secret: 'none', hasEndless: false, slow: drips },
	{
		title: 'does not respond, and another task never ends',
		secret: 'right',
		hasEndless: true,
		slow: isSilent,
	},
];

const testServer = useOwnServer();
const runs = useWaitingRuns(testServer);
const started = new Map<Case, WaitingRun & { timerAt: number }>();

// All of them wait at the same time.
beforeAll(async () => {
	videos = await videoServer();
	await Promise.all(
		cases.map(async (each) => {
			const { secret, hasEndless, slow } = each;
			const parameters = { maxWait: MAX_WAIT_MS / 60_000 };
			const run = await runs.start({ amount: 3, secret, parameters });
			const { waitTill } = await testServer.n8n.client.execution(run.id);
			started.set(each, { ...run, timerAt: Number(waitTill) });
			await slow(run, run.tasks[SLOW]!.taskId);
			await finish(run, run.tasks.slice(0, hasEndless ? ENDLESS : undefined));
		}),
	);
});

afterAll(async () => await videos.close());

describe('Max Wait ends while the server of one video', () => {
	it.each(cases)('$title', async (each) => {
		const { control, id, items, tasks, timerAt } = started.get(each)!;
		const timeoutMs = Math.max(0, timerAt + 5000 - Date.now());
		const done = await testServer.n8n.client.waitForExecution(id, { timeoutMs });
		expect([done.status, done.error?.message]).toEqual(['success', undefined]);
		const early = timerAt - Number(done.stoppedAt);
		process.stdout.write(`${each.title}: ${early} ms before the timer of n8n\n`);
		expect(early).toBeGreaterThan(0);
		const out = itemsOf(done, HAPPY_HORSE);
		expect(out.map(({ json }) => [json.task_id, json.status, json.timed_out])).toEqual(
			tasks.map(({ taskId }, index) =>
				index === ENDLESS && each.hasEndless
					? [taskId, 'CREATED', true]
					: [taskId, 'COMPLETED', false],
			),
		);
		const finished = await tasksOf(control, items);
		for (const [index, item] of out.entries()) {
			if (index === SLOW) expectKept(item);
			else if (index === ENDLESS && each.hasEndless) expect(item.binary).toBeUndefined();
			else {
				const served = await servedVideo(control, finished[index]!);
				expect((await storedVideo(testServer, item)).equals(served)).toBe(true);
			}
		}
		expect(arrivals(done)).toEqual(expectedArrivals(items, tasks));
		await expectPaidOnce(control, items);
		await expectFinalWebhooksOnce(control);
	});

	it('and nothing comes out twice when the time of n8n has come', async () => {
		const last = Math.max(...[...started.values()].map(({ timerAt }) => timerAt));
		await sleep(Math.max(0, last + 65_000 - Date.now()));
		for (const { id, workflowId } of started.values()) {
			const { runData, status } = await testServer.n8n.client.execution(id);
			expect([status, runData[HAPPY_HORSE]?.length, runData[AFTER]?.length]).toEqual([
				...['success', 1, 1],
			]);
			expect(await testServer.n8n.client.executions({ workflowId })).toHaveLength(1);
		}
	});
});

/** The video is finished, and its URL is there instead of its file. */
function expectKept({ json, binary }: Item): void {
	expect(binary).toBeUndefined();
	expect(json).toMatchObject({
		video_url: expect.stringMatching(/^http:\/\/127/),
		download_failure: { message: expect.stringMatching(/not enough time left to download/) },
	});
	expect(json).not.toHaveProperty('error');
}
