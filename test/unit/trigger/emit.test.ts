import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { emit } from '../../../nodes/HappyHorse/trigger/emit';
import { FakeDatabase } from '../support/fakeDatabase';
import type { FakeResponse, Setup } from '../support/fakeExecution';
import { fakeExecution, ownTime, settle, thrownBy } from '../support/fakeExecution';
import { json, MP4 } from '../support/fakeVendor';
import { videoAt } from '../support/scriptedApi';
import { vendorWith } from './fakeTriggerWebhook';

beforeEach(ownTime);
afterEach(() => jest.useRealTimers());

const FROM_BODY = 'https://cdn.example.com/from-the-body.mp4?token=exp=1990000000~hmac=aa';

interface Event {
	status?: string;
	generated?: string[];
	extra?: IDataObject;
	more?: IDataObject;
}

/** The item that a verified webhook has put into the execution. */
const itemOf = ({
	status = 'COMPLETED',
	generated,
	extra = {},
	more,
}: Event = {}): INodeExecutionData => ({
	json: {
		task: {
			task_id: 'task-0',
			status,
			generated: generated ?? (status === 'COMPLETED' ? [FROM_BODY] : []),
			extra,
		},
		confirmed: false,
		...more,
	},
});

let executions = 0;

interface Run extends Setup {
	event?: Event;
	/** Status of the task at the API; `null` when it is down. */
	truth?: string | null;
	records?: FakeDatabase;
}

const down = (): FakeResponse => json(503, { message: 'Unavailable' });

function prepare({ event = {}, truth = 'COMPLETED', records = new FakeDatabase(), ...setup }: Run) {
	const { vendor, respond } = vendorWith('task-0', truth ?? '');
	if (truth === null) vendor.intervene = ({ url }) => (url.includes('api.') ? down() : undefined);
	const fake = fakeExecution({
		mode: 'webhook',
		executionId: String(++executions),
		items: [itemOf(event)],
		respond,
		database: records,
		...setup,
		parameters: {
			events: ['COMPLETED', 'FAILED'],
			downloadVideo: false,
			outputBinaryPropertyName: 'data',
			options: {},
			...(setup.parameters as IDataObject | undefined),
		},
	});
	return { ...fake, vendor, records };
}

async function run(setup: Run = {}) {
	const fake = prepare(setup);
	const items = await settle(emit(fake.context as IExecuteFunctions));
	return { ...fake, items, json: items[0]?.json };
}

it('gives the one shape, with what the API says', async () => {
	const { items, requests } = await run({
		event: { more: { endpoint: 'image-to-video/happy-horse-1-1', metadata: { row: 7 } } },
	});
	expect(items).toEqual([
		{
			json: {
				task_id: 'task-0',
				status: 'COMPLETED',
				generated: [videoAt('task-0')],
				video_url: videoAt('task-0'),
				video_expires_at: '2033-01-22T09:46:40.000Z',
				mode: 'image-to-video',
				model: 'happy-horse-1-1',
				timed_out: false,
				metadata: { row: 7 },
			},
			pairedItem: { item: 0 },
		},
	]);
	expect(requests).toMatchObject([{ method: 'GET', credential: 'happyHorseApi' }]);
	expect(requests[0]?.url).toContain('/happy-horse-1-1/task-0');
});

it('W59: what the API says wins over the body', async () => {
	const evil = { generated: ['https://evil.example/x.mp4'], extra: { note: 'evil' } };
	const { items } = await run({ event: evil });
	expect(JSON.stringify(items)).not.toContain('evil');
});

it('finds out the model', async () => {
	const { vendor } = vendorWith('task-0', 'COMPLETED');
	vendor.intervene = ({ url }) =>
		url.includes('/happy-horse-1/') ? json(404, { message: 'Not found' }) : undefined;
	const { json: output } = await run({ respond: (request) => vendor.respond(request) });
	expect(output).toMatchObject({ model: 'happy-horse-1-1', video_url: videoAt('task-0') });
});

it('a confirmed event is not read again', async () => {
	const { json: output, requests } = await run({
		event: { more: { confirmed: true, endpoint: 'image-to-video/happy-horse-1' } },
	});
	expect(output).toMatchObject({ video_url: FROM_BODY, model: 'happy-horse-1' });
	expect(requests).toEqual([]);
});

it.each<[string, Partial<Run>]>([
	['is down', { truth: null }],
	['limits', { respond: () => json(429, { message: 'x' }) }],
	['rejects the key', { respond: () => json(401, { message: 'x' }) }],
	[
		'does not respond',
		{
			respond: () => {
				throw new Error('reset');
			},
		},
	],
])('while the API %s the signed body is believed', async (_, setup) => {
	const { json: output, requests } = await run({
		...setup,
		event: { more: { metadata: { row: 7 } } },
	});
	expect(output).toMatchObject({ status: 'COMPLETED', video_url: FROM_BODY, metadata: { row: 7 } });
	expect(requests.length).toBeGreaterThan(0);
});

it('while the API is down a body without a URL says so, with its task ID', async () => {
	const { json: output } = await run({ truth: null, event: { generated: [] } });
	expect(output).toMatchObject({
		task_id: 'task-0',
		status: 'COMPLETED',
		video_url: null,
		download_failure: { message: expect.stringContaining('could not be read') as string },
	});
});

describe('a webhook that does not say what kind of video it is', () => {
	const kindOf = (output: IDataObject | undefined) => [output?.mode, output?.model];

	it.each<[string, Partial<Run>]>([
		['the API is down', { truth: null }],
		['no endpoint has the task', { respond: () => json(404, { message: 'Not found' }) }],
	])('names none while %s', async (_, setup) => {
		const { json: output } = await run(setup);
		expect(output).toMatchObject({ status: 'COMPLETED', video_url: FROM_BODY });
		expect(output).not.toHaveProperty('mode');
		expect(output).not.toHaveProperty('model');
		expect(JSON.stringify(output)).not.toMatch(/happy-horse-1|to-video/);
	});

	it('names it as soon as a read tells, also where the webhook was ahead of the API', async () => {
		for (const truth of ['COMPLETED', 'IN_PROGRESS']) {
			const { json: output } = await run({ truth });
			expect(kindOf(output)).toEqual(['image-to-video', 'happy-horse-1']);
		}
	});

	it('keeps the kind of its note while the API is down', async () => {
		const event = { more: { endpoint: 'text-to-video/happy-horse-1-1' } };
		const { json: output } = await run({ truth: null, event });
		expect(kindOf(output)).toEqual(['text-to-video', 'happy-horse-1-1']);
	});

	it('still downloads the video, which reads no endpoint', async () => {
		const { items, requests } = await run({
			truth: null,
			parameters: { downloadVideo: true },
		});
		expect(items[0]?.binary?.data).toMatchObject({ fileName: 'happy-horse-task-0.mp4' });
		expect(requests.at(-1)).toMatchObject({ url: FROM_BODY, credential: undefined });
		expect(items[0]?.json).not.toHaveProperty('mode');
	});

	it('says that an expired URL cannot be replaced', async () => {
		const { vendor, respond } = vendorWith('task-0', '');
		vendor.intervene = ({ url }) =>
			url.includes('cdn.') ? { statusCode: 403, body: 'expired' } : down();
		const { json: output } = await run({ respond, parameters: { downloadVideo: true } });
		expect(output).toMatchObject({
			video_url: FROM_BODY,
			download_failure: { message: expect.stringContaining('403') as string },
		});
	});
});

describe('a note that does not fit the API key', () => {
	const warning = { message: expect.stringContaining('metadata is left out') as string };

	it.each([
		['downloaded', true],
		['not downloaded', false],
	])('is told on the item and as a hint, with the video %s', async (_, downloadVideo) => {
		const event = { more: { noteRejected: true } };
		const { json: output, hints } = await run({ event, parameters: { downloadVideo } });
		expect(output).toMatchObject({ video_url: videoAt('task-0'), webhook_warning: warning });
		expect(hints).toEqual([
			expect.objectContaining({
				message: expect.stringMatching(/task-0.*metadata is left out/) as string,
			}),
		]);
	});

	it('is not told of a repeated webhook, nor without such a note', async () => {
		const records = new FakeDatabase();
		const { json: output, hints } = await run({ records });
		expect(output).not.toHaveProperty('webhook_warning');
		const again = await run({ records, event: { more: { noteRejected: true } } });
		expect([hints, again.hints, again.items]).toEqual([[], [], []]);
	});
});

describe('a status that the API does not share', () => {
	it('W52: a late IN_PROGRESS is dropped', async () => {
		for (const truth of ['COMPLETED', 'FAILED']) {
			expect((await run({ event: { status: 'IN_PROGRESS' }, truth })).items).toEqual([]);
			expect((await run({ event: { status: 'CREATED' }, truth })).items).toEqual([]);
		}
	});

	it('W59: COMPLETED, while the API is still behind', async () => {
		const { json: output } = await run({ truth: 'IN_PROGRESS' });
		expect(output).toMatchObject({ status: 'COMPLETED', video_url: FROM_BODY, timed_out: false });
	});

	it('W59: FAILED, while the API is still behind', async () => {
		const event = { status: 'FAILED', extra: { error_message: 'safety' } };
		const { json: output } = await run({ truth: 'IN_PROGRESS', event });
		expect(output).toMatchObject({ status: 'FAILED', failure: { message: 'safety' } });
	});

	it('W59: IN_PROGRESS, while the API is still behind', async () => {
		const { json: output } = await run({ truth: 'CREATED', event: { status: 'IN_PROGRESS' } });
		expect(output).toMatchObject({ status: 'IN_PROGRESS' });
	});

	it('W59: another end: the API wins', async () => {
		const { json: output } = await run({ truth: 'COMPLETED', event: { status: 'FAILED' } });
		expect(output).toMatchObject({ status: 'COMPLETED', video_url: videoAt('task-0') });
		expect(output).not.toHaveProperty('failure');
	});
});

it.each(['CREATED', 'IN_PROGRESS'])(
	'news such as %s come as they are, without a download',
	async (status) => {
		const { items, requests } = await run({
			truth: status,
			event: { status, more: { metadata: { row: 7 } } },
			parameters: { downloadVideo: true },
		});
		expect(items).toEqual([
			{
				json: expect.objectContaining({
					status,
					timed_out: false,
					video_url: null,
					metadata: { row: 7 },
				}) as IDataObject,
				pairedItem: { item: 0 },
			},
		]);
		expect(requests).toHaveLength(1);
	},
);

it('a failed video says why', async () => {
	const { json: output } = await run({ truth: 'FAILED', event: { status: 'FAILED' } });
	expect(output).toMatchObject({
		status: 'FAILED',
		failure: { message: expect.any(String) as string },
	});
	expect(output).not.toHaveProperty('error');
});

it('W53: completed without a video is read once more, and says so', async () => {
	const respond = () =>
		json(200, { data: { task_id: 'task-0', status: 'COMPLETED', generated: [] } });
	const { json: output, requests } = await run({ respond });
	expect(output).toMatchObject({
		video_url: null,
		failure: { message: expect.stringContaining('no video') as string },
	});
	expect(requests.length).toBeGreaterThanOrEqual(2);
});

describe('repeated webhooks', () => {
	it('W49, W50: give nothing', async () => {
		const records = new FakeDatabase();
		expect((await run({ records })).items).toHaveLength(1);
		const again = await run({ records });
		expect([again.items, again.requests]).toEqual([[], []]);
	});

	it('are told by task and status, in rows beside that of this node', async () => {
		const { records } = await run({ executionId: '7' });
		expect(records.queries).toEqual(['SELECT', 'INSERT']);
		expect([...records.rows.keys()]).not.toContain('wf n:n1');
		await run({ records, truth: 'FAILED', event: { status: 'FAILED' } });
		expect(records.rows.size).toBe(2);
	});

	it('that come at the same moment, in two processes, give one item', async () => {
		const records = new FakeDatabase();
		const all = await Promise.all(
			['7', '8', '9'].map(async (executionId) => {
				const fake = prepare({ records, executionId });
				return await emit(fake.context);
			}),
		);
		expect(all.flat()).toHaveLength(1);
	});

	it('are passed on where the table cannot be read: a video that never comes out is worse', async () => {
		const records = new FakeDatabase();
		await run({ records });
		records.intervene = () => {
			throw new Error('no database');
		};
		expect((await run({ records })).items).toHaveLength(1);
	});

	it('are none when the execution is begun again under its ID, since its worker has died', async () => {
		const records = new FakeDatabase();
		for (let time = 0; time < 3; time++) {
			expect((await run({ records, executionId: '7' })).items).toHaveLength(1);
		}
		expect((await run({ records, executionId: '8' })).items).toEqual([]);
	});

	it('stay repeated when their execution is begun again, and leave nothing in the record', async () => {
		const { records } = await run();
		const kept = [...records.rows];
		for (let time = 0; time < 2; time++) {
			expect((await run({ records, executionId: 'repeated' })).items).toEqual([]);
			expect([...records.rows]).toEqual(kept);
		}
	});

	it('are none where the first execution could not use its credential', async () => {
		const records = new FakeDatabase();
		const broken = prepare({ records, executionId: '7' });
		Object.assign(broken.context, {
			getCredentials: async () => await Promise.reject(new Error('no credential')),
		});
		expect((await thrownBy(emit(broken.context))).message).toBe('no credential');
		expect(records.rows.size).toBe(0);
		expect((await run({ records, executionId: '8' })).items).toHaveLength(1);
	});

	it('do not hide the next status', async () => {
		const records = new FakeDatabase();
		const all = ['CREATED', 'IN_PROGRESS', 'COMPLETED'];
		for (const status of all) {
			const { json: output } = await run({ records, truth: status, event: { status } });
			expect(output).toMatchObject({ status });
		}
	});

	it.each([
		['FAILED after COMPLETED', ['COMPLETED', 'FAILED'], 'COMPLETED'],
		['COMPLETED after FAILED', ['FAILED', 'COMPLETED'], 'COMPLETED'],
		['IN_PROGRESS after CREATED', ['CREATED', 'IN_PROGRESS'], 'IN_PROGRESS'],
	])('R5: %s, where the API says the same both times: once', async (_, statuses, truth) => {
		const records = new FakeDatabase();
		const given: INodeExecutionData[] = [];
		for (const status of statuses)
			given.push(...(await run({ records, truth, event: { status } })).items);
		expect(given.map(({ json: output }) => output.status)).toEqual([truth]);
	});

	it('in the editor are welcome, and are not recorded', async () => {
		const records = new FakeDatabase();
		for (let count = 0; count < 2; count++) {
			expect((await run({ records, mode: 'manual' })).items).toHaveLength(1);
		}
		expect(records.queries).toEqual([]);
		expect((await run({ records })).items).toHaveLength(1);
	});

	it('do not count when a user presses Retry: the run before may have been killed', async () => {
		const records = new FakeDatabase();
		await run({ records });
		expect((await run({ records, mode: 'retry' })).items).toHaveLength(1);
	});

	it.each<[string, Setup]>([
		['the credential could not be used', { credential: { provider: 'magnific', apiKey: '' } }],
		['a field is wrong', { parameters: { downloadVideo: true, outputBinaryPropertyName: ' ' } }],
	])('a failure because %s does not count: a retry gives the video', async (_, setup) => {
		const records = new FakeDatabase();
		const fake = prepare({ records, ...setup });
		expect(await thrownBy(emit(fake.context as IExecuteFunctions))).toBeInstanceOf(Error);
		expect((await run({ records, mode: 'retry' })).items).toHaveLength(1);
	});
});

describe('the download', () => {
	const wanted = { downloadVideo: true, outputBinaryPropertyName: 'video' };

	it('adds the file, fetched without the API key', async () => {
		const { items, requests } = await run({ parameters: wanted });
		expect(items[0]?.binary?.video).toEqual({
			data: MP4.toString('base64'),
			fileName: 'happy-horse-task-0.mp4',
			mimeType: 'video/mp4',
		});
		expect(requests.map(({ credential }) => credential)).toEqual(['happyHorseApi', undefined]);
	});

	it('is left out where it is not wanted', async () => {
		const { items, requests } = await run();
		expect(items[0]).not.toHaveProperty('binary');
		expect(requests).toHaveLength(1);
	});

	it.each<[string, FakeResponse, string]>([
		['an expired URL', { statusCode: 403, body: 'expired' }, '403'],
		['a broken server', { statusCode: 500, body: 'x' }, '500'],
		['no video', { statusCode: 200, body: '<html>a page instead</html>' }, 'not an MP4'],
	])('that ends with %s leaves the item with its reason', async (_, response, reason) => {
		const { vendor, respond } = vendorWith('task-0', 'COMPLETED');
		vendor.intervene = ({ url }) => (url.includes('cdn.') ? response : undefined);
		const { items } = await run({ parameters: wanted, respond });
		expect(items[0]?.json).toMatchObject({
			status: 'COMPLETED',
			video_url: videoAt('task-0'),
			download_failure: { message: expect.stringContaining(reason) as string },
		});
		expect(items[0]).not.toHaveProperty('binary');
	});

	it('respects the largest size', async () => {
		const { vendor, respond } = vendorWith('task-0', 'COMPLETED');
		const body = Buffer.concat([MP4, Buffer.alloc(1024 * 1024)]);
		vendor.intervene = ({ url }) => (url.includes('cdn.') ? { statusCode: 200, body } : undefined);
		const { json: output } = await run({
			parameters: { ...wanted, options: { maxDownloadSize: 1 } },
			respond,
		});
		expect(output).toMatchObject({
			download_failure: { message: expect.stringContaining('1 MB') as string },
		});
	});

	it('W53: does not follow a URL that is not https', async () => {
		const generated = ['http://cdn.example.com/x.mp4'];
		const respond = () =>
			json(200, { data: { task_id: 'task-0', status: 'COMPLETED', generated } });
		const { json: output, requests } = await run({ parameters: wanted, respond });
		expect(output).toMatchObject({ video_url: null, generated });
		expect(requests.every(({ credential }) => credential === 'happyHorseApi')).toBe(true);
	});
});

describe('what is no event', () => {
	it.each<[string, IDataObject]>([
		['an output of this node', { task_id: 'a', status: 'COMPLETED', generated: [] }],
		['a note', { hello: 'world' }],
		['nothing', {}],
		['a task of another kind', { task: { task_id: 'a', status: 'COMPLETED' } }],
	])('passes, such as pinned data with %s', async (_, data) => {
		const { items, requests, records } = await run({ items: [{ json: data }] });
		expect(items).toEqual([{ json: data }]);
		expect([requests, records.queries]).toEqual([[], []]);
	});

	it('gives no items for no items', async () => {
		expect((await run({ items: [] })).items).toEqual([]);
	});
});
