import type { IRun } from 'n8n-workflow';

import type { SandboxTask } from '../../sandbox/api/control';
import { n8nFacts } from '../n8nFacts';
import { NODE_NAME } from './support/engine';
import {
	API_KEY,
	openFixture,
	createParameters,
	outputOf,
	pause,
	until,
	type EngineFixture,
} from './support/engineFixture';
import { suspensionIn } from '../../nodes/HappyHorse/waiting/storedSuspension';

const MODEL_1_1 = '/v1/ai/image-to-video/happy-horse-1-1';

/** The shortest that the node allows. */
const pollQuickly = { waitUsing: 'polling', options: { pollInterval: 5 } };

let fixture: EngineFixture;
beforeAll(async () => {
	fixture = await openFixture();
});
afterAll(async () => await fixture?.close());
beforeEach(async () => await fixture.control.reset());

const aVideo = {
	fileName: expect.stringMatching(/^happy-horse-.+\.mp4$/),
	mimeType: 'video/mp4',
	fileType: 'video',
	...(n8nFacts.countsBytesOfFiles ? { bytes: expect.any(Number) } : {}),
};

describe('suspended until a webhook comes', () => {
	const job = () => ({
		rows: ['a', 'b', 'c'].map((name) => fixture.row(name, { cell: `cell of ${name}` })),
		parameters: createParameters('createAndWait', {
			waitUsing: 'webhook',
			maxWait: 10,
			options: { metadata: '={{ { cell: $json.cell } }}' },
		}),
	});
	const pending = (cell: string, item: number) => ({
		json: {
			task_id: expect.any(String),
			status: 'CREATED',
			timed_out: true,
			video_url: null,
			metadata: { cell },
		},
		pairedItem: { item },
	});
	const allPending = ['a', 'b', 'c'].map((name, item) => pending(`cell of ${name}`, item));

	test('leaves an execution that n8n can store, resume and time out', async () => {
		const { engine, control, posts } = fixture;
		await control.rules({ on: 'create', do: { hold: true } });
		const before = Date.now();
		const run = await engine.run(job());

		expect(run.status).toBe('waiting');
		const minutes = (run.waitTill!.getTime() - before) / 60_000;
		expect(minutes).toBeGreaterThanOrEqual(11);
		// n8n's own timer comes a tenth of Max Wait later than the node.
		expect(minutes).toBeLessThan(11.5);
		// What is shown while it waits is not the result.
		const shown = allPending.map(({ json, ...others }) => ({
			...others,
			json: { ...json, timed_out: false },
		}));
		expect(outputOf(run)).toMatchObject(shown);

		const { resultData, executionData, resumeToken, ...rest } = run.data;
		expect(executionData?.nodeExecutionStack).toHaveLength(1);
		expect(executionData?.nodeExecutionStack[0]?.node.name).toBe(NODE_NAME);
		expect(executionData?.nodeExecutionStack[0]?.data.main).toMatchObject([allPending]);
		const upstream = resultData.runData.Rows?.[0]?.data?.main;
		expect(upstream).toEqual([job().rows.map((json) => expect.objectContaining({ json }))]);

		const kept = executionData?.contextData[`node:${NODE_NAME}`];
		const { tasks } = await control.state();
		expect(suspensionIn(kept?.suspension)).toMatchObject({
			run: 0,
			toErrorOutput: false,
			places: tasks
				.reverse()
				.sort((one, other) => String(one.prompt).localeCompare(String(other.prompt)))
				.map(({ taskId, prompt }, item) => ({
					awaits: { item, taskId, metadata: { cell: `cell of ${prompt}` } },
				})),
		});
		// n8n keeps the token in a field of its own. Anyone who reads it could resume the execution.
		if (n8nFacts.hasResumeToken) expect(resumeToken).toMatch(/^\w{16,}$/);
		else expect(resumeToken).toBeUndefined();
		const allElse = JSON.stringify({ resultData, executionData, rest });
		expect(allElse).not.toContain(API_KEY);
		if (n8nFacts.hasResumeToken) expect(allElse).not.toContain(resumeToken);

		const url = new URL(tasks[0]!.webhookUrl!);
		expect(url.pathname).toBe('/webhook-waiting/1/happy-horse');
		expect(url.searchParams.get('signature')).toBe(resumeToken ?? null);
		expect(await posts()).toBe(3);
	});

	// n8n reads all of it for each webhook, and more than 1,048,576 characters four times as slowly (2.41.1).
	test('adds no more than 300 characters for each item to what n8n stores besides the items', async () => {
		const { engine, control } = fixture;
		await control.rules({ on: 'create', do: { hold: true } });
		const rows = Array.from({ length: 10 }, (_, index) => fixture.row(`size-${index}`));
		const parameters = createParameters('createAndWait', { waitUsing: 'webhook' });
		const { status, data } = await engine.run({ rows, parameters });
		expect(status).toBe('waiting');
		const kept = JSON.stringify(data.executionData!.contextData[`node:${NODE_NAME}`]);
		expect(kept.length / rows.length).toBeLessThan(300);
	});

	test('comes out as timed out, with the task IDs, when no webhook ever came', async () => {
		const { engine, control, posts } = fixture;
		await control.rules({ on: 'create', do: { hold: true } });
		const waiting = await engine.run(job());
		const run = await engine.timeOut(waiting, job());

		expect(run.status).toBe('success');
		expect(run.data.resultData.runData.Videos?.[0]?.data?.main).toMatchObject([allPending]);
		expect(await posts()).toBe(3);
	});

	test('does not suspend when all videos are finished by then', async () => {
		const { engine, row } = fixture;
		const parameters = createParameters('createAndWait', {
			waitUsing: 'webhook',
			downloadVideo: false,
		});
		const run = await engine.run({ rows: [row('quick')], parameters });

		expect(run.status).toBe('success');
		expect(outputOf(run)).toMatchObject([
			{ json: { status: 'COMPLETED', timed_out: false, video_url: expect.any(String) } },
		]);
	});
});

/** Each waits for the first pause to end, so both run at the same time: each model has a list of its own. */
describe('polling', () => {
	let created: { run: IRun; tasks: SandboxTask[] };
	let awaited: { run: IRun; taskIds: string[] };
	let counted: Record<'created' | 'awaited', unknown>;
	beforeAll(async () => {
		await fixture.control.reset();
		await fixture.control.rules({ on: 'create', do: { hold: true } });
		[created, awaited] = await Promise.all([createAndWait(), waitForTasksThatExist()]);
		const { requests } = fixture;
		counted = { created: await requests(), awaited: await requests(MODEL_1_1) };
	});

	async function createAndWait() {
		const { engine, control, row } = fixture;
		const execution = engine.run({
			rows: ['a', 'b', 'c'].map((name) => row(name)),
			parameters: createParameters('createAndWait', {
				...pollQuickly,
				outputBinaryPropertyName: 'clip',
			}),
		});
		const own = async () => (await control.state()).tasks.filter(({ prompt }) => prompt !== null);
		await until(async () => (await own()).length === 3);
		const tasks = await own();
		// The last one created is finished first.
		for (const { taskId } of tasks) await control.advance(taskId, 'COMPLETED');
		return { run: await execution, tasks };
	}

	async function waitForTasksThatExist() {
		const { engine, control, requests } = fixture;
		const model = 'happy-horse-1-1';
		const done = await control.seedTasks({ count: 2, model });
		const open = await control.seedTasks({ count: 2, model, status: 'IN_PROGRESS' });
		const taskIds = [...open, ...done];
		const execution = engine.run({
			rows: taskIds.map((id) => ({ id })),
			parameters: {
				operation: 'wait',
				model,
				taskId: { __rl: true, mode: 'id', value: '={{ $json.id }}' },
				options: { pollInterval: 5 },
			},
		});
		await until(async () => (await requests(MODEL_1_1)).lists === 1);
		for (const id of open) await control.advance(id, 'COMPLETED');
		return { run: await execution, taskIds };
	}

	test('creates, waits and downloads: one list request a round, one read per finished video', () => {
		const { run, tasks } = created;
		const taskOf = (prompt: string) => tasks.find((task) => task.prompt === prompt)?.taskId;
		expect(run.status).toBe('success');
		expect(outputOf(run)).toMatchObject(
			['a', 'b', 'c'].map((name, item) => ({
				json: {
					task_id: taskOf(name),
					status: 'COMPLETED',
					timed_out: false,
					video_url: expect.stringContaining(`${taskOf(name)}.mp4`),
					video_expires_at: expect.stringMatching(/^20\d\d-.*Z$/),
					video: {
						bytes: expect.any(Number),
						width: expect.any(Number),
						height: expect.any(Number),
						duration_seconds: 5,
						fps: expect.any(Number),
						has_audio: false,
						fast_start: true,
					},
				},
				binary: { clip: { ...aVideo, fileName: `happy-horse-${taskOf(name)}.mp4` } },
				pairedItem: { item },
			})),
		);
		expect(counted.created).toEqual({ creates: 3, lists: 1, reads: 3 });
	});

	test('waits for tasks that exist: polls at once and again, and reads none that runs', () => {
		const { run, taskIds } = awaited;
		expect(outputOf(run)).toMatchObject(
			taskIds.map((task_id, item) => ({
				json: { task_id, status: 'COMPLETED', timed_out: false, model: 'happy-horse-1-1' },
				binary: { data: aVideo },
				pairedItem: { item },
			})),
		);
		expect(counted.awaited).toEqual({ creates: 0, lists: 2, reads: 4 });
	});
});

describe('cancelled', () => {
	test('during a paid request: says that it may have been paid for, sends no other', async () => {
		const { engine, control, row, paidFor, posts } = fixture;
		await control.rules({ on: 'create', do: { delayMs: 3000 } });
		const execution = engine.run({
			rows: [row('a'), row('b')],
			parameters: createParameters('createAndWait', {
				...pollQuickly,
				options: { maxConcurrency: 1 },
			}),
		});
		await until(async () =>
			(await control.state()).requests.some(({ method }) => method === 'POST'),
		);
		execution.cancel();
		const run = await execution;
		// The node never heard of it.
		await until(async () => (await paidFor()).length === 1);

		expect(run.status).toBe('canceled');
		expect(run.data.resultData.error?.description).toContain('may have been created and charged');
		expect(await posts()).toBe(1);
	});

	test('while polling: ends long before the pause is over and polls no more', async () => {
		const { engine, control, row } = fixture;
		await control.rules({ on: 'create', do: { hold: true } });
		const execution = engine.run({
			rows: [row('a'), row('b')],
			parameters: createParameters('createAndWait', pollQuickly),
		});
		const responded = async () =>
			(await control.state()).posts.filter(({ status }) => status === 200);
		await until(async () => (await responded()).length === 2);
		// By now the node pauses before its first poll.
		await pause(500);
		const cancelledAt = Date.now();
		execution.cancel();
		const run = await execution;

		// A quarter of a second on a computer with nothing else to do; the pause is of five.
		expect(Date.now() - cancelledAt).toBeLessThan(3000);
		expect(run.status).toBe('canceled');
		await pause(500);
		expect((await control.state(cancelledAt)).requests).toEqual([]);
	});
});
