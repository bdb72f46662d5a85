import type { ServerResponse } from 'node:http';
import path from 'node:path';

import type { ExecutionView } from '../../sandbox/n8n/execution';
import type { SandboxControl } from '../../sandbox/api/control';
import { freePorts } from '../../sandbox/n8n/ports';
import { n8nFacts } from '../n8nFacts';
import { fetchedImageWorkflow } from './support/workflows/fetchedImageWorkflow';
import { openInternet } from './support/network/internet';
import type { ImageServer } from './support/network/imageServer';
import { draw, imageServer } from './support/network/imageServer';
import type { TestServer } from './support/testServer/testServer';
import { startTestServer } from './support/testServer/testServer';
import { useTestServer } from './support/testServer/useTestServer';
import { hintsOf, jsonsOf } from './support/assertions/watching';
import type { OnError } from './support/workflows/workflow';
import { createAndWait } from './support/workflows/workflow';

const testServer = useTestServer();
let server: ImageServer;

beforeEach(async () => {
	server = await imageServer();
});

afterEach(async () => {
	await server.close();
});

interface Setting {
	overrides?: Record<string, unknown>;
	onError?: OnError;
	on?: TestServer;
}

async function run(
	paths: readonly string[],
	{ overrides = {}, onError = 'stopWorkflow', on = testServer }: Setting = {},
): Promise<ExecutionView> {
	const parameters = createAndWait({ operation: 'create', callback: 'none', ...overrides });
	const workflow = await on.publishNode({ onError, parameters });
	return await workflow.run(
		paths.map((path, index) => ({ name: `${index}`, image: absolute(path) })),
	);
}

const absolute = (path: string) => (path.startsWith('http') ? path : server.url + path);

async function postsAndUploads(control: SandboxControl) {
	const { posts, uploads, requests } = await control.state();
	const urlRequests = requests.filter(({ path }) => path.startsWith('/v1/ai/uploads'));
	return { posts: posts.length, uploads: uploads.length + urlRequests.length };
}

const NOTHING = { posts: 0, uploads: 0 };

const HEAVY = 10 * 1024 * 1024 + 1;

/** Claims a file size, and sends the beginning of a good image. */
const heavy =
	(status: number, headers: Record<string, string | number>) => (response: ServerResponse) => {
		void draw('/400x300.png').then((bytes) => {
			response.writeHead(status, headers);
			response.write(bytes);
		});
	};

const text =
	(status: number, body: string, type = 'text/html') =>
	(response: ServerResponse) => {
		response.writeHead(status, { 'content-type': type });
		response.end(body);
	};

describe('An image that the API would reject', () => {
	const SIDES = 'pixels (minimum 300 pixels per side)';
	const SHAPE = 'pixels (the longer side may be at most 2.5 times the shorter)';
	const FORMATS = '(accepted: JPEG, PNG, WebP or BMP)';
	const REJECTED: Array<[string, string]> = [
		['/640x200.jpg', `The image is too small: 640x200 ${SIDES}`],
		['/299x300.png', `The image is too small: 299x300 ${SIDES}`],
		['/300x299.webp', `The image is too small: 300x299 ${SIDES}`],
		['/751x300.png', `The image is too wide: 751x300 ${SHAPE}`],
		['/300x751.jpg', `The image is too tall: 300x751 ${SHAPE}`],
		['/heavy-by-length', 'The file is too large: 10.1 MB (maximum 10 MB)'],
		['/heavy-by-range', 'The file is too large: 10.1 MB (maximum 10 MB)'],
		['/400x300.gif', `It is a GIF ${FORMATS}`],
		['/400x300.avif', `It is an AVIF image ${FORMATS}`],
		['/drawing.svg', `It is an SVG ${FORMATS}`],
		['/page', 'It is a web page, not an image'],
		['/video.mp4', 'It is an MP4 or MOV video, not an image'],
		['/error.json', 'It is a JSON file, not an image'],
		['/missing', 'Nothing is found at the URL (404)'],
		['/gone', 'Nothing is found at the URL (410)'],
		['/empty', 'The file at the URL is empty'],
	];

	beforeEach(() => {
		server.responses.set('/heavy-by-length', heavy(200, { 'content-length': HEAVY }));
		server.responses.set(
			'/heavy-by-range',
			heavy(206, { 'content-range': `bytes 0-65535/${HEAVY}`, 'content-length': 65_536 }),
		);
		const svg =
			'<?xml version="1.0"?>\n<!-- drawn -->\n<svg xmlns="http://www.w3.org/2000/svg" width="800" height="600"/>';
		server.responses.set('/drawing.svg', text(200, svg, 'image/svg+xml'));
		// What a share page says of itself does not matter.
		server.responses.set('/page', text(200, '<!doctype html><title>Drive</title>', 'image/png'));
		server.responses.set('/video.mp4', text(200, '\0\0\0\x18ftypisom\0\0\0\0', 'video/mp4'));
		server.responses.set('/error.json', text(200, '{"error":"expired"}', 'application/json'));
		server.responses.set('/missing', text(404, 'no'));
		server.responses.set('/gone', text(410, 'no'));
		server.responses.set('/empty', text(200, ''));
	});

	it('is named with what was measured and what is allowed, before anything is sent', async () => {
		const done = await run(
			REJECTED.map(([path]) => path),
			{ onError: 'continueRegularOutput' },
		);
		expect(jsonsOf(done)).toEqual(
			REJECTED.map(([, reason], item) => ({
				error: `'Image URL' cannot be used. ${reason}`,
				message: expect.stringContaining("'Check Files'"),
				details: { item },
			})),
		);
		expect(await postsAndUploads(testServer.sandbox.control)).toEqual(NOTHING);
	});

	it('in the last of seven items keeps all videos from being created', async () => {
		const good = [1, 2, 3, 4, 5, 6].map((n) => `/400x300.png?n=${n}`);
		const done = await run([...good, '/640x200.jpg']);
		expect(done.status).toBe('error');
		expect(done.error?.message).toContain('640x200');
		expect(done.error?.context).toMatchObject({ itemIndex: 6 });
		expect(await postsAndUploads(testServer.sandbox.control)).toEqual(NOTHING);
		expect(server.requests).toHaveLength(7);
	});

	it('does not keep the others from being made when the user says so', async () => {
		const good = ['/400x300.png?n=1', '/400x300.png?n=2'];
		const bad = REJECTED.map(([path]) => path);
		const done = await run([good[0]!, ...bad, good[1]!], { onError: 'continueRegularOutput' });
		expect(jsonsOf(done).map(({ error, status }) => error ?? status)).toEqual([
			'CREATED',
			...REJECTED.map(([, reason]) => expect.stringContaining(reason) as string),
			'CREATED',
		]);
		expect(hintsOf(done)).toEqual([]);
		const { posts } = await testServer.sandbox.control.state();
		expect(posts.map(({ body }) => (body as { image_url: string }).image_url).sort()).toEqual(
			good.map(absolute),
		);
	});

	it.each(['/page', '/missing', '/empty'])(
		'(%s) stops the run, and says what to do',
		async (bad) => {
			const done = await run(['/400x300.png', bad]);
			expect(done.status).toBe('error');
			expect(done.error?.message).toContain("'Image URL' cannot be used.");
			expect(done.error?.description).toContain('Nothing was created or charged.');
			expect(done.error?.context).toMatchObject({ itemIndex: 1 });
			expect(await postsAndUploads(testServer.sandbox.control)).toEqual(NOTHING);
		},
	);

	it('is named together with all others of the batch', async () => {
		const good = Array.from({ length: 20 }, (_, n) => `/400x300.png?n=${n}`);
		const done = await run([...good, '/page', '/missing', '/page', '/gone']);
		expect(done.status).toBe('error');
		expect(done.error?.message).toMatch(/web page.* \(and 3 more items have a problem\)$/);
		expect(done.error?.description).toMatch(
			/ All problems: items 20, 22: [^;]*web page[^;]*; item 21: [^;]*\(404\); item 23: [^;]*\(410\)\.$/,
		);
		expect(await postsAndUploads(testServer.sandbox.control)).toEqual(NOTHING);
	});

	it('is not looked at when the check is switched off', async () => {
		const done = await run(['/640x200.jpg'], { overrides: { options: { checkMedia: false } } });
		expect(done.status).toBe('error');
		expect(done.error?.message).toMatch(/^The API rejected the request: .*640x200/);
		expect(server.requests).toEqual([]);
		expect((await postsAndUploads(testServer.sandbox.control)).posts).toBe(1);
	});

	it.each([
		['640x200.png', /'data' cannot be used. The image is too small: 640x200 pixels \(minimum 300/],
		[
			'751x300.png',
			/'data' cannot be used. The image is too wide: 751x300 pixels \(the longer side may be at most 2.5/,
		],
		['400x300.gif', /'data' cannot be used. It is a GIF \(accepted: JPEG, PNG or WebP\)/],
		['400x300.bmp', /A BMP image cannot be uploaded/],
	])('as a file (%s) is rejected before anything is uploaded or created', async (name, says) => {
		const { control, url } = testServer.sandbox;
		const { credential } = testServer;
		const parameters = { callback: 'none' };
		const published = await testServer.publish(fetchedImageWorkflow({ credential, parameters }));
		const image = (file: string) => `${url}/images/${file}`;
		const done = await published.run([
			{ name: 'good', image: image('400x300.png') },
			{ name: 'bad', image: image(name) },
		]);
		expect(done.status).toBe('error');
		expect(done.error?.message).toMatch(says);
		expect(done.error?.context).toMatchObject({ itemIndex: 1 });
		expect(await postsAndUploads(control)).toEqual(NOTHING);
	});
});

describe('A good image', () => {
	it('is requested once for any number of items, in part, without key and cookies', async () => {
		const image = '/400x300.jpg';
		server.responses.set(image, (response) => {
			void draw(image).then((bytes) => {
				response.writeHead(206, {
					'set-cookie': 'visit=1; Path=/',
					'content-range': `bytes 0-${bytes.length - 1}/${bytes.length}`,
				});
				response.end(bytes);
			});
		});
		const done = await run([...Array<string>(12).fill(image), '/2500x1000.png', '/300x750.webp']);
		expect(done.status).toBe('success');
		expect(hintsOf(done)).toEqual([]);
		expect(server.requests.map((request) => request.path).sort()).toEqual([
			...['/2500x1000.png', '/300x750.webp', image],
		]);
		for (const { headers } of server.requests) {
			expect(headers.range).toBe('bytes=0-65535');
			expect(headers['accept-encoding']).toBe('identity');
			expect(headers.cookie).toBeUndefined();
			expect(JSON.stringify(headers)).not.toContain(testServer.sandbox.key);
			expect(Object.keys(headers).filter((name) => /api-key|authorization/.test(name))).toEqual([]);
		}
		expect((await postsAndUploads(testServer.sandbox.control)).posts).toBe(14);
	});

	it('whose size is far behind its beginning is read further, at most to a megabyte', async () => {
		const jpeg = await draw('/400x300.jpg');
		const comment = Buffer.concat([Buffer.of(0xff, 0xfe, 0xff, 0xff), Buffer.alloc(65_533, 'x')]);
		const late = Buffer.concat([jpeg.subarray(0, 2), comment, comment, jpeg.subarray(2)]);
		server.responses.set('/late.jpg', (response, { headers }) => {
			const to = Number(/-(\d+)$/.exec(headers.range ?? '')?.[1]);
			const part = late.subarray(0, to + 1);
			response.writeHead(206, { 'content-range': `bytes 0-${part.length - 1}/${late.length}` });
			response.end(part);
		});
		const done = await run(['/late.jpg'], { overrides: { options: { dryRun: true } } });
		expect(jsonsOf(done)).toEqual([
			expect.objectContaining({
				files: [{ field: 'image_url', type: 'jpeg', width: 400, height: 300, bytes: late.length }],
			}),
		]);
		expect(server.requests.map(({ headers }) => headers.range)).toEqual([
			...['bytes=0-65535', 'bytes=0-1048575'],
		]);
	});

	it('shows its facts in a dry run, with the sums of the batch and nothing sent', async () => {
		const { control } = testServer.sandbox;
		const done = await run(['/400x300.png', '/800x600.jpg', '/640x200.png'], {
			onError: 'continueRegularOutput',
			overrides: {
				operation: 'createAndWait',
				duration: '={{ 3 + Number($json.name) }}',
				options: { dryRun: true },
			},
		});
		expect(done.status).toBe('success');
		const [first, second, third] = jsonsOf(done);
		const batch = { videos: 2, seconds_by_resolution: { '720P': 7 } };
		expect(first).toMatchObject({
			...{ dry_run: true, video_seconds: 3, batch },
			aspect_ratio: '4:3',
			files: [{ type: 'png', width: 400, height: 300, bytes: (await draw('/400x300.png')).length }],
			request: { image_url: absolute('/400x300.png'), duration: 3, resolution: '720P' },
		});
		expect(second).toMatchObject({
			files: [{ type: 'jpeg', width: 800 }],
			video_seconds: 4,
			batch,
		});
		expect(third?.error).toContain('640x200');
		expect(await postsAndUploads(control)).toEqual(NOTHING);
		expect(JSON.stringify(done.data)).not.toContain(testServer.sandbox.key);
	});
});

describe('An image that cannot be looked at', () => {
	const UNCLEAR: Array<[string, (response: ServerResponse) => void, string]> = [
		['/forbidden', text(403, 'no'), 'its server responded with 403'],
		['/fault', text(503, 'no'), 'its server responded with 503'],
		['/text', text(200, 'no image'), 'the beginning of the file shows no image'],
		['/silent', () => undefined, 'its server could not be reached from here'],
		[
			'/quiet',
			(response) => void response.writeHead(200, { 'content-length': 5000 }).write('\x89PNG'),
			'its server could not be reached from here',
		],
		[
			'/reset',
			(response) => void response.socket?.resetAndDestroy(),
			'its server could not be reached from here',
		],
	];

	it('is sent all the same, with a hint', async () => {
		for (const [path, respond] of UNCLEAR) server.responses.set(path, respond);
		const done = await run([...UNCLEAR.map(([path]) => path), '/400x300.png']);
		expect(done.status).toBe('success');
		expect(jsonsOf(done).map(({ status }) => status)).toEqual(
			[...UNCLEAR, 'good'].map(() => 'CREATED'),
		);
		const [hint = '', ...others] = hintsOf(done);
		expect(others).toEqual([]);
		expect(hint).toMatch(/^6 of 7 files could not be checked before the videos were created \(/);
		for (const [, , reason] of UNCLEAR) expect(hint).toContain(reason);
		expect((await postsAndUploads(testServer.sandbox.control)).posts).toBe(7);
	});

	it('on a host that is down is left to the judgement of the API', async () => {
		const [port = 0] = await freePorts(1);
		const done = await run([`http://127.0.0.1:${port}/a.png`], {
			onError: 'continueRegularOutput',
		});
		expect(jsonsOf(done)[0]?.error).toMatch(
			/^The API rejected the request: .*could not be fetched/,
		);
		expect(hintsOf(done)[0]).toContain('1 of 1 files could not be checked');
		expect((await postsAndUploads(testServer.sandbox.control)).posts).toBe(1);
	});
});

describe('With a provider on the internet', () => {
	it('no redirect leads the check to this machine or network', async () => {
		const internet = await openInternet();
		const insideNames = path.join(__dirname, 'support', 'network', 'insideNames.cjs');
		const nodeOptions = `${internet.env.NODE_OPTIONS} --require ${JSON.stringify(insideNames)}`;
		const on = await startTestServer({
			runningSandbox: internet.sandbox,
			n8n: { env: { ...internet.env, NODE_OPTIONS: nodeOptions } },
		});
		const inside = await imageServer();
		try {
			const { port } = inside;
			const targets = [
				`http://127.0.0.1:${port}/secret`,
				`http://127.1:${port}/secret`,
				`http://2130706433:${port}/secret`,
				`http://0x7f000001:${port}/secret`,
				`http://0:${port}/secret`,
				`http://[::1]:${port}/secret`,
				`http://[::ffff:7f00:1]:${port}/secret`,
				`http://localhost.:${port}/secret`,
				'http://169.254.169.254/latest/meta-data/',
				'http://10.0.0.1/secret',
				'http://metadata.google.internal/',
				`http://images.inside.example:${port}/secret`,
				`http://me@images.happy-horse.example:${port}/secret`,
				'file:///etc/hostname',
				'ftp://images.happy-horse.example/a.png',
			];
			const outside = `http://images.happy-horse.example:${server.port}`;
			for (const [index, location] of targets.entries()) {
				server.responses.set(`/away/${index}`, (response) => {
					response.writeHead(302, { location });
					response.end();
				});
			}
			server.responses.set('/round', (response) => {
				response.writeHead(302, { location: '/round' });
				response.end();
			});
			server.responses.set('/moved', (response) => {
				response.writeHead(301, { location: '/400x300.png' });
				response.end();
			});
			const paths = [...targets.map((_, index) => `/away/${index}`), '/round', '/moved'];
			const done = await run(
				paths.map((path) => outside + path),
				{ on },
			);
			expect(done.error?.message).toBeUndefined();
			expect(done.status).toBe('success');
			const open = n8nFacts.looksUpNames ? [] : [`images.inside.example:${port}`];
			expect(inside.requests.map(({ headers }) => headers.host)).toEqual(open);
			for (const { headers } of inside.requests) {
				expect(JSON.stringify(headers)).not.toContain(on.sandbox.key);
			}
			// What is rejected here may still be good for the provider, which sees another network.
			expect(jsonsOf(done).map(({ status }) => status)).toEqual(paths.map(() => 'CREATED'));
			const unseen = targets.length + 1 - open.length;
			expect(hintsOf(done).join()).toContain(`${unseen} of ${paths.length} files`);
			expect(server.requests.filter(({ path }) => path === '/round')).toHaveLength(6);
			expect(server.requests.filter(({ path }) => path === '/400x300.png')).toHaveLength(1);
			for (const { headers } of server.requests) {
				expect(JSON.stringify(headers)).not.toContain(on.sandbox.key);
			}
		} finally {
			await inside.close();
			await on.n8n.stop();
			await internet.close();
		}
	});
});
