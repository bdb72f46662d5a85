import { Readable } from 'stream';

import fc from 'fast-check';

import { clockOf } from '../../../nodes/HappyHorse/concurrency/clock';
import type { ApiRequest } from '../../../nodes/HappyHorse/http/apiClient';
import { openApi, openApiForWebhook } from '../../../nodes/HappyHorse/http/apiClient';
import { ApiError } from '../../../nodes/HappyHorse/http/apiError';
import type { Purpose } from '../../../nodes/HappyHorse/http/apiResponse';
import { ValidationError } from '../../../nodes/HappyHorse/validationError';
import { FakeClock, START } from '../support/fakeClock';
import type { FakeResponse, Setup } from '../support/fakeExecution';
import { API_KEY, fakeExecution } from '../support/fakeExecution';
import { json } from '../support/fakeVendor';
import { fakeWebhook, nextExecution } from '../support/fakeWebhook';
import { VirtualClock } from '../support/virtualClock';

const readRequest = { method: 'GET', path: '/v1/x', purpose: 'read' } as const;

async function send(response: FakeResponse | Error, setup: Setup = {}) {
	const execution = fakeExecution({
		...setup,
		respond: () => {
			if (response instanceof Error) throw response;
			return response;
		},
	});
	const api = await openApi(execution.context, clockOf());
	const outcome = await api.send(readRequest).catch((error: unknown) => error);
	return { ...execution, outcome };
}

it('goes through the door that signs, follows no redirect and takes every status as a response', async () => {
	const { outcome, requests } = await send(json(200, { data: { a: 1 } }));
	expect(outcome).toEqual({ data: { a: 1 } });
	expect(requests).toEqual([
		{
			credential: 'happyHorseApi',
			method: 'GET',
			url: 'https://api.magnific.com/v1/x',
			headers: { Accept: 'application/json' },
			encoding: 'stream',
			timeout: 30_000,
			returnFullResponse: true,
			ignoreHttpStatusErrors: true,
			disableFollowRedirect: true,
		},
	]);
});

it.each<[string, Partial<ApiRequest>, number]>([
	['a paid request has time until its image was fetched', { purpose: 'create' }, 120_000],
	['so has the upload of its image', { purpose: 'upload' }, 120_000],
	['a list is waited for as long as a task', { purpose: 'list' }, 30_000],
	['a paid request is waited for in any case', { purpose: 'create', giveUpAt: START + 5 }, 120_000],
	['waits for no response that is of no more use', { giveUpAt: START + 7000 }, 7000],
	['or much later', { giveUpAt: START + 3_600_000 }, 30_000],
])('%s', async (_, changes, timeout) => {
	const { context, requests } = fakeExecution({ respond: () => json(200, {}) });
	const api = await openApi(context, new FakeClock());
	await api.send({ ...readRequest, ...changes });
	expect(requests).toMatchObject([{ timeout }]);
});

it('never puts the key into a request itself', async () => {
	const { requests } = await send(json(200, {}));
	expect(JSON.stringify(requests)).not.toContain(API_KEY);
});

describe('for webhook(), where each reading of the credential costs n8n an engine', () => {
	const data = { provider: 'magnific', apiKey: API_KEY };

	/** A webhook of an execution; `readings` counts how often the credential was read for it. */
	function webhookOf(executionId: string) {
		const fake = fakeWebhook({ executionId, credential: data, respond: () => json(200, {}) });
		const counted = { readings: 0, ...fake };
		fake.bendableWebhook.getCredentials = async () => {
			counted.readings += 1;
			return data;
		};
		return counted;
	}

	it('reads it once for all requests of a webhook', async () => {
		const fake = webhookOf(nextExecution());
		const api = await openApiForWebhook(fake.webhook, new FakeClock());
		await api.send(readRequest);
		await api.send(readRequest);
		expect(fake.credentialsHandedOn).toEqual([data, data]);
		expect(fake.readings).toBe(1);
	});

	it('reads it once for the webhooks of some seconds, and then again: it may have been changed', async () => {
		const [executionId, clock] = [nextExecution(), new FakeClock()];
		const [first, second, late] = [1, 2, 3].map(() => webhookOf(executionId));
		await Promise.all([
			openApiForWebhook(first!.webhook, clock),
			openApiForWebhook(second!.webhook, clock),
		]);
		await clock.pause(4999);
		await openApiForWebhook(second!.webhook, clock);
		expect([first!.readings, second!.readings]).toEqual([1, 0]);
		await clock.pause(1);
		await openApiForWebhook(late!.webhook, clock);
		expect(late!.readings).toBe(1);
	});

	it('never takes that of another execution, workflow, node or credential', async () => {
		const clock = new FakeClock();
		const executionId = nextExecution();
		const first = webhookOf(executionId);
		await openApiForWebhook(first.webhook, clock);
		const changes: Array<(bendableWebhook: typeof first.bendableWebhook) => void> = [
			(bendableWebhook) =>
				Object.assign(bendableWebhook, { getExecutionId: () => nextExecution() }),
			(bendableWebhook) =>
				Object.assign(bendableWebhook, { getWorkflow: () => ({ id: 'another' }) }),
			...[{ id: 'another' }, { credentials: { happyHorseApi: { id: '2', name: 'Mine' } } }].map(
				(change) => (bendableWebhook: typeof first.bendableWebhook) => {
					const node = { ...bendableWebhook.getNode(), ...change };
					Object.assign(bendableWebhook, { getNode: () => node });
				},
			),
		];
		for (const change of changes) {
			const other = webhookOf(executionId);
			change(other.bendableWebhook);
			await openApiForWebhook(other.webhook, clock);
			expect(other.readings).toBe(1);
		}
	});

	it('reads it again at once when it could not be read', async () => {
		const [executionId, clock] = [nextExecution(), new FakeClock()];
		const broken = webhookOf(executionId);
		broken.bendableWebhook.getCredentials = async () => await Promise.reject(new Error('locked'));
		await expect(openApiForWebhook(broken.webhook, clock)).rejects.toThrow('locked');
		const next = webhookOf(executionId);
		await openApiForWebhook(next.webhook, clock);
		expect(next.readings).toBe(1);
	});
});

it('leaves a changed key to n8n during a long run', async () => {
	const { credentialsHandedOn } = await send(json(200, {}));
	expect(credentialsHandedOn).toEqual([undefined]);
});

it('sends a body only where there is one', async () => {
	const { context, requests } = fakeExecution({ respond: () => json(200, {}) });
	const api = await openApi(context, clockOf());
	await api.send({ ...readRequest, method: 'POST', body: { duration: 5 } });
	expect(requests[0]?.body).toEqual({ duration: 5 });
});

it.each([500, 503, 429, 401, 302])('sends once, also after %i', async (statusCode) => {
	const { requests, outcome } = await send(json(statusCode, {}));
	expect(requests).toHaveLength(1);
	expect(outcome).toMatchObject({ statusCode });
});

it.each([
	['HTML', '<html><body>Service Unavailable</body></html>'],
	['nothing', ''],
	['broken JSON', '{"data": {'],
])('a success with %s is unreadable', async (_, body) => {
	const { outcome } = await send({ statusCode: 200, body });
	expect(outcome).toBeInstanceOf(ApiError);
	expect((outcome as ApiError).message).toContain('cannot be read');
});

it.each([400, 403, 404, 429, 500, 502, 503])('%i in HTML shows no markup', async (statusCode) => {
	const { outcome } = await send({
		statusCode,
		headers: { 'content-type': 'text/html' },
		body: '<html><body><h1>Upgrade</h1></body></html>',
	});
	const { message, hint } = outcome as ApiError;
	expect(message + hint).not.toMatch(/[<>]/);
});

/** What the fake n8n cannot: a body that comes as the test wants it. */
async function streamed(body: Readable, purpose: Purpose = 'read', statusCode = 200) {
	const { context, bendable } = fakeExecution({});
	bendable.helpers.httpRequestWithAuthentication = async () => ({ statusCode, headers: {}, body });
	const api = await openApi(context, clockOf());
	return await api.send({ ...readRequest, purpose }).catch((error: unknown) => error);
}

it('reads a response whose pieces end within a character', async () => {
	const bytes = Buffer.from('{"data":"Pferd 🐎 läuft"}');
	const pieces = [...bytes].map((byte) => Buffer.of(byte));
	expect(await streamed(Readable.from(pieces))).toEqual({ data: 'Pferd 🐎 läuft' });
});

it.each([200, 400])('lets go of a response (%i) without end', async (statusCode) => {
	let chunks = 0;
	const body = Readable.from(
		(function* () {
			for (; ; chunks++) yield Buffer.alloc(1024 * 1024, ' ');
		})(),
	);
	const outcome = await streamed(body, 'create', statusCode);
	expect(outcome).toMatchObject({ outcomeUnknown: true, kind: 'unclear' });
	expect(body.destroyed).toBe(true);
	expect(chunks).toBeLessThan(10);
});

it('takes a response of some megabytes: a long list of tasks', async () => {
	const text = JSON.stringify({ data: 'x'.repeat(3 * 1024 * 1024) });
	expect(await streamed(Readable.from([Buffer.from(text)]))).toEqual(JSON.parse(text));
});

it.each<[Purpose, object]>([
	['create', { outcomeUnknown: true, kind: 'unclear', retryable: false }],
	['read', { outcomeUnknown: false, kind: 'unclear', retryable: true }],
])('a response to a %s that breaks off half way is no response', async (purpose, wanted) => {
	const body = Readable.from(
		(function* () {
			yield Buffer.from('{"data":{"task_id":"a"');
			throw Object.assign(new Error('aborted'), { code: 'ECONNRESET' });
		})(),
	);
	expect(await streamed(body, purpose)).toMatchObject(wanted);
});

it('changes nothing in a success, whatever it looks like', async () => {
	const body = { data: { generated: ['https://cdn.example.com/a.mp4?token=abc'], note: API_KEY } };
	expect((await send(json(200, body))).outcome).toEqual(body);
});

const secret = 'hook/secret+0123';

it.each([
	['the key', `Key ${API_KEY} is wrong`],
	['the key in a URL', `see https://x.example/?k=${encodeURIComponent(API_KEY)}`],
	['the webhook secret', `secret ${secret}`],
	['the webhook secret in a URL', `secret ${encodeURIComponent(secret)}`],
	['the webhook secret in base64', `secret ${Buffer.from(secret).toString('base64')}`],
])('a rejection that echoes %s is redacted', async (_, text) => {
	const credential = { provider: 'magnific', apiKey: API_KEY, webhookSecret: secret };
	const { outcome } = await send(json(400, { message: text }), { credential });
	const shown = JSON.stringify([outcome, (outcome as Error).message, (outcome as ApiError).hint]);
	expect(shown).toContain('***');
	for (const form of [API_KEY, secret, encodeURIComponent(secret), 'aG9vay9zZWNyZXQrMDEyMw']) {
		expect(shown).not.toContain(form);
	}
});

it.each([
	['with its slashes escaped, as PHP does', secret.replace('/', '\\/')],
	['in Unicode escapes', secret.replace('h', '\\u0068')],
])('a rejection that echoes the webhook secret %s is redacted', async (_, escaped) => {
	const credential = { provider: 'magnific', apiKey: API_KEY, webhookSecret: secret };
	const { outcome } = await send(
		{ statusCode: 400, body: `{"message":"wrong: ${escaped}"}` },
		{ credential },
	);
	expect((outcome as Error).message).toContain('wrong');
	expect((outcome as Error).message).not.toContain(secret);
});

it.each([
	['a code', Object.assign(new Error('x'), { code: 'ECONNREFUSED' }), 'could not be reached'],
	[
		'a code in a cause',
		new Error('x', { cause: Object.assign(new Error('y'), { code: 'ENOTFOUND' }) }),
		'could not be reached',
	],
	[
		'a code where n8n 1 puts it',
		Object.assign(new Error('x'), { httpCode: 'ECONNREFUSED' }),
		'could not be reached',
	],
	[
		'a cancel where n8n 1 puts it',
		Object.assign(new Error('x'), { httpCode: 'ERR_CANCELED' }),
		'was canceled',
	],
	[
		'a code in a cause and another where n8n 1 puts it',
		Object.assign(new Error('x', { cause: { code: 'ENOTFOUND' } }), { httpCode: 'ENOTFOUND' }),
		'could not be reached',
	],
	[
		'a reset',
		Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' }),
		'Connection lost',
	],
	['no code', new Error(`boom ${API_KEY}`), 'Connection lost'],
])('silence with %s is explained without foreign words', async (_, error, text) => {
	const { outcome } = await send(error);
	expect(outcome).toBeInstanceOf(ApiError);
	expect((outcome as Error).message).toContain(text);
	expect((outcome as Error).message).not.toMatch(/boom|FPSX|socket/);
});

it('ends when an error is its own cause', async () => {
	const error = new Error('x');
	error.cause = error;
	expect((await send(error)).outcome).toBeInstanceOf(ApiError);
});

it('does not open for a credential that cannot be used', async () => {
	const { context } = fakeExecution({ credential: { provider: 'magnific', apiKey: '' } });
	await expect(openApi(context, clockOf())).rejects.toBeInstanceOf(ValidationError);
});

/** Any JSON text of the same value: each letter of each text as it is or as an escape. */
function rewritten(text: string, picks: readonly boolean[]): string {
	return [...text]
		.map((letter, at) =>
			picks[at % picks.length] && /[A-Za-z0-9]/.test(letter)
				? `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`
				: JSON.stringify(letter).slice(1, -1),
		)
		.join('');
}

it('lets no key through, however the JSON of a rejection is written', async () => {
	const place = fc.constantFrom<(text: string) => string>(
		(text) => `{"message":"${text}"}`,
		(text) => `{"problem":{"message":"${text}"}}`,
		(text) => `{"message":"no","invalid_params":[{"name":"key","reason":"${text}"}]}`,
		(text) => `{"message":"no","invalid_params":[{"name":"${text}","reason":"wrong"}]}`,
	);
	const status = fc.constantFrom(400, 401, 403, 404, 422, 429, 500, 503);
	let runs = 0;
	const picks = fc.array(fc.boolean(), { minLength: 1, maxLength: 30 });
	await fc.assert(
		fc.asyncProperty(fc.record({ place, status, picks }), async ({ place, status, picks }) => {
			// An account of its own: 429 makes all requests of an account pause.
			const apiKey = `${API_KEY}-run-${runs++}`;
			const body = place(rewritten(`Key ${apiKey} is wrong`, picks));
			const credential = { provider: 'magnific', apiKey };
			const { outcome } = await send({ statusCode: status, body }, { credential });
			const { message, hint, stack } = outcome as ApiError;
			expect(`${JSON.stringify(outcome)} ${message} ${hint} ${stack}`).not.toContain(API_KEY);
		}),
		{ numRuns: 100 },
	);
});

it('a list that executions share is waited for by each as long as it is of use', async () => {
	const clock = new VirtualClock();
	const slow = async () => {
		await clock.pause(20_000);
		return json(200, { data: [] });
	};
	const { context, requests } = fakeExecution({ respond: slow });
	const api = await openApi(context, clock);
	const list = async (giveUpAt?: number) => {
		const request = { ...readRequest, path: '/v1/list', purpose: 'list' as const };
		const outcome = await api
			.send(giveUpAt === undefined ? request : { ...request, giveUpAt })
			.catch((error: unknown) => error);
		return { outcome, at: clock.now() - START };
	};
	const [whole, hasty] = await Promise.all([list(), list(START + 8000)]);
	expect(whole).toEqual({ outcome: { data: [] }, at: 20_000 });
	expect(hasty.at).toBe(8000);
	expect(hasty.outcome).toMatchObject({ kind: 'rate-limited', retryable: true });
	expect(requests).toHaveLength(1);
});
