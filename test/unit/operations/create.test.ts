import type { IDataObject } from 'n8n-workflow';

import { create } from '../../../nodes/HappyHorse/operations/create';
import {
	createParameters,
	fakeExecution,
	ownTime,
	settle,
	thrownBy,
} from '../support/fakeExecution';
import type { FakeResponse } from '../support/fakeExecution';
import { FakeVendor, image, json } from '../support/fakeVendor';
import { png } from '../support/images';

beforeEach(ownTime);
afterEach(() => jest.useRealTimers());

async function run(changes: IDataObject, credential?: IDataObject) {
	const vendor = new FakeVendor();
	const fake = fakeExecution({
		parameters: { ...createParameters, ...changes },
		respond: (request) => vendor.respond(request),
		...(credential === undefined ? {} : { credential }),
	});
	const results = await settle(create.execute(fake.context));
	return { ...fake, vendor, results, body: fake.posts()[0]?.body as IDataObject };
}

it('starts a video and gives the one shape', async () => {
	const { results, toApi } = await run({ options: { metadata: { row: 7 } } });
	expect(results).toEqual([
		{
			json: {
				task_id: 'task-0',
				status: 'CREATED',
				generated: [],
				video_url: null,
				video_expires_at: null,
				mode: 'image-to-video',
				model: 'happy-horse-1',
				timed_out: false,
				metadata: { row: 7 },
			},
			pairedItem: { item: 0 },
		},
	]);
	expect(toApi()).toHaveLength(1);
	expect(toApi()[0]).toMatchObject({
		method: 'POST',
		credential: 'happyHorseApi',
		disableFollowRedirect: true,
		ignoreHttpStatusErrors: true,
	});
});

it.each<[string, IDataObject, IDataObject]>([
	[
		'all that is set',
		{ options: { seed: 7 } },
		{ prompt: 'a horse', resolution: '1080P', duration: 5, seed: 7 },
	],
	[
		'the seed 0',
		{ options: { seed: 0 } },
		{ prompt: 'a horse', resolution: '1080P', duration: 5, seed: 0 },
	],
	['no seed and no prompt', { prompt: '', options: {} }, { resolution: '1080P', duration: 5 }],
	[
		'numbers that came as text',
		{ duration: ' 15 ', options: { seed: '3' } },
		{ prompt: 'a horse', resolution: '1080P', duration: 15, seed: 3 },
	],
	[
		'a callback URL',
		{ callback: 'url', webhookUrl: 'https://n8n.example.com/webhook/x' },
		{
			prompt: 'a horse',
			resolution: '1080P',
			duration: 5,
			webhook_url: 'https://n8n.example.com/webhook/x',
		},
	],
])('sends %s', async (_, changes, wanted) => {
	const { body } = await run(changes);
	expect(body).toEqual({ image_url: createParameters.imageUrl, ...wanted });
	expect(Object.values(body)).not.toContain('');
});

it('does not send the metadata', async () => {
	const { body } = await run({ options: { metadata: { row: 7 } } });
	expect(JSON.stringify(body)).not.toContain('row');
});

it('uses the path of the model', async () => {
	const { toApi } = await run({ model: 'happy-horse-1-1' });
	expect(toApi()[0]?.url).toBe('https://api.magnific.com/v1/ai/image-to-video/happy-horse-1-1');
});

it('uses the host of the credential', async () => {
	const { toApi } = await run({}, { provider: 'freepik', apiKey: 'key-1' });
	expect(new URL(toApi()[0]!.url).host).toBe('api.freepik.com');
});

it.each<[number, string, number]>([
	[401, 'API key', 1],
	[402, 'credits', 1],
	[403, 'not allowed', 1],
	[422, 'rejected', 1],
	// The numbers of the table of what may be sent again.
	[429, 'too many', 12],
])(
	'%i says in words what happened, after the requests that it allows',
	async (statusCode, text, sent) => {
		const { context, posts } = fakeExecution({ respond: () => json(statusCode, { message: 'x' }) });
		const error = await settle(thrownBy(create.execute(context)));
		expect(error.message).toContain(text);
		expect(error.description).toContain('Nothing was created or charged');
		expect(posts()).toHaveLength(sent);
	},
);

it('sends again what was turned away in the words of the API, and says to look when it stays so', async () => {
	const { context, posts } = fakeExecution({
		respond: () => json(503, { message: 'Service Unavailable. Please try again later.' }),
	});
	const error = await settle(thrownBy(create.execute(context)));
	expect(posts()).toHaveLength(4);
	expect(error.description).toContain('As a rule nothing was created or charged');
	expect(error.description).toContain("'Get Many'");
});

it.each<[string, () => FakeResponse]>([
	['500', () => json(500, { message: 'x' })],
	['502', () => ({ statusCode: 502, body: '<html>' })],
	['503 without a word', () => ({ statusCode: 503, body: '<html>' })],
	['503 with an empty object', () => json(503, {})],
	['504', () => ({ statusCode: 504, body: '' })],
	['a redirect', () => ({ statusCode: 307, headers: { location: '/' }, body: '' })],
	['a success that cannot be read', () => ({ statusCode: 200, body: '{"data":' })],
	['a success without a task', () => json(200, { data: {} })],
	[
		'a reset',
		() => {
			throw Object.assign(new Error('reset'), { code: 'ECONNRESET' });
		},
	],
])('sends once what ended with %s, and says that it may be paid', async (_, respond) => {
	const { context, posts } = fakeExecution({
		respond: ({ method }) => (method === 'POST' ? respond() : image(png())),
	});
	const error = await settle(thrownBy(create.execute(context)));
	expect(posts()).toHaveLength(1);
	expect(error.description).toContain('may have been created and charged');
});
