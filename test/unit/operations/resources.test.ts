import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { providerFrom } from '../../../nodes/HappyHorse/http/provider';
import { create } from '../../../nodes/HappyHorse/operations/create';
import { createAndWait } from '../../../nodes/HappyHorse/operations/createAndWait';
import { download } from '../../../nodes/HappyHorse/operations/download';
import { get } from '../../../nodes/HappyHorse/operations/get';
import { getAll } from '../../../nodes/HappyHorse/operations/getAll';
import { wait } from '../../../nodes/HappyHorse/operations/wait';
import { resources } from '../../../nodes/HappyHorse/resources';
import { endpointOf, tasksPath } from '../../../nodes/HappyHorse/tasks/endpoint';
import { readSignedQuery } from '../../../nodes/HappyHorse/webhook/signedQuery';
import { exif, jpeg } from '../media/image/handmade';
import { brand, data, file, movie, track } from '../media/video/handmade';
import { FakeDatabase } from '../support/fakeDatabase';
import type { FakeRequest, FakeResponse, Setup } from '../support/fakeExecution';
import {
	createParameters,
	fakeExecution,
	ownKey,
	ownTime,
	settle,
	thrownBy,
} from '../support/fakeExecution';
import { FakeVendor, json } from '../support/fakeVendor';
import { png } from '../support/images';
import type { RequestCase } from '../support/requestCases';
import { CASES } from '../support/requestCases';

beforeEach(ownTime);
afterEach(() => jest.useRealTimers());

/** A file server: the names of files say how large or long they are. */
function fileAt({ url, headers }: FakeRequest): FakeResponse | undefined {
	const { hostname, pathname } = new URL(url);
	if (!/^(images|videos)\.example\.com$/.test(hostname)) return undefined;
	const [, width = 640, height = 480] = /(\d+)x(\d+)/.exec(pathname) ?? [];
	const seconds = Number(/(\d+)s/.exec(pathname)?.[1] ?? 4);
	const bytes = pathname.endsWith('.mp4') ? clip(seconds) : png(Number(width), Number(height));
	const [from = 0, to = 0] = (/(\d+)-(\d+)/.exec(String(headers?.Range)) ?? [])
		.slice(1)
		.map(Number);
	const part = bytes.subarray(from, to + 1);
	return {
		statusCode: 206,
		headers: { 'content-range': `bytes ${from}-${from + part.length - 1}/${bytes.length}` },
		body: part,
	};
}

const clip = (seconds: number, { width = 1280, height = 720 } = {}): Buffer =>
	Buffer.from(file(brand(), movie(track({ duration: seconds * 1000, width, height })), data(100)));

const parametersOf = ({ resource, parameters }: RequestCase, change: IDataObject = {}) => {
	const { model, callback, waitUsing, maxWait, downloadVideo, outputBinaryPropertyName } =
		createParameters;
	return {
		...{ model, callback, waitUsing, maxWait, downloadVideo, outputBinaryPropertyName },
		resource: resource.value,
		...parameters,
		...change,
		options: { ...(parameters.options as IDataObject), ...(change.options as IDataObject) },
	};
};

function batch(theCase: RequestCase, changes: IDataObject[] = [{}], setup: Setup = {}) {
	const vendor = new FakeVendor();
	vendor.intervene = fileAt;
	const fake = fakeExecution({
		items: changes.map(() => ({ json: {}, binary: { data: { data: '', mimeType: '' } } })),
		parameters: changes.map((change) => parametersOf(theCase, change)),
		files: changes.map(() => png()),
		respond: (request) => vendor.respond(request),
		...setup,
	});
	return { ...fake, vendor };
}

const run = async (context: IExecuteFunctions, operation = create) =>
	await settle(operation.execute(context));

const jsons = (items: INodeExecutionData[]) => items.map(({ json: item }) => item);

const endpointOfCase = ({ resource }: RequestCase, model = 0) =>
	endpointOf(resource.mode, resource.models[model]?.value ?? resource.models[0].value);

it('sends no prompt of spaces where it may be left out', async () => {
	const { context, posts } = batch(CASES[0]!, [{ prompt: ' \n\t\u00a0' }]);
	await run(context);
	expect(posts()[0]?.body).not.toHaveProperty('prompt');
});

it('edits a video without images where the list of an item is empty', async () => {
	const { context, posts } = batch(CASES[3]!, [{ imageUrls: [] }, { imageUrls: '' }, {}]);
	await run(context);
	const bodies = posts().map(({ body }) => body as IDataObject);
	expect(bodies.filter(({ image_urls }) => image_urls === undefined)).toHaveLength(2);
	expect(bodies).toHaveLength(3);
});

it('has a case for each resource', () => {
	expect(CASES.map(({ resource }) => resource)).toEqual(resources);
});

describe.each(CASES.map((theCase) => [theCase.resource.value, theCase] as const))(
	'%s',
	(_, theCase) => {
		const { resource } = theCase;

		it('sends what the contract of the API wants, and nothing else', async () => {
			const { context, posts } = batch(theCase);
			await run(context);
			expect(posts().map(({ url }) => new URL(url).pathname)).toEqual([
				tasksPath(endpointOfCase(theCase)),
			]);
			expect(JSON.stringify(posts()[0]?.body)).toBe(JSON.stringify(theCase.body));
		});

		it('looks at each file once, however many items use it', async () => {
			const { context, looks, posts } = batch(theCase, [{}, {}, {}]);
			await run(context);
			expect(looks()).toEqual(theCase.files);
			expect(posts()).toHaveLength(3);
		});

		it('creates at the endpoint of each model', async () => {
			for (const [index, { value }] of resource.models.entries()) {
				const { context, posts } = batch(theCase, [{ model: value }]);
				const [item] = await run(context);
				expect(new URL(posts()[0]!.url).pathname).toBe(tasksPath(endpointOfCase(theCase, index)));
				expect(item?.json).toMatchObject({ mode: resource.mode, model: value });
			}
		});

		it('gives N items for N items, in sequence', async () => {
			const changes = Array.from({ length: 7 }, (_item, index) => ({ prompt: `${index}` }));
			const { context, posts } = batch(theCase, changes);
			const items = await run(context);
			expect(items.map(({ pairedItem }) => pairedItem)).toEqual(
				changes.map((_item, item) => ({ item })),
			);
			const byTask = new Map(
				posts().map(({ body }, index) => [`task-${index}`, (body as IDataObject).prompt]),
			);
			expect(jsons(items).map(({ task_id }) => byTask.get(String(task_id)))).toEqual(
				changes.map(({ prompt }) => prompt),
			);
		});

		it('is waited for, downloaded, and read again at its own endpoint', async () => {
			const { context, vendor, requests } = batch(theCase, [
				{ waitUsing: 'polling', downloadVideo: true },
				{ waitUsing: 'polling', downloadVideo: true, prompt: 'another' },
			]);
			vendor.onRead = () => vendor.finishAll();
			const items = await run(context, createAndWait);
			expect(jsons(items)).toMatchObject(
				[0, 1].map(() => ({ status: 'COMPLETED', mode: resource.mode, timed_out: false })),
			);
			expect(items.every(({ binary }) => binary?.data?.mimeType === 'video/mp4')).toBe(true);
			const paths = requests
				.map(({ url }) => new URL(url).pathname)
				.filter((path) => path.startsWith('/v1'));
			expect(paths.every((path) => path.startsWith(tasksPath(endpointOfCase(theCase))))).toBe(true);
		});

		it.each([get, wait, download])('is found by $name', async (operation) => {
			const { context, vendor } = batch(theCase, [{ taskId: 'old', downloadVideo: false }]);
			const endpoint = endpointOfCase(theCase);
			vendor.tasks.set('old', { endpoint, status: 'COMPLETED', request: {} });
			const [item] = await run(context, operation);
			expect(item?.json).toMatchObject({ task_id: 'old', mode: resource.mode });
		});

		it('is listed by Get Many, without the tasks of other endpoints', async () => {
			const { context, vendor } = batch(theCase, [{ returnAll: true }]);
			const endpoint = endpointOfCase(theCase);
			vendor.tasks.set('own', { endpoint, status: 'CREATED', request: {} });
			vendor.tasks.set('other', { endpoint: 'elsewhere/x', status: 'CREATED', request: {} });
			expect(jsons(await run(context, getAll))).toMatchObject([
				{ task_id: 'own', mode: resource.mode },
			]);
		});

		it('comes out as a failed one with its reason', async () => {
			const { context, vendor } = batch(theCase, [{ waitUsing: 'polling' }]);
			vendor.onRead = () => vendor.finishAll('FAILED');
			const [item] = await run(context, createAndWait);
			expect(item?.json).toMatchObject({
				status: 'FAILED',
				failure: { message: /reason/ as never },
			});
		});

		it('is shown by a dry run, and nothing is sent', async () => {
			const { context, toApi, hints } = batch(theCase, [{ options: { dryRun: true } }]);
			const [item] = await run(context);
			expect(item?.json).toMatchObject({
				dry_run: true,
				mode: resource.mode,
				request: theCase.body,
				aspect_ratio: expect.stringMatching(/^\d+:\d+$/) as string,
				video_seconds: expect.any(Number) as number,
			});
			expect((item?.json.files as unknown[] | undefined)?.length ?? 0).toBe(theCase.files.length);
			expect(toApi()).toEqual([]);
			expect(JSON.stringify(hints)).toContain('nothing was created or charged');
		});

		it('is paid once when n8n runs the node again, and once for an idempotency key', async () => {
			const nodeContext = {};
			const first = batch(theCase, [{}, {}], { nodeContext });
			await run(first.context);
			const respond = (request: FakeRequest) => first.vendor.respond(request);
			const second = batch(theCase, [{}, {}], { nodeContext, respond });
			const items = await run(second.context);
			expect(second.posts()).toEqual([]);
			expect(jsons(items).map(({ task_id }) => task_id)).toEqual(['task-0', 'task-1']);

			const database = new FakeDatabase();
			const options = { idempotencyKey: 'row-7' };
			const keyed = { options };
			const one = batch(theCase, [keyed, keyed], { database, raw: keyed, executionId: '1' });
			const found = jsons(await run(one.context));
			expect(one.posts()).toHaveLength(1);
			expect(found[0]?.task_id).toBe(found[1]?.task_id);
		});

		it('waits by webhook, each task with a URL of its own', async () => {
			const { context, posts, waits } = batch(
				theCase,
				[{ waitUsing: 'webhook' }, { waitUsing: 'webhook' }],
				{ resumeUrl: 'https://n8n.example.com/webhook-waiting/1?signature=abc' },
			);
			await run(context, createAndWait);
			const webhooks = posts().map(({ body }) => String((body as IDataObject).webhook_url));
			expect(new Set(webhooks).size).toBe(2);
			expect(waits).toHaveLength(1);
		});

		it('tells the trigger its endpoint and the metadata, signed', async () => {
			const webhookUrl = 'https://n8n.example.com/webhook/happy-horse-wf2';
			const change = { callback: 'url', webhookUrl, options: { metadata: { row: 7 } } };
			const { context, posts } = batch(theCase, [change]);
			await run(context);
			const sent = new URL(String((posts()[0]?.body as IDataObject).webhook_url));
			const { signingKey } = providerFrom({ provider: 'magnific', apiKey: ownKey() });
			expect(readSignedQuery(Object.fromEntries(sent.searchParams), signingKey)).toEqual({
				endpoint: endpointOfCase(theCase),
				metadata: { row: 7 },
			});
		});

		it('polls as a tool of an agent, also where a webhook would work', async () => {
			const { context, vendor, waits } = batch(theCase, [{ waitUsing: 'auto' }], {
				nodeType: 'n8n-nodes-happy-horse.happyHorseTool',
				resumeUrl: 'https://n8n.example.com/webhook-waiting/1?signature=abc',
			});
			vendor.onRead = () => vendor.finishAll();
			const [item] = await run(context, createAndWait);
			expect([item?.json.status, waits]).toEqual(['COMPLETED', []]);
		});

		it('gives a wrong item to the error output, and creates the others', async () => {
			const [, change, says] = theCase.wrong[0]!;
			const { context, posts } = batch(theCase, [{}, change, {}], {
				onError: 'continueErrorOutput',
			});
			const items = await run(context);
			expect(posts()).toHaveLength(2);
			expect(jsons(items)).toMatchObject([
				{ status: 'CREATED' },
				{ error: expect.stringMatching(says) as string, details: { item: 1 } },
				{ status: 'CREATED' },
			]);
		});

		it.each([
			[401, /API key/],
			[402, /credits/],
			[429, /./],
			[500, /may have been created/],
		])('says what a %i means, and sends nothing twice', async (statusCode, says) => {
			const { context, vendor, posts } = batch(theCase, [{}]);
			vendor.intervene = (request) =>
				request.method === 'POST'
					? json(statusCode, { message: 'upgrade your plan' })
					: fileAt(request);
			const error = await thrownBy(run(context));
			expect(`${error.message} ${error.description}`).toMatch(says);
			expect(posts().length).toBeLessThanOrEqual(statusCode === 429 ? 6 : 1);
		});

		it('is wrong in at least 20 ways', () => {
			expect(theCase.wrong.length).toBeGreaterThanOrEqual(20);
		});

		it.each(theCase.wrong)(
			'sends nothing for anyone while the last item has %s',
			async (_what, change, says) => {
				const { context, toApi } = batch(theCase, [{}, change]);
				const error = await thrownBy(run(context));
				expect(error.message).toMatch(says);
				expect(error.name).toMatch(/^Node(Operation|Api)Error$/);
				expect(error).toHaveProperty('context.itemIndex', 1);
				expect(toApi()).toEqual([]);
			},
		);
	},
);

const caseOf = (value: string) => CASES.find(({ resource }) => resource.value === value)!;

describe('an aspect ratio that only Happy Horse 1.1 has', () => {
	const cases = ['referenceToVideo', 'textToVideo'];

	it.each(cases.flatMap((value) => ['21:9', '9:21', '5:4', '4:5'].map((ratio) => [value, ratio])))(
		'%s, %s: is sent to 1.1, and never to 1.0',
		async (value, aspectRatio) => {
			const newer = batch(caseOf(value!), [{ aspectRatio, model: 'happy-horse-1-1' }]);
			await run(newer.context);
			expect(newer.posts()[0]?.body).toMatchObject({ aspect_ratio: aspectRatio });
			const older = batch(caseOf(value!), [{ aspectRatio }]);
			expect((await thrownBy(run(older.context))).message).toMatch(
				/^'Aspect Ratio' must be one of .* for the model happy-horse-1, not /,
			);
			expect(older.toApi()).toEqual([]);
		},
	);
});

describe('files', () => {
	const several = caseOf('referenceToVideo');
	const [a, b] = ['https://images.example.com/a.png', 'https://images.example.com/b.png'];

	it.each<[string, unknown]>([
		['lines of text', `${a}\n\n ${b} `],
		['a list of URLs', [a, b]],
		['a list of objects', [{ url: a, name: 'front' }, { url: b }]],
		['a list as JSON', JSON.stringify([a, b])],
		['both', [a, { url: b }]],
	])('may be given as %s, and keep their sequence', async (_, imageUrls) => {
		const { context, posts } = batch(several, [{ imageUrls: imageUrls as string }]);
		await run(context);
		expect(posts()[0]?.body).toMatchObject({ image_urls: [{ url: a }, { url: b }] });
	});

	/** Items with three files, each with bytes of its own. */
	const withFiles = (change: IDataObject, items = 1) => {
		const binary = {
			front: { data: '', mimeType: 'image/png', fileName: 'front.png' },
			back: { data: '', mimeType: 'image/png', fileName: 'back.png' },
		};
		const fake = batch(several, Array<IDataObject>(items).fill(change), {
			items: Array.from({ length: items }, () => ({ json: {}, binary })),
		});
		const bytes: Record<string, Buffer> = { front: png(640, 480), back: png(800, 800) };
		fake.bendable.helpers.getBinaryDataBuffer = (async (_item: number, name: string) =>
			bytes[name]!) as never;
		let uploads = 0;
		fake.vendor.intervene = (request) => {
			if (!request.url.endsWith('/uploads/request-url')) return fileAt(request);
			const asset_url = `https://assets.example.com/${uploads++}.png`;
			return json(200, {
				files: [{ upload_url: 'https://upload.example.com/put', headers: {}, asset_url }],
			});
		};
		return fake;
	};

	it.each([
		['names in a text', { imageSource: 'binary', binaryPropertyNames: 'back, front' }],
		['names in a list', { imageSource: 'binary', binaryPropertyNames: ['back', 'front'] }],
		[
			'files that were dropped into the field',
			{
				imageUrls: [
					{ mimeType: 'image/png', fileName: 'back.png' },
					{ mimeType: 'image/png', fileName: 'front.png' },
				],
			},
		],
	])('of the item, by %s, are uploaded in their sequence', async (_, change) => {
		const { context, posts, steps } = withFiles(change);
		await run(context);
		expect(steps.filter((name) => name.startsWith('PUT'))).toHaveLength(2);
		expect(posts()[0]?.body).toMatchObject({
			image_urls: [
				{ url: 'https://assets.example.com/0.png' },
				{ url: 'https://assets.example.com/1.png' },
			],
		});
	});

	it('are uploaded once, however many items use them', async () => {
		const { context, posts, steps } = withFiles(
			{ imageSource: 'binary', binaryPropertyNames: 'back, front', options: { maxConcurrency: 1 } },
			5,
		);
		await run(context);
		expect(steps.filter((name) => name.startsWith('PUT'))).toHaveLength(2);
		expect(posts()).toHaveLength(5);
		expect(new Set(posts().map(({ body }) => JSON.stringify(body))).size).toBe(1);
	});

	it('of a source video are uploaded by what they are', async () => {
		const theCase = caseOf('videoEdit');
		const change = { videoSource: 'binary', videoBinaryPropertyName: 'data', imageSource: 'none' };
		const { context, toApi, posts } = batch(theCase, [change], { files: [clip(4)] });
		await run(context);
		expect(toApi()[0]?.body).toEqual({ files: [{ content_type: 'video/mp4' }] });
		expect(posts()[0]?.body).not.toHaveProperty('image_urls');
	});
});

describe('one idempotency key', () => {
	/** How many videos two items with the same key pay for. */
	const paidFor = async (value: string, one: IDataObject, other: IDataObject) => {
		const options = { idempotencyKey: 'row-7' };
		const { context, posts } = batch(
			caseOf(value),
			[
				{ ...one, options: { ...(one.options as IDataObject), ...options } },
				{ ...other, options: { ...(other.options as IDataObject), ...options } },
			],
			{ database: new FakeDatabase(), raw: { options } },
		);
		await run(context);
		return posts().length;
	};

	const [a, b] = ['https://images.example.com/a.png', 'https://images.example.com/b.png'];

	it.each<[string, string, IDataObject, IDataObject, number]>([
		['the same images', 'referenceToVideo', { imageUrls: [a, b] }, { imageUrls: `${a}\n${b}` }, 1],
		[
			'images in another sequence',
			'referenceToVideo',
			{ imageUrls: [a, b] },
			{ imageUrls: [b, a] },
			2,
		],
		['one image less', 'referenceToVideo', { imageUrls: [a, b] }, { imageUrls: [a] }, 2],
		['another ratio', 'textToVideo', { aspectRatio: '9:16' }, { aspectRatio: '16:9' }, 2],
		['another model', 'textToVideo', {}, { model: 'happy-horse-1-1' }, 2],
		['another sound', 'videoEdit', { audioSetting: 'auto' }, { audioSetting: 'origin' }, 2],
		[
			'another signature of the same file',
			'videoEdit',
			{ videoUrl: 'https://videos.example.com/4s.mp4?X-Amz-Signature=1' },
			{ videoUrl: 'https://videos.example.com/4s.mp4?X-Amz-Signature=2' },
			1,
		],
	])('with %s pays for as many videos as there are', async (_, value, one, other, videos) => {
		expect(await paidFor(value, one, other)).toBe(videos);
	});
});

describe('hints', () => {
	const hintsFor = async (value: string, change: IDataObject) => {
		const { context, hints, posts } = batch(caseOf(value), [change, change]);
		await run(context);
		expect(posts()).toHaveLength(2);
		return (hints as Array<{ message: string }>).map(({ message }) => message);
	};

	it.each<[string, string, IDataObject, RegExp | null]>([
		['two of two', 'referenceToVideo', {}, null],
		[
			'a third of two',
			'referenceToVideo',
			{ prompt: 'character3 runs' },
			/names character3, but there are 2 images/,
		],
		['none', 'referenceToVideo', { prompt: 'A horse runs' }, /names none of the images/],
		['one of one', 'videoEdit', {}, null],
		[
			'a second of one',
			'videoEdit',
			{ prompt: 'Put on @Image2' },
			/names @Image2, but there are 1 images/,
		],
		[
			'one of none',
			'videoEdit',
			{ prompt: 'Put on @Image1', imageSource: 'none' },
			/there are 0 images/,
		],
		['none, which is fine', 'videoEdit', { prompt: 'Make it winter' }, null],
	])('a prompt that names %s (%s)', async (_, value, change, says) => {
		const found = await hintsFor(value, change);
		expect(found).toEqual(says === null ? [] : [expect.stringMatching(says)]);
	});

	it('a reference below 400 pixels', async () => {
		const imageUrls = [
			'https://images.example.com/399x800.png',
			'https://images.example.com/a.png',
		];
		expect(await hintsFor('referenceToVideo', { imageUrls })).toEqual([
			expect.stringMatching(/only 399x800 pixels. With at least 400/),
		]);
	});
});

describe('the length of an edited video', () => {
	it.each([
		['known', {}, 4],
		['longer than what comes out', { videoUrl: 'https://videos.example.com/40s.mp4' }, 15],
		['unknown', { options: { checkMedia: false } }, 15],
	])('counts where it is %s', async (_, change: IDataObject, seconds) => {
		const options = { ...(change.options as IDataObject), dryRun: true };
		const { context } = batch(caseOf('videoEdit'), [{ ...change, options }]);
		expect((await run(context))[0]?.json).toMatchObject({ video_seconds: seconds });
		const capped = { ...(change.options as IDataObject), maxTotalDuration: 2 * seconds - 1 };
		const all = batch(caseOf('videoEdit'), [
			{ ...change, options: capped },
			{ ...change, options: capped },
		]);
		expect((await thrownBy(run(all.context))).message).toContain(`${2 * seconds} seconds in total`);
		expect(all.toApi()).toEqual([]);
	});
});

describe('Required Aspect Ratio', () => {
	it.each([
		['4:3', '640x480', true],
		['9:16', '1080x1920', true],
		['1:1', '1000x1020', true],
		['1:1', '1000x1021', false],
		['1:1', '1020x1000', true],
		['1:1', '1021x1000', false],
		['16:9', '1080x1920', false],
		['any', '1080x1920', true],
		['any', '640x480', true],
	])('%s with an image of %s: %p', async (requiredAspectRatio, size, isTaken) => {
		const imageUrl = `https://images.example.com/${size}.png`;
		const change = { imageUrl, options: { requiredAspectRatio } };
		const { context, posts, toApi } = batch(caseOf('imageToVideo'), [change]);
		if (isTaken) await run(context);
		else expect((await thrownBy(run(context))).message).toContain(requiredAspectRatio);
		expect((isTaken ? posts() : toApi()).length).toBe(isTaken ? 1 : 0);
	});

	describe('with a JPEG that is stored sideways', () => {
		const photo = (orientation: number, width = 1920, height = 1080) =>
			Buffer.from(jpeg({ width, height }, exif({ orientation })));

		const withPhoto = (file: Buffer, options: IDataObject) =>
			batch(
				caseOf('imageToVideo'),
				[{ imageSource: 'binary', binaryPropertyName: 'data', options }],
				{ files: [file] },
			);

		it.each([5, 6, 7, 8])('turned by %d: neither shape is promised', async (orientation) => {
			for (const requiredAspectRatio of ['16:9', '9:16']) {
				const { context, toApi } = withPhoto(photo(orientation), { requiredAspectRatio });
				const error = await thrownBy(run(context));
				expect(error.message).toContain('stored sideways');
				expect(error.message).toContain('1920x1080 pixels, which viewers show as 1080x1920');
				expect(error.message).toContain(requiredAspectRatio);
				expect(error.description).toMatch(/Edit Image.*'Any'.*Nothing was created or charged/);
				expect(toApi()).toEqual([]);
			}
		});

		it.each([1, 2, 3, 4])(
			'upside down or mirrored by %d, its shape is known',
			async (orientation) => {
				const good = withPhoto(photo(orientation), { requiredAspectRatio: '16:9' });
				await run(good.context);
				expect([good.posts().length, good.hints]).toEqual([1, []]);
				const bad = withPhoto(photo(orientation), { requiredAspectRatio: '9:16' });
				expect((await thrownBy(run(bad.context))).message).toContain('which is not 9:16');
			},
		);

		it('a square or nearly square one has its shape either way', async () => {
			for (const file of [photo(6, 1000, 1000), photo(6, 1000, 1015)]) {
				const { context, posts } = withPhoto(file, { requiredAspectRatio: '1:1' });
				await run(context);
				expect(posts()).toHaveLength(1);
			}
		});

		it('another shape either way is simply another shape', async () => {
			const { context } = withPhoto(photo(6), { requiredAspectRatio: '1:1' });
			expect((await thrownBy(run(context))).message).toContain(
				'1920x1080 pixels, which is not 1:1',
			);
		});

		it('is created with a hint where any shape will do', async () => {
			const { context, posts, hints } = withPhoto(photo(8), {});
			await run(context);
			expect(posts()).toHaveLength(1);
			expect(hints).toEqual([
				expect.objectContaining({
					message: expect.stringMatching(/stored sideways.*either shape.*Edit Image/) as string,
				}),
			]);
		});

		it('has no known shape in a dry run, which shows how it is turned', async () => {
			const { context } = withPhoto(photo(6), { dryRun: true });
			const [item] = jsons(await run(context));
			expect(item).toMatchObject({ files: [{ width: 1920, height: 1080, orientation: 6 }] });
			expect(item).not.toHaveProperty('aspect_ratio');
		});

		it('is of no interest where the file does not decide the shape', async () => {
			const change = { imageSource: 'binary', binaryPropertyNames: 'data' };
			const { context, posts, hints } = batch(caseOf('referenceToVideo'), [change], {
				files: [photo(6)],
			});
			await run(context);
			expect(posts()).toHaveLength(1);
			expect(JSON.stringify(hints)).not.toContain('sideways');
		});
	});

	it('is of no interest where the shape can be chosen', async () => {
		const options = { requiredAspectRatio: '1:1' };
		const { context, posts } = batch(caseOf('textToVideo'), [{ aspectRatio: '16:9', options }]);
		await run(context);
		expect(posts()).toHaveLength(1);
	});
});
