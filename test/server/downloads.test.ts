import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

import type { ExecutionView, Item } from '../../sandbox/n8n/execution';
import { itemsOf } from '../../sandbox/n8n/execution';
import { n8nFacts } from '../n8nFacts';
import type { VideoResponse, VideoServer } from './support/network/videoServer';
import { breakingOff, videoOf, videoServer, sending } from './support/network/videoServer';
import { taskFromItem } from './support/workflows/itemParameters';
import { useOwnServer } from './support/testServer/useTestServer';
import { servedVideo, storedVideo, tasksOf, traffic } from './support/assertions/watching';
import { createAndWait, HAPPY_HORSE, images } from './support/workflows/workflow';

const testServer = useOwnServer({ n8n: { env: n8nFacts.filesOutside } });
let server: VideoServer;

beforeEach(async () => {
	server = await videoServer();
});

afterEach(async () => {
	await server.close();
});

/** Finished tasks whose video is on our own server, one for each list of responses. */
async function tasksWith(...responses: VideoResponse[][]): Promise<string[]> {
	const { control } = testServer.sandbox;
	const ids = await control.seedTasks({ count: responses.length, status: 'COMPLETED' });
	for (const [index, task_id] of ids.entries()) {
		server.videos.set(`/video/${index}`, responses[index]!);
		const generated = [`${server.url}/video/${index}`];
		await control.rules({
			on: 'get',
			where: { taskId: task_id },
			do: {
				response: { status: 200, body: { data: { task_id, status: 'COMPLETED', generated } } },
			},
		});
	}
	return ids;
}

async function download(ids: readonly string[], maxDownloadSize = 500): Promise<ExecutionView> {
	const parameters = taskFromItem('download', {
		outputBinaryPropertyName: 'data',
		options: { maxDownloadSize },
	});
	const workflow = await testServer.publishNode({ parameters });
	const items = ids.map((task_id) => ({ name: task_id, task_id, model: 'happy-horse-1' }));
	return await workflow.run(items, 120_000);
}

async function created(
	amount: number,
): Promise<{ done: ExecutionView; items: ReturnType<typeof images> }> {
	const { sandbox } = testServer;
	const parameters = createAndWait({ waitUsing: 'polling', options: { pollInterval: 5 } });
	const workflow = await testServer.publishNode({ parameters });
	const items = images(sandbox.url, amount);
	return { done: await workflow.run(items, 120_000), items };
}

/** Of the requests for the file of one task, as our own server saw them. */
const requestCount = (index: number) =>
	server.requests.filter(({ path }) => path === `/video/${index}`).length;

const resultReads = async () =>
	(await testServer.sandbox.control.state()).requests.filter(({ path }) =>
		path.startsWith('/results/'),
	).length;

/** Video files that n8n holds for an execution, with their bytes; next to each is one with its metadata. */
function filesOf({ id }: ExecutionView): Array<{ path: string; bytes: number }> {
	const folder = join(testServer.n8n.userFolder, '.n8n');
	return readdirSync(folder, { recursive: true, encoding: 'utf8' })
		.filter((path) => path.includes(`executions/${id}/`) && !path.endsWith('.metadata'))
		.filter((path) => statSync(join(folder, path)).isFile())
		.map((path) => ({ path, bytes: statSync(join(folder, path)).size }));
}

const only = (execution: ExecutionView): Item => {
	const items = itemsOf(execution, HAPPY_HORSE);
	expect(items).toHaveLength(1);
	return items[0]!;
};

/** The video is not here, and nothing about it is lost. */
function expectKept(item: Item, { taskId, says }: { taskId: string; says: RegExp }) {
	expect(item.binary).toBeUndefined();
	expect(item.json).toMatchObject({
		...{ task_id: taskId, status: 'COMPLETED', timed_out: false },
		video_url: expect.stringMatching(/^http:\/\/127/),
		download_failure: { message: expect.stringMatching(says) },
	});
	expect(item.json).not.toHaveProperty('error');
}

const hashOf = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

const SMALL = videoOf(2);

const whole: VideoResponse = sending(SMALL.pieces, { announced: SMALL.bytes });

const status =
	(code: number): VideoResponse =>
	(response) =>
		void response.writeHead(code).end('no');

describe('A download that meets with a fault of the moment', () => {
	it('starts again when the transfer is cut, and is the same byte by byte', async () => {
		const { control } = testServer.sandbox;
		await control.rules(
			{ on: 'result', times: 2, do: { cutAfterBytes: 1000 } },
			{ on: 'result', times: 1, do: { reset: 'before' } },
			{ on: 'result', times: 1, do: { cutAfterBytes: 0 } },
		);
		const { done, items } = await created(2);
		expect(done.status).toBe('success');
		const tasks = await tasksOf(control, items);
		const out = itemsOf(done, HAPPY_HORSE);
		for (const [index, item] of out.entries()) {
			expect(item.json.download_failure).toBeUndefined();
			expect(
				(await storedVideo(testServer, item)).equals(await servedVideo(control, tasks[index]!)),
			).toBe(true);
		}
		expect((await traffic(control)).creates).toBe(2);
	});

	it.each<[string, () => VideoResponse[], number]>([
		[
			'broken off in the middle, three times',
			() => [...Array<VideoResponse>(3).fill(breakingOff(SMALL.pieces, SMALL.bytes)), whole],
			4,
		],
		['500', () => [status(500), whole], 2],
		['503 and 429', () => [status(503), status(429), whole], 3],
	])('is tried again: %s', async (_, responses, requests) => {
		const [taskId = ''] = await tasksWith(responses());
		const done = await download([taskId]);
		const item = only(done);
		expect(item.json.download_failure).toBeUndefined();
		expect(hashOf(await storedVideo(testServer, item))).toBe(SMALL.hash);
		expect(requestCount(0)).toBe(requests);
	});

	it('gets a fresh URL, once, when its own has expired', async () => {
		const { control } = testServer.sandbox;
		await control.rules({
			on: 'result',
			times: 1,
			do: { response: { status: 403, body: 'expired' } },
		});
		const { done, items } = await created(1);
		const [task] = await tasksOf(control, items);
		const item = only(done);
		const video = await storedVideo(testServer, item);
		// One for the URL, one for the fresh URL.
		expect((await traffic(control)).gets).toBe(2);
		expect(await resultReads()).toBe(2);
		expect(video.equals(await servedVideo(control, task!))).toBe(true);
	});

	it('gives up with ID and URL when the fresh URL is rejected, too', async () => {
		const [taskId = ''] = await tasksWith([status(403)]);
		const done = await download([taskId]);
		expect(done.status).toBe('success');
		expectKept(only(done), {
			taskId,
			says: /^The URL of the video is no longer valid \(403\)\.$/,
		});
		expect(requestCount(0)).toBe(2);
	});

	it('gives up after five tries, with ID and URL', async () => {
		const [taskId = ''] = await tasksWith([status(500)]);
		const done = await download([taskId]);
		expectKept(only(done), { taskId, says: /^The server of the video responded with 500\.$/ });
		expect(requestCount(0)).toBe(5);
	});
});

describe('A file that is not to be kept', () => {
	const page = Buffer.from(`<html>${' '.repeat(5000)}<script>alert(1)</script></html>`);
	const BOMB = gzipSync(Buffer.concat([...SMALL.pieces(), Buffer.alloc(60 * 1024 * 1024)]));
	const cases: Array<[string, VideoResponse, RegExp]> = [
		[
			'a page with the content type of a video',
			sending(() => [page], { announced: page.length }),
			/is not an MP4 video/,
		],
		['nothing', sending(() => [], { announced: 0 }), /is not an MP4 video/],
		['four bytes', sending(() => [Buffer.from('ftyp')], { announced: 4 }), /is not an MP4 video/],
		[
			'too much, as announced',
			sending(videoOf(6).pieces, { announced: 6 * 1024 * 1024 }),
			/larger than the 5 MB/,
		],
		[
			'too much, unannounced',
			sending(videoOf(6).pieces, { announced: null }),
			/larger than the 5 MB/,
		],
		[
			'a packed bomb',
			sending(() => [BOMB], { announced: null, headers: { 'content-encoding': 'gzip' } }),
			/larger than the 5 MB/,
		],
		[
			'a way to the file system',
			(response) => void response.writeHead(302, { location: 'file:///etc/passwd' }).end(),
			/is not opened: Only http and https/,
		],
	];

	it('leaves ID and URL, and is requested once', async () => {
		const ids = await tasksWith(...cases.map(([, respond]) => [respond]));
		const done = await download(ids, 5);
		expect(done.status).toBe('success');
		const items = itemsOf(done, HAPPY_HORSE);
		expect(items).toHaveLength(cases.length);
		for (const [index, [, , says]] of cases.entries()) {
			expectKept(items[index]!, { taskId: ids[index]!, says });
			expect(requestCount(index)).toBe(1);
		}
		expect(JSON.stringify(done.data)).not.toContain('alert(1)');
	});

	it('decides nothing by its name and type, and the server gets no key', async () => {
		const respond = sending(SMALL.pieces, {
			announced: SMALL.bytes,
			headers: {
				'content-type': 'text/html',
				'content-disposition': 'attachment; filename="../../../../evil.html"',
			},
		});
		const [taskId = ''] = await tasksWith([respond]);
		const item = only(await download([taskId]));
		expect(item.binary?.data).toMatchObject({
			...{ mimeType: 'video/mp4', fileName: `happy-horse-${taskId}.mp4` },
		});
		for (const { headers } of server.requests) {
			expect(JSON.stringify(headers)).not.toContain(testServer.sandbox.key);
			expect(headers['accept-encoding']).toBe('identity');
		}
	});
});

describe('What n8n holds afterwards', () => {
	it('is one file for each video, of its full length, whatever went wrong meanwhile', async () => {
		const file = videoOf(8);
		const good = sending(file.pieces, { announced: file.bytes });
		const cut = breakingOff(file.pieces, file.bytes);
		const ids = await tasksWith(
			[cut, cut, good],
			[good],
			[sending(file.pieces, { announced: null })],
		);
		const done = await download(ids);
		const items = itemsOf(done, HAPPY_HORSE);
		expect(items.map(({ json }) => json.download_failure)).toEqual([
			undefined,
			undefined,
			undefined,
		]);
		const kept = filesOf(done).map(({ bytes }) => bytes);
		expect(kept.filter((bytes) => bytes === file.bytes)).toHaveLength(3);
		expect(kept.length > 3).toBe(!n8nFacts.removesBrokenFiles);
	});

	it('is nothing when no video could be had', async () => {
		const file = videoOf(8);
		const ids = await tasksWith(
			[breakingOff(file.pieces, file.bytes)],
			[sending(file.pieces, { announced: null })],
		);
		const done = await download(ids, 5);
		expect(itemsOf(done, HAPPY_HORSE).map(({ binary }) => binary)).toEqual([undefined, undefined]);
		const left = filesOf(done).map(({ bytes }) => bytes);
		expect(left.length > 0).toBe(!n8nFacts.removesBrokenFiles);
		// The size limit holds for what is left, too.
		for (const bytes of left) expect(bytes).toBeLessThanOrEqual(5 * 1024 * 1024);
	});
});

describe('A large video', () => {
	const MEGABYTES = 200;

	it('passes through n8n without filling its memory', async () => {
		const file = videoOf(MEGABYTES);
		const warmUp = await tasksWith([whole]);
		await download(warmUp);
		await testServer.sandbox.control.clearRules();
		const [taskId = ''] = await tasksWith([sending(file.pieces, { announced: file.bytes })]);
		const before = resident();
		let most = before;
		const sampling = setInterval(() => {
			most = Math.max(most, resident());
		}, 50);
		const done = await download([taskId]);
		clearInterval(sampling);
		const item = only(done);
		expect(item.json.download_failure).toBeUndefined();
		expect(filesOf(done).map(({ bytes }) => bytes)).toEqual([file.bytes]);
		const [{ path = '' } = {}] = filesOf(done);
		expect(hashOf(readFileSync(join(testServer.n8n.userFolder, '.n8n', path)))).toBe(file.hash);
		process.stdout.write(
			`${MEGABYTES} MB downloaded; memory of n8n: ${before.toFixed(0)} MB before, ${most.toFixed(0)} MB at most\n`,
		);
		expect(most - before).toBeLessThan(120);
	});
});

/** Memory of n8n in use, in MB. */
function resident(): number {
	const facts = readFileSync(`/proc/${testServer.n8n.pid}/status`, 'utf8');
	return Number(/VmRSS:\s+(\d+)/.exec(facts)?.[1]) / 1024;
}
