import { openApi } from '../../../nodes/HappyHorse/transport/api';
import { ApiFailure } from '../../../nodes/HappyHorse/transport/apiFailure';
import { Refusal } from '../../../nodes/HappyHorse/refusal';
import type { FakeResponse, Scene } from '../support/fakeExecution';
import { API_KEY, fakeExecution } from '../support/fakeExecution';
import { json } from '../support/fakeVendor';

const call = { method: 'GET', path: '/v1/x', purpose: 'read' } as const;

async function ask(answer: FakeResponse | Error, scene: Scene = {}) {
	const execution = fakeExecution({
		...scene,
		answer: () => {
			if (answer instanceof Error) throw answer;
			return answer;
		},
	});
	const api = await openApi(execution.context);
	const outcome = await api.send(call).catch((error: unknown) => error);
	return { ...execution, outcome };
}

it('goes through the door that signs, follows no redirect and takes every status as an answer', async () => {
	const { outcome, requests } = await ask(json(200, { data: { a: 1 } }));
	expect(outcome).toEqual({ data: { a: 1 } });
	expect(requests).toEqual([
		{
			credential: 'happyHorseApi',
			method: 'GET',
			url: 'https://api.magnific.com/v1/x',
			headers: { Accept: 'application/json' },
			encoding: 'text',
			timeout: 120_000,
			returnFullResponse: true,
			ignoreHttpStatusErrors: true,
			disableFollowRedirect: true,
		},
	]);
});

it('never puts the key into a request itself', async () => {
	const { requests } = await ask(json(200, {}));
	expect(JSON.stringify(requests)).not.toContain(API_KEY);
});

it('sends a body only where there is one', async () => {
	const { context, requests } = fakeExecution({ answer: () => json(200, {}) });
	const api = await openApi(context);
	await api.send({ ...call, method: 'POST', body: { duration: 5 } });
	expect(requests[0]?.body).toEqual({ duration: 5 });
});

it.each([500, 503, 429, 401, 302])('sends once, also after %i', async (statusCode) => {
	const { requests, outcome } = await ask(json(statusCode, {}));
	expect(requests).toHaveLength(1);
	expect(outcome).toMatchObject({ statusCode });
});

it.each([
	['HTML', '<html><body>Service Unavailable</body></html>'],
	['nothing', ''],
	['broken JSON', '{"data": {'],
])('a success with %s is unreadable', async (_, body) => {
	const { outcome } = await ask({ statusCode: 200, body });
	expect(outcome).toBeInstanceOf(ApiFailure);
	expect((outcome as ApiFailure).message).toContain('cannot be read');
});

it.each([400, 403, 404, 429, 500, 502, 503])('%i in HTML shows no markup', async (statusCode) => {
	const { outcome } = await ask({
		statusCode,
		headers: { 'content-type': 'text/html' },
		body: '<html><body><h1>Upgrade</h1></body></html>',
	});
	const { message, advice } = outcome as ApiFailure;
	expect(message + advice).not.toMatch(/[<>]/);
});

it('takes a body that n8n has parsed already', async () => {
	const { context } = fakeExecution({
		answer: () => ({ statusCode: 200, body: { data: [] } as never }),
	});
	expect(await (await openApi(context)).send(call)).toEqual({ data: [] });
});

it('changes nothing in a success, whatever it looks like', async () => {
	const body = { data: { generated: ['https://cdn.example.com/a.mp4?token=abc'], note: API_KEY } };
	expect((await ask(json(200, body))).outcome).toEqual(body);
});

const secret = 'hook/secret+0123';

it.each([
	['the key', `Key ${API_KEY} is wrong`],
	['the key in a URL', `see https://x.example/?k=${encodeURIComponent(API_KEY)}`],
	['the webhook secret', `secret ${secret}`],
	['the webhook secret in a URL', `secret ${encodeURIComponent(secret)}`],
	['the webhook secret in base64', `secret ${Buffer.from(secret).toString('base64')}`],
])('a refusal that echoes %s is cleaned', async (_, text) => {
	const credential = { provider: 'magnific', apiKey: API_KEY, webhookSecret: secret };
	const { outcome } = await ask(json(400, { message: text }), { credential });
	const shown = JSON.stringify([
		outcome,
		(outcome as Error).message,
		(outcome as ApiFailure).advice,
	]);
	expect(shown).toContain('***');
	for (const form of [API_KEY, secret, encodeURIComponent(secret), 'aG9vay9zZWNyZXQrMDEyMw']) {
		expect(shown).not.toContain(form);
	}
});

it.each([
	['with its slashes escaped, as PHP does', secret.replace('/', '\\/')],
	['in Unicode escapes', secret.replace('h', '\\u0068')],
])('a refusal that echoes the webhook secret %s is cleaned', async (_, escaped) => {
	const credential = { provider: 'magnific', apiKey: API_KEY, webhookSecret: secret };
	const { outcome } = await ask(
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
		'a reset',
		Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' }),
		'connection broke',
	],
	['no code', new Error(`boom ${API_KEY}`), 'connection broke'],
])('silence with %s is explained without foreign words', async (_, error, text) => {
	const { outcome } = await ask(error);
	expect(outcome).toBeInstanceOf(ApiFailure);
	expect((outcome as Error).message).toContain(text);
	expect((outcome as Error).message).not.toMatch(/boom|FPSX|socket/);
});

it('ends when an error is its own cause', async () => {
	const error = new Error('x');
	error.cause = error;
	expect((await ask(error)).outcome).toBeInstanceOf(ApiFailure);
});

it('does not open for a credential that cannot be used', async () => {
	const { context } = fakeExecution({ credential: { provider: 'magnific', apiKey: '' } });
	await expect(openApi(context)).rejects.toBeInstanceOf(Refusal);
});
