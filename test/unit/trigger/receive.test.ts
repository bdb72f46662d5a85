import fc from 'fast-check';
import type { IDataObject, IWebhookFunctions } from 'n8n-workflow';

import { providerFrom } from '../../../nodes/HappyHorse/http/provider';
import { receive } from '../../../nodes/HappyHorse/trigger/receive';
import { addSignedQuery } from '../../../nodes/HappyHorse/webhook/signedQuery';
import { headersOf, SECRET } from '../signature/signing';
import type { FakeRequest } from '../support/fakeExecution';
import { API_KEY } from '../support/fakeExecution';
import { json } from '../support/fakeVendor';
import { down } from '../support/fakeWebhook';
import { videoAt } from '../support/scriptedApi';
import type { VirtualClock } from '../support/virtualClock';
import {
	BODY_MARK,
	bodyFor,
	sendWebhook,
	fakeTriggerWebhook,
	place,
	SIGNING,
	signed,
	UNSIGNED,
	vendorWith,
} from './fakeTriggerWebhook';

const NOTHING = { noWebhookResponse: true };

/** A signed webhook about a task, of which anything may be changed. */
function genuine({ status = 'COMPLETED', id = 'msg_1' } = {}) {
	const { workflow, taskId, clock } = place();
	const body = bodyFor(taskId, status);
	return { workflow, taskId, clock, credential: SIGNING, ...signed(body, clock, { id }) };
}

/** A webhook without any signature, about a task that has `truth` at the API. */
function unsigned(truth: string, status = 'COMPLETED') {
	const { workflow, taskId, clock } = place();
	const { vendor, respond } = vendorWith(taskId, truth);
	return {
		workflow,
		taskId,
		clock,
		credential: UNSIGNED,
		respond,
		vendor,
		rawBody: bodyFor(taskId, status),
	};
}

const signingKey = providerFrom(SIGNING).signingKey;

function queryWith(
	note: Parameters<typeof addSignedQuery>[1],
	key = signingKey,
): Record<string, string> {
	const { searchParams } = new URL(addSignedQuery('https://n8n.example.com/webhook/x', note, key));
	return Object.fromEntries(searchParams);
}

describe('with a webhook secret', () => {
	it('W01: starts the workflow, without any request', async () => {
		const setup = genuine();
		const { outcome, response, requests, started, warnings } = await sendWebhook(setup);
		expect(response).toEqual({ status: 200, body: { message: 'Thank you' } });
		expect(outcome.noWebhookResponse).toBe(true);
		expect(outcome.workflowData).toHaveLength(1);
		expect(started).toMatchObject({
			task: { task_id: setup.taskId, status: 'COMPLETED', extra: { note: BODY_MARK } },
			confirmed: false,
		});
		expect([requests, warnings]).toEqual([[], []]);
	});

	it.each([
		['COMPLETED', true, true],
		['FAILED', true, true],
		['COMPLETED', false, false],
		['CREATED', true, false],
	])(
		'W01: %s, with our own note: %p, needs no look at the API: %p',
		async (status, hasNote, confirmed) => {
			const { started } = await sendWebhook({
				...genuine({ status }),
				events: ['COMPLETED', 'CREATED', 'FAILED'],
				query: hasNote ? queryWith({ endpoint: 'image-to-video/happy-horse-1' }) : {},
			});
			expect(started).toMatchObject({ confirmed });
		},
	);

	it('a signed COMPLETED without a video is to be looked at', async () => {
		const { workflow, taskId, clock } = place();
		const body = Buffer.from(JSON.stringify({ task_id: taskId, status: 'COMPLETED' }));
		const { started } = await sendWebhook({
			workflow,
			clock,
			credential: SIGNING,
			query: queryWith({ endpoint: 'image-to-video/happy-horse-1' }),
			...signed(body, clock),
		});
		expect(started).toMatchObject({ confirmed: false });
	});

	it('accepts the form with data around it', async () => {
		const { workflow, taskId, clock } = place();
		const body = Buffer.from(JSON.stringify({ data: { task_id: taskId, status: 'FAILED' } }));
		const { started } = await sendWebhook({
			workflow,
			clock,
			credential: SIGNING,
			...signed(body, clock),
		});
		expect(started).toMatchObject({ task: { task_id: taskId, status: 'FAILED' } });
	});

	it.each<
		[string, (headers: Record<string, string>, clock: VirtualClock) => Record<string, unknown>]
	>([
		['W02: no webhook-id', ({ 'webhook-id': _, ...rest }) => rest],
		['W03: no webhook-timestamp', ({ 'webhook-timestamp': _, ...rest }) => rest],
		['W04: no webhook-signature', ({ 'webhook-signature': _, ...rest }) => rest],
		['no header at all', () => ({})],
		['W05: an empty one', (headers) => ({ ...headers, 'webhook-id': '' })],
		['one as a list', (headers) => ({ ...headers, 'webhook-id': [headers['webhook-id']] })],
		['W08: an odd timestamp', (headers) => ({ ...headers, 'webhook-timestamp': 'hello' })],
		[
			'W15: another timestamp',
			(headers, clock) => ({
				...headers,
				'webhook-timestamp': String(clock.now() / 1000 + 1),
			}),
		],
		['W16: another ID', (headers) => ({ ...headers, 'webhook-id': 'msg_2' })],
		[
			'W18: another signature',
			(headers) => ({
				...headers,
				'webhook-signature': `v1,${Buffer.alloc(32, 1).toString('base64')}`,
			}),
		],
		[
			'W30: a signature of 1 MB',
			(headers) => ({ ...headers, 'webhook-signature': 'v1,A'.repeat(250_000) }),
		],
	])('A3: rejects %s', async (_, change) => {
		const setup = genuine();
		const { outcome, response, warnings, requests } = await sendWebhook({
			...setup,
			headers: change(setup.headers, setup.clock),
		});
		expect([outcome, response?.status]).toEqual([NOTHING, 401]);
		expect(warnings).toHaveLength(1);
		expect(requests).toEqual([]);
	});

	it.each([
		['W13', 300_000, 200],
		['W13', 301_000, 401],
		['W14', -300_000, 200],
		['W14', -301_000, 401],
	])('%s: %i ms after it was sent: %i', async (_, passed, status) => {
		const setup = genuine();
		setup.clock.time += passed;
		expect((await sendWebhook(setup)).response?.status).toBe(status);
	});

	it('A4: rejects what was recorded long ago, also after the memory of the process is gone', async () => {
		const setup = genuine();
		setup.clock.time += 86_400_000;
		expect((await sendWebhook(setup)).response?.status).toBe(401);
	});

	it.each<[string, (body: Buffer) => Buffer]>([
		[
			'W17: with a byte changed',
			(body) => Buffer.from(body.toString().replace('COMPLETED', 'COMPLETEd')),
		],
		['W17: with a newline added', (body) => Buffer.concat([body, Buffer.from('\n')])],
		['W42: emptied', () => Buffer.alloc(0)],
	])('rejects a body %s', async (_, change) => {
		const setup = genuine();
		const { outcome, response } = await sendWebhook({ ...setup, rawBody: change(setup.rawBody) });
		expect([outcome, response?.status]).toEqual([NOTHING, 401]);
	});

	it.each<[string, string, string | Buffer]>([
		['W31: another secret', SECRET, 'another'],
		['W36: the empty key', SECRET, ''],
		[
			'W37: the same mode of another secret',
			SECRET,
			Buffer.from('fedcba9876543210fedcba9876543210', 'hex'),
		],
	])('rejects %s', async (_, webhookSecret, key) => {
		const setup = genuine();
		const { outcome, response } = await sendWebhook({
			...setup,
			credential: { ...SIGNING, webhookSecret },
			...signed(setup.rawBody, setup.clock, { key }),
		});
		expect([outcome, response?.status]).toEqual([NOTHING, 401]);
	});

	it.each<[string, string, string | Buffer]>([
		[
			'W33: base64 behind whsec_',
			`whsec_${Buffer.alloc(24, 9).toString('base64')}`,
			Buffer.alloc(24, 9),
		],
		['W35: a secret with a line break at its end', `${SECRET}\n`, SECRET],
		['W37: the hex bytes', SECRET, Buffer.from(SECRET, 'hex')],
		['W37: the base64 bytes', SECRET, Buffer.from(SECRET, 'base64')],
	])('accepts %s', async (_, webhookSecret, key) => {
		const setup = genuine();
		const { started } = await sendWebhook({
			...setup,
			credential: { ...SIGNING, webhookSecret },
			...signed(setup.rawBody, setup.clock, { key }),
		});
		expect(started).toBeDefined();
	});

	it.each<[string, (taskId: string) => Buffer]>([
		['W40: no UTF-8', (id) => Buffer.concat([bodyFor(id), Buffer.from([0xff])])],
		['W41: a byte order mark', (id) => Buffer.concat([Buffer.from('\ufeff'), bodyFor(id)])],
		['W42: nothing', () => Buffer.alloc(0)],
		['W43: a list', () => Buffer.from('[]')],
		['W43: null', () => Buffer.from('null')],
		['W43: a text', () => Buffer.from('"x"')],
		['W43: a number', () => Buffer.from('1')],
		['W43: an empty object', () => Buffer.from('{}')],
		['W43: no ID', () => Buffer.from('{"status":"COMPLETED"}')],
		['W43: an ID that is a number', () => Buffer.from('{"task_id":5,"status":"COMPLETED"}')],
		[
			'A14: an ID that leaves the path',
			() => Buffer.from('{"task_id":"../x","status":"COMPLETED"}'),
		],
		['A10: a task in __proto__', (id) => Buffer.from(`{"__proto__":${bodyFor(id).toString()}}`)],
	])('%s, rightly signed: 400', async (_, bodyOf) => {
		const { workflow, taskId, clock } = place();
		const { outcome, response } = await sendWebhook({
			workflow,
			clock,
			credential: SIGNING,
			...signed(bodyOf(taskId), clock),
		});
		expect([outcome, response?.status]).toEqual([NOTHING, 400]);
	});

	it('W44: more than 1 MiB, rightly signed: 413', async () => {
		const { workflow, clock } = place();
		const body = Buffer.alloc(1024 * 1024 + 1, 32);
		const { outcome, response } = await sendWebhook({
			workflow,
			clock,
			credential: SIGNING,
			...signed(body, clock),
		});
		expect([outcome, response?.status]).toEqual([NOTHING, 413]);
	});

	it.each([[undefined], [null], ['text'], [{ task_id: 'a' }], ['undefined']])(
		'W46: no bytes but %p: 401, whatever the signature',
		async (rawBody) => {
			const setup = genuine();
			const { headers } = signed(Buffer.from(String(rawBody)), setup.clock);
			const { outcome, response, requests } = await sendWebhook({ ...setup, headers, rawBody });
			expect([outcome, response?.status, requests]).toEqual([NOTHING, 401, []]);
		},
	);

	it('W45: has n8n read the bytes that it has not read yet', async () => {
		const setup = genuine();
		const fake = fakeTriggerWebhook(setup);
		const request: { rawBody?: Buffer; readRawBody(): Promise<void> } = {
			async readRawBody() {
				this.rawBody = setup.rawBody;
			},
		};
		fake.bendableWebhook.getRequestObject = () => request as never;
		const { workflowData } = await receive(
			fake.bendableWebhook as unknown as IWebhookFunctions,
			setup.clock,
		);
		expect(workflowData?.[0]).toHaveLength(1);
	});

	it('W45: does not care for the body that n8n has parsed', async () => {
		const setup = genuine();
		const fake = fakeTriggerWebhook(setup);
		fake.bendableWebhook.getRequestObject = () => ({
			rawBody: setup.rawBody,
			originalUrl: '/webhook/x',
			body: { task_id: 'evil', status: 'FAILED' },
			headers: { 'content-type': 'application/json; charset=utf-16le' },
		});
		const { workflowData } = await receive(
			fake.bendableWebhook as unknown as IWebhookFunctions,
			setup.clock,
		);
		expect(workflowData?.[0]?.[0]?.json).toMatchObject({ task: { task_id: setup.taskId } });
	});

	it('reads nothing of the API, even if it is down', async () => {
		const { started, requests } = await sendWebhook({ ...genuine(), respond: down });
		expect(started).toBeDefined();
		expect(requests).toEqual([]);
	});
});

describe('events', () => {
	it.each<[unknown, string, boolean]>([
		[['COMPLETED', 'FAILED'], 'COMPLETED', true],
		[['COMPLETED', 'FAILED'], 'FAILED', true],
		[['COMPLETED', 'FAILED'], 'IN_PROGRESS', false],
		[['COMPLETED', 'FAILED'], 'CREATED', false],
		[['FAILED'], 'COMPLETED', false],
		[['CREATED'], 'CREATED', true],
		[['IN_PROGRESS'], 'IN_PROGRESS', true],
		[[], 'COMPLETED', false],
		['COMPLETED', 'COMPLETED', false],
		[null, 'COMPLETED', false],
		[{}, 'COMPLETED', false],
		// W43
		[['COMPLETED', 'DREAMING'], 'DREAMING', false],
		[['COMPLETED'], 'completed', true],
		[['constructor'], 'constructor', false],
	])('%j hears of %s: %p', async (events, status, wanted) => {
		const { outcome, response, started, requests } = await sendWebhook({
			...genuine({ status }),
			events,
		});
		expect(response?.status).toBe(200);
		expect(started !== undefined).toBe(wanted);
		if (!wanted) expect(outcome).toEqual(NOTHING);
		expect(requests).toEqual([]);
	});

	it('without a secret, unwanted news cost no request', async () => {
		const { response, requests } = await sendWebhook(unsigned('IN_PROGRESS', 'IN_PROGRESS'));
		expect([response?.status, requests]).toEqual([200, []]);
	});
});

describe('repeated webhooks', () => {
	it('W49: the same message starts nothing twice', async () => {
		const setup = genuine();
		const first = await sendWebhook(setup);
		const again = await sendWebhook(setup);
		expect(first.started).toBeDefined();
		expect([again.outcome, again.response?.status]).toEqual([NOTHING, 200]);
	});

	it('W50: the same status under a new ID starts nothing twice', async () => {
		const setup = genuine();
		await sendWebhook(setup);
		const again = await sendWebhook({
			...setup,
			...signed(setup.rawBody, setup.clock, { id: 'msg_2' }),
		});
		expect([again.outcome, again.response?.status]).toEqual([NOTHING, 200]);
	});

	it('W52: news after the end start nothing', async () => {
		const setup = genuine();
		const events = ['COMPLETED', 'CREATED', 'FAILED', 'IN_PROGRESS'];
		expect((await sendWebhook({ ...setup, events })).started).toBeDefined();
		for (const status of ['CREATED', 'IN_PROGRESS']) {
			const late = signed(bodyFor(setup.taskId, status), setup.clock, { id: status });
			const { outcome, response } = await sendWebhook({ ...setup, events, ...late });
			expect([outcome, response?.status]).toEqual([NOTHING, 200]);
		}
	});

	it('R5: another end after the first starts nothing', async () => {
		const setup = genuine();
		await sendWebhook(setup);
		const other = signed(bodyFor(setup.taskId, 'FAILED'), setup.clock, { id: 'msg_2' });
		expect((await sendWebhook({ ...setup, ...other })).outcome).toEqual(NOTHING);
	});

	it('W56: webhooks of the same moment start it once', async () => {
		const setup = genuine();
		const webhooks = await Promise.all(
			Array.from({ length: 20 }, async () => await sendWebhook(setup)),
		);
		expect(webhooks.filter(({ started }) => started !== undefined)).toHaveLength(1);
		expect(webhooks.every(({ response }) => response?.status === 200)).toBe(true);
	});

	it('W56: also without a secret, while the API is polled', async () => {
		const setup = unsigned('COMPLETED');
		const webhooks = await Promise.all(
			Array.from({ length: 5 }, async () => await sendWebhook(setup)),
		);
		expect(webhooks.filter(({ started }) => started !== undefined)).toHaveLength(1);
		expect(webhooks.every(({ response }) => response?.status === 200)).toBe(true);
	});

	it('A4: 10,000 repetitions start nothing', async () => {
		const { workflow, taskId, clock } = place();
		const webhookSecret = 'a-secret-with-one-key';
		const credential = { ...SIGNING, webhookSecret };
		const sent = signed(bodyFor(taskId), clock, { key: webhookSecret });
		const fake = fakeTriggerWebhook({ workflow, clock, credential, ...sent });
		let started = 0;
		for (let count = 0; count < 10_000; count++) {
			const { workflowData } = await receive(
				fake.bendableWebhook as unknown as IWebhookFunctions,
				clock,
			);
			if (workflowData) started++;
		}
		expect(started).toBe(1);
		expect(fake.responses.every(({ status }) => status === 200)).toBe(true);
	});

	it('another workflow has its own', async () => {
		const setup = genuine();
		await sendWebhook(setup);
		expect(
			(await sendWebhook({ ...setup, workflow: `${setup.workflow}-other` })).started,
		).toBeDefined();
	});

	it('a test in the editor takes nothing from production', async () => {
		const setup = genuine();
		expect((await sendWebhook({ ...setup, mode: 'manual' })).started).toBeDefined();
		expect((await sendWebhook({ ...setup, mode: 'webhook' })).started).toBeDefined();
	});

	it('a test in the editor may be repeated as often as the user likes', async () => {
		const setup = { ...genuine(), mode: 'manual' };
		expect((await sendWebhook(setup)).started).toBeDefined();
		expect((await sendWebhook(setup)).started).toBeDefined();
	});

	it('what was rejected does not count as heard', async () => {
		const setup = genuine();
		const headers = headersOf('another', { id: 'x', timestamp: '1', body: setup.rawBody });
		expect((await sendWebhook({ ...setup, headers })).response?.status).toBe(401);
		expect((await sendWebhook(setup)).started).toBeDefined();
	});
});

describe('the note in the URL', () => {
	it('comes along', async () => {
		const note = {
			endpoint: 'image-to-video/happy-horse-1-1' as const,
			metadata: { row: 7, name: 'Söhne 🐎' },
		};
		const { started, warnings } = await sendWebhook({ ...genuine(), query: queryWith(note) });
		expect(started).toMatchObject(note);
		expect(warnings).toEqual([]);
	});

	it.each<[string, unknown]>([
		[
			'changed',
			{ ...queryWith({ endpoint: 'image-to-video/happy-horse-1' }), happy_horse_note: 'e30' },
		],
		[
			'signed with another key',
			queryWith({ endpoint: 'image-to-video/happy-horse-1' }, Buffer.alloc(32)),
		],
		['twice', { happy_horse_note: ['a', 'b'], happy_horse_mark: ['c', 'd'] }],
		['with half of it', { happy_horse_mark: 'x' }],
	])('%s: it is left out with a warning, and the workflow starts', async (_, query) => {
		const { started, warnings } = await sendWebhook({ ...genuine(), query });
		expect(started).toBeDefined();
		expect([started?.endpoint, started?.metadata]).toEqual([undefined, undefined]);
		expect(started).toMatchObject({ noteRejected: true });
		expect(warnings).toEqual([expect.stringContaining('metadata')]);
	});

	it.each([[undefined], [null], [{}], [{ signature: 'x' }], [[]]])('none in %p', async (query) => {
		const { started, warnings } = await sendWebhook({ ...genuine(), query });
		expect(started).toMatchObject({ noteRejected: false });
		expect(warnings).toEqual([]);
	});
});

describe('without a webhook secret the API has to confirm it', () => {
	it('a finished task starts the workflow with what the API says', async () => {
		const setup = unsigned('COMPLETED');
		const { started, response, requests } = await sendWebhook(setup);
		expect(response?.status).toBe(200);
		expect(started).toMatchObject({
			task: { task_id: setup.taskId, status: 'COMPLETED', generated: [videoAt(setup.taskId)] },
			endpoint: 'image-to-video/happy-horse-1',
			confirmed: true,
		});
		expect(JSON.stringify(started)).not.toMatch(new RegExp(`${BODY_MARK}|from-the-body`));
		expect(requests).toMatchObject([{ method: 'GET', credential: 'happyHorseApi' }]);
	});

	it('a note that was changed is told in the execution, too', async () => {
		const query = queryWith({ endpoint: 'image-to-video/happy-horse-1' }, Buffer.alloc(32));
		const { started } = await sendWebhook({ ...unsigned('COMPLETED'), query });
		expect(started).toMatchObject({ noteRejected: true, confirmed: true });
	});

	it('tries the model of the note first, and finds the model without one', async () => {
		const metadata = { row: 7 };
		const known = await sendWebhook({
			...unsigned('COMPLETED'),
			query: queryWith({ endpoint: 'image-to-video/happy-horse-1-1', metadata }),
		});
		expect(known.requests.map(({ url }) => url)).toEqual([
			expect.stringContaining('/happy-horse-1-1/'),
		]);
		expect(known.started).toMatchObject({ metadata, endpoint: 'image-to-video/happy-horse-1-1' });

		const setup = unsigned('COMPLETED');
		setup.vendor.intervene = ({ url }) =>
			url.includes('/happy-horse-1/') ? json(404, { message: 'Not found' }) : undefined;
		const found = await sendWebhook(setup);
		expect(found.started).toMatchObject({ endpoint: 'image-to-video/happy-horse-1-1' });
	});

	it.each<[string, string, IDataObject]>([
		['W36: an empty secret', 'COMPLETED', { ...UNSIGNED, webhookSecret: '' }],
		['W36: a blank one', 'COMPLETED', { ...UNSIGNED, webhookSecret: ' \n' }],
	])('%s is none', async (_, truth, credential) => {
		const confirmed = await sendWebhook({ ...unsigned(truth), credential });
		expect(confirmed.started).toMatchObject({ confirmed: true });
		const forged = await sendWebhook({
			...unsigned(truth),
			credential,
			rawBody: bodyFor('not-there'),
		});
		expect(forged.response?.status).toBe(401);
	});

	it('W36: a message signed with the empty key is worth nothing', async () => {
		const setup = unsigned('IN_PROGRESS');
		const { headers } = signed(setup.rawBody, setup.clock, { key: '' });
		const { outcome, response } = await sendWebhook({ ...setup, headers });
		expect([outcome, response?.status]).toEqual([NOTHING, 503]);
	});

	it('A3: a task that the account does not have: 401', async () => {
		const setup = unsigned('COMPLETED');
		const { outcome, response, warnings } = await sendWebhook({
			...setup,
			rawBody: bodyFor('not-there'),
		});
		expect([outcome, response?.status]).toEqual([NOTHING, 401]);
		expect(warnings).toHaveLength(1);
	});

	it.each<[string, () => ReturnType<typeof down>]>([
		['is down', down],
		['limits', () => json(429, { message: 'slow down' })],
		['does not take the key', () => json(401, { message: 'Invalid API key' })],
		['responds with HTML', () => ({ statusCode: 200, body: '<html>' })],
		[
			'responds with another task',
			() => json(200, { data: { task_id: 'x', status: 'COMPLETED' } }),
		],
		['redirects', () => ({ statusCode: 302, body: '' })],
		[
			'does not respond',
			() => {
				throw new Error('reset');
			},
		],
	])('while the API %s: 503', async (_, respond) => {
		const result = await sendWebhook({ ...unsigned('COMPLETED'), respond });
		expect([result.outcome, result.response?.status]).toEqual([NOTHING, 503]);
		expect(result.warnings).toHaveLength(1);
	});

	it('an outage is not remembered', async () => {
		const setup = unsigned('COMPLETED');
		await sendWebhook({ ...setup, respond: down });
		expect((await sendWebhook(setup)).started).toBeDefined();
	});

	it.each(['CREATED', 'IN_PROGRESS', 'DREAMING'])(
		'W59: while the API says %s: 503 after a moment, polled for some minutes, and nothing starts',
		async (truth) => {
			const setup = unsigned(truth);
			const fake = fakeTriggerWebhook(setup);
			const running = receive(fake.bendableWebhook as unknown as IWebhookFunctions, setup.clock);
			const begin = setup.clock.now();
			await setup.clock.until(begin + 7900);
			expect(fake.responses).toEqual([]);
			await setup.clock.until(begin + 8100);
			expect(fake.responses).toMatchObject([{ status: 503 }]);
			expect(await running).toEqual(NOTHING);
			expect(fake.responses).toHaveLength(1);
			const minutes = (setup.clock.now() - begin) / 60_000;
			expect([minutes >= 10, minutes < 10.5]).toEqual([true, true]);
			expect(fake.requests.length).toBeLessThanOrEqual(70);
		},
	);

	it.each([2, 10, 60, 500])(
		'R21, W59: an API that is %i s behind is polled until it knows, without a second webhook',
		async (seconds) => {
			const setup = unsigned('IN_PROGRESS');
			const begin = setup.clock.now();
			setup.vendor.onRead = () => {
				if (setup.clock.now() >= begin + seconds * 1000) setup.vendor.finishAll();
			};
			const { started, responses } = await sendWebhook(setup);
			expect(started).toMatchObject({ task: { status: 'COMPLETED' }, confirmed: true });
			expect(responses).toMatchObject([{ status: seconds < 8 ? 200 : 503 }]);
			expect(setup.clock.now() - begin).toBeLessThanOrEqual(seconds * 1000 + 16_000);
		},
	);

	it.each<[string, () => ReturnType<typeof down>]>([
		['is down', down],
		['limits', () => json(429, { message: 'slow down' })],
		['cannot be reached', () => Promise.reject(new Error('reset')) as never],
	])('R16: starts the workflow once the API no longer %s', async (_, respond) => {
		const setup = unsigned('COMPLETED');
		const begin = setup.clock.now();
		const { started, responses } = await sendWebhook({
			...setup,
			respond: (request) =>
				setup.clock.now() < begin + 60_000 ? respond() : setup.vendor.respond(request),
		});
		expect(started).toMatchObject({ confirmed: true });
		expect(responses).toMatchObject([{ status: 503 }]);
		expect(setup.clock.now() - begin).toBeLessThanOrEqual(100_000);
	});

	it('W49: the same webhook again, while the API is polled, costs nothing and starts nothing more', async () => {
		const setup = unsigned('IN_PROGRESS');
		const begin = setup.clock.now();
		setup.vendor.onRead = () => {
			if (setup.clock.now() >= begin + 60_000) setup.vendor.finishAll();
		};
		const webhooks = await Promise.all(
			Array.from({ length: 20 }, async (_, index) => {
				await setup.clock.until(begin + index * 2000);
				return await sendWebhook(setup);
			}),
		);
		expect(webhooks.filter(({ started }) => started)).toHaveLength(1);
		expect(webhooks.every(({ responses }) => responses.length === 1)).toBe(true);
		expect(webhooks.flatMap(({ requests }) => requests).length).toBeLessThanOrEqual(10);
	});

	it('our own signed note proves no outcome, but that the task is one of ours: it is looked for', async () => {
		const setup = unsigned('COMPLETED');
		const begin = setup.clock.now();
		const { started } = await sendWebhook({
			...setup,
			query: queryWith({ endpoint: 'image-to-video/happy-horse-1' }),
			respond: (request) =>
				setup.clock.now() < begin + 30_000
					? json(404, { message: 'Not found' })
					: setup.vendor.respond(request),
		});
		expect(started).toMatchObject({ confirmed: true });
	});

	it.each([
		['COMPLETED', 'FAILED'],
		['FAILED', 'COMPLETED'],
	])('W59: the API says %s, the webhook %s: nothing starts', async (truth, told) => {
		const { outcome, response, requests } = await sendWebhook(unsigned(truth, told));
		expect([outcome, response?.status]).toEqual([NOTHING, 401]);
		expect(requests).toHaveLength(1);
	});

	it('W52: a late IN_PROGRESS starts nothing', async () => {
		const setup = unsigned('COMPLETED', 'IN_PROGRESS');
		const { outcome } = await sendWebhook({ ...setup, events: ['IN_PROGRESS'] });
		expect(outcome).toEqual(NOTHING);
	});

	it('W49: what was passed on is not read again', async () => {
		const setup = unsigned('COMPLETED');
		await sendWebhook(setup);
		const again = await sendWebhook(setup);
		expect([again.response?.status, again.requests]).toEqual([200, []]);
	});

	it('sends no request for what is no task ID', async () => {
		for (const id of ['../x', 'a/b', 'a b', '', 'a'.repeat(129), 'é']) {
			const { response, requests } = await sendWebhook({
				...unsigned('COMPLETED'),
				rawBody: bodyFor(id),
			});
			expect([response?.status, requests]).toEqual([400, []]);
		}
	});

	it.each([
		['that do not exist', 'COMPLETED', (count: number) => `forged-${count}`],
		['that are not final yet', 'IN_PROGRESS', (count: number) => `real-${count}`],
	])('strangers cannot use up the limit of the API with tasks %s', async (_, truth, idOf) => {
		const { workflow, clock } = place();
		const { vendor } = vendorWith('real', truth);
		for (let count = 0; count < 120; count++) {
			vendor.tasks.set(`real-${count}`, {
				endpoint: 'image-to-video/happy-horse-1',
				status: truth,
				request: {},
			});
		}
		const begin = clock.now();
		const sentAt: number[] = [];
		const respond = async (request: FakeRequest) => {
			sentAt.push(clock.now());
			return await Promise.resolve(vendor.respond(request));
		};
		const stranger = { workflow, clock, credential: UNSIGNED, respond };
		const webhooks = await Promise.all(
			Array.from({ length: 120 }, async (_one, count) => {
				await clock.until(begin + count * 500);
				return await sendWebhook({ ...stranger, rawBody: bodyFor(idOf(count)) });
			}),
		);
		for (const { outcome } of webhooks) expect(outcome).toEqual(NOTHING);
		// The API allows 50 a minute, and the rest of the account needs some.
		for (const from of sentAt) {
			const inWindow = sentAt.filter((at) => at >= from && at < from + 60_000);
			expect(inWindow.length).toBeLessThanOrEqual(20);
		}
		expect(webhooks.filter((one) => one.response?.status === 503).length).toBeGreaterThan(50);
		const later = await sendWebhook({
			...stranger,
			...vendorWith('b', 'COMPLETED'),
			rawBody: bodyFor('b'),
		});
		expect(later.started).toBeDefined();
	});
});

describe('a credential that cannot be used', () => {
	it.each<[string, IDataObject]>([
		['W35: a blank inside the secret', { ...SIGNING, webhookSecret: 'in side' }],
		['W36: whsec_ alone', { ...SIGNING, webhookSecret: 'whsec_' }],
		[
			'W36: too short',
			{ ...SIGNING, webhookSecret: `whsec_${Buffer.alloc(15).toString('base64')}` },
		],
		[
			'bad secret: no base64',
			{ ...SIGNING, webhookSecret: 'whsec_!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!' },
		],
		['no API key', { ...SIGNING, apiKey: '' }],
		['no provider', { ...SIGNING, provider: 'elsewhere' }],
	])('%s: 401 and a line in the log', async (_, credential) => {
		const setup = genuine();
		for (const key of [SECRET, '', String(credential.webhookSecret)]) {
			const { outcome, response, warnings, requests } = await sendWebhook({
				...setup,
				credential,
				...signed(setup.rawBody, setup.clock, { key }),
			});
			expect([outcome, response?.status]).toEqual([NOTHING, 401]);
			expect(warnings).toEqual([expect.stringContaining('credential')]);
			expect(requests).toEqual([]);
		}
	});

	it('a credential that n8n cannot give just now: 503', async () => {
		const setup = genuine();
		const fake = fakeTriggerWebhook(setup);
		fake.bendableWebhook.getCredentials = async () => {
			throw new Error(`cannot decrypt ${SECRET}`);
		};
		const outcome = await receive(
			fake.bendableWebhook as unknown as IWebhookFunctions,
			setup.clock,
		);
		expect([outcome, fake.responses[0]?.status]).toEqual([NOTHING, 503]);
		expect(JSON.stringify([fake.responses, fake.warnings])).not.toContain(SECRET);
	});
});

describe('R17: never throws', () => {
	it.each([
		'getHeaderData',
		'getQueryData',
		'getNodeParameter',
		'getRequestObject',
		'getWorkflow',
		'getNode',
		'getMode',
	] as const)('when n8n fails at %s', async (name) => {
		const setup = genuine();
		const fake = fakeTriggerWebhook(setup);
		fake.bendableWebhook[name] = () => {
			throw new Error('n8n is tired');
		};
		const outcome = await receive(
			fake.bendableWebhook as unknown as IWebhookFunctions,
			setup.clock,
		);
		expect([outcome, fake.responses[0]?.status]).toEqual([NOTHING, 503]);
	});

	it.each([
		['with a secret', SIGNING],
		['without one', UNSIGNED],
	])('whatever comes, %s: one response, nothing started', async (_, credential) => {
		const text = fc.oneof(
			fc.string({ unit: 'grapheme' }),
			fc.constantFrom('v1,', '1760000000', '__proto__'),
		);
		const value = fc.oneof(text, fc.array(text), fc.anything());
		const names = fc.constantFrom(
			'webhook-id',
			'webhook-timestamp',
			'webhook-signature',
			'__proto__',
		);
		const query = fc.oneof(
			fc.dictionary(fc.constantFrom('happy_horse_note', 'happy_horse_mark', 'x'), value),
			fc.anything(),
		);
		const body = fc.oneof(
			fc.uint8Array().map((bytes) => Buffer.from(bytes)),
			fc.json().map((json) => Buffer.from(json)),
			fc
				.record({ task_id: fc.anything(), status: fc.anything(), generated: fc.anything() })
				.map((task) =>
					Buffer.from(
						String(
							JSON.stringify(task, (_key, part: unknown) =>
								typeof part === 'bigint' ? 'big' : part,
							),
						),
					),
				),
			fc.constantFrom(Buffer.from('{"task_id":"hostile","status":"COMPLETED"}'), undefined),
			fc.anything(),
		);
		await fc.assert(
			fc.asyncProperty(
				fc.dictionary(names, value),
				query,
				body,
				async (headers, given, rawBody) => {
					const { workflow, clock } = place();
					const { outcome, responses } = await sendWebhook({
						workflow,
						clock,
						credential,
						headers,
						query: given,
						rawBody,
						respond: () => json(404, { message: 'Not found' }),
					});
					expect(outcome).toEqual(NOTHING);
					expect(responses).toHaveLength(1);
					expect([200, 400, 401, 413]).toContain(responses[0]?.status);
				},
			),
			{ numRuns: 60 },
		);
	});

	it.each([
		'',
		'null',
		'[]',
		'{}',
		'{"data":null}',
		'{"data":{}}',
		'{"data":{"task_id":{}}}',
		'<html>',
	])('whatever the API sends: %j', async (body) => {
		for (const statusCode of [200, 204, 302, 400, 401, 429, 500]) {
			const { outcome, response } = await sendWebhook({
				...unsigned('COMPLETED'),
				respond: () => ({ statusCode, body }),
			});
			expect([outcome, response?.status]).toEqual([NOTHING, 503]);
		}
	});

	it('responds once, also when n8n has responded already', async () => {
		const setup = genuine();
		const fake = fakeTriggerWebhook(setup);
		fake.bendableWebhook.getResponseObject().headersSent = true;
		expect(
			await receive(fake.bendableWebhook as unknown as IWebhookFunctions, setup.clock),
		).toHaveProperty('workflowData');
		expect(fake.responses).toEqual([]);
	});
});

it('W58: no response and no line of the log holds a secret, a signature, a key or the body', async () => {
	const setup = genuine();
	const signature = setup.headers['webhook-signature']!.slice(3);
	const stranger = unsigned('IN_PROGRESS');
	const loud = () => json(401, { message: `bad key ${API_KEY}, ${SECRET}, ${BODY_MARK}` });
	const webhooks = [
		setup,
		setup,
		{ ...genuine(), headers: {} },
		{ ...genuine(), headers: { ...setup.headers, 'webhook-id': 'x' } },
		{ ...setup, ...signed(Buffer.from(`[${setup.rawBody.toString()}]`), setup.clock) },
		{ ...setup, rawBody: undefined },
		{ ...setup, credential: { ...SIGNING, webhookSecret: `whsec_${BODY_MARK}` } },
		{ ...setup, query: { happy_horse_note: BODY_MARK, happy_horse_mark: signature } },
		{ ...genuine(), query: { happy_horse_note: BODY_MARK, happy_horse_mark: signature } },
		stranger,
		{ ...stranger, rawBody: bodyFor('not-there') },
		{ ...unsigned('COMPLETED'), respond: loud },
	];
	const said: unknown[] = [];
	for (const one of webhooks) {
		const { responses, warnings } = await sendWebhook(one);
		said.push(responses, warnings);
	}
	expect(said.flat().length).toBeGreaterThan(webhooks.length);
	for (const hidden of [
		SECRET,
		API_KEY,
		signature,
		BODY_MARK,
		setup.taskId,
		signingKey.toString('base64'),
	]) {
		expect(JSON.stringify(said)).not.toContain(hidden);
	}
});
