import type { ExecutionView } from '../../../sandbox/n8n/execution';
import { isWhole } from '../../../sandbox/n8n/execution';
import { servedVideo, until } from '../support/assertions/watching';
import type { Example } from '../support/examples/example';
import { storedExecutions } from '../support/executions/executionTable';
import type { Product } from '../support/outside/shopify';
import { SHOP, shopify } from '../support/outside/shopify';
import { allItemsOf, usePublishing } from '../support/publishing/usePublishing';

const service = shopify();
const publishing = usePublishing('shopify-product-video.json', [service]);
const { testServer } = publishing;

const add = (title: string, hasImage = true): Product => {
	const id = `gid://shopify/Product/${1001 + service.products.length}`;
	const image = hasImage ? { image: publishing.image(title) } : {};
	const product = { id, title, ...image, media: [] };
	service.products.push(product);
	return product;
};

/** One workflow for each product: the Idempotency Key counts within a workflow. */
const workflows = new Map<string, string>();

/** Runs the example by hand for one product; gives what the nodes at its ends say. */
async function runFor(
	{ id }: Pick<Product, 'id'>,
	change: (example: Example) => void = () => undefined,
) {
	if (!workflows.has(id)) {
		const jsonOutput = JSON.stringify({ admin_graphql_api_id: id });
		const example = publishing.ready({ 'One product': { jsonOutput } });
		change(example);
		workflows.set(id, await publishing.save(example));
	}
	return messagesOf(await publishing.runByHand(workflows.get(id)!));
}

const ENDS = ['What became of it', 'Not added', 'No video', 'Nothing to do'];
const messagesOf = (run: ExecutionView) =>
	ENDS.flatMap((name) =>
		allItemsOf(run, name).map(({ json }) => `${name}: ${String(json.message).trim()}`),
	);
const paid = async () => (await testServer.sandbox.control.state()).acceptedPosts;

beforeAll(async () => {
	publishing.accounts.shopifyAccessTokenApi = await publishing.account(
		'shopifyAccessTokenApi',
		SHOP,
	);
});

beforeEach(() => {
	service.requests.length = 0;
	service.uploads.clear();
	Object.assign(service, {
		rejectsAt: undefined,
		down: undefined,
		states: ['PROCESSING', 'READY'],
	});
});

it('adds a video to a new product, once, however often Shopify sends the event', async () => {
	const { control } = testServer.sandbox;
	const product = add('Saddle');
	const { n8n } = testServer;
	const id = await n8n.client.importWorkflow(publishing.ready());
	await until('Shopify knows the webhook', async () => service.webhook !== '');
	await n8n.client.waitForWebhook(new URL(service.webhook).pathname.replace('/webhook/', ''));
	const ended = async (times: number) =>
		await until(
			`${times} executions`,
			async () => {
				const runs = storedExecutions(n8n, id).filter(
					(run) => ['success', 'error'].includes(run.status) && isWhole(run),
				);
				return runs.length === times && runs;
			},
			120_000,
		);
	expect(await service.announce(product)).toBe(200);
	const [first] = await ended(1);
	expect(first!.error).toBeUndefined();
	expect(messagesOf(first!)).toEqual(['What became of it: Video added to "Saddle"']);

	expect(await publishing.created()).toEqual([
		{
			endpoint: 'image-to-video/happy-horse-1',
			body: {
				prompt: 'Slow camera movement around the product, soft light, nothing is added to it',
				...{ image_url: product.image, resolution: '720P', duration: 5 },
				webhook_url: expect.any(String) as string,
			},
		},
	]);
	const [task] = (await control.state()).tasks;
	const video = await servedVideo(control, task!);
	const [[resource, upload]] = [...service.uploads] as [
		[string, { fields: string[]; content: Buffer }],
	];
	expect(upload.content.equals(video)).toBe(true);
	expect(upload.fields).toEqual(['GoogleAccessId', 'key', 'policy', 'signature', 'file']);
	const videoId = product.media[0]!.id;
	expect(service.requests.map(({ variables }) => variables)).toEqual([
		{ id: product.id },
		{
			input: [
				{
					...{ resource: 'VIDEO', filename: `${task!.taskId}.mp4`, mimeType: 'video/mp4' },
					...{ fileSize: String(video.length), httpMethod: 'POST' },
				},
			],
		},
		{
			product: { id: product.id },
			media: [{ originalSource: resource, mediaContentType: 'VIDEO', alt: 'Saddle' }],
		},
		{ id: videoId },
		{ id: videoId },
	]);
	expect(service.requests.map(({ query }) => query)).toEqual([
		'query ($id: ID!) { product(id: $id) { id title featuredMedia { preview { image { url } } } media(first: 250) { nodes { mediaContentType } } } }',
		'mutation ($input: [StagedUploadInput!]!) { stagedUploadsCreate(input: $input) { stagedTargets { url resourceUrl parameters { name value } } userErrors { field message } } }',
		'mutation ($product: ProductUpdateInput!, $media: [CreateMediaInput!]) { productUpdate(product: $product, media: $media) { product { media(last: 1) { nodes { id mediaContentType status } } } userErrors { field message } } }',
		...Array<string>(2).fill(
			'query ($id: ID!) { node(id: $id) { ... on Video { id status mediaErrors { code message } } } }',
		),
	]);

	// The event comes again, and one of a product without an image.
	await service.announce(product);
	await ended(2);
	await service.announce(add('Gift card', false));
	const runs = await ended(3);
	publishing.observe(...runs);
	expect(runs.flatMap(messagesOf).toSorted()).toEqual([
		...['Nothing to do: Gift card has no image', 'Nothing to do: Saddle has a video already'],
		'What became of it: Video added to "Saddle"',
	]);
	expect(await paid()).toBe(1);
	expect(product.media).toHaveLength(1);
	await n8n.client.deactivate(id);
});

it('says at which step it failed, and uses the same video when it is run again', async () => {
	const { control } = testServer.sandbox;
	const bridle = add('Bridle');
	await control.rules({ on: 'result', times: 20, do: { response: { status: 404, body: {} } } });
	expect((await runFor(bridle))[0]).toMatch(
		/^No video: No video of "Bridle": .*could not be downloaded/,
	);
	await control.clearRules();
	const rejected = /^Not added: The video of "Bridle" is made, but Shopify did not take it: /;
	for (const [step, reason] of [
		['stagedUploadsCreate', /Not allowed$/],
		['upload', /403.*AccessDenied/],
		['productUpdate', /Not allowed$/],
	] as const) {
		service.rejectsAt = step;
		const [message, ...others] = await runFor(bridle);
		expect(others).toEqual([]);
		expect(message).toMatch(rejected);
		expect(message).toMatch(reason);
		expect(bridle.media).toEqual([]);
	}
	service.rejectsAt = undefined;
	service.down = 503;
	expect((await runFor(bridle))[0]).toMatch(
		/^Nothing to do: The product cannot be read: Service unavailable/,
	);
	service.down = undefined;
	expect(await runFor(bridle)).toEqual(['What became of it: Video added to "Bridle"']);
	expect(await runFor(bridle)).toEqual(['Nothing to do: Bridle has a video already']);
	expect(await runFor({ id: 'gid://shopify/Product/1' })).toEqual([
		'Nothing to do: The product cannot be read: there is none with this ID',
	]);
	expect(await paid()).toBe(1);
});

it('says when there is no video, or none that Shopify can show', async () => {
	const { control } = testServer.sandbox;
	const dragon = add('Dragon');
	await control.rules({
		on: 'create',
		times: 1,
		do: { outcome: 'FAILED', failure: { error: 'too wild' } },
	});
	expect((await runFor(dragon))[0]).toMatch(/^No video: No video of "Dragon": .*too wild/);
	service.states = ['FAILED'];
	expect(await runFor(add('Boots'))).toEqual([
		'What became of it: Shopify could not process the video, delete it from "Boots" Broken file.',
	]);
	service.states = ['PROCESSING'];
	const impatient = (example: Example) => {
		const { parameters } = example.nodes.find(({ name }) => name === 'Is it through?')!;
		const text = JSON.stringify(parameters);
		expect(text).toContain('$runIndex >= 29');
		Object.assign(parameters, JSON.parse(text.replace('$runIndex >= 29', '$runIndex >= 1')));
	};
	expect(await runFor(add('Helmet'), impatient)).toEqual([
		'What became of it: Shopify is still processing the video of "Helmet"',
	]);
	expect(await paid()).toBe(3);
});

it('has found everything that its expressions read', () => {
	expect(publishing.unread()).toEqual([]);
});
