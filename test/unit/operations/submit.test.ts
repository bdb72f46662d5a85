import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';

import { create } from '../../../nodes/HappyHorse/operations/create';
import type { Setup } from '../support/fakeExecution';
import {
	createParameters,
	fakeExecution,
	ownTime,
	settle,
	thrownBy,
} from '../support/fakeExecution';
import { FakeVendor, json } from '../support/fakeVendor';
import { png } from '../support/images';

beforeEach(ownTime);
afterEach(() => jest.useRealTimers());

const PNG = png();

const run = async (context: IExecuteFunctions) => await settle(create.execute(context));

/** One set of fields for each item. */
const forItems = (...changes: IDataObject[]) =>
	changes.map((change) => ({ ...createParameters, ...change }));

function batch(parameters: IDataObject[], setup: Setup = {}) {
	const vendor = new FakeVendor();
	const items = parameters.map(() => ({ json: {}, binary: { data: { data: '', mimeType: '' } } }));
	const fake = fakeExecution({
		items,
		parameters,
		files: parameters.map(() => PNG),
		respond: (request) => vendor.respond(request),
		...setup,
	});
	return { ...fake, vendor };
}

/** Rejects the item whose prompt is "bad". */
const rejectBad = (vendor: FakeVendor, statusCode = 400) => {
	vendor.intervene = ({ body }) =>
		(body as IDataObject | undefined)?.prompt === 'bad'
			? json(statusCode, { message: 'no' })
			: undefined;
};

it.each<[string, IDataObject]>([
	['a number that is none', { duration: 'five' }],
	['a fraction', { duration: 5.5 }],
	['no URL', { imageUrl: '' }],
	['a local image', { imageUrl: 'http://localhost/a.jpg' }],
	['a long prompt', { prompt: 'x'.repeat(2501) }],
	['an odd seed', { options: { seed: -1 } }],
	['odd metadata', { options: { metadata: 'x' } }],
	['an odd resolution', { resolution: '4K' }],
	['an odd callback URL', { callback: 'url', webhookUrl: 'x' }],
	['a missing file', { imageSource: 'binary', binaryPropertyName: 'photo' }],
])('sends nothing for any item while the last item has %s', async (_, change) => {
	const { context, toApi } = batch(forItems({}, {}, change));
	expect(await thrownBy(run(context))).toHaveProperty('context.itemIndex', 2);
	expect(toApi()).toEqual([]);
});

it('lets the good items continue when the node does', async () => {
	const { context, posts } = batch(forItems({}, { duration: 99 }, {}), { continueOnFail: true });
	const results = await run(context);
	expect(results.map(({ json: { task_id, error } }) => task_id ?? error)).toEqual([
		'task-0',
		expect.stringContaining("'Duration'"),
		'task-1',
	]);
	expect(results.map(({ pairedItem }) => pairedItem)).toEqual([
		{ item: 0 },
		{ item: 1 },
		{ item: 2 },
	]);
	expect(posts()).toHaveLength(2);
});

it('names every task that was paid for when a later item fails', async () => {
	const { context, vendor, posts } = batch(
		forItems({}, {}, { prompt: 'bad' }, {}, {}).map((fields) => ({
			...fields,
			options: { maxConcurrency: 1 },
		})),
	);
	rejectBad(vendor);
	const error = await thrownBy(run(context));
	expect(error).toHaveProperty('context.itemIndex', 2);
	expect(error.description).toContain('Already created (2): task-0, task-1.');
	expect(posts()).toHaveLength(3);
});

it('continues with the others when one is rejected and the node continues on errors', async () => {
	const { context, vendor } = batch(forItems({}, { prompt: 'bad' }, {}), { continueOnFail: true });
	rejectBad(vendor);
	const results = await run(context);
	expect(results[1]?.json).toMatchObject({
		error: expect.any(String) as string,
		details: { item: 1, http_code: 400 },
	});
	expect(results.filter(({ json: { status } }) => status === 'CREATED')).toHaveLength(2);
});

it.each([500, 502, 503, 504])(
	'never sends again what ended with %i in HTML, however often n8n tries',
	async (statusCode) => {
		const nodeContext = {};
		const first = batch(forItems({ prompt: 'bad' }, {}), { nodeContext });
		first.vendor.intervene = ({ body }) =>
			(body as IDataObject | undefined)?.prompt === 'bad'
				? { statusCode, body: '<html>' }
				: undefined;
		expect((await thrownBy(run(first.context))).description).toContain(
			'may have been created and charged',
		);
		const second = batch(forItems({ prompt: 'bad' }, {}), { nodeContext });
		await thrownBy(run(second.context));
		expect(second.posts().filter(({ body }) => (body as IDataObject).prompt === 'bad')).toEqual([]);
	},
);

it('takes up the paid tasks of an earlier try and creates only the rest', async () => {
	const nodeContext = {};
	const parameters = forItems({ prompt: 'one' }, { prompt: 'bad' }, { prompt: 'three' });
	const first = batch(parameters, { nodeContext, continueOnFail: true });
	rejectBad(first.vendor, 429);
	await run(first.context);
	first.vendor.intervene = () => undefined;
	const second = batch(parameters, {
		nodeContext,
		respond: (request) => first.vendor.respond(request),
	});
	const results = await run(second.context);
	expect(results.map(({ json: { task_id } }) => task_id)).toEqual(['task-0', 'task-2', 'task-1']);
	expect(second.posts()).toHaveLength(1);
	expect(first.vendor.tasks.size).toBe(3);
});

describe('an image from a file', () => {
	const file = { imageSource: 'binary' };

	it('is uploaded just before its create request, which holds its URL', async () => {
		const { context, steps, posts } = batch(forItems(file));
		await run(context);
		expect(steps).toEqual([
			'POST /v1/ai/uploads/request-url',
			'PUT /put',
			'POST /v1/ai/image-to-video/happy-horse-1',
		]);
		expect(posts()[0]?.body).toMatchObject({
			image_url: 'https://assets.example.com/1.png?token=bb',
		});
	});

	it('is not uploaded again for a task that exists', async () => {
		const nodeContext = {};
		const first = batch(forItems(file), { nodeContext });
		await run(first.context);
		const second = batch(forItems(file), {
			nodeContext,
			respond: (request) => first.vendor.respond(request),
		});
		await run(second.context);
		expect(second.steps).toEqual(['GET /v1/ai/image-to-video/happy-horse-1/task-0']);
	});

	it('that cannot be read any more does not hide the tasks that were paid for', async () => {
		const { context, bendable } = batch(
			forItems({ options: { maxConcurrency: 1 } }, { ...file, options: { maxConcurrency: 1 } }),
		);
		let reads = 0;
		bendable.helpers.getBinaryDataBuffer = async () => {
			if (reads++ > 0) throw new NodeOperationError(context.getNode(), 'The file is gone');
			return PNG;
		};
		const error = await thrownBy(run(context));
		expect(error.message).toBe('The file is gone');
		expect(error.description).toContain('Already created (1): task-0.');
	});
});

it('has no more requests in flight than the option says', async () => {
	let running = 0;
	let most = 0;
	const vendor = new FakeVendor();
	const parameters = Array.from({ length: 30 }, () => ({
		...createParameters,
		options: { maxConcurrency: 3 },
	}));
	const { context } = batch(parameters, {
		respond: async (request) => {
			if (request.credential === undefined) return vendor.respond(request);
			most = Math.max(most, ++running);
			await new Promise((resolve) => setImmediate(resolve));
			running--;
			return vendor.respond(request);
		},
	});
	const results = await run(context);
	expect(results.map(({ pairedItem }) => pairedItem)).toEqual(
		parameters.map((_, item) => ({ item })),
	);
	expect(most).toBe(3);
});
