import { receiveCallback } from '../../../../nodes/HappyHorse/lifecycle/waiting/callback';
import {
	bodyOf,
	down,
	fakeCall,
	nextExecution,
	receive,
	suspensionFor,
} from '../../support/fakeCall';
import { FakeClock } from '../../support/fakeClock';
import type { FakeRequest } from '../../support/fakeExecution';
import { API_KEY } from '../../support/fakeExecution';
import { FakeVendor, json, MP4 } from '../../support/fakeVendor';
import { videoAt } from '../../support/scriptedApi';
import { headersOf, SECRET } from '../../verification/signing';

/** A waiting execution with tasks of the given statuses at the provider. */
function waiting(...statuses: string[]) {
	const vendor = new FakeVendor();
	statuses.forEach((status, item) =>
		vendor.tasks.set(`task-${item}`, { model: 'happy-horse-1', status, request: {} }),
	);
	return {
		vendor,
		scene: {
			executionId: nextExecution(),
			suspension: suspensionFor(statuses.length),
			answer: (request: FakeRequest) => vendor.answer(request),
		},
	};
}

const isList = ({ url }: FakeRequest) => url.endsWith('/happy-horse-1');

const STILL_WAITING = { noWebhookResponse: true };

it('continues once all videos are finished, with the items in their order', async () => {
	const { scene } = waiting('COMPLETED', 'FAILED', 'COMPLETED');
	const { outcome, answer } = await receive({ ...scene, rawBody: bodyOf('task-2') });
	expect(answer).toMatchObject({ status: 200 });
	expect(outcome.noWebhookResponse).toBe(true);
	expect(outcome.workflowData?.[0]).toMatchObject([
		{ json: { task_id: 'task-0', video_url: videoAt('task-0') }, pairedItem: { item: 0 } },
		{ json: { task_id: 'task-1', status: 'FAILED' }, pairedItem: { item: 1 } },
		{ json: { task_id: 'task-2', video_url: videoAt('task-2') }, pairedItem: { item: 2 } },
	]);
});

it('keeps items that were settled before in their places', async () => {
	const { scene } = waiting('COMPLETED', 'COMPLETED');
	const settled = { json: { error: 'no' }, pairedItem: { item: 1 } };
	const [first, last] = suspensionFor(2).places;
	const suspension = suspensionFor(2, { places: [first!, { settled }, last!] });
	const { outcome } = await receive({ ...scene, suspension, rawBody: bodyOf('task-0') });
	expect(outcome.workflowData?.[0]?.map((item) => item.json.task_id ?? item.json.error)).toEqual([
		'task-0',
		'no',
		'task-1',
	]);
});

it('sends setbacks to the error output where that is wanted', async () => {
	const { scene } = waiting('FAILED');
	const suspension = suspensionFor(1, { toErrorOutput: true });
	const { outcome } = await receive({ ...scene, suspension, rawBody: bodyOf('task-0', 'FAILED') });
	expect(outcome.workflowData?.[0]?.[0]?.json).toMatchObject({
		error: expect.any(String) as string,
		details: { task_id: 'task-0' },
	});
});

it('answers before it downloads, and keeps the file', async () => {
	const { scene, vendor } = waiting('COMPLETED');
	const suspension = suspensionFor(1);
	(
		suspension.places[0] as { awaits: { delivery: { download: boolean } } }
	).awaits.delivery.download = true;
	let answeredBefore: boolean | undefined;
	const fake = fakeCall({ ...scene, suspension, rawBody: bodyOf('task-0') });
	vendor.intervene = ({ url }) => {
		if (url.includes('cdn.')) answeredBefore = fake.answers.length === 1;
		return undefined;
	};
	const { workflowData } = await receiveCallback(fake.call, new FakeClock());
	expect(answeredBefore).toBe(true);
	expect(workflowData?.[0]?.[0]?.binary?.data?.data).toBe(MP4.toString('base64'));
	expect(fake.answers).toHaveLength(1);
});

describe('asks nobody and goes on waiting', () => {
	it.each<[string, unknown, number]>([
		['for a status that is not final', bodyOf('task-0', 'IN_PROGRESS'), 200],
		['for a status that is unknown', bodyOf('task-0', 'DREAMING'), 200],
		['for a task of somebody else', bodyOf('task-99'), 200],
		['for rubbish', Buffer.from('rubbish'), 400],
		['for nothing', undefined, 400],
		['for a form', { task_id: 'task-0' }, 400],
		['for a list', Buffer.from('[]'), 400],
		['for an attack on the path', bodyOf('../../loras'), 400],
		['for more than a megabyte', Buffer.alloc(1024 * 1024 + 1, 32), 413],
	])('%s', async (_, rawBody, status) => {
		const { scene } = waiting('COMPLETED');
		const { answer, outcome, requests } = await receive({ ...scene, rawBody });
		expect(answer?.status).toBe(status);
		expect(outcome).toEqual(STILL_WAITING);
		expect(requests).toEqual([]);
	});

	it.each([[undefined], [null], [{}], [{ places: 'x' }], ['x']])(
		'when the node waits for nothing: %p',
		async (suspension) => {
			const { answer, outcome, requests } = await receive({
				executionId: nextExecution(),
				suspension,
				rawBody: bodyOf('task-0'),
			});
			expect([answer?.status, outcome, requests]).toEqual([200, STILL_WAITING, []]);
		},
	);
});

it('does not even look what it waits for when a call says nothing final', async () => {
	const { scene } = waiting('COMPLETED');
	const { expressions } = await receive({ ...scene, rawBody: bodyOf('task-0', 'CREATED') });
	expect(expressions).toEqual([]);
});

it('says how many are still open', async () => {
	const { scene } = waiting('COMPLETED', 'IN_PROGRESS', 'CREATED');
	const { answer, outcome, requests } = await receive({ ...scene, rawBody: bodyOf('task-0') });
	expect(answer).toMatchObject({ status: 200, body: { remaining: 2 } });
	expect(outcome).toEqual(STILL_WAITING);
	expect(requests).toHaveLength(1);
});

it('never trusts the body: what the API calls unfinished is not finished', async () => {
	const { scene } = waiting('IN_PROGRESS');
	const { answer, outcome, clock } = await receive({ ...scene, rawBody: bodyOf('task-0') });
	expect(answer?.status).toBe(503);
	expect(outcome).toEqual(STILL_WAITING);
	expect(clock.pauses).toContain(1500);
});

it('takes neither address nor reason from the body', async () => {
	const { scene } = waiting('COMPLETED');
	const rawBody = Buffer.from(
		JSON.stringify({
			task_id: 'task-0',
			status: 'FAILED',
			generated: ['https://evil.example/x.mp4'],
			error: 'evil',
		}),
	);
	const { outcome } = await receive({ ...scene, rawBody });
	expect(JSON.stringify(outcome)).not.toContain('evil');
	expect(outcome.workflowData?.[0]?.[0]?.json).toMatchObject({ status: 'COMPLETED' });
});

it('gives the list a moment when it lags behind the call', async () => {
	const { scene, vendor } = waiting('COMPLETED', 'COMPLETED');
	vendor.intervene = (request) =>
		isList(request)
			? json(200, {
					data: [
						{ task_id: 'task-0', status: 'IN_PROGRESS' },
						{ task_id: 'task-1', status: 'COMPLETED' },
					],
				})
			: undefined;
	const { answer, outcome, clock } = await receive({ ...scene, rawBody: bodyOf('task-0') });
	expect(answer?.status).toBe(200);
	expect(clock.pauses).toContain(1500);
	expect(outcome.workflowData?.[0]).toHaveLength(2);
});

it('asks for a single task once, since that answer holds the address as well', async () => {
	const { scene } = waiting('COMPLETED');
	const { outcome, requests } = await receive({ ...scene, rawBody: bodyOf('task-0') });
	expect(outcome.workflowData?.[0]?.[0]?.json.video_url).toBe(videoAt('task-0'));
	expect(requests.map(({ url }) => url.split('/').pop())).toEqual(['task-0']);
});

it('looks again for the very last task, so that two last calls cannot leave it waiting', async () => {
	const { scene, vendor } = waiting('COMPLETED', 'COMPLETED');
	vendor.intervene = (request) =>
		isList(request)
			? json(200, {
					data: [
						{ task_id: 'task-0', status: 'COMPLETED' },
						{ task_id: 'task-1', status: 'IN_PROGRESS' },
					],
				})
			: undefined;
	const { outcome } = await receive({ ...scene, rawBody: bodyOf('task-0') });
	expect(outcome.workflowData?.[0]).toHaveLength(2);
});

it('reads a task singly that the list leaves out', async () => {
	const { scene, vendor } = waiting('COMPLETED', 'COMPLETED');
	vendor.intervene = (request) =>
		isList(request) ? json(404, { message: 'Tasks not found' }) : undefined;
	const { outcome } = await receive({ ...scene, rawBody: bodyOf('task-0') });
	expect(outcome.workflowData?.[0]).toHaveLength(2);
});

it('asks little where the list leaves out a large batch', async () => {
	const { scene, vendor } = waiting(...Array<string>(40).fill('IN_PROGRESS'));
	vendor.intervene = (request) =>
		isList(request) ? json(404, { message: 'Tasks not found' }) : undefined;
	const clock = new FakeClock();
	const singles: number[] = [];
	for (const [id, task] of vendor.tasks) {
		task.status = 'COMPLETED';
		const { requests, outcome } = await receive({ ...scene, rawBody: bodyOf(id) }, clock);
		const reads = requests.filter((request) => !isList(request)).length;
		if (id !== 'task-39') singles.push(reads);
		else expect(outcome.workflowData?.[0]).toHaveLength(40);
	}
	// The task that called, the first that is not final yet, and the very last one a second time.
	expect(Math.max(...singles)).toBe(3);
	expect(Math.max(...singles.slice(0, -1))).toBe(2);
});

it('waits out the limit of requests, since nobody may call again', async () => {
	const { scene, vendor } = waiting('COMPLETED', 'COMPLETED');
	let limited = 2;
	vendor.intervene = (request) => {
		if (isList(request)) return json(404, { message: 'Tasks not found' });
		return limited-- > 0 ? json(429, { message: 'Too many requests' }) : undefined;
	};
	const { outcome } = await receive({ ...scene, rawBody: bodyOf('task-0') });
	expect(outcome.workflowData?.[0]).toHaveLength(2);
});

it('takes what it knows to be final for granted only within one execution', async () => {
	const one = waiting('COMPLETED', 'IN_PROGRESS');
	const two = waiting('IN_PROGRESS', 'COMPLETED');
	const clock = new FakeClock();
	await receive({ ...one.scene, rawBody: bodyOf('task-0') }, clock);
	const { outcome, answer } = await receive({ ...two.scene, rawBody: bodyOf('task-1') }, clock);
	expect(outcome).toEqual(STILL_WAITING);
	expect(answer?.body).toMatchObject({ remaining: 1 });
});

it.each<[string, () => never | ReturnType<typeof down>]>([
	['is down', down],
	['limits', () => ({ statusCode: 429, body: '{}' })],
	['refuses the key', () => ({ statusCode: 401, body: '{"message":"Invalid API key"}' })],
	['answers HTML', () => ({ statusCode: 200, body: '<html>' })],
	[
		'does not answer',
		() => {
			throw new Error('reset');
		},
	],
])('asks to be called again while the API %s', async (_, answer) => {
	const { scene } = waiting('COMPLETED');
	const result = await receive({ ...scene, answer, rawBody: bodyOf('task-0') });
	expect(result.answer?.status).toBe(503);
	expect(result.outcome).toEqual(STILL_WAITING);
	expect(result.warnings).toHaveLength(1);
});

it('goes on at the next call after an outage', async () => {
	const { scene } = waiting('COMPLETED');
	const clock = new FakeClock();
	await receive({ ...scene, answer: down, rawBody: bodyOf('task-0') }, clock);
	const { outcome } = await receive({ ...scene, rawBody: bodyOf('task-0') }, clock);
	expect(outcome.workflowData?.[0]).toHaveLength(1);
});

describe('many calls at once', () => {
	it('share few list requests, and exactly one continues', async () => {
		const { scene } = waiting(...Array<string>(25).fill('COMPLETED'));
		const clock = new FakeClock();
		const calls = await Promise.all(
			Array.from(
				{ length: 25 },
				async (_, item) => await receive({ ...scene, rawBody: bodyOf(`task-${item}`) }, clock),
			),
		);
		expect(calls.filter(({ outcome }) => outcome.workflowData !== undefined)).toHaveLength(1);
		expect(calls.every(({ answer }) => answer?.status === 200)).toBe(true);
		const lists = calls.flatMap(({ requests }) => requests.filter(isList));
		expect(lists.length).toBeLessThanOrEqual(2);
	});

	it('for the same task continue once, also a little later', async () => {
		const { scene } = waiting('COMPLETED');
		const clock = new FakeClock();
		const first = await receive({ ...scene, rawBody: bodyOf('task-0') }, clock);
		clock.time += 5000;
		const second = await receive({ ...scene, rawBody: bodyOf('task-0') }, clock);
		expect(first.outcome.workflowData).toBeDefined();
		expect(second.outcome).toEqual(STILL_WAITING);
		expect(second.answer?.status).toBe(200);
		expect(second.requests).toEqual([]);
	});

	it('that come during the download find it being continued', async () => {
		const { scene, vendor } = waiting('COMPLETED');
		const suspension = suspensionFor(1);
		const [place] = suspension.places as Array<{ awaits: { delivery: { download: boolean } } }>;
		place!.awaits.delivery.download = true;
		const call = { ...scene, suspension, rawBody: bodyOf('task-0') };
		const clock = new FakeClock();
		const during: unknown[] = [];
		const first = await receive(
			{
				...call,
				answer: async (request) => {
					if (request.url.includes('cdn.')) {
						// Longer than the API is left alone between two questions.
						clock.time += 60_000;
						const { outcome, requests } = await receive(call, clock);
						during.push(outcome, requests);
					}
					return vendor.answer(request);
				},
			},
			clock,
		);
		expect(first.outcome.workflowData?.[0]?.[0]?.binary).toBeDefined();
		expect(during).toEqual([STILL_WAITING, []]);
	});

	it('can continue it half a minute later, should n8n have failed to', async () => {
		const { scene } = waiting('COMPLETED');
		const clock = new FakeClock();
		await receive({ ...scene, rawBody: bodyOf('task-0') }, clock);
		clock.time += 30_000;
		const { outcome } = await receive({ ...scene, rawBody: bodyOf('task-0') }, clock);
		expect(outcome.workflowData?.[0]).toHaveLength(1);
	});

	it('that come while the videos finish end with one continuation', async () => {
		const { scene, vendor } = waiting(...Array<string>(10).fill('IN_PROGRESS'));
		const clock = new FakeClock();
		let continued = 0;
		for (const [id, task] of vendor.tasks) {
			task.status = 'COMPLETED';
			const { outcome } = await receive({ ...scene, rawBody: bodyOf(id) }, clock);
			if (outcome.workflowData) continued++;
		}
		expect(continued).toBe(1);
	});

	it('R27: continue the next node of the same execution right after the first', async () => {
		const { scene } = waiting('COMPLETED');
		const clock = new FakeClock();
		const continued: unknown[] = [];
		for (const name of ['Happy Horse', 'Second horse']) {
			const { call, callable } = fakeCall({ ...scene, rawBody: bodyOf('task-0') });
			callable.getNode = () => ({ ...fakeCall({}).bendable.getNode(), name });
			continued.push((await receiveCallback(call, clock)).workflowData?.length);
		}
		expect(continued).toEqual([1, 1]);
	});

	it('of two executions do not touch each other', async () => {
		const one = waiting('COMPLETED');
		const two = waiting('COMPLETED');
		const clock = new FakeClock();
		const calls = await Promise.all(
			[one, two].map(
				async ({ scene }) => await receive({ ...scene, rawBody: bodyOf('task-0') }, clock),
			),
		);
		expect(calls.every(({ outcome }) => outcome.workflowData !== undefined)).toBe(true);
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
			const { scene } = waiting('IN_PROGRESS');
			const { outcome, answer } = await receive({ ...scene, rawBody });
			expect(outcome).toEqual(STILL_WAITING);
			expect([200, 400, 503]).toContain(answer?.status);
		},
	);

	const answers = [
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

	it.each(answers)('whatever the API answers: %s', async (body) => {
		for (const statusCode of [200, 204, 302, 400, 401, 404, 429, 500]) {
			const { scene } = waiting('COMPLETED');
			const { outcome, answer } = await receive({
				...scene,
				answer: () => ({ statusCode, body }),
				rawBody: bodyOf('task-0'),
			});
			expect(outcome).toEqual(STILL_WAITING);
			expect(answer?.status).toBe(503);
		}
	});

	it.each(['getCredentials', 'evaluateExpression', 'getRequestObject', 'getNode'] as const)(
		'when n8n fails at %s',
		async (name) => {
			const { scene } = waiting('COMPLETED');
			const { call, callable, answers } = fakeCall({ ...scene, rawBody: bodyOf('task-0') });
			callable[name] = () => {
				throw new Error('n8n is tired');
			};
			expect(await receiveCallback(call, new FakeClock())).toEqual(STILL_WAITING);
			expect(answers[0]?.status).toBe(503);
		},
	);
});

it('logs no secret', async () => {
	const { scene } = waiting('COMPLETED');
	const { warnings } = await receive({
		...scene,
		answer: () => {
			throw new Error('key FPSX-0123456789abcdef leaked');
		},
		rawBody: bodyOf('task-0'),
	});
	expect(warnings.join()).not.toContain('FPSX');
});

describe('with a webhook secret', () => {
	const credential = { provider: 'magnific', apiKey: API_KEY, webhookSecret: SECRET };

	/** A call to a waiting execution whose only task is finished, with what is different about it. */
	async function calling(changes: {
		key?: string | Buffer;
		webhookSecret?: string;
		body?: Buffer;
		rawBody?: unknown;
		headers?: Record<string, unknown>;
		passed?: number;
	}) {
		const { key = SECRET, webhookSecret = SECRET, body = bodyOf('task-0'), passed = 0 } = changes;
		const clock = new FakeClock();
		const { scene } = waiting('COMPLETED');
		const timestamp = String(clock.now() / 1000);
		const signed = headersOf(key, { id: 'msg_1', timestamp, body });
		const fake = fakeCall({
			...scene,
			credential: { ...credential, webhookSecret },
			rawBody: 'rawBody' in changes ? changes.rawBody : body,
		});
		Object.assign(fake.callable, { getHeaderData: () => ({ ...signed, ...changes.headers }) });
		clock.time += passed;
		const outcome = await receiveCallback(fake.call, clock);
		return { ...fake, outcome, answer: fake.answers[0], signed };
	}

	it('W01: a signed call continues the execution', async () => {
		const { outcome, answer, warnings } = await calling({});
		expect(answer?.status).toBe(200);
		expect(outcome.workflowData?.[0]).toHaveLength(1);
		expect(warnings).toEqual([]);
	});

	it.each<[string, Parameters<typeof calling>[0]]>([
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
		['W46: no bytes', { rawBody: undefined }],
		['W46: a parsed body', { rawBody: { task_id: 'task-0' } }],
		['a header as a list', { headers: { 'webhook-id': ['msg_1'] } }],
	])('A5: the right address is not enough: %s', async (_, changes) => {
		const { outcome, answer, requests, warnings, expressions } = await calling(changes);
		expect([answer?.status, outcome]).toEqual([401, STILL_WAITING]);
		expect([requests, expressions]).toEqual([[], []]);
		expect(warnings).toHaveLength(1);
	});

	it.each([
		['W13', 300_000],
		['W14', -300_000],
	])('%s: within the window of %i ms it counts', async (_, passed) => {
		expect((await calling({ passed })).answer?.status).toBe(200);
	});

	it.each<[string, Buffer, number]>([
		['W40: no UTF-8', Buffer.concat([bodyOf('task-0'), Buffer.from([0xff])]), 400],
		['W41: a byte order mark', Buffer.concat([Buffer.from('\ufeff'), bodyOf('task-0')]), 400],
		['W42: nothing', Buffer.alloc(0), 400],
		['W43: a list', Buffer.from('[]'), 400],
		['W43: an unknown status', bodyOf('task-0', 'DREAMING'), 200],
		['W51: IN_PROGRESS', bodyOf('task-0', 'IN_PROGRESS'), 200],
		['W54: a task of somebody else', bodyOf('task-99'), 200],
	])('%s, rightly signed: goes on waiting', async (_, body, status) => {
		const { outcome, answer, requests } = await calling({ body });
		expect([answer?.status, outcome, requests]).toEqual([status, STILL_WAITING, []]);
	});

	it.each(['whsec_', 'in side'])(
		'W35, W36: the secret %j continues nothing',
		async (webhookSecret) => {
			for (const key of [webhookSecret, '']) {
				const { outcome, answer, requests, warnings } = await calling({ webhookSecret, key });
				expect([answer?.status, outcome, requests]).toEqual([401, STILL_WAITING, []]);
				expect(warnings).toEqual([expect.stringContaining("'Webhook Secret'")]);
			}
		},
	);

	it('W58: no answer and no line of the log holds secret, signature or body', async () => {
		const said: unknown[] = [];
		const hidden = [SECRET, API_KEY, 'task-0'];
		for (const changes of [
			{ key: 'x' },
			{ passed: 301_000 },
			{ rawBody: undefined },
			{ webhookSecret: 'in side' },
		]) {
			const { answers, warnings, signed } = await calling(changes);
			said.push(answers, warnings);
			hidden.push(signed['webhook-signature']!.slice(3));
		}
		for (const text of hidden) expect(JSON.stringify(said)).not.toContain(text);
	});
});
