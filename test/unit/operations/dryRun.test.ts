import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import { create } from '../../../nodes/HappyHorse/operations/create';
import { createAndWait } from '../../../nodes/HappyHorse/operations/createAndWait';
import type { Setup } from '../support/fakeExecution';
import { createParameters, fakeExecution, thrownBy } from '../support/fakeExecution';
import { FakeVendor, image } from '../support/fakeVendor';
import { jpeg, png } from '../support/images';

/** What the node keeps of a run that has claimed nothing. */
const NOTHING_PAID = { paid_requests: { states: {}, named: {}, counts: {} } };

function batch(changes: IDataObject[], setup: Setup = {}) {
	const vendor = new FakeVendor();
	vendor.intervene = ({ url }) => {
		if (url.endsWith('/small')) return image(png(200, 200));
		return url.endsWith('/closed') ? { statusCode: 403, body: '' } : undefined;
	};
	const fake = fakeExecution({
		items: changes.map(() => ({ json: {}, binary: { data: { data: '', mimeType: '' } } })),
		parameters: changes.map(({ options, ...change }) => ({
			...createParameters,
			...change,
			options: { dryRun: true, ...(options as IDataObject) },
		})),
		files: changes.map(() => jpeg(800, 600)),
		respond: (request) => vendor.respond(request),
		...setup,
	});
	return { ...fake, vendor };
}

const run = async (context: IExecuteFunctions) => await create.execute(context);

it('shows what would be sent, what the image is and what the batch would cost, and sends nothing', async () => {
	const options = { seed: 0, metadata: { row: 7 } };
	const { context, toApi, nodeContext } = batch([
		{ options },
		{ options: {}, imageSource: 'binary', resolution: '720P', duration: 15 },
		{ options: {}, duration: 3 },
	]);
	const results = await run(context);
	const totals = { videos: 3, seconds_by_resolution: { '1080P': 8, '720P': 15 } };
	expect(results[0]).toEqual({
		json: {
			dry_run: true,
			mode: 'image-to-video',
			model: 'happy-horse-1',
			request: {
				image_url: createParameters.imageUrl,
				prompt: 'a horse',
				resolution: '1080P',
				duration: 5,
				seed: 0,
			},
			files: [{ field: 'image_url', type: 'png', width: 640, height: 480, bytes: 5000 }],
			video_seconds: 5,
			resolution: '1080P',
			aspect_ratio: '4:3',
			batch: totals,
			metadata: { row: 7 },
		},
		pairedItem: { item: 0 },
	});
	expect(results[1]?.json).toMatchObject({
		request: { image_url: "(uploaded from the field 'data')" },
		files: [{ field: 'image_url', type: 'jpeg', width: 800, height: 600 }],
		batch: totals,
	});
	expect(results.map(({ pairedItem }) => pairedItem)).toEqual([
		{ item: 0 },
		{ item: 1 },
		{ item: 2 },
	]);
	expect(toApi()).toEqual([]);
	expect(nodeContext).toEqual(NOTHING_PAID);
});

it('shows the callback URL that would be sent', async () => {
	const webhookUrl = 'https://n8n.example.com/webhook/x';
	const { context } = batch([{ callback: 'url', webhookUrl }]);
	expect((await run(context))[0]?.json.request).toMatchObject({ webhook_url: webhookUrl });
});

it.each<[string, IDataObject, string]>([
	['field', { duration: 2 }, "'Duration'"],
	['image', { imageUrl: 'https://images.example.com/small' }, '200x200'],
])('checks as strictly as a real one: a wrong %s', async (_, change, text) => {
	const { context, toApi } = batch([{}, change]);
	const error = await thrownBy(run(context));
	expect(error.message).toContain(text);
	expect(error).toHaveProperty('context.itemIndex', 1);
	expect(toApi()).toEqual([]);
});

it('counts only what would be created where the node continues on errors', async () => {
	const { context } = batch(
		[{}, { duration: 2 }, { imageUrl: 'https://images.example.com/small' }],
		{
			continueOnFail: true,
		},
	);
	const results = await run(context);
	expect(results.map(({ json }) => json.dry_run ?? 'error' in json)).toEqual([true, true, true]);
	expect(results[0]?.json.batch).toEqual({ videos: 1, seconds_by_resolution: { '1080P': 5 } });
	expect(results[1]?.json).not.toHaveProperty('batch');
});

it.each<[string, IDataObject, number]>([
	['the image cannot be looked at', { imageUrl: 'https://images.example.com/closed' }, 1],
	['the check is switched off', { options: { checkMedia: false } }, 0],
])('says nothing of the image where %s', async (_, change, looked) => {
	const { context, looks } = batch([change]);
	const [item] = await run(context);
	expect(item?.json).not.toHaveProperty('files');
	expect(looks()).toHaveLength(looked);
});

it('is the same for videos that are waited for: nothing is sent, nothing is suspended', async () => {
	const { context, toApi, waits, nodeContext } = batch([{ waitUsing: 'polling' }]);
	const [item] = await createAndWait.execute(context);
	expect(item?.json).toMatchObject({ dry_run: true, batch: { videos: 1 } });
	expect([toApi(), waits]).toEqual([[], []]);
	expect(nodeContext).toEqual(NOTHING_PAID);
});

it('never sends an item that is a dry run, whatever the others are', async () => {
	const { context, posts } = batch([
		{ prompt: 'dry' },
		{ prompt: 'real', options: { dryRun: false } },
		{ prompt: 'dry too' },
	]);
	const results = await run(context);
	expect(posts().map(({ body }) => (body as IDataObject).prompt)).toEqual(['real']);
	expect(results.map(({ json }) => json.dry_run ?? json.status)).toEqual([true, 'CREATED', true]);
	expect(results[0]?.json.batch).toMatchObject({ videos: 2 });
});

it('is rejected as a real one would be when the videos are longer than the user allows', async () => {
	const options = { maxTotalDuration: 9 };
	const { context, toApi } = batch([{ options }, { options }]);
	const error = await thrownBy(run(context));
	expect(error.message).toContain('would have 10 seconds in total');
	expect(toApi()).toEqual([]);
});

it('shows of a resume URL no more than where it leads', async () => {
	const resumeUrl = 'https://n8n.example.com/webhook-waiting/7?signature=secret-token';
	const { context } = batch([{ waitUsing: 'webhook' }], { resumeUrl });
	const [item] = await createAndWait.execute(context);
	expect(JSON.stringify(item)).not.toContain('secret-token');
});

it('says for how many items it holds, and sums without rounding errors', async () => {
	const { context, hints } = batch([{ duration: 5 }, { options: { dryRun: false } }]);
	await run(context);
	expect((hints[0] as { message: string }).message).toBe(
		'Dry run of 1 of 2 items: nothing was created or charged. 1 videos would have at most 5 seconds at 1080P.',
	);
});

it.each(['resource', 'operation'])(
	'rejects an expression in %s, which is read once',
	async (name) => {
		const { context } = batch([{}], { raw: { [name]: '={{ $json.kind }}' } });
		expect((await thrownBy(run(context))).message).toMatch(/cannot be an expression$/);
	},
);
