import path from 'node:path';

import type { ExecutionView } from '../../sandbox/n8n/execution';
import { itemsOf } from '../../sandbox/n8n/execution';
import { n8nFacts } from '../n8nFacts';
import type { Internet } from './support/network/internet';
import { openInternet } from './support/network/internet';
import { taskFromItem } from './support/workflows/itemParameters';
import type { ImageServer } from './support/network/imageServer';
import { draw, imageServer } from './support/network/imageServer';
import type { OwnServer } from './support/testServer/testServer';
import { startTestServer } from './support/testServer/testServer';
import { hintsOf, jsonsOf } from './support/assertions/watching';
import { createAndWait, HAPPY_HORSE } from './support/workflows/workflow';

/** A1: an n8n with a provider on the internet, and strangers who want it to open what is inside. */
let internet: Internet;
let testServer: OwnServer;

/** What is to stay unseen, on this computer, and what a stranger offers, under public names. */
let inside: { http: ImageServer; https: ImageServer };
let outside: { http: ImageServer; https: ImageServer };

const support = (file: string) =>
	`--require ${JSON.stringify(path.join(__dirname, 'support', 'network', file))}`;

beforeAll(async () => {
	internet = await openInternet();
	const pair = async () => ({
		http: await imageServer(),
		https: await imageServer(internet.tls),
	});
	[inside, outside] = [await pair(), await pair()];
	const ports = {
		[inside.http.port]: outside.http.port,
		[inside.https.port]: outside.https.port,
	};
	testServer = await startTestServer({
		runningSandbox: internet.sandbox,
		n8n: {
			env: {
				...internet.env,
				NODE_OPTIONS: [
					internet.env.NODE_OPTIONS,
					support('insideNames.cjs'),
					support('reboundNames.cjs'),
				].join(' '),
				REBOUND_PORTS: JSON.stringify(ports),
			},
		},
	});
});

beforeEach(async () => {
	await testServer.sandbox.control.reset();
	for (const { requests } of servers()) requests.length = 0;
});

afterAll(async () => {
	await testServer?.n8n.stop();
	for (const server of servers()) await server.close();
	await internet?.close();
});

const servers = () => [inside, outside].flatMap((pair) => (pair ? [pair.http, pair.https] : []));

const insidePaths = () =>
	[...inside.http.requests, ...inside.https.requests].map(({ path }) => path);

/** Every way in which a URL can lead to this computer, or to no web server at all. */
function targets(port: number): string[] {
	return [
		...['127.0.0.1', '127.1', '2130706433', '0x7f000001', '0', '[::1]', '[::ffff:7f00:1]'].map(
			(host) => `https://${host}:${port}/secret`,
		),
		`https://localhost.:${port}/secret`,
		'https://169.254.169.254/latest/meta-data/',
		'https://metadata.google.internal/',
		`https://videos.inside.example:${port}/secret`,
		`https://me@videos.happy-horse.example:${port}/secret`,
		'file:///etc/hostname',
		'ftp://videos.happy-horse.example/a',
	];
}

async function dryRun(images: string[]): Promise<ExecutionView> {
	const parameters = createAndWait({ options: { dryRun: true } });
	const workflow = await testServer.publishNode({ parameters });
	return await workflow.run(images.map((image, index) => ({ name: `${index}`, image })));
}

describe('the look at an image', () => {
	it('goes where its name led when that was looked at, though it leads inside by now', async () => {
		const { http, https } = inside;
		const done = await dryRun([
			`http://rebound.happy-horse.example:${http.port}/640x480.png`,
			`https://rebound.happy-horse.example:${https.port}/800x600.png`,
		]);
		expect(done.error?.message).toBeUndefined();
		if (!n8nFacts.looksUpNames) {
			// A node cannot know there where a name leads: an image inside is looked at, without the key.
			expect(insidePaths()).toEqual(['/640x480.png', '/800x600.png']);
			const sent = [...inside.http.requests, ...inside.https.requests].map(
				({ headers }) => headers,
			);
			expect(JSON.stringify(sent)).not.toContain(testServer.sandbox.key);
			return;
		}
		expect(insidePaths()).toEqual([]);
		// That it was opened at all, by its own name and certificate, shows that the name is not simply rejected.
		expect(jsonsOf(done).map(({ files }) => files)).toMatchObject([
			[{ field: 'image_url', width: 640, height: 480 }],
			[{ field: 'image_url', width: 800, height: 600 }],
		]);
		expect(hintsOf(done).filter((hint) => !hint.startsWith('Dry run: '))).toEqual([]);
		expect(outside.http.requests[0]?.headers.host).toBe(`rebound.happy-horse.example:${http.port}`);
		expect(outside.https.requests[0]?.headers.host).toBe(
			`rebound.happy-horse.example:${https.port}`,
		);
	});

	it('is not led by a redirect to an image in the URL itself', async () => {
		const image = `data:image/png;base64,${(await draw('/400x300.png')).toString('base64')}`;
		outside.http.responses.set('/away', (response) => {
			response.writeHead(302, { location: image });
			response.end();
		});
		const done = await dryRun([`http://images.happy-horse.example:${outside.http.port}/away`]);
		expect(jsonsOf(done).map((json) => json.files)).toEqual([undefined]);
		expect(hintsOf(done).join()).toContain(
			'Only http and https URLs without a user name are opened',
		);
	});
});

describe('the download of a video', () => {
	/** Finished tasks of the public provider, with these URLs. */
	async function downloaded(urls: string[]): Promise<Array<Record<string, unknown>>> {
		const { control } = testServer.sandbox;
		const ids = await control.seedTasks({ count: urls.length, status: 'COMPLETED' });
		for (const [index, task_id] of ids.entries()) {
			const data = { task_id, status: 'COMPLETED', generated: [urls[index]] };
			await control.rules({
				on: 'get',
				where: { taskId: task_id },
				do: { response: { status: 200, body: { data } } },
			});
		}
		const parameters = taskFromItem('download', { outputBinaryPropertyName: 'data', options: {} });
		const workflow = await testServer.publishNode({ parameters });
		const items = ids.map((task_id) => ({ name: task_id, task_id, model: 'happy-horse-1' }));
		const done = await workflow.run(items, 120_000);
		expect(done.status).toBe('success');
		expect(itemsOf(done, HAPPY_HORSE).map(({ binary }) => binary)).toEqual(
			ids.map(() => undefined),
		);
		expect(jsonsOf(done).map(({ task_id }) => task_id)).toEqual(ids);
		return jsonsOf(done);
	}

	const reason = (json: Record<string, unknown>) =>
		(json.download_failure as { message: string } | undefined)?.message;

	const NOT_OPENED = expect.stringMatching(/^The URL of the video is not opened: /);

	/** Where a node cannot know where a name leads, it is the certificate that prevents it. */
	const kept = (url: string) =>
		url.includes('videos.inside.example') && !n8nFacts.looksUpNames
			? expect.stringMatching(/^The connection broke during the download\. .*certificate/)
			: NOT_OPENED;

	it('opens no file of this computer, which would be no trouble to open', async () => {
		const plain = [`http://127.0.0.1:${inside.http.port}/secret`, `http://0:${inside.http.port}/a`];
		const seen = await downloaded(plain);
		expect(insidePaths()).toEqual([]);
		expect(seen.map(reason)).toEqual(plain.map(() => NOT_OPENED));
		expect(seen.map(({ video_url }) => video_url)).toEqual(plain);
	});

	it('opens nothing inside, whatever URL the API gives', async () => {
		const [ftp, file, ...web] = targets(inside.https.port).reverse();
		const seen = await downloaded(web);
		expect(insidePaths()).toEqual([]);
		expect(seen.map(reason)).toEqual(web.map(kept));
		expect(seen.map(({ video_url }) => video_url)).toEqual(web);
		// These are no video URLs at all.
		for (const json of await downloaded([ftp!, file!, 'data:video/mp4;base64,AAAAGGZ0eXA='])) {
			expect(json).toMatchObject({ video_url: null, failure: { message: expect.any(String) } });
		}
	});

	it('is led inside by no redirect', async () => {
		const { port } = outside.https;
		const everywhere = [...targets(inside.https.port), 'data:video/mp4;base64,AAAAGGZ0eXBpc29t'];
		for (const [index, location] of everywhere.entries()) {
			outside.https.responses.set(`/away/${index}`, (response) => {
				response.writeHead(302, { location });
				response.end();
			});
		}
		const seen = await downloaded(
			everywhere.map((_, index) => `https://videos.happy-horse.example:${port}/away/${index}`),
		);
		expect(insidePaths()).toEqual([]);
		expect(seen.map(reason)).toEqual(everywhere.map(kept));
		// A connection that broke is tried again.
		const requests = new Set(outside.https.requests.map(({ path }) => path));
		expect([...requests].sort()).toEqual(everywhere.map((_, index) => `/away/${index}`).sort());
		if (n8nFacts.looksUpNames) expect(outside.https.requests).toHaveLength(everywhere.length);
		for (const { headers } of outside.https.requests) {
			expect(JSON.stringify(headers)).not.toContain(testServer.sandbox.key);
		}
	});
});
