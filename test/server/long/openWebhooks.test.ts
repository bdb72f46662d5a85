import { setTimeout as sleep } from 'node:timers/promises';

import type { SandboxTask } from '../../../sandbox/api/control';
import { freePorts } from '../../../sandbox/n8n/ports';
import { itemsOf } from '../../../sandbox/n8n/execution';
import { residentMegabytes } from '../../bench/rig/memory';
import { inspectable } from '../support/testServer/inspector';
import { liveMegabytes } from '../support/testServer/liveMemory';
import { useOwnServer } from '../support/testServer/useTestServer';
import {
	arrivals,
	expectedArrivals,
	expectPaidOnce,
	servedVideo,
	storedVideo,
	suspended,
	tasksOf,
	traffic,
	until,
} from '../support/assertions/watching';
import type { NamedImage } from '../support/workflows/workflow';
import { AFTER, createAndWait, HAPPY_HORSE, imagesOf } from '../support/workflows/workflow';

const MOST_OPEN = 40;

const AMOUNT = 45;

/** So many come one after the other before the rest. */
const FIRST_WEBHOOKS = 19;

/** An open webhook looks at its videos after 20 seconds of silence, and then at least once a minute. */
const LOOK_MS = 75_000;

/** Of one open webhook, in MB. */
const MOST_MB_EACH = 15;

interface Pair {
	items: NamedImage[];
	id: string;
	tasks: SandboxTask[];
}

let inspector: number;
const testServer = useOwnServer({
	reset: false,
	n8n: async () => {
		[inspector = 0] = await freePorts(1);
		return { env: inspectable(inspector) };
	},
});
const pairs: Pair[] = [];

/** Its Max Wait ends before that of all others. */
const MAX_WAIT_MS = 6 * 60_000;
let hasty: Pair & { timerAt: number };

async function start(workflow: { start(items: unknown[]): Promise<string> }, batch: string) {
	const { control, url } = testServer.sandbox;
	const items = imagesOf(url, { batch, amount: 2 });
	const id = await workflow.start(items);
	expect((await suspended(testServer, id)).status).toBe('waiting');
	return { items, id, tasks: await tasksOf(control, items) };
}

async function finish(tasks: readonly SandboxTask[]): Promise<void> {
	const { control } = testServer.sandbox;
	for (const { taskId } of tasks) await control.advance(taskId, 'COMPLETED');
	await until('the webhooks have responses', async () => {
		const { webhooks } = await control.state();
		const reported = new Set(
			webhooks.filter(({ responseStatus }) => responseStatus === 200).map(({ taskId }) => taskId),
		);
		return tasks.every(({ taskId }) => reported.has(taskId));
	});
}

beforeAll(async () => {
	const { control } = testServer.sandbox;
	await control.settings({ webhookRetries: 0 });
	await control.rules({ on: 'create', do: { hold: true } });
	const parameters = createAndWait({ waitUsing: 'webhook', options: {} });
	const workflow = await testServer.publishNode({ parameters });
	for (let index = 0; index < AMOUNT; index++) {
		pairs.push(await start(workflow, `pair ${index}`));
	}
	const shorter = await testServer.publishNode({
		parameters: { ...parameters, maxWait: MAX_WAIT_MS / 60_000 },
	});
	const pair = await start(shorter, 'hasty');
	const { waitTill } = await testServer.n8n.client.execution(pair.id);
	hasty = { ...pair, timerAt: Number(waitTill) };
	// Without the list each open webhook reads its own video, so that they can be counted.
	const response = { status: 403, body: { message: 'Forbidden' } };
	await control.rules({ on: 'list', do: { response: response } });
}, 300_000);

describe(`${AMOUNT} executions with one finished video of two`, () => {
	it('each open webhook takes little memory', async () => {
		const measured: Array<{ open: number; live: number; resident: number }> = [];
		const measure = async (open: number) => {
			await sleep(2000);
			// It collects garbage first, which gives memory back.
			const live = await liveMegabytes(inspector);
			measured.push({ open, live, resident: residentMegabytes(testServer.n8n.pid) });
		};
		await measure(0);
		await finish([hasty.tasks[0]!]);
		await measure(1);
		await finish(pairs.slice(0, FIRST_WEBHOOKS).map(({ tasks }) => tasks[0]!));
		await measure(20);
		await finish(pairs.slice(FIRST_WEBHOOKS, MOST_OPEN - 1).map(({ tasks }) => tasks[0]!));
		await measure(MOST_OPEN);
		await finish(pairs.slice(MOST_OPEN - 1).map(({ tasks }) => tasks[0]!));
		await measure(MOST_OPEN);
		const [none, , , most] = measured;
		for (const { open, live, resident } of measured) {
			process.stdout.write(
				`${open} open: ${resident.toFixed(0)} MB in all, ${live.toFixed(1)} MB on the heap\n`,
			);
		}
		expect((most!.resident - none!.resident) / MOST_OPEN).toBeLessThan(MOST_MB_EACH);
	});

	it(`${MOST_OPEN} stay open, those with the least time left`, async () => {
		const { control } = testServer.sandbox;
		const since = Date.now();
		let read = new Set<string>();
		const isOpen = ({ tasks }: Pair) => read.has(tasks[1]!.taskId);
		const openPairs = () => [hasty, ...pairs].filter(isOpen);
		// On a busy computer some reads come later.
		for (let look = 0; look < 3 && openPairs().length < MOST_OPEN; look++) {
			await sleep(LOOK_MS);
			read = new Set((await traffic(control, since)).read);
		}
		expect(openPairs()).toHaveLength(MOST_OPEN);
		expect(isOpen(hasty)).toBe(true);
		// Each of the last makes room for itself. One that is being read cannot go, so it may be one of a few before them.
		const [longOpen, last] = [MOST_OPEN - 1, AMOUNT - MOST_OPEN + 1];
		expect(pairs.slice(0, longOpen - last).filter((pair) => !isOpen(pair))).toEqual([]);
	}, 400_000);

	it('all come out, once and complete, when the second is finished', async () => {
		const { client } = testServer.n8n;
		const { control } = testServer.sandbox;
		for (const { tasks } of pairs) await control.advance(tasks[1]!.taskId, 'COMPLETED');
		for (const { id, items, tasks } of pairs) {
			const done = await client.waitForExecution(id, { timeoutMs: 120_000 });
			expect([done.status, done.error?.message]).toEqual(['success', undefined]);
			const out = itemsOf(done, HAPPY_HORSE);
			expect(out.map(({ json }) => [json.task_id, json.status, json.timed_out])).toEqual(
				tasks.map(({ taskId }) => [taskId, 'COMPLETED', false]),
			);
			for (const [index, task] of (await tasksOf(control, items)).entries()) {
				const stored = await storedVideo(testServer, out[index]!);
				expect(stored.equals(await servedVideo(control, task))).toBe(true);
			}
			expect(arrivals(done)).toEqual(expectedArrivals(items, tasks));
			expect(done.runData[AFTER]).toHaveLength(1);
		}
	}, 300_000);

	it('one whose second video is not finished by then comes out when Max Wait ends', async () => {
		const { id, items, tasks, timerAt } = hasty;
		const timeoutMs = Math.max(0, timerAt + 75_000 - Date.now());
		const done = await testServer.n8n.client.waitForExecution(id, { timeoutMs });
		expect(done.status).toBe('success');
		expect(itemsOf(done, HAPPY_HORSE).map(({ json }) => [json.task_id, json.timed_out])).toEqual(
			tasks.map(({ taskId }, index) => [taskId, index === 1]),
		);
		expect(arrivals(done)).toEqual(expectedArrivals(items, tasks));
		await expectPaidOnce(
			testServer.sandbox.control,
			[...pairs, hasty].flatMap((pair) => pair.items),
		);
	}, 300_000);
});
