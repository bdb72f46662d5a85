import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import { create } from '../../../nodes/HappyHorse/operations/create';
import { createAndWait } from '../../../nodes/HappyHorse/operations/createAndWait';
import type { FakeRequest, FakeResponse, Setup } from '../support/fakeExecution';
import {
	createParameters,
	fakeExecution,
	ownTime,
	settle,
	thrownBy,
} from '../support/fakeExecution';
import { FakeVendor, image } from '../support/fakeVendor';
import { png } from '../support/images';

beforeEach(ownTime);
afterEach(() => jest.useRealTimers());

const urlOf = (name: string) => `https://images.example.com/${name}`;

/** One item for each set of changes. `images` says what is found at a URL. */
function batch(
	changes: IDataObject[],
	{ images = {}, ...setup }: Setup & { images?: Record<string, FakeResponse | Error> } = {},
) {
	const vendor = new FakeVendor();
	vendor.intervene = ({ url }: FakeRequest) => {
		const found = images[url.slice(url.lastIndexOf('/') + 1)];
		if (found instanceof Error) throw found;
		return found;
	};
	const fake = fakeExecution({
		items: changes.map(() => ({ json: {}, binary: { data: { data: '', mimeType: '' } } })),
		parameters: changes.map((change) => ({ ...createParameters, ...change })),
		files: changes.map(() => png()),
		respond: (request) => vendor.respond(request),
		...setup,
	});
	return { ...fake, vendor };
}

const withImage = (...names: string[]) => names.map((name) => ({ imageUrl: urlOf(name) }));

const small = image(png(200, 200));

const gone: FakeResponse = { statusCode: 404, body: '' };

const page: FakeResponse = { statusCode: 200, body: '<!doctype html><title>Drive</title>' };

const closed: FakeResponse = { statusCode: 403, body: '' };

const run = async (context: IExecuteFunctions) => await settle(create.execute(context));

it('checks the fields of all items before any image is fetched', async () => {
	const { context, requests, filesRead } = batch([
		...withImage('a', 'b'),
		{ imageSource: 'binary' },
		{ duration: 99 },
	]);
	expect(await thrownBy(run(context))).toHaveProperty('context.itemIndex', 3);
	expect([requests, filesRead]).toEqual([[], []]);
});

it.each<[string, IDataObject]>([
	[
		'a callback URL that the provider cannot reach',
		{ callback: 'url', webhookUrl: 'http://localhost/x' },
	],
	['an odd switch', { options: { checkMedia: 'perhaps' } }],
	['an image on this machine', { imageUrl: 'http://127.0.0.1/a.png' }],
])('fetches no image while an item has %s', async (_, change) => {
	const { context, requests } = batch([...withImage('a'), change]);
	await thrownBy(run(context));
	expect(requests).toEqual([]);
});

it('looks at all images before anything is created or uploaded', async () => {
	const { context, steps } = batch([...withImage('a', 'b', 'c'), { imageSource: 'binary' }]);
	await run(context);
	expect(steps.slice(0, 3).sort()).toEqual(['GET /a', 'GET /b', 'GET /c']);
	expect(steps.slice(3).every((step) => /^P(OST|UT) /.test(step))).toBe(true);
	expect(steps).toHaveLength(3 + 6);
});

it('reads all files before anything is created or uploaded', async () => {
	const { context, requests } = batch([{ imageSource: 'binary' }, { imageSource: 'binary' }], {
		files: [png(), Buffer.from('GIF89a')],
	});
	expect(await thrownBy(run(context))).toHaveProperty('context.itemIndex', 1);
	expect(requests).toEqual([]);
});

it('creates nothing for any item while the last image is one that the API would reject', async () => {
	const { context, toApi } = batch(withImage('a', 'b', 'small'), { images: { small } });
	const error = await thrownBy(run(context));
	expect(error.message).toContain("'Image URL'");
	expect(error.message).toMatch(/200x200.*300 pixels/);
	expect(error.description).toContain("'Check Files'");
	expect(error).toHaveProperty('context.itemIndex', 2);
	expect(toApi()).toEqual([]);
});

it('names the first item whose image is invalid, whichever server responds first', async () => {
	const { context, toApi } = batch(withImage('slow', 'small'), {
		respond: async (request) => {
			if (request.url.endsWith('small')) return small;
			await new Promise((resolve) => setTimeout(resolve, 5000));
			return image(png(100, 100));
		},
	});
	const error = await thrownBy(run(context));
	expect(error.message).toContain('100x100');
	expect(error).toHaveProperty('context.itemIndex', 0);
	expect(toApi()).toEqual([]);
});

it('names all items with a wrong field, and fetches no image', async () => {
	const { context, requests } = batch([{ duration: 99 }, ...withImage('a'), { duration: 99 }]);
	const error = await thrownBy(run(context));
	expect(error.message).toMatch(/^'Duration' .* \(and 1 more item has a problem\)$/);
	expect(error.description).toMatch(/ All problems: items 0, 2: 'Duration' [^;]*\.$/);
	expect(error).toHaveProperty('context.itemIndex', 0);
	expect(requests).toEqual([]);
});

it('names all items with a wrong image, and creates none', async () => {
	const names = Array.from({ length: 50 }, (_, item) => `image${item}`);
	const images = { image4: page, image20: gone, image49: page };
	const { context, toApi } = batch(withImage(...names), { images });
	const error = await thrownBy(run(context));
	expect(error.message).toBe(
		"'Image URL' cannot be used. It is a web page, not an image (and 2 more items have a problem)",
	);
	expect(error.description).toMatch(/^Share pages of .* Nothing was created or charged\. /);
	expect(error.description).toContain(
		" All problems: items 4, 49: 'Image URL' cannot be used. It is a web page, not an image; item 20: 'Image URL' cannot be used. Nothing is found at the URL (404).",
	);
	expect(error).toHaveProperty('context.itemIndex', 4);
	expect(toApi()).toEqual([]);
});

it('looks at each URL once, however many items use it', async () => {
	const { context, looks, posts } = batch(
		Array.from({ length: 30 }, (_, item) => withImage(item % 3 === 0 ? 'a' : 'b')[0]!),
	);
	await run(context);
	expect(looks().sort()).toEqual([urlOf('a'), urlOf('b')]);
	expect(posts()).toHaveLength(30);
});

it('rejects each item with that URL, and none of the others', async () => {
	const { context, posts } = batch(withImage('small', 'a', 'small'), {
		images: { small },
		continueOnFail: true,
	});
	const results = await run(context);
	expect(results.map(({ json, pairedItem }) => [json.task_id ?? json.error, pairedItem])).toEqual([
		[expect.stringContaining('200x200'), { item: 0 }],
		['task-0', { item: 1 }],
		[expect.stringContaining('200x200'), { item: 2 }],
	]);
	expect(posts().map(({ body }) => (body as IDataObject).image_url)).toEqual([urlOf('a')]);
});

it.each<[string, Setup]>([
	['n8n continues on errors', { continueOnFail: true }],
	['n8n has an error output', { onError: 'continueErrorOutput' }],
	['an agent uses the node', { nodeType: 'n8n-nodes-happy-horse.happyHorseTool' }],
])(
	'where %s, the good items continue next to one with a wrong field and one with a wrong image',
	async (_, setup) => {
		const { context, posts } = batch([...withImage('a', 'small'), { duration: 2 }, {}], {
			images: { small },
			...setup,
		});
		const results = await run(context);
		expect(results.map(({ json }) => json.task_id ?? json.error)).toEqual([
			'task-0',
			expect.stringContaining('200x200'),
			expect.stringContaining("'Duration'"),
			'task-1',
		]);
		expect(Object.keys(results[1]!.json)).toEqual(['error', 'message', 'details']);
		expect(posts()).toHaveLength(2);
	},
);

describe('a URL at which there is no image', () => {
	const pdf: FakeResponse = { statusCode: 200, body: '%PDF-1.7' };
	const empty: FakeResponse = { statusCode: 200, body: '' };

	it.each<[FakeResponse, string, string]>([
		[page, 'It is a web page, not an image', "set 'Image Source' to 'Binary File'"],
		[gone, 'Nothing is found at the URL (404)', 'private browser window'],
		[{ ...gone, statusCode: 410 }, 'Nothing is found at the URL (410)', 'private browser window'],
		[empty, 'The file at the URL is empty', 'Upload the file again'],
		[pdf, 'It is a PDF, not an image', 'Use another file'],
	])('%j ends the run before anything is paid for', async (found, message, hint) => {
		const { context, toApi } = batch(withImage('a', 'odd'), { images: { odd: found } });
		const error = await thrownBy(run(context));
		expect(error.message).toBe(`'Image URL' cannot be used. ${message}`);
		expect(error.description).toContain(hint);
		expect(error.description).toContain('Nothing was created or charged.');
		expect(error).toHaveProperty('context.itemIndex', 1);
		expect(toApi()).toEqual([]);
	});

	it('keeps no other item from being created when the node continues', async () => {
		const { context, posts, hints } = batch(withImage('a', 'page', 'b', 'gone', 'empty', 'pdf'), {
			images: { page, gone, empty, pdf },
			continueOnFail: true,
		});
		const results = await run(context);
		expect(results.map(({ json }) => json.task_id ?? json.error)).toEqual([
			'task-0',
			expect.stringContaining('web page'),
			'task-1',
			expect.stringContaining('(404)'),
			expect.stringContaining('empty'),
			expect.stringContaining('PDF'),
		]);
		expect(posts().map(({ body }) => (body as IDataObject).image_url)).toEqual([
			...[urlOf('a'), urlOf('b')],
		]);
		expect(hints).toEqual([]);
	});
});

describe('an image that cannot be looked at', () => {
	it.each<[string, FakeResponse | Error]>([
		['is behind a wall', closed],
		['has a server with a fault', { statusCode: 503, body: '' }],
		['is nothing that is known', { statusCode: 200, body: 'text' }],
		['has no server', new Error('ENOTFOUND')],
	])('and a task is created for %s all the same, with a hint', async (_, found) => {
		const { context, posts, hints } = batch(withImage('a', 'odd', 'odd'), {
			images: { odd: found },
		});
		const results = await run(context);
		expect(results.map(({ json }) => json.status)).toEqual(['CREATED', 'CREATED', 'CREATED']);
		expect(posts()).toHaveLength(3);
		expect(hints).toEqual([
			{
				message: expect.stringMatching(/^1 of 2 files could not be checked/) as string,
				type: 'warning',
				location: 'outputPane',
			},
		]);
	});

	it('names each reason once', async () => {
		const { context, hints } = batch(withImage('a', 'b', 'c'), {
			images: { a: closed, b: closed, c: new Error('x') },
		});
		await run(context);
		const [{ message = '' } = {}] = hints as Array<{ message?: string }>;
		expect(message.match(/responded with 403/g)).toHaveLength(1);
		expect(message).toContain('could not be reached');
	});

	it('is not spoken of where all could be looked at', async () => {
		const { context, hints } = batch(withImage('a', 'b'));
		await run(context);
		expect(hints).toEqual([]);
	});
});

describe('without the check', () => {
	it('no image is fetched, and all tasks are created', async () => {
		const options = { checkMedia: false };
		const { context, looks, posts, hints } = batch(
			withImage('small', 'a').map((fields) => ({ ...fields, options })),
			{ images: { small } },
		);
		await run(context);
		expect([looks(), posts().length, hints]).toEqual([[], 2, []]);
	});

	it('a required aspect ratio rejects another shape, and nothing else', async () => {
		const options = { checkMedia: false, requiredAspectRatio: '1:1' };
		const { context, posts } = batch(
			[...withImage('small', 'wide', 'gone', 'page'), { imageSource: 'binary' }].map((fields) => ({
				...fields,
				options,
			})),
			{
				images: { small, wide: image(png(200, 100)), gone, page },
				files: [png(), png(), png(), png(), png(200, 200)],
				continueOnFail: true,
			},
		);
		const results = await run(context);
		expect(results.map(({ json }) => json.error)).toEqual([
			undefined,
			expect.stringContaining('200x100 pixels, which is not 1:1'),
			...[undefined, undefined, undefined],
		]);
		expect(posts()).toHaveLength(4);
	});

	it('a file is still no video and no web page', async () => {
		const { context, requests } = batch(
			[{ imageSource: 'binary', options: { checkMedia: false } }],
			{
				files: [Buffer.from('<html>')],
			},
		);
		expect((await thrownBy(run(context))).message).toContain('a web page, not an image');
		expect(requests).toEqual([]);
	});

	it('each item decides for itself', async () => {
		const off = { options: { checkMedia: false } };
		const { context, posts, looks } = batch(
			[{ ...withImage('small')[0], ...off }, ...withImage('small')],
			{ images: { small }, continueOnFail: true },
		);
		const results = await run(context);
		expect(results.map(({ json }) => json.task_id ?? json.error)).toEqual([
			'task-0',
			expect.stringContaining('200x200'),
		]);
		expect([looks(), posts().length]).toEqual([[urlOf('small')], 1]);
	});
});

it('rejects a file that the API would reject, before anything is uploaded', async () => {
	const { context, requests } = batch([{ imageSource: 'binary' }, { imageSource: 'binary' }], {
		files: [png(), png(751, 300)],
	});
	const error = await thrownBy(run(context));
	expect(error.message).toMatch(/'data'.*751x300.*2\.5/);
	expect(error).toHaveProperty('context.itemIndex', 1);
	expect(requests).toEqual([]);
});

it('sends no key to where the images are', async () => {
	const { context, requests } = batch(withImage('a', 'b'));
	await run(context);
	const looks = requests.filter(({ url }) => url.startsWith('https://images.'));
	expect(looks).toHaveLength(2);
	expect(looks.every(({ credential }) => credential === undefined)).toBe(true);
	expect(JSON.stringify(looks)).not.toMatch(/api-key|authorization|cookie/i);
});

it('has at most five images under way', async () => {
	let running = 0;
	let most = 0;
	const vendor = new FakeVendor();
	const { context } = batch(withImage(...Array.from({ length: 20 }, (_, item) => `p${item}`)), {
		respond: async (request) => {
			if (request.credential !== undefined) return vendor.respond(request);
			most = Math.max(most, ++running);
			await new Promise((resolve) => setImmediate(resolve));
			running--;
			return vendor.respond(request);
		},
	});
	await run(context);
	expect(most).toBe(5);
});

it('looks at three images of an item at the same time, and keeps their order', async () => {
	let running = 0;
	let most = 0;
	const vendor = new FakeVendor();
	const imageUrls = Array.from({ length: 9 }, (_, index) => urlOf(`p${index}`));
	const { context, posts } = batch(
		[{ resource: 'referenceToVideo', aspectRatio: '1:1', imageUrls }],
		{
			respond: async (request) => {
				if (request.credential !== undefined) return vendor.respond(request);
				most = Math.max(most, ++running);
				await new Promise((resolve) => setImmediate(resolve));
				running--;
				return vendor.respond(request);
			},
		},
	);
	await run(context);
	expect(most).toBe(3);
	expect(posts()[0]?.body).toMatchObject({ image_urls: imageUrls.map((url) => ({ url })) });
});

it('is the same for videos that are waited for', async () => {
	const { context, toApi } = batch(withImage('a', 'small'), { images: { small } });
	const error = await settle(thrownBy(createAndWait.execute(context)));
	expect(error.message).toContain('200x200');
	expect(toApi()).toEqual([]);
});
