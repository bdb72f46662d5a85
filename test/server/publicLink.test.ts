import { createHmac, randomUUID } from 'node:crypto';

import type { Item } from '../../sandbox/n8n/execution';
import { itemsOf } from '../../sandbox/n8n/execution';
import { freePorts } from '../../sandbox/n8n/ports';
import { n8nFacts } from '../n8nFacts';
import { hintsOf, servedVideo, tasksOf } from './support/assertions/watching';
import { openInternet } from './support/network/internet';
import type { PathProxy } from './support/network/pathProxy';
import { pathProxy } from './support/network/pathProxy';
import type { TestServer } from './support/testServer/testServer';
import { startTestServer } from './support/testServer/testServer';
import { useOwnServer } from './support/testServer/useTestServer';
import { taskFromItem } from './support/workflows/itemParameters';
import {
	creatingWorkflow,
	listen,
	TRIGGER,
	triggeredTimes,
} from './support/workflows/triggerWorkflow';
import { createAndWait, HAPPY_HORSE, images } from './support/workflows/workflow';

const SECRET: string = randomUUID();

const HOURS = 2;

const OPTIONS = { publicLinkHours: HOURS, fileName: 'Größe "1"/a', pollInterval: 5 };

async function createOne(testServer: TestServer, waitUsing: 'polling' | 'webhook') {
	const { sandbox } = testServer;
	const items = images(sandbox.url, 1);
	const parameters = createAndWait({ waitUsing, options: OPTIONS });
	const workflow = await testServer.publishNode({ parameters });
	const done = await workflow.run(items, 150_000);
	const [task] = await tasksOf(sandbox.control, items);
	const [item] = itemsOf(done, HAPPY_HORSE);
	return { done, item: item!, video: await servedVideo(sandbox.control, task!) };
}

/** As anyone on the internet opens it: without a cookie, and with nothing but the link. */
async function open(url: string, headers: Record<string, string> = {}) {
	const response = await fetch(url, { headers });
	return { response, bytes: Buffer.from(await response.arrayBuffer()) };
}

async function expectVideo({ json }: Item, video: Buffer) {
	const { response, bytes } = await open(String(json.public_url));
	expect(response.status).toBe(200);
	expect(bytes.equals(video)).toBe(true);
	expect(bytes.length).toBe((json.video as { bytes: number }).bytes);
	expect(response.headers.get('content-type')).toBe('video/mp4');
	expect(response.headers.get('content-length')).toBe(String(video.length));
}

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** The link as n8n itself would have signed it, with another end. */
function signedAgain(url: string, exp: number, secret = SECRET): string {
	const link = new URL(url);
	const [, payload = ''] = link.searchParams.get('token')!.split('.');
	const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as { id: string };
	const head = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ ...claims, exp })}`;
	const signature = createHmac('sha256', secret).update(head).digest('base64url');
	link.searchParams.set('token', `${head}.${signature}`);
	return link.href;
}

const seconds = (time: number) => Math.floor(time / 1000);

describe('An n8n with its files on disk', () => {
	const testServer = useOwnServer({
		n8n: { env: { ...n8nFacts.filesOutside, N8N_BINARY_DATA_SIGNING_SECRET: SECRET } },
	});

	it.each(['polling', 'webhook'] as const)(
		'gives a link that opens the whole video, for the time it says (%s)',
		async (waitUsing) => {
			const { item, video } = await createOne(testServer, waitUsing);
			await expectVideo(item, video);
			const url = String(item.json.public_url);
			expect(url).toContain(`${testServer.n8n.url}/rest/binary-data/signed?token=`);

			const [, payload = ''] = new URL(url).searchParams.get('token')!.split('.');
			const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as {
				iat: number;
				exp: number;
			};
			expect(claims.exp - claims.iat).toBe(HOURS * 3600);
			// The link never ends before the time that the item says.
			const said = seconds(Date.parse(String(item.json.public_url_expires_at)));
			expect(claims.exp - said).toBeGreaterThanOrEqual(0);
			expect(claims.exp - said).toBeLessThanOrEqual(1);

			// The same link once its time is over, once not yet, and one with the signature of another key.
			const now = seconds(Date.now());
			expect((await open(signedAgain(url, now + 60))).response.status).toBe(200);
			expect((await open(signedAgain(url, now - 1))).response.status).toBe(400);
			expect((await open(signedAgain(url, now + 60, 'guess'))).response.status).toBe(400);
		},
	);

	it('sends the whole file for a part of it, under the name that users gave', async () => {
		const { item, video } = await createOne(testServer, 'polling');
		const { response, bytes } = await open(String(item.json.public_url), { range: 'bytes=0-99' });
		expect(response.status).toBe(200);
		expect(response.headers.get('content-range')).toBeNull();
		expect(bytes.equals(video)).toBe(true);
		expect(item.binary?.data?.fileName).toBe('Größe -1--a.mp4');
		const name = encodeURIComponent('Größe -1--a.mp4');
		expect(response.headers.get('content-disposition')).toBe(`attachment; filename="${name}"`);
	});

	it('gives one with Download, Get and the trigger, and none without a file', async () => {
		const { sandbox, n8n } = testServer;
		const [task_id] = await sandbox.control.seedTasks({ count: 1, status: 'COMPLETED' });
		const item = { name: 'one', model: 'happy-horse-1', task_id };
		const { tasks } = await sandbox.control.state();
		const video = await servedVideo(sandbox.control, tasks[0]!);
		for (const downloadVideo of [true, false]) {
			const parameters = taskFromItem('get', { downloadVideo, options: OPTIONS });
			const done = await (await testServer.publishNode({ parameters })).run([item]);
			const [out] = itemsOf(done, HAPPY_HORSE);
			if (downloadVideo) await expectVideo(out!, video);
			else expect(Object.keys(out!.json).filter((name) => name.startsWith('public'))).toEqual([]);
		}
		const parameters = taskFromItem('download', { options: OPTIONS });
		const done = await (await testServer.publishNode({ parameters })).run([item]);
		await expectVideo(itemsOf(done, HAPPY_HORSE)[0]!, video);

		const options = { publicLinkHours: HOURS };
		const { path, ...workflow } = creatingWorkflow({
			credential: testServer.credential,
			parameters: { downloadVideo: true, options },
		});
		const { id } = await listen(testServer, workflow);
		await n8n.client.waitForWebhook(path);
		const items = images(sandbox.url, 1);
		await n8n.client.sendToWebhook(path, { body: { items } });
		const [execution] = await triggeredTimes(n8n, { id, times: 1, timeoutMs: 120_000 });
		const [created] = await tasksOf(sandbox.control, items);
		const [out] = itemsOf(execution!, TRIGGER);
		await expectVideo(out!, await servedVideo(sandbox.control, created!));
	});
});

/** n8n 1 does not offer this mode by default. */
const database = n8nFacts.keepsFilesOutside ? { N8N_DEFAULT_BINARY_DATA_MODE: 'database' } : {};

describe('An n8n below a path, behind a proxy, with its files in the database', () => {
	let proxy: PathProxy;
	const testServer = useOwnServer({
		n8n: async () => {
			const [port = 0] = await freePorts(1);
			proxy = await pathProxy('/flow', port);
			const env = {
				...{ ...n8nFacts.filesOutside, ...database, N8N_PATH: '/flow/' },
				[n8nFacts.webhookUrlVariable]: `${proxy.url}/`,
			};
			return { port, env };
		},
	});

	afterAll(() => proxy.close());

	it.each(['polling', 'webhook'] as const)(
		'gives a link at its URL there (%s)',
		async (waitUsing) => {
			const { item, video } = await createOne(testServer, waitUsing);
			expect(String(item.json.public_url)).toContain(`${proxy.url}/rest/binary-data/signed?token=`);
			expect(item.binary?.data?.id).toMatch(
				n8nFacts.keepsFilesOutside ? /^database:/ : /^filesystem/,
			);
			await expectVideo(item, video);
		},
	);
});

/** The video is there, and both the item and the node say why the link is not. */
function expectMissing({ done, item }: Awaited<ReturnType<typeof createOne>>, says: RegExp) {
	expect(done.status).toBe('success');
	expect(item.binary?.data).toMatchObject({ mimeType: 'video/mp4' });
	expect(item.json).not.toHaveProperty('public_url');
	expect(item.json).not.toHaveProperty('public_url_expires_at');
	expect(item.json.public_url_failure).toEqual({ message: expect.stringMatching(says) as string });
}

describe('An n8n with its files in memory', () => {
	const testServer = useOwnServer({ n8n: { env: { N8N_DEFAULT_BINARY_DATA_MODE: 'default' } } });

	it.each(['polling', 'webhook'] as const)(
		'says that no link can be made (%s)',
		async (waitUsing) => {
			const created = await createOne(testServer, waitUsing);
			expectMissing(created, /in memory.*N8N_DEFAULT_BINARY_DATA_MODE to filesystem/);
			const hints = hintsOf(created.done).filter((hint) => hint.includes('no public link'));
			expect(hints).toHaveLength(waitUsing === 'polling' ? 1 : 0);
		},
	);
});

it('an n8n that the internet cannot reach says so', async () => {
	const internet = await openInternet();
	const env = { ...internet.env, ...n8nFacts.filesOutside };
	const testServer = await startTestServer({ runningSandbox: internet.sandbox, n8n: { env } });
	try {
		const created = await createOne(testServer, 'polling');
		expectMissing(created, /begin with http:\/\/127\.0\.0\.1:\d+, .*N8N_WEBHOOK_URL/);
		expect(hintsOf(created.done).join()).toContain('There is no public link to the video.');
	} finally {
		await testServer.n8n.stop();
		await internet.close();
	}
});
