import type { IDataObject } from 'n8n-workflow';

import { create } from '../../../nodes/HappyHorse/operations/create';
import { createParameters, fakeExecution, thrownBy } from '../support/fakeExecution';
import { FakeVendor, json } from '../support/fakeVendor';

async function run(changes: IDataObject, credential?: IDataObject) {
	const vendor = new FakeVendor();
	const fake = fakeExecution({
		parameters: { ...createParameters, ...changes },
		answer: (request) => vendor.answer(request),
		...(credential === undefined ? {} : { credential }),
	});
	const results = await create.execute(fake.context);
	return { ...fake, vendor, results, body: fake.posts()[0]?.body as IDataObject };
}

it('starts a video and gives the one shape', async () => {
	const { results, requests } = await run({ options: { metadata: { row: 7 } } });
	expect(results).toEqual([
		{
			json: {
				task_id: 'task-0',
				status: 'CREATED',
				generated: [],
				video_url: null,
				video_expires_at: null,
				model: 'happy-horse-1',
				timed_out: false,
				metadata: { row: 7 },
			},
			pairedItem: { item: 0 },
		},
	]);
	expect(requests).toHaveLength(1);
	expect(requests[0]).toMatchObject({
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
		'a callback',
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
	const { requests } = await run({ model: 'happy-horse-1-1' });
	expect(requests[0]?.url).toBe('https://api.magnific.com/v1/ai/image-to-video/happy-horse-1-1');
});

it('uses the host of the credential', async () => {
	const { requests } = await run({}, { provider: 'freepik', apiKey: 'key-1' });
	expect(new URL(requests[0]!.url).host).toBe('api.freepik.com');
});

it.each([
	['401', 'API key', 401],
	['402', 'credits', 402],
	['429', 'too many', 429],
])('%s says in words what happened', async (_, text, statusCode) => {
	const { context } = fakeExecution({ answer: () => json(statusCode, { message: 'x' }) });
	const error = await thrownBy(create.execute(context));
	expect(error.message).toContain(text);
	expect(error.description).toContain('Nothing was created or charged');
});
