import type { IDataObject } from 'n8n-workflow';

import type { EndpointName, SandboxPost } from '../../../sandbox/api/wire';
import type { ExecutionView } from '../../../sandbox/n8n/execution';
import { itemsOf } from '../../../sandbox/n8n/execution';
import type { RequestCase } from '../../unit/support/requestCases';
import { IMAGE, OTHER_IMAGE } from '../../unit/support/requestCases';
import { hintsOf, jsonsOf } from '../support/assertions/watching';
import { FILE_EDGES } from '../support/resources/fileEdges';
import { FILES_OF_ITEMS } from '../support/resources/filesOfItems';
import { LARGEST_REQUESTS } from '../support/resources/largestRequests';
import {
	endpointsOf,
	filesOf,
	parametersFrom,
	requestOf,
	RESOURCE_CASES,
	shapeOf,
	secondsOf,
	withSandboxFiles,
	wrongAtSandbox,
} from '../support/resources/resourceCases';
import { useTestServer } from '../support/testServer/useTestServer';
import { leadsTo, node } from '../support/workflows/node';
import type { CredentialReference, OnError } from '../support/workflows/workflow';
import { HAPPY_HORSE, ITEMS, workflowWith } from '../support/workflows/workflow';

const testServer = useTestServer();

const at = <T>(value: T): T => withSandboxFiles(value, testServer.sandbox.url);

const drawn = () => filesOf(testServer.sandbox.url);

const state = async () => await testServer.sandbox.control.state();

const change = (theCase: RequestCase, changed: IDataObject = {}): IDataObject =>
	requestOf(theCase, testServer.sandbox.url, changed);

interface Run {
	onError?: OnError;
	credential?: CredentialReference;
	/** Same for all items. */
	others?: IDataObject;
	/** URLs of files, by the field of each item that holds them. */
	files?: Record<string, string>;
}

/** The sandbox keeps what it has drawn. A busy computer may take longer to draw a video than the node waits for it. */
async function drawFiles(requests: readonly IDataObject[]): Promise<void> {
	const urls = JSON.stringify(requests).match(/http[^"\\]+\/videos\/[^"\\]+/g) ?? [];
	for (const url of new Set(urls)) {
		const response = await fetch(url, { headers: { range: 'bytes=0-9' } });
		expect((await response.arrayBuffer()).byteLength).toBe(10);
	}
}

/** One execution with these requests, one per item. */
async function run(
	theCase: RequestCase,
	requests: IDataObject[],
	{
		onError = 'continueRegularOutput',
		credential = testServer.credential,
		others,
		files = {},
	}: Run = {},
): Promise<ExecutionView> {
	await drawFiles(requests);
	const parameters = parametersFrom(theCase, requests, others);
	const workflow = workflowWith({ credential, parameters, onError });
	const fetching = Object.entries(files).map(([field, url]) => fetchNode(field, url));
	const chain = [ITEMS, ...fetching.map(({ name }) => name), HAPPY_HORSE];
	const links = chain.slice(0, -1).map((name, index) => [name, leadsTo(chain[index + 1]!)]);
	const published = await testServer.publish({
		...workflow,
		nodes: [...workflow.nodes, ...fetching],
		connections: { ...workflow.connections, ...(Object.fromEntries(links) as object) },
	});
	const execution = await published.run(requests.map((request) => ({ request })));
	if (onError !== 'stopWorkflow')
		expect([execution.status, execution.error]).toEqual(['success', undefined]);
	return execution;
}

/** Adds a file to each item. */
const fetchNode = (field: string, url: string) =>
	node(`Fetch ${field}`, 'n8n-nodes-base.httpRequest', {
		typeVersion: 4.2,
		parameters: {
			url,
			options: { response: { response: { responseFormat: 'file', outputPropertyName: field } } },
		},
	});

async function expectNothingSent(): Promise<void> {
	const { posts, requests } = await state();
	expect(posts).toEqual([]);
	expect(requests.filter(({ hadKey }) => hadKey)).toEqual([]);
}

/** The requests that made the tasks of these items, in the order of the items. */
async function postsFor(execution: ExecutionView): Promise<SandboxPost[]> {
	const { posts } = await state();
	return jsonsOf(execution).map((json) => {
		const post = posts.find(({ taskId }) => taskId === json.task_id);
		if (post === undefined) throw new Error(`No task for ${JSON.stringify(json)}`);
		return post;
	});
}

/** The files that the API was sent, whatever holds their URLs. */
const bytesAt = async (url: string) => Buffer.from(await (await fetch(url)).arrayBuffer());

async function expectFiles({ fileUrls }: SandboxPost, originals: string[]): Promise<void> {
	const [sent, wanted] = await Promise.all(
		[fileUrls, originals].map(async (urls) => await Promise.all(urls.map(bytesAt))),
	);
	expect(sent!.map((bytes, index) => bytes.equals(wanted![index]!))).toEqual(
		originals.map(() => true),
	);
}

/** How a message names the limit that a value breaks, by what is wrong. */
const LIMITS: Array<[what: RegExp, says: RegExp]> = [
	[/^seed (-1|2147483648|0\.5)$/, /from 0 to 2,147,483,647, not (-1|2147483648|0\.5)$/],
	[/^duration (2|16|5\.5)$/, /from 3 to 15 seconds, not (2|16|5\.5)$/],
	[/^resolution "4K"$/, /one of 1080P, 720P, not "4K"$/],
	[
		/^prompt "🐎/,
		/at most (2,500 characters, but it has 2,501|5,000 characters, but it has 5,001)$/,
	],
	[/^aspectRatio "(21:9|5:4|4:5|9:21)"$/, /one of 16:9, 4:3, 3:4, 9:16, 1:1 for the model/],
	[/^audioSetting "loud"$/, /one of auto, origin, not "loud"$/],
	[/^model "happy-horse-2"$/, /one of happy-horse-1, happy-horse-1-1, not/],
];

const wordsOf = (json: Record<string, unknown>) => String(json.error);

describe.each(RESOURCE_CASES)('A request of %s', (name, theCase) => {
	const { resource } = theCase;

	it('is what the contract of the API wants, for each model', async () => {
		const largest = LARGEST_REQUESTS[name]!(drawn());
		const requests = [
			...resource.models.map(({ value }) => change(theCase, { model: value })),
			...largest.map(([changed]) => change(theCase, changed)),
		];
		const posts = await postsFor(await run(theCase, requests));
		const body = at(theCase.body);
		expect(posts.map(({ endpoint }) => endpoint)).toEqual([
			...endpointsOf(resource),
			...largest.map(() => endpointsOf(resource)[0]),
		]);
		// As text: 5 and "5" are not the same to the API.
		for (const { rawBody } of posts.slice(0, resource.models.length)) {
			expect(rawBody).toBe(JSON.stringify(body));
		}
		expect(posts.slice(resource.models.length).map((post) => post.body)).toEqual(
			largest.map(([, changed]) => ({ ...body, ...changed })),
		);
		for (const { fileUrls } of posts.slice(0, resource.models.length))
			expect(fileUrls).toEqual(at(theCase.files));
		const { acceptedPosts, acceptedPerEndpoint } = await state();
		expect(acceptedPosts).toBe(requests.length);
		expect(acceptedPerEndpoint).toEqual(
			Object.fromEntries(
				endpointsOf(resource).map((endpoint, index) => [
					endpoint,
					index === 0 ? 1 + largest.length : 1,
				]),
			),
		);
	});

	it('is rejected with the field and the limit before anything is sent, whatever expressions give', async () => {
		const wrong = wrongAtSandbox(theCase);
		const requests = wrong.map(([, changed]) => change(theCase, changed));
		expect(requests.length).toBeGreaterThanOrEqual(20);
		const execution = await run(theCase, requests, { files: { data: at(IMAGE) } });
		const found = jsonsOf(execution);
		expect(found.map((json, index) => [wrong[index]![0], wordsOf(json)])).toEqual(
			wrong.map(([what, , says]) => [what, expect.stringMatching(says)]),
		);
		for (const [limit, says] of LIMITS) {
			const broken = found.filter((_json, index) => limit.test(wrong[index]![0]));
			for (const json of broken) expect(wordsOf(json)).toMatch(says);
		}
		expect(found.map(({ details }) => details)).toEqual(wrong.map((_, item) => ({ item })));
		await expectNothingSent();
	});

	it('in a dry run shows what would be sent, its shape and all seconds, and sends nothing', async () => {
		const requests = [change(theCase), change(theCase, { resolution: '720P' })];
		for (const operation of ['create', 'createAndWait']) {
			const waiting = { waitUsing: 'auto', maxWait: 1, downloadVideo: true };
			const others = { operation, ...waiting, options: { dryRun: true } };
			const execution = await run(theCase, requests, { others });
			const body = at(theCase.body);
			const seconds = secondsOf(body);
			const byResolution =
				body.resolution === '720P'
					? { '720P': 2 * seconds }
					: { [String(body.resolution)]: seconds, '720P': seconds };
			for (const [index, json] of jsonsOf(execution).entries()) {
				expect(json).toMatchObject({
					...{ dry_run: true, mode: resource.mode, model: resource.models[0].value },
					request: { ...body, ...(index === 1 ? { resolution: '720P' } : {}) },
					video_seconds: seconds,
					batch: { videos: 2, seconds_by_resolution: byResolution },
				});
				expect(shapeOf({ aspect_ratio: json.aspect_ratio as string })).toBeCloseTo(
					shapeOf(body),
					5,
				);
				expect((json.files as unknown[] | undefined) ?? []).toHaveLength(theCase.files.length);
			}
			expect(hintsOf(execution).join()).toContain('nothing was created or charged');
		}
		await expectNothingSent();
	});

	it('is not sent when the videos of the run are longer than Max Total Duration, and is at the limit', async () => {
		const seconds = secondsOf(at(theCase.body));
		const requests = [change(theCase), change(theCase, { prompt: 'another one' })];
		const capped = async (maxTotalDuration: number) =>
			await run(theCase, requests, {
				onError: 'stopWorkflow',
				others: { options: { maxTotalDuration } },
			});
		const { status, error } = await capped(2 * seconds - 1);
		expect(status).toBe('error');
		expect(error?.message).toContain(`${2 * seconds} seconds in total`);
		expect(error?.message).toContain(`(${2 * seconds - 1} seconds)`);
		await expectNothingSent();
		expect((await capped(2 * seconds)).status).toBe('success');
		expect((await state()).acceptedPosts).toBe(2);
	});

	it.each([
		[401, { message: 'Invalid API key' }, /API key/],
		[402, { message: 'Payment required' }, /credits/],
	])('that gets the response %i says so and is not billed', async (status, body, says) => {
		await testServer.sandbox.control.rules({ on: 'create', do: { response: { status, body } } });
		const requests = [change(theCase), change(theCase, { prompt: 'another one' })];
		const { error } = await run(theCase, requests, { onError: 'stopWorkflow' });
		expect(`${error?.message} ${error?.description}`).toMatch(says);
		const { acceptedPosts, posts } = await state();
		expect(acceptedPosts).toBe(0);
		// n8n itself repeats a request after a 401.
		expect(posts.length).toBeLessThanOrEqual(4);
	});
});

// All at the same time, each with an account of its own: after a 429, all requests of an account pause.
it('A request that gets the responses 429 and 503 is sent again, and paid for once', async () => {
	const { control, url: baseUrl } = testServer.sandbox;
	const ruleFor = (endpoint: EndpointName, status: number, message: string) => ({
		...{ on: 'create' as const, where: { endpoint }, times: 1 },
		do: { response: { status, body: { message }, headers: { 'retry-after': '1' } } },
	});
	await Promise.all(
		RESOURCE_CASES.map(async ([name, theCase]) => {
			const [endpoint] = endpointsOf(theCase.resource) as [EndpointName];
			await control.rules(
				ruleFor(endpoint, 429, 'Too many requests'),
				ruleFor(endpoint, 503, 'Service Unavailable. Please try again later.'),
			);
			const apiKey = `key-of-${name}`;
			await control.addKey(apiKey);
			const credential = await testServer.addCredential({ provider: 'custom', baseUrl, apiKey });
			const [post] = await postsFor(await run(theCase, [change(theCase)], { credential }));
			expect(post?.rawBody).toBe(JSON.stringify(at(theCase.body)));
			const { posts, acceptedPerEndpoint } = await state();
			const own = posts.filter((each) => each.endpoint === endpoint).map(({ status }) => status);
			expect([name, own, acceptedPerEndpoint[endpoint]]).toEqual([name, [429, 503, 200], 1]);
		}),
	);
});

describe.each(RESOURCE_CASES.filter(([, { files }]) => files.length > 0))(
	'The files of %s',
	(name, theCase) => {
		it('may come from fields of the item, with URLs among them, and keep their order', async () => {
			for (const { files, others, sent } of FILES_OF_ITEMS[name]!(drawn())) {
				await testServer.sandbox.control.reset();
				const requests = [1, 2, 3].map((n) =>
					change(theCase, { prompt: `${theCase.body.prompt} ${n}` }),
				);
				const execution = await run(theCase, requests, {
					files,
					others: { ...others, options: { maxConcurrency: 1 } },
				});
				const posts = await postsFor(execution);
				for (const post of posts) await expectFiles(post, sent);
				const { acceptedPosts, uploads } = await state();
				expect(acceptedPosts).toBe(3);
				// Each is uploaded once, however many items use it.
				const uploaded = posts[0]!.fileUrls.filter((url) => url.includes('/uploads/asset/'));
				expect(uploads).toHaveLength(uploaded.length);
				const mediaNames = theCase.resource.media.map(({ apiName }) => apiName);
				const isMedia = ([field]: [string, unknown]) => mediaNames.includes(field);
				const otherFields = Object.entries(posts[0]!.body as object).filter(
					(entry) => !isMedia(entry),
				);
				expect(Object.fromEntries(otherFields)).toEqual({
					...Object.fromEntries(
						Object.entries(at(theCase.body)).filter((entry) => !isMedia(entry)),
					),
					prompt: `${theCase.body.prompt} 1`,
				});
			}
		});

		it('are taken at their limits, and rejected right outside of them', async () => {
			const { wrong, good } = FILE_EDGES[name]!(drawn());
			const requests = [...wrong.map(([changed]) => changed), ...good].map((changed) =>
				change(theCase, changed),
			);
			const execution = await run(theCase, requests, { others: { options: { dryRun: true } } });
			expect(jsonsOf(execution).map((json) => json.error ?? json.dry_run)).toEqual([
				...wrong.map(([, says]) => expect.stringMatching(says)),
				...good.map(() => true),
			]);
			await expectNothingSent();
		});
	},
);

const NEWER_RATIOS = ['21:9', '9:21', '5:4', '4:5'];

describe.each(RESOURCE_CASES.filter(([, { body }]) => 'aspect_ratio' in body))(
	'An aspect ratio that only Happy Horse 1.1 has, in %s',
	(_, theCase) => {
		it('is sent to 1.1, and never to 1.0: by expressions', async () => {
			const models = ['happy-horse-1', 'happy-horse-1-1'];
			const requests = models.flatMap((model) =>
				NEWER_RATIOS.map((aspectRatio) => change(theCase, { model, aspectRatio })),
			);
			const execution = await run(theCase, requests);
			const found = jsonsOf(execution);
			expect(found.slice(0, 4).map(wordsOf)).toEqual(
				NEWER_RATIOS.map((ratio) =>
					expect.stringMatching(
						new RegExp(
							`^'Aspect Ratio' must be one of .* for the model happy-horse-1, not "${ratio}"`,
						),
					),
				),
			);
			const { posts, acceptedPosts } = await state();
			expect(acceptedPosts).toBe(4);
			expect(posts.map(({ endpoint }) => endpoint)).toEqual(
				Array(4).fill(endpointsOf(theCase.resource)[1]),
			);
			const ratios = posts.map(({ body }) => (body as IDataObject).aspect_ratio);
			expect(ratios.toSorted()).toEqual(NEWER_RATIOS.toSorted());
		});

		it('is not sent to 1.0 as a fixed value, with and without a model', async () => {
			for (const others of [{ model: 'happy-horse-1' }, {}]) {
				const execution = await run(theCase, [change(theCase)], {
					others: { ...others, aspectRatio: '9:21' },
					onError: 'stopWorkflow',
				});
				expect(execution.status).toBe('error');
				expect(execution.error?.message).toContain("'Aspect Ratio'");
				expect(itemsOf(execution, HAPPY_HORSE)).toEqual([]);
			}
			await expectNothingSent();
		});
	},
);

it('has references in another order when the user gives them so', async () => {
	const [, theCase] = RESOURCE_CASES.find(([name]) => name === 'referenceToVideo')!;
	const sequences = [
		[IMAGE, OTHER_IMAGE],
		[OTHER_IMAGE, IMAGE],
		[IMAGE, IMAGE, OTHER_IMAGE],
	];
	const requests = sequences.map((imageUrls) => change(theCase, { imageUrls }));
	const posts = await postsFor(await run(theCase, requests));
	expect(posts.map(({ fileUrls }) => fileUrls)).toEqual(at(sequences));
});
