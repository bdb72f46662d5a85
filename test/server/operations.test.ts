import { createHash } from 'node:crypto';

import { itemsOf, type ExecutionView, type Item } from '../../sandbox/n8n/execution';
import type { RuleEffect, SandboxRule, SandboxTask, Status } from '../../sandbox/api/wire';
import { fetchedImageWorkflow } from './support/workflows/fetchedImageWorkflow';
import {
	fromItem,
	requestItem,
	createFromItem,
	taskFromItem,
} from './support/workflows/itemParameters';
import type { PublishedWorkflow } from './support/testServer/testServer';
import { aVideo, finishedShape, taskShape } from './support/assertions/taskShape';
import { useTestServer } from './support/testServer/useTestServer';
import { storedVideo, traffic } from './support/assertions/watching';
import { AFTER, createAndWait, HAPPY_HORSE, NODE_TYPE } from './support/workflows/workflow';

const testServer = useTestServer();

const publish = async (parameters: Record<string, unknown>): Promise<PublishedWorkflow> =>
	await testServer.publishNode({ parameters });

const image = (n: number, type = 'png') =>
	`${testServer.sandbox.url}/images/400x300.${type}?n=${n}`;

const results = (execution: ExecutionView) => {
	expect(execution.error).toBeUndefined();
	expect(execution.status).toBe('success');
	return itemsOf(execution, HAPPY_HORSE);
};

const jsonOf = (items: Item[]) => items.map(({ json }) => json);

/** The tasks at the sandbox in the order of these IDs. */
async function tasksOf(ids: unknown[]): Promise<SandboxTask[]> {
	const { tasks } = await testServer.sandbox.control.state();
	return ids.map((id) => {
		const task = tasks.find(({ taskId }) => taskId === id);
		if (!task) throw new Error(`The sandbox has no task ${String(id)}`);
		return task;
	});
}

async function expectVideo(item: Item | undefined, task: SandboxTask, field = 'data') {
	const entry = item?.binary?.[field];
	expect(Object.keys(item?.binary ?? {})).toEqual([field]);
	expect(entry).toMatchObject({
		fileName: `happy-horse-${task.taskId}.mp4`,
		mimeType: 'video/mp4',
		fileExtension: 'mp4',
	});
	const { generated } = (await tasksOf([task.taskId]))[0]!;
	const made = Buffer.from(await (await fetch(generated[0]!)).arrayBuffer());
	const stored = await storedVideo(testServer, item!, field);
	const hash = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
	expect(stored.length).toBe(made.length);
	expect(hash(stored)).toBe(hash(made));
	expect(item?.json.video).toEqual({ ...aVideo, bytes: made.length });
}

/** One task in each state that the API knows, made through the API, with its own failure. */
async function taskInEachState(): Promise<Record<Status, string>> {
	const seed = async (status: Status) =>
		(await testServer.sandbox.control.seedTasks({ count: 1, status }))[0]!;
	return {
		CREATED: await seed('CREATED'),
		IN_PROGRESS: await seed('IN_PROGRESS'),
		COMPLETED: await seed('COMPLETED'),
		FAILED: await seed('FAILED'),
	};
}

const NO_REASON = { failure: { message: 'The video could not be made. The API gave no reason.' } };

describe('Create', () => {
	it('sends exactly what the item says and gives one item per task', async () => {
		const { control } = testServer.sandbox;
		await control.rules({ on: 'create', do: { hold: true } });
		const webhookUrl = `${testServer.sandbox.url}/nothing-listens`;
		const workflow = await publish(createFromItem());
		const items = [
			requestItem(image(0), { duration: '7', seed: 0, metadata: { row: 7, note: 'Jürgen 🐴' } }),
			requestItem(image(1), {
				model: 'happy-horse-1-1',
				prompt: undefined,
				resolution: '1080P',
				duration: 15,
				callback: 'url',
				webhookUrl,
			}),
			requestItem(image(2), {
				prompt: '',
				duration: 5,
				seed: '2147483647',
				metadata: '{"a":[1,{}]}',
			}),
		];
		const found = results(await workflow.run(items));

		const { posts, acceptedPosts, acceptedPerImage } = await control.state();
		expect(acceptedPosts).toBe(3);
		expect(Object.values(acceptedPerImage)).toEqual([1, 1, 1]);
		const posted = items.map(({ image: url }) => posts.find(({ imageUrl }) => imageUrl === url)!);
		expect(posted.map(({ model }) => model)).toEqual([
			'happy-horse-1',
			'happy-horse-1-1',
			'happy-horse-1',
		]);
		expect(posted.map(({ rawBody }) => JSON.parse(rawBody) as unknown)).toEqual([
			{
				image_url: image(0),
				prompt: 'A horse gallops',
				resolution: '720P',
				duration: 7,
				seed: 0,
			},
			{
				image_url: image(1),
				resolution: '1080P',
				duration: 15,
				webhook_url: webhookUrl,
			},
			{ image_url: image(2), resolution: '720P', duration: 5, seed: 2147483647 },
		]);
		expect(posted[0]?.rawBody).toContain('"duration":7,');
		expect(posted.map(({ keyHeader }) => keyHeader)).toEqual(Array(3).fill('x-magnific-api-key'));

		expect(found).toEqual(
			posted.map(({ taskId, model }, item) => ({
				json: taskShape(
					{ taskId: taskId!, model, status: 'CREATED' },
					[{ metadata: { row: 7, note: 'Jürgen 🐴' } }, {}, { metadata: { a: [1, {}] } }][item],
				),
				pairedItem: { item },
			})),
		);
	});

	it('uploads an image that arrives as a file, without the API key', async () => {
		const { control } = testServer.sandbox;
		const workflow = await testServer.publish(
			fetchedImageWorkflow({
				credential: testServer.credential,
				parameters: { binaryPropertyName: 'data', prompt: 'gallop' },
			}),
		);
		const types = ['png', 'jpg', 'webp'];
		const execution = await workflow.run(types.map((type, n) => ({ image: image(n, type) })));
		const found = results(execution);

		const { posts, uploads, requests, acceptedPosts } = await control.state();
		expect(acceptedPosts).toBe(3);
		expect(uploads.map(({ contentType }) => contentType).sort()).toEqual([
			'image/jpeg',
			'image/png',
			'image/webp',
		]);
		for (const [n, type] of types.entries()) {
			const post = posts.find(({ taskId }) => taskId === found[n]?.json.task_id)!;
			expect(post.imageUrl).toContain(`${testServer.sandbox.url}/uploads/asset/`);
			const uploaded = Buffer.from(await (await fetch(post.imageUrl!)).arrayBuffer());
			const original = Buffer.from(await (await fetch(image(n, type))).arrayBuffer());
			expect(uploaded.equals(original)).toBe(true);
		}
		const puts = requests.filter(({ method }) => method === 'PUT');
		expect(puts.map(({ status, hadKey }) => ({ status, hadKey }))).toEqual(
			Array(3).fill({ status: 200, hadKey: false }),
		);
		expect(itemsOf(execution, AFTER).map(({ json }) => json.task_id)).toEqual(
			found.map(({ json }) => json.task_id),
		);
	});

	it('rejects files that cannot be uploaded, in words and before anything is sent', async () => {
		const workflow = await testServer.publish(
			fetchedImageWorkflow({
				credential: testServer.credential,
				parameters: { prompt: '' },
				onError: 'continueRegularOutput',
			}),
		);
		const found = results(
			await workflow.run([
				{ image: image(0, 'bmp') },
				{ image: `${testServer.sandbox.url}/_sandbox/state` },
				{ image: image(0, 'gif') },
				{ image: `${image(0)}&bytes=${10 * 1024 * 1024 + 1}` },
			]),
		);
		expect(jsonOf(found).map(({ error }) => error)).toEqual([
			'A BMP image cannot be uploaded',
			"The file in input field 'data' cannot be used. It is a JSON file, not an image",
			"The file in input field 'data' cannot be used. It is a GIF (accepted: JPEG, PNG or WebP)",
			"The file in input field 'data' cannot be used. The file is too large: 10.1 MB (maximum 10 MB)",
		]);
		expect(found[0]?.json.message).toContain('Convert it to PNG or JPEG');
		const { posts, uploads } = await testServer.sandbox.control.state();
		expect({ posts, uploads }).toEqual({ posts: [], uploads: [] });
	});

	it('says which item has no file in the field', async () => {
		const workflow = await publish(
			createAndWait({ operation: 'create', imageSource: 'binary', binaryPropertyName: 'photo' }),
		);
		const { error, status } = await workflow.run([{ name: 'a' }]);
		expect(status).toBe('error');
		expect(error?.message).toContain("No file found in input field 'photo'");
		expect(error?.description).toContain('The item has no files.');
		expect(error?.context).toMatchObject({ itemIndex: 0 });
		expect((await testServer.sandbox.control.state()).posts).toEqual([]);
	});
});

describe('Dry Run', () => {
	it.each(['create', 'createAndWait'])(
		'of %s shows the request and sends nothing',
		async (operation) => {
			const workflow = await publish(
				createFromItem({
					operation,
					waitUsing: 'polling',
					maxWait: 1,
					downloadVideo: true,
					outputBinaryPropertyName: 'data',
					options: { dryRun: true, seed: fromItem('seed'), metadata: fromItem('metadata') },
				}),
			);
			const found = results(
				await workflow.run([
					requestItem(image(0), { duration: '7', seed: 5, metadata: { row: 1 } }),
					requestItem(image(1), { resolution: '1080P', prompt: '' }),
				]),
			);
			expect(jsonOf(found)).toMatchObject([
				{
					dry_run: true,
					model: 'happy-horse-1',
					request: {
						image_url: image(0),
						prompt: 'A horse gallops',
						resolution: '720P',
						duration: 7,
						seed: 5,
					},
					video_seconds: 7,
					resolution: '720P',
					metadata: { row: 1 },
				},
				{
					dry_run: true,
					model: 'happy-horse-1',
					request: { image_url: image(1), resolution: '1080P', duration: 3 },
					video_seconds: 3,
					resolution: '1080P',
				},
			]);
			const { posts, requests } = await testServer.sandbox.control.state();
			expect(posts).toEqual([]);
			expect(requests.filter(({ hadKey }) => hadKey)).toEqual([]);
		},
	);
});

describe('Create and Wait', () => {
	it.each(['polling', 'webhook'])(
		'by %s gives finished videos in input order',
		async (waitUsing) => {
			const { control } = testServer.sandbox;
			await control.rules(
				{ on: 'create', where: { imageUrl: 'n=0' }, do: { seconds: 90 } },
				{
					on: 'create',
					where: { imageUrl: 'n=1' },
					do: { outcome: 'FAILED', failure: { error: 'No horse seen' } },
				},
				{ on: 'create', where: { imageUrl: 'n=2' }, do: { outcome: 'COMPLETED_EMPTY' } },
			);
			const workflow = await publish(
				createFromItem({
					operation: 'createAndWait',
					waitUsing,
					maxWait: 5,
					downloadVideo: true,
					outputBinaryPropertyName: 'clip',
					options: { pollInterval: 5, metadata: fromItem('metadata') },
				}),
			);
			const items = [0, 1, 2, 3].map((n) =>
				requestItem(image(n), {
					metadata: { row: n },
					model: n === 3 ? 'happy-horse-1-1' : 'happy-horse-1',
				}),
			);
			const execution = await workflow.run(items, 90_000);
			const found = results(execution);

			const { acceptedPerImage } = await control.state();
			expect(acceptedPerImage).toEqual(Object.fromEntries(items.map((item) => [item.image, 1])));
			const tasks = await tasksOf(found.map(({ json }) => json.task_id));
			expect(tasks.map(({ imageUrl }) => imageUrl)).toEqual(items.map((item) => item.image));
			const [first, failed, empty, last] = found;
			expect(first!.json).toEqual(
				finishedShape(tasks[0]!, { json: first!.json, metadata: { row: 0 } }),
			);
			expect(failed!.json).toEqual(
				taskShape(tasks[1]!, {
					metadata: { row: 1 },
					failure: { message: 'No horse seen' },
					api_error: 'No horse seen',
				}),
			);
			expect(empty!.json).toEqual(
				taskShape(tasks[2]!, {
					metadata: { row: 2 },
					failure: {
						message:
							'The task is completed but holds no video. A safety filter may have removed it.',
					},
				}),
			);
			expect(last!.json).toEqual(
				finishedShape(tasks[3]!, { json: last!.json, metadata: { row: 3 } }),
			);
			await expectVideo(first, tasks[0]!, 'clip');
			await expectVideo(last, tasks[3]!, 'clip');
			expect([failed!.binary, empty!.binary]).toEqual([undefined, undefined]);
			expect(jsonOf(itemsOf(execution, AFTER)).map(({ name }) => name)).toEqual(
				items.map((item) => item.image),
			);
		},
	);
});

describe('Get', () => {
	it('tells the state of each task, and adds the video only on demand', async () => {
		const ids = await taskInEachState();
		const [tasks, newer] = [
			await tasksOf(Object.values(ids)),
			(await testServer.sandbox.control.seedTasks({ count: 1, model: 'happy-horse-1-1' }))[0]!,
		];
		const workflow = await publish(
			taskFromItem('get', {
				downloadVideo: fromItem('download'),
				outputBinaryPropertyName: 'data',
			}),
		);
		const item = (task_id: string, rest: object = {}) => ({
			task_id,
			model: 'happy-horse-1',
			download: false,
			...rest,
		});
		const found = results(
			await workflow.run([
				...Object.values(ids).map((id) => item(id)),
				item(` ${ids.COMPLETED} `, { download: true }),
				item(newer, { model: 'happy-horse-1-1' }),
			]),
		);
		const [completed] = await tasksOf([ids.COMPLETED]);
		const [newest] = await tasksOf([newer]);
		expect(jsonOf(found)).toEqual([
			taskShape(tasks[0]!),
			taskShape(tasks[1]!),
			finishedShape(completed!, { json: found[2]!.json }),
			taskShape(tasks[3]!, NO_REASON),
			finishedShape(completed!, { json: found[4]!.json }),
			finishedShape(newest!, { json: found[5]!.json }),
		]);
		expect(found.map(({ binary }) => binary !== undefined)).toEqual([
			false,
			false,
			false,
			false,
			true,
			false,
		]);
		await expectVideo(found[4], completed!);
	});
});

describe('Get Many', () => {
	const getMany = (overrides: Record<string, unknown> = {}) => ({
		operation: 'getAll',
		model: 'happy-horse-1',
		returnAll: fromItem('all'),
		limit: fromItem('limit'),
		includeVideoUrl: fromItem('urls'),
		filters: { status: fromItem('statuses') },
		...overrides,
	});
	const listing = (overrides: Record<string, unknown> = {}) => ({
		all: false,
		limit: 50,
		urls: false,
		statuses: [],
		...overrides,
	});

	it('gives no item for an account without tasks, and one for one', async () => {
		const workflow = await publish(getMany());
		expect(results(await workflow.run([listing({ all: true })]))).toEqual([]);
		const [id] = await testServer.sandbox.control.seedTasks({ count: 1 });
		// A list names no video: whether there is one was not read.
		const json = {
			...{ task_id: id, status: 'COMPLETED', mode: 'image-to-video', model: 'happy-horse-1' },
			timed_out: false,
		};
		expect(results(await workflow.run([listing()]))).toEqual([{ json, pairedItem: { item: 0 } }]);
	});

	it('gives 120 tasks, newest first, or as many as wanted', async () => {
		const { control } = testServer.sandbox;
		const old = await control.seedTasks({ count: 100, status: 'COMPLETED' });
		const failed = await control.seedTasks({ count: 5, status: 'FAILED' });
		const running = await control.seedTasks({ count: 15, status: 'IN_PROGRESS' });
		const newest = [...old, ...failed, ...running].reverse();
		const workflow = await publish(getMany());
		const idsOf = async (item: object) =>
			results(await workflow.run([item])).map(({ json }) => json.task_id);

		expect(await idsOf(listing({ all: true }))).toEqual(newest);
		expect(await idsOf(listing())).toEqual(newest.slice(0, 50));
		expect(await idsOf(listing({ limit: '3' }))).toEqual(newest.slice(0, 3));
		expect(await idsOf(listing({ all: true, statuses: ['FAILED'] }))).toEqual(
			[...failed].reverse(),
		);
		expect(await idsOf(listing({ limit: 17, statuses: ['FAILED', 'IN_PROGRESS'] }))).toEqual(
			newest.slice(0, 17),
		);
	});

	it('reads the URLs of finished tasks on demand', async () => {
		const ids = await taskInEachState();
		const workflow = await publish(getMany());
		const found = results(await workflow.run([listing({ all: true, urls: true })]));
		const tasks = await tasksOf([ids.FAILED, ids.COMPLETED, ids.IN_PROGRESS, ids.CREATED]);
		expect(jsonOf(found)).toEqual([
			taskShape(tasks[0]!, NO_REASON),
			finishedShape(tasks[1]!, { json: found[1]!.json }),
			taskShape(tasks[2]!),
			taskShape(tasks[3]!),
		]);
		const { requests } = await testServer.sandbox.control.state();
		expect(requests.filter(({ hadKey }) => hadKey)).toHaveLength(3);
	});
});

describe('Download', () => {
	it('brings the file, byte for byte, under our name', async () => {
		const [id] = await testServer.sandbox.control.seedTasks({ count: 1 });
		const [task] = await tasksOf([id]);
		const workflow = await publish(taskFromItem('download', { outputBinaryPropertyName: 'clip' }));
		const found = results(await workflow.run([{ task_id: id, model: 'happy-horse-1' }]));
		expect(jsonOf(found)).toEqual([finishedShape(task!, { json: found[0]!.json })]);
		await expectVideo(found[0], task!, 'clip');
		const { requests } = await testServer.sandbox.control.state();
		const opened = requests.filter(({ path }) => path.startsWith('/results/'));
		expect(opened.every(({ hadKey }) => !hadKey)).toBe(true);
	});

	it('says when the video is not finished yet', async () => {
		const [id] = await testServer.sandbox.control.seedTasks({ count: 1, status: 'IN_PROGRESS' });
		const workflow = await publish(taskFromItem('download', { outputBinaryPropertyName: 'data' }));
		const { error, status } = await workflow.run([{ task_id: id, model: 'happy-horse-1' }]);
		expect(status).toBe('error');
		expect(error?.message).toBe(`The video of task ${id} is not finished yet (IN_PROGRESS)`);
		expect(error?.description).toContain("operation 'Wait'");
	});

	it('keeps ID and URL when the file cannot be had', async () => {
		const { control } = testServer.sandbox;
		const ids = await control.seedTasks({ count: 5 });
		const response = (status: number, body: string): RuleEffect => ({
			response: { status, body, contentType: 'video/mp4' },
		});
		const onFile = (n: number, effect: RuleEffect): SandboxRule => ({
			on: 'result',
			where: { taskId: ids[n]! },
			do: effect,
		});
		await control.rules(
			onFile(0, response(500, '<html>Oops</html>')),
			onFile(1, { cutAfterBytes: 700 }),
			onFile(2, response(200, '<html>Please sign in</html>')),
			onFile(3, response(200, '')),
		);
		const workflow = await publish(taskFromItem('download', { outputBinaryPropertyName: 'data' }));
		const run = async (some: string[]) =>
			results(await workflow.run(some.map((task_id) => ({ task_id, model: 'happy-horse-1' }))));
		const found = await run(ids);
		await control.settings({ resultSeconds: 0 });
		found.push(...(await run([ids[4]!])));

		const tasks = await tasksOf([...ids, ids[4]]);
		const messages = found.map(({ json }) => json.download_failure);
		expect(jsonOf(found)).toEqual(
			tasks.map((task, n) =>
				finishedShape(task, {
					json: found[n]!.json,
					...(n === 4 ? {} : { download_failure: messages[n] }),
				}),
			),
		);
		expect(messages).toEqual([
			{ message: 'The server of the video responded with 500.' },
			{ message: expect.stringMatching(/connection broke|Only 700 of/) },
			{ message: 'The downloaded file is not an MP4 video.' },
			{ message: 'The downloaded file is not an MP4 video.' },
			undefined,
			{ message: 'The URL of the video is no longer valid (403).' },
		]);
		expect(found.map(({ binary }) => binary !== undefined)).toEqual([
			false,
			false,
			false,
			false,
			true,
			false,
		]);
		expect(JSON.stringify(found)).not.toContain('<html>');
	});

	it('leaves a video larger than Max Download Size at its URL', async () => {
		const { control } = testServer.sandbox;
		const [id] = await control.seedTasks({ count: 1 });
		const video = Buffer.alloc(1_100_000, ' ').toString();
		await control.rules({
			on: 'result',
			do: { response: { status: 200, body: `    ftyp${video}` } },
		});
		const workflow = await publish(
			taskFromItem('download', {
				outputBinaryPropertyName: 'data',
				options: { maxDownloadSize: 1 },
			}),
		);
		const [item] = results(await workflow.run([{ task_id: id, model: 'happy-horse-1' }]));
		expect(item?.json.download_failure).toEqual({
			message: "The video is larger than the 1 MB that 'Max Download Size' allows.",
		});
		expect(item?.binary).toBeUndefined();
	});
});

describe('Wait', () => {
	it('waits for tasks that exist and hands on unfinished ones with their ID', async () => {
		const { control } = testServer.sandbox;
		const ids = await taskInEachState();
		const workflow = await publish(
			taskFromItem('wait', {
				maxWait: 0.2,
				downloadVideo: true,
				outputBinaryPropertyName: 'data',
				options: { pollInterval: 5 },
			}),
		);
		const items = Object.values(ids).map((task_id) => ({ task_id, model: 'happy-horse-1' }));
		const started = await workflow.start(items);
		await control.advance(ids.CREATED, 'COMPLETED');
		const found = results(
			await testServer.n8n.client.waitForExecution(started, { timeoutMs: 60_000 }),
		);

		const tasks = await tasksOf(Object.values(ids));
		expect(jsonOf(found)).toEqual([
			finishedShape(tasks[0]!, { json: found[0]!.json }),
			taskShape(tasks[1]!, { timed_out: true }),
			finishedShape(tasks[2]!, { json: found[2]!.json }),
			taskShape(tasks[3]!, NO_REASON),
		]);
		await expectVideo(found[0], tasks[0]!);
		await expectVideo(found[2], tasks[2]!);
		expect((await control.state()).posts).toEqual([]);
		const { lists, read } = await traffic(control);
		// The last one that is unfinished is read by itself.
		const rounds = lists + read.filter((id) => id === ids.IN_PROGRESS).length;
		expect(rounds).toBeGreaterThan(1);
		expect(rounds).toBeLessThan(7);
	});
});

describe('Task, from list', () => {
	const query = (filter?: string) => ({
		nodeType: NODE_TYPE,
		methodName: 'taskSearch',
		path: 'parameters.taskId',
		parameters: { resource: 'imageToVideo', operation: 'get', model: 'happy-horse-1' },
		credentials: { happyHorseApi: testServer.credential },
		...(filter === undefined ? {} : { filter }),
	});

	it('shows number, status and ID of each task, and filters by them', async () => {
		const { client } = testServer.n8n;
		expect((await client.searchList(query())).results).toEqual([]);
		const ids = await taskInEachState();
		const shown: Record<Status, string> = {
			FAILED: '1. Failed',
			COMPLETED: '2. Completed',
			IN_PROGRESS: '3. In Progress',
			CREATED: '4. Created',
		};
		const entry = (status: Status) => ({
			name: `${shown[status]}, ${ids[status].slice(0, 8)}`,
			value: ids[status],
		});
		expect((await client.searchList(query())).results).toEqual(
			(Object.keys(shown) as Status[]).map(entry),
		);
		expect((await client.searchList(query('compl'))).results).toEqual([entry('COMPLETED')]);
		expect((await client.searchList(query(ids.FAILED.slice(0, 13)))).results).toEqual([
			entry('FAILED'),
		]);
		expect((await client.searchList(query('nothing like it'))).results).toEqual([]);
	});

	it('says what to do about a wrong key', async () => {
		const wrong = await testServer.addCredential({
			provider: 'custom',
			baseUrl: testServer.sandbox.url,
			apiKey: 'not-a-key',
		});
		const search = testServer.n8n.client.searchList({
			...query(),
			credentials: { happyHorseApi: wrong },
		});
		await expect(search).rejects.toThrow(/The API key was not accepted/);
	});
});
