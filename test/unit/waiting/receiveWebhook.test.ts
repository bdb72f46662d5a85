import { receiveWebhook } from '../../../nodes/HappyHorse/waiting/receiveWebhook';
import { headersOf, SECRET } from '../signature/signing';
import { START } from '../support/fakeClock';
import type { FakeRequest } from '../support/fakeExecution';
import type { FakeResponse } from '../support/fakeExecution';
import { API_KEY, ownKey } from '../support/fakeExecution';
import { FakeVendor, json, MP4 } from '../support/fakeVendor';
import {
	bodyOf,
	down,
	fakeWebhook,
	nextExecution,
	receive,
	suspensionFor,
} from '../support/fakeWebhook';
import { videoAt } from '../support/scriptedApi';
import { VirtualClock } from '../support/virtualClock';

/** A waiting execution with tasks of the given statuses at the provider. */
function waiting(...statuses: string[]) {
	const vendor = new FakeVendor();
	statuses.forEach((status, item) =>
		vendor.tasks.set(`task-${item}`, {
			endpoint: 'image-to-video/happy-horse-1',
			status,
			request: {},
		}),
	);
	return {
		vendor,
		setup: {
			executionId: nextExecution(),
			suspension: suspensionFor(statuses.length),
			respond: (request: FakeRequest) => vendor.respond(request),
			stillWaiting: (): { statusCode: number; body?: unknown } => ({
				statusCode: 200,
				body: { wait: WAIT },
			}),
		},
	};
}

// Files go by the time of the machine.
beforeEach(() => void jest.spyOn(Date, 'now').mockReturnValue(START));
afterEach(() => jest.restoreAllMocks());

/** Which wait it is: node, run and end. */
const WAIT = `n1 0 ${START + 30 * 60_000}`;

const isList = ({ url }: FakeRequest) => url.endsWith('/happy-horse-1');

const STILL_WAITING = { noWebhookResponse: true };

it('continues once all videos are finished, with the items in their order', async () => {
	const { setup } = waiting('COMPLETED', 'FAILED', 'COMPLETED');
	const { outcome, response } = await receive({ ...setup, rawBody: bodyOf('task-2') });
	expect(response).toMatchObject({ status: 200 });
	expect(outcome.noWebhookResponse).toBe(true);
	expect(outcome.workflowData?.[0]).toMatchObject([
		{ json: { task_id: 'task-0', video_url: videoAt('task-0') }, pairedItem: { item: 0 } },
		{ json: { task_id: 'task-1', status: 'FAILED' }, pairedItem: { item: 1 } },
		{ json: { task_id: 'task-2', video_url: videoAt('task-2') }, pairedItem: { item: 2 } },
	]);
});

it('keeps items that were settled before in their places', async () => {
	const { setup } = waiting('COMPLETED', 'COMPLETED');
	const settled = { json: { error: 'no' }, pairedItem: { item: 1 } };
	const [first, last] = suspensionFor(2).places;
	const suspension = suspensionFor(2, { places: [first!, { settled }, last!] });
	const { outcome } = await receive({ ...setup, suspension, rawBody: bodyOf('task-0') });
	expect(outcome.workflowData?.[0]?.map((item) => item.json.task_id ?? item.json.error)).toEqual([
		'task-0',
		'no',
		'task-1',
	]);
});

it('sends failed items to the error output where that is wanted', async () => {
	const { setup } = waiting('FAILED');
	const suspension = suspensionFor(1, { toErrorOutput: true });
	const { outcome } = await receive({ ...setup, suspension, rawBody: bodyOf('task-0', 'FAILED') });
	expect(outcome.workflowData?.[0]?.[0]?.json).toMatchObject({
		error: expect.any(String) as string,
		details: { task_id: 'task-0' },
	});
});

/** The same, with its videos downloaded. */
function downloading(count: number) {
	const suspension = suspensionFor(count);
	for (const place of suspension.places)
		if ('awaits' in place) place.awaits.videoOutput.download = true;
	return suspension;
}

describe('the response', () => {
	/** When it came, in milliseconds after the webhook; `cdnMs` is what a download takes. */
	async function responsesTo(statuses: string[], cdnMs = 0) {
		const { setup, vendor } = waiting(...statuses);
		const clock = new VirtualClock();
		const respond = async (request: FakeRequest) => {
			if (request.url.includes('cdn.')) await clock.pause(cdnMs);
			return vendor.respond(request);
		};
		const suspension = downloading(statuses.length);
		const fake = fakeWebhook({ ...setup, respond, suspension, rawBody: bodyOf('task-0') });
		let at: number | undefined;
		const inner = fake.bendableWebhook.getResponseObject;
		fake.bendableWebhook.getResponseObject = () => {
			at ??= clock.now() - START;
			return inner();
		};
		const outcome = await receiveWebhook(fake.webhook, clock);
		return { at, outcome, responses: fake.responses };
	}

	it('comes at once while other tasks are open', async () => {
		const { at, responses, outcome } = await responsesTo(['COMPLETED', 'IN_PROGRESS']);
		expect([at, responses]).toEqual([0, [{ status: 200, body: { message: 'Thank you' } }]]);
		expect(outcome.workflowData?.[0]).toHaveLength(2);
	});

	it('of the last one comes with the result', async () => {
		const { at, responses, outcome } = await responsesTo(['COMPLETED'], 7000);
		expect([at, responses.length]).toEqual([7000, 1]);
		expect(outcome.workflowData?.[0]?.[0]?.binary?.data?.data).toBe(MP4.toString('base64'));
	});

	it('comes before that when the result takes long, since many senders give up', async () => {
		const { at, responses, outcome } = await responsesTo(['COMPLETED'], 50_000);
		expect([at, responses.length]).toEqual([8000, 1]);
		expect(outcome.workflowData?.[0]?.[0]?.binary).toBeDefined();
	});
});

describe('sends no request and continues to wait', () => {
	it.each<[string, unknown, number]>([
		['for a status that is not final', bodyOf('task-0', 'IN_PROGRESS'), 200],
		['for a status that is unknown', bodyOf('task-0', 'DREAMING'), 200],
		['for a task of another account', bodyOf('task-99'), 200],
		['for rubbish', Buffer.from('rubbish'), 400],
		['for no task', undefined, 400],
		['for a form', { task_id: 'task-0' }, 400],
		['for a list', Buffer.from('[]'), 400],
		['for an attack on the path', bodyOf('../../loras'), 400],
		['for more than a megabyte', Buffer.alloc(1024 * 1024 + 1, 32), 413],
	])('%s', async (_, rawBody, status) => {
		const { setup } = waiting('COMPLETED');
		const { response, outcome, requests } = await receive({ ...setup, rawBody });
		expect(response?.status).toBe(status);
		expect(outcome).toEqual(STILL_WAITING);
		expect(requests).toEqual([]);
	});

	it.each([[undefined], [null], ['{}'], ['{"places":"x"}'], ['x']])(
		'when the node waits for no task: %p',
		async (suspension) => {
			const { response, outcome, requests } = await receive({
				executionId: nextExecution(),
				suspension,
				rawBody: bodyOf('task-0'),
			});
			expect([response?.status, outcome, requests]).toEqual([200, STILL_WAITING, []]);
		},
	);
});

it('does not even look what it waits for when a webhook says nothing final', async () => {
	const { setup } = waiting('COMPLETED');
	const { expressions } = await receive({ ...setup, rawBody: bodyOf('task-0', 'CREATED') });
	expect(expressions).toEqual([]);
});

it('never trusts an unsigned body: what is unfinished at the API is not finished', async () => {
	const { setup } = waiting('IN_PROGRESS');
	const { response, outcome, clock } = await receive({ ...setup, rawBody: bodyOf('task-0') });
	expect(response?.status).toBe(200);
	expect(clock.now()).toBeGreaterThanOrEqual(START + 30 * 60_000);
	expect(outcome.workflowData?.[0]).toMatchObject([
		{ json: { status: 'IN_PROGRESS', timed_out: true, video_url: null } },
	]);
});

it('takes neither URL nor reason from an unsigned body', async () => {
	const { setup } = waiting('COMPLETED');
	const rawBody = Buffer.from(
		JSON.stringify({
			task_id: 'task-0',
			status: 'FAILED',
			generated: ['https://evil.example/x.mp4'],
			error: 'evil',
		}),
	);
	const { outcome } = await receive({ ...setup, rawBody });
	expect(JSON.stringify(outcome)).not.toContain('evil');
	expect(outcome.workflowData?.[0]?.[0]?.json).toMatchObject({ status: 'COMPLETED' });
});

it('reads a single task once, since that response holds the video URL as well', async () => {
	const { setup } = waiting('COMPLETED');
	const { outcome, requests } = await receive({ ...setup, rawBody: bodyOf('task-0') });
	expect(outcome.workflowData?.[0]?.[0]?.json.video_url).toBe(videoAt('task-0'));
	expect(requests.map(({ url }) => url.split('/').pop())).toEqual(['task-0']);
});

it('reads what was final before the execution was suspended: its webhook came too early', async () => {
	const { setup } = waiting('COMPLETED', 'COMPLETED');
	const suspension = suspensionFor(2, { finalBefore: ['task-1'] });
	const { outcome, clock } = await receive({ ...setup, suspension, rawBody: bodyOf('task-0') });
	expect(outcome.workflowData?.[0]).toHaveLength(2);
	expect(clock.now()).toBeLessThan(START + 2000);
});

it('finds a task whose webhook was lost, also where the list leaves it out', async () => {
	const { setup, vendor } = waiting('COMPLETED', 'COMPLETED', 'COMPLETED');
	vendor.intervene = (request) =>
		isList(request) ? json(404, { message: 'Tasks not found' }) : undefined;
	const { outcome, clock } = await receive({ ...setup, rawBody: bodyOf('task-0') });
	expect(outcome.workflowData?.[0]).toHaveLength(3);
	expect(clock.now()).toBeLessThan(START + 30_000);
});

it('sends no more requests than the API allows, and loses nothing for that', async () => {
	const { setup } = waiting(...Array<string>(120).fill('COMPLETED'));
	const clock = new VirtualClock();
	const sentAt: number[] = [];
	const respond = async (request: FakeRequest) => {
		sentAt.push(clock.now());
		return await Promise.resolve(setup.respond(request));
	};
	const webhooks = await Promise.all(
		Array.from(
			{ length: 120 },
			async (_, item) =>
				await receive({ ...setup, respond, rawBody: bodyOf(`task-${item}`) }, clock),
		),
	);
	const continued = webhooks.filter(({ outcome }) => outcome.workflowData !== undefined);
	expect(continued).toHaveLength(1);
	expect(continued[0]?.outcome.workflowData?.[0]?.every(({ json }) => json.video_url)).toBe(true);
	for (const from of sentAt) {
		expect(sentAt.filter((at) => at >= from && at < from + 60_000).length).toBeLessThanOrEqual(50);
	}
	expect(sentAt.length).toBeLessThanOrEqual(125);
});

it.each<[string, () => never | FakeResponse]>([
	['is down', down],
	['limits', () => ({ statusCode: 429, body: '{}' })],
	['rejects the key', () => ({ statusCode: 401, body: '{"message":"Invalid API key"}' })],
	['cannot find it', () => json(404, { message: 'Not found' })],
	['responds with HTML', () => ({ statusCode: 200, body: '<html>' })],
	[
		'does not respond',
		() => {
			throw new Error('reset');
		},
	],
])('R16: keeps polling while the API %s, and needs no second webhook', async (_, respond) => {
	const { setup } = waiting('COMPLETED', 'COMPLETED');
	const clock = new VirtualClock();
	const troubled = (request: FakeRequest) =>
		clock.now() < START + 60_000 ? respond() : setup.respond(request);
	const result = await receive({ ...setup, respond: troubled, rawBody: bodyOf('task-0') }, clock);
	expect(result.response?.status).toBe(200);
	expect(result.outcome.workflowData?.[0]).toMatchObject([
		{ json: { status: 'COMPLETED', video_url: videoAt('task-0') } },
		{ json: { status: 'COMPLETED', video_url: videoAt('task-1') } },
	]);
	// The one whose webhook was lost is looked for some time after the last news.
	expect(clock.now()).toBeLessThanOrEqual(START + 100_000);
});

it('survives a moment in which n8n cannot give the credential', async () => {
	const { setup, vendor } = waiting('COMPLETED', 'IN_PROGRESS');
	const clock = new VirtualClock();
	const fake = fakeWebhook({ ...setup, rawBody: bodyOf('task-0') });
	const inner = fake.bendableWebhook.getCredentials;
	fake.bendableWebhook.getCredentials = async () => {
		const passed = clock.now() - START;
		if (passed > 10_000 && passed < 100_000) throw new Error('the database is locked');
		return await inner();
	};
	const running = receiveWebhook(fake.webhook, clock);
	await clock.until(START + 60_000);
	vendor.finishAll();
	const { workflowData } = await running;
	expect(workflowData?.[0]).toMatchObject([
		{ json: { video_url: videoAt('task-0') } },
		{ json: { video_url: videoAt('task-1') } },
	]);
});

it('brings out what signed webhooks have told although n8n cannot give the credential just then', async () => {
	const { setup } = waiting('COMPLETED', 'COMPLETED');
	const clock = new VirtualClock();
	const webhooks = [0, 1].map((item) => {
		const body = bodyOf(`task-${item}`, 'FAILED');
		const timestamp = String(START / 1000 + item * 20);
		const fake = fakeWebhook({
			...setup,
			credential: { provider: 'magnific', apiKey: ownKey(), webhookSecret: SECRET },
			rawBody: body,
			headers: headersOf(SECRET, { id: `msg_${item}`, timestamp, body }),
		});
		return fake;
	});
	const inner = webhooks[0]!.bendableWebhook.getCredentials;
	webhooks[0]!.bendableWebhook.getCredentials = async () => {
		const passed = clock.now() - START;
		if (passed > 5000 && passed < 40_000) throw new Error('the database is locked');
		return await inner();
	};
	const running = receiveWebhook(webhooks[0]!.webhook, clock);
	await clock.until(START + 15_000);
	// Another process of n8n, as it were: it reads the credential by itself.
	webhooks[1]!.bendableWebhook.getWorkflow = () => ({ id: 'other', name: 'x', active: true });
	await receiveWebhook(webhooks[1]!.webhook, clock);
	const { workflowData } = await running;
	expect(workflowData?.[0]).toMatchObject([
		{ json: { status: 'FAILED' } },
		{ json: { status: 'FAILED' } },
	]);
	expect(clock.now()).toBeLessThan(START + 50_000);
});

it('brings out what is finished at the end of Max Wait, and says what is not', async () => {
	const { setup } = waiting('COMPLETED', 'IN_PROGRESS', 'COMPLETED');
	const { outcome, clock } = await receive({ ...setup, rawBody: bodyOf('task-0') });
	expect(outcome.workflowData?.[0]).toMatchObject([
		{ json: { video_url: videoAt('task-0'), timed_out: false } },
		{ json: { task_id: 'task-1', timed_out: true } },
		{ json: { video_url: videoAt('task-2'), timed_out: false } },
	]);
	expect(clock.now() - START).toBeGreaterThanOrEqual(30 * 60_000);
	expect(clock.now() - START).toBeLessThan(30 * 60_000 + 10_000);
});

describe('the check whether the execution still waits', () => {
	/** A wait whose last task takes a minute, with what n8n says to the check. */
	async function receiveWith(stillWaiting: () => { statusCode: number; body?: unknown }) {
		const { setup, vendor } = waiting('COMPLETED', 'IN_PROGRESS');
		const clock = new VirtualClock();
		const respond = (request: FakeRequest) => {
			if (clock.now() > START + 60_000) vendor.finishAll();
			return vendor.respond(request);
		};
		return await receive({ ...setup, respond, stillWaiting, rawBody: bodyOf('task-0') }, clock);
	}

	it('by a request to the place where this one came in, with its token', async () => {
		const { checks, outcome } = await receiveWith(() => ({
			statusCode: 200,
			body: { wait: WAIT },
		}));
		expect(outcome.workflowData).toBeDefined();
		expect(checks.length).toBeGreaterThanOrEqual(2);
		expect(checks[0]).toMatchObject({
			url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:5678\/.*signature=abc$/) as string,
			headers: { 'x-happy-horse-check': 'wait' },
		});
		expect(JSON.stringify(checks)).not.toContain('FPSX');
	});

	it.each<[string, { statusCode: number; body?: unknown }]>([
		['it was stopped, or is over', { statusCode: 409, body: { message: 'The execution "7 is' } }],
		['it is gone', { statusCode: 404, body: { message: 'The execution "7" does not' } }],
		['its token is another', { statusCode: 401, body: { error: 'Invalid token' } }],
		['a form waits', { statusCode: 307 }],
		[
			'another round of a loop waits',
			{ statusCode: 200, body: { wait: WAIT.replace(' 0 ', ' 1 ') } },
		],
		['another node waits', { statusCode: 200, body: { wait: `other${WAIT}` } }],
		['the node waits for no task', { statusCode: 200, body: { wait: null } }],
	])('and it is left alone when %s', async (_, said) => {
		const { outcome, responses } = await receiveWith(() => said);
		expect(outcome).toEqual(STILL_WAITING);
		expect(responses).toHaveLength(1);
	});

	it.each<[string, () => { statusCode: number }]>([
		['fails', () => ({ statusCode: 500 })],
		[
			'does not respond',
			() => {
				throw new Error('reset');
			},
		],
	])('and it is not kept open for when that check %s', async (_, said) => {
		const { outcome, clock } = await receiveWith(said);
		expect(outcome).toEqual(STILL_WAITING);
		expect(clock.now()).toBeLessThan(START + 30_000);
	});

	it('but not for a result that is there at once', async () => {
		const { setup } = waiting('COMPLETED');
		const stillWaiting = () => ({ statusCode: 500 });
		const { outcome, checks } = await receive({
			...setup,
			stillWaiting,
			rawBody: bodyOf('task-0'),
		});
		expect([outcome.workflowData?.length, checks]).toEqual([1, []]);
	});

	it('such a check gets the wait as its response, and touches nothing', async () => {
		const { setup } = waiting('COMPLETED');
		const headers = { 'x-happy-horse-check': 'wait' };
		const suspension = suspensionFor(1, { run: 3 });
		const { outcome, responses, requests } = await receive({ ...setup, suspension, headers });
		expect([outcome, requests]).toEqual([STILL_WAITING, []]);
		expect(responses).toEqual([{ status: 200, body: { wait: WAIT.replace(' 0 ', ' 3 ') } }]);
		const none = await receive({ ...setup, suspension: undefined, headers });
		expect(none.responses).toEqual([{ status: 200, body: { wait: null } }]);
	});
});

it('a wait that was not kept open continues with the next webhook, and knows what it knew', async () => {
	const { setup, vendor } = waiting('COMPLETED', 'IN_PROGRESS');
	const clock = new VirtualClock();
	const webhook = { ...setup, stillWaiting: () => ({ statusCode: 500 }) };
	const first = await receive({ ...webhook, rawBody: bodyOf('task-0') }, clock);
	expect(first.outcome).toEqual(STILL_WAITING);
	vendor.finishAll();
	await clock.pause(60_000);
	const second = await receive({ ...webhook, rawBody: bodyOf('task-1') }, clock);
	expect(second.outcome.workflowData?.[0]).toHaveLength(2);
	expect(second.requests.map(({ url }) => url.split('/').pop())).toEqual(['task-1']);
});

describe('many webhooks at once', () => {
	it('are read once each, and exactly one continues', async () => {
		const { setup } = waiting(...Array<string>(25).fill('COMPLETED'));
		const clock = new VirtualClock();
		const webhooks = await Promise.all(
			Array.from(
				{ length: 25 },
				async (_, item) => await receive({ ...setup, rawBody: bodyOf(`task-${item}`) }, clock),
			),
		);
		expect(webhooks.filter(({ outcome }) => outcome.workflowData !== undefined)).toHaveLength(1);
		expect(webhooks.every(({ response }) => response?.status === 200)).toBe(true);
		const requests = webhooks.flatMap((webhook) => webhook.requests);
		expect(requests.filter(isList)).toEqual([]);
		expect(requests).toHaveLength(25);
	});

	it('for the same task continue once, also a little later', async () => {
		const { setup } = waiting('COMPLETED');
		const clock = new VirtualClock();
		const first = await receive({ ...setup, rawBody: bodyOf('task-0') }, clock);
		clock.time += 5000;
		const second = await receive({ ...setup, rawBody: bodyOf('task-0') }, clock);
		expect(first.outcome.workflowData).toBeDefined();
		expect(second.outcome).toEqual(STILL_WAITING);
		expect(second.response?.status).toBe(200);
		expect(second.requests).toEqual([]);
	});

	it('that come during the download find it being continued', async () => {
		const { setup, vendor } = waiting('COMPLETED');
		const suspension = suspensionFor(1);
		const [place] = suspension.places as Array<{ awaits: { videoOutput: { download: boolean } } }>;
		place!.awaits.videoOutput.download = true;
		const webhook = { ...setup, suspension, rawBody: bodyOf('task-0') };
		const clock = new VirtualClock();
		const during: unknown[] = [];
		const first = await receive(
			{
				...webhook,
				respond: async (request) => {
					if (request.url.includes('cdn.')) {
						// Longer than the API is left alone between two polls.
						clock.time += 60_000;
						const { outcome, requests } = await receive(webhook, clock);
						during.push(outcome, requests);
					}
					return vendor.respond(request);
				},
			},
			clock,
		);
		expect(first.outcome.workflowData?.[0]?.[0]?.binary).toBeDefined();
		expect(during).toEqual([STILL_WAITING, []]);
	});

	it('can continue it half a minute later, should n8n have failed to', async () => {
		const { setup } = waiting('COMPLETED');
		const clock = new VirtualClock();
		await receive({ ...setup, rawBody: bodyOf('task-0') }, clock);
		clock.time += 30_000;
		const { outcome } = await receive({ ...setup, rawBody: bodyOf('task-0') }, clock);
		expect(outcome.workflowData?.[0]).toHaveLength(1);
	});

	it('that come while the videos finish end with one continuation', async () => {
		const { setup, vendor } = waiting(...Array<string>(10).fill('IN_PROGRESS'));
		const clock = new VirtualClock();
		const webhooks = await Promise.all(
			[...vendor.tasks].map(async ([id, task], index) => {
				await clock.pause(index * 15_000);
				task.status = 'COMPLETED';
				return await receive({ ...setup, rawBody: bodyOf(id) }, clock);
			}),
		);
		const continued = webhooks.flatMap(({ outcome }) => outcome.workflowData ?? []);
		expect(continued).toHaveLength(1);
		expect(continued[0]?.every(({ json }) => json.timed_out === false && json.video_url)).toBe(
			true,
		);
		expect(webhooks.every(({ responses }) => responses.length === 1)).toBe(true);
		expect(clock.now() - START).toBeLessThan(9 * 15_000 + 10_000);
	});

	it('continue the next round of a loop right after the first', async () => {
		const { setup } = waiting('COMPLETED');
		const clock = new VirtualClock();
		for (const run of [0, 1]) {
			const suspension = suspensionFor(1, { run });
			const { outcome } = await receive({ ...setup, suspension, rawBody: bodyOf('task-0') }, clock);
			expect(outcome.workflowData).toHaveLength(1);
		}
	});

	it('R27: continue the next node of the same execution right after the first', async () => {
		const { setup } = waiting('COMPLETED');
		const clock = new VirtualClock();
		const continued: unknown[] = [];
		for (const name of ['Happy Horse', 'Second horse']) {
			const { webhook, bendableWebhook } = fakeWebhook({ ...setup, rawBody: bodyOf('task-0') });
			bendableWebhook.getNode = () => ({ ...fakeWebhook({}).bendable.getNode(), name });
			continued.push((await receiveWebhook(webhook, clock)).workflowData?.length);
		}
		expect(continued).toEqual([1, 1]);
	});

	it('of two executions do not touch each other', async () => {
		const one = waiting('COMPLETED');
		const two = waiting('COMPLETED');
		const clock = new VirtualClock();
		const webhooks = await Promise.all(
			[one, two].map(
				async ({ setup }) => await receive({ ...setup, rawBody: bodyOf('task-0') }, clock),
			),
		);
		expect(webhooks.every(({ outcome }) => outcome.workflowData !== undefined)).toBe(true);
	});
});

describe('never throws', () => {
	const hostile: unknown[] = [
		undefined,
		null,
		0,
		'',
		'x',
		[],
		{},
		true,
		Buffer.alloc(0),
		Buffer.from('null'),
		Buffer.from('"x"'),
		Buffer.from('{"data":null}'),
		Buffer.from('{"task_id":{},"status":{}}'),
		Buffer.from('{"__proto__":{"task_id":"task-0"},"status":"COMPLETED"}'),
		Buffer.from(
			`{"task_id":"task-0","status":"COMPLETED","generated":${'['.repeat(10_000)}${']'.repeat(10_000)}}`,
		),
		Buffer.from([0xff, 0xd8, 0x00]),
		Buffer.from('['.repeat(900_000)),
	];

	it.each(hostile.map((rawBody, index) => [index, rawBody]))(
		'whatever the body is (%i)',
		async (_, rawBody) => {
			const { setup } = waiting('COMPLETED');
			const { outcome, response } = await receive({ ...setup, rawBody });
			// One of them names the task, in a form that is none of the API.
			expect(outcome.noWebhookResponse).toBe(true);
			expect([200, 400, 503]).toContain(response?.status);
		},
	);

	const responses = [
		'',
		'null',
		'[]',
		'{}',
		'{"data":null}',
		'{"data":{}}',
		'{"data":[null]}',
		'{"data":[{"task_id":"task-0"}]}',
		'<html>',
		'{"data":[{"task_id":"task-0","status":null}]}',
	];

	it.each(responses)('whatever the API sends: %s', async (body) => {
		for (const statusCode of [200, 204, 302, 400, 401, 404, 429, 500]) {
			const { setup } = waiting('COMPLETED');
			const { outcome, response } = await receive({
				...setup,
				suspension: suspensionFor(1, { endsAt: START + 60_000, outputBy: START + 70_000 }),
				stillWaiting: () => ({ statusCode: 200, body: { wait: `n1 0 ${START + 60_000}` } }),
				respond: () => ({ statusCode, body }),
				rawBody: bodyOf('task-0'),
			});
			expect(response?.status).toBe(200);
			expect(outcome.workflowData?.[0]).toMatchObject([
				{ json: { task_id: 'task-0', timed_out: true } },
			]);
		}
	});

	it.each(['getCredentials', 'evaluateExpression', 'getRequestObject', 'getNode'] as const)(
		'when n8n fails at %s',
		async (name) => {
			const { setup } = waiting('COMPLETED');
			const { webhook, bendableWebhook, responses } = fakeWebhook({
				...setup,
				rawBody: bodyOf('task-0'),
			});
			bendableWebhook[name] = () => {
				throw new Error('n8n is tired');
			};
			expect(await receiveWebhook(webhook, new VirtualClock())).toEqual(STILL_WAITING);
			expect(responses[0]?.status).toBe(503);
		},
	);
});

it('logs no secret', async () => {
	const { setup } = waiting('COMPLETED');
	const { warnings } = await receive({
		...setup,
		respond: () => {
			throw new Error('key FPSX-0123456789abcdef leaked');
		},
		rawBody: bodyOf('task-0'),
	});
	expect(warnings.join()).not.toContain('FPSX');
});

describe('with a webhook secret', () => {
	const credential = () => ({ provider: 'magnific', apiKey: ownKey(), webhookSecret: SECRET });

	/** A webhook to a waiting execution whose only task is finished, with what is different about it. */
	async function receiveSigned(changes: {
		key?: string | Buffer;
		webhookSecret?: string;
		body?: Buffer;
		rawBody?: unknown;
		headers?: Record<string, unknown>;
		passed?: number;
		resumeUrl?: string;
		truth?: string;
	}) {
		const { key = SECRET, webhookSecret = SECRET, body = bodyOf('task-0'), passed = 0 } = changes;
		const clock = new VirtualClock();
		const { setup } = waiting(changes.truth ?? 'COMPLETED');
		const timestamp = String(clock.now() / 1000);
		const signed = headersOf(key, { id: 'msg_1', timestamp, body });
		const fake = fakeWebhook({
			...setup,
			...(changes.resumeUrl === undefined ? {} : { resumeUrl: changes.resumeUrl }),
			credential: { ...credential(), webhookSecret },
			rawBody: 'rawBody' in changes ? changes.rawBody : body,
		});
		Object.assign(fake.bendableWebhook, {
			getHeaderData: () => ({ ...signed, ...changes.headers }),
		});
		clock.time += passed;
		const outcome = await receiveWebhook(fake.webhook, clock);
		return { ...fake, outcome, response: fake.responses[0], signed };
	}

	const final = (status: string, generated: string[] = []) =>
		Buffer.from(JSON.stringify({ task_id: 'task-0', status, generated, reason: 'told' }));

	it('W01, W59: a signed final body is the truth, whatever the API says, and costs no request', async () => {
		const body = final('COMPLETED', [videoAt('signed')]);
		const { outcome, response, warnings, requests } = await receiveSigned({
			body,
			truth: 'IN_PROGRESS',
		});
		expect(response?.status).toBe(200);
		expect(outcome.workflowData?.[0]).toMatchObject([
			{ json: { status: 'COMPLETED', video_url: videoAt('signed'), timed_out: false } },
		]);
		expect(outcome.workflowData?.[0]?.[0]?.json).not.toHaveProperty('webhook_warning');
		expect([warnings, requests]).toEqual([[], []]);
	});

	it('so is a failure, with its reason', async () => {
		const { outcome, requests } = await receiveSigned({
			body: final('FAILED'),
			truth: 'IN_PROGRESS',
		});
		expect(outcome.workflowData?.[0]).toMatchObject([
			{ json: { status: 'FAILED', failure: { message: 'told' } } },
		]);
		expect(requests).toEqual([]);
	});

	it('a signed one without a video is read', async () => {
		const { outcome, requests } = await receiveSigned({ body: final('COMPLETED') });
		expect(outcome.workflowData?.[0]?.[0]?.json.video_url).toBe(videoAt('task-0'));
		expect(requests).toHaveLength(1);
	});

	const UNPROVEN: Array<[string, Parameters<typeof receiveSigned>[0]]> = [
		['W02: no webhook-id', { headers: { 'webhook-id': undefined } }],
		['W03: no webhook-timestamp', { headers: { 'webhook-timestamp': undefined } }],
		['W04: no webhook-signature', { headers: { 'webhook-signature': undefined } }],
		['W05: an empty signature', { headers: { 'webhook-signature': '' } }],
		['W13: too old', { passed: 301_000 }],
		['W14: too early', { passed: -301_000 }],
		['W16: another ID', { headers: { 'webhook-id': 'msg_2' } }],
		['W17: another body', { rawBody: bodyOf('task-0', 'FAILED') }],
		['W31: another secret', { key: 'another' }],
		['W36: the empty key', { key: '' }],
		['a header as a list', { headers: { 'webhook-id': ['msg_1'] } }],
	];

	it.each(UNPROVEN)('A5: the right URL is not enough to be believed: %s', async (_, changes) => {
		const { outcome, response, warnings } = await receiveSigned({
			body: final('COMPLETED', ['https://evil.example/x.mp4']),
			truth: 'IN_PROGRESS',
			...changes,
		});
		expect(response?.status).toBe(401);
		expect(JSON.stringify(outcome)).not.toContain('evil');
		// It only woke the node up, which has waited to the end then.
		expect(outcome.workflowData?.[0]).toMatchObject([{ json: { timed_out: true } }]);
		expect(warnings).toHaveLength(1);
	});

	it.each(UNPROVEN)('it is a reason to poll the API: %s', async (_, changes) => {
		const { outcome, response, requests } = await receiveSigned(changes);
		expect([response?.status, requests.length]).toEqual([401, 1]);
		expect(outcome.workflowData?.[0]).toMatchObject([
			{
				json: {
					video_url: videoAt('task-0'),
					webhook_warning: { message: expect.stringContaining("'Webhook Secret'") as string },
				},
			},
		]);
	});

	it.each(UNPROVEN)(
		'A5: without the token of n8n it proves nothing at all: %s',
		async (_, changes) => {
			const { outcome, response, requests, expressions } = await receiveSigned({
				...changes,
				resumeUrl: 'https://n8n.example.com/webhook-waiting/7',
			});
			expect([response?.status, outcome]).toEqual([401, STILL_WAITING]);
			expect([requests, expressions]).toEqual([[], []]);
		},
	);

	it.each<[string, Parameters<typeof receiveSigned>[0]]>([
		['W46: no bytes', { rawBody: undefined }],
		['W46: a parsed body', { rawBody: { task_id: 'task-0' } }],
		['news about the way', { key: 'x', body: bodyOf('task-0', 'IN_PROGRESS') }],
		['a task of another account', { key: 'x', body: bodyOf('task-99') }],
		['rubbish', { key: 'x', body: Buffer.from('rubbish') }],
	])('A5: and nothing but a final task of its own wakes it: %s', async (_, changes) => {
		const { outcome, response, requests, warnings } = await receiveSigned(changes);
		expect([response?.status, outcome, requests]).toEqual([401, STILL_WAITING, []]);
		expect(warnings).toHaveLength(1);
	});

	it.each([
		['W13', 300_000],
		['W14', -300_000],
	])('%s: within the window of %i ms it counts', async (_, passed) => {
		expect((await receiveSigned({ passed })).response?.status).toBe(200);
	});

	it.each<[string, Buffer, number]>([
		['W40: no UTF-8', Buffer.concat([bodyOf('task-0'), Buffer.from([0xff])]), 400],
		['W41: a byte order mark', Buffer.concat([Buffer.from('\ufeff'), bodyOf('task-0')]), 400],
		['W42: nothing', Buffer.alloc(0), 400],
		['W43: a list', Buffer.from('[]'), 400],
		['W43: an unknown status', bodyOf('task-0', 'DREAMING'), 200],
		['W51: IN_PROGRESS', bodyOf('task-0', 'IN_PROGRESS'), 200],
		['W54: a task of another account', bodyOf('task-99'), 200],
	])('%s, rightly signed: continues to wait', async (_, body, status) => {
		const { outcome, response, requests } = await receiveSigned({ body });
		expect([response?.status, outcome, requests]).toEqual([status, STILL_WAITING, []]);
	});

	it.each(['whsec_', 'in side'])(
		'W35, W36: the secret %j continues nothing',
		async (webhookSecret) => {
			for (const key of [webhookSecret, '']) {
				const { outcome, response, requests, warnings } = await receiveSigned({
					webhookSecret,
					key,
				});
				expect([response?.status, outcome, requests]).toEqual([401, STILL_WAITING, []]);
				expect(warnings).toEqual([expect.stringContaining("'Webhook Secret'")]);
			}
		},
	);

	it('W58: no response and no line of the log holds secret, signature or body', async () => {
		const said: unknown[] = [];
		const hidden = [SECRET, API_KEY, 'task-0'];
		for (const changes of [
			{ key: 'x' },
			{ passed: 301_000 },
			{ rawBody: undefined },
			{ webhookSecret: 'in side' },
		]) {
			const { responses, warnings, signed } = await receiveSigned(changes);
			said.push(responses, warnings);
			hidden.push(signed['webhook-signature']!.slice(3));
		}
		for (const text of hidden) expect(JSON.stringify(said)).not.toContain(text);
	});
});
