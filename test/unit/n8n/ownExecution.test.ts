import type { IExecuteFunctions, IWebhookFunctions } from 'n8n-workflow';

import {
	ownPurposeOf,
	requestPoll,
	waitingCheck,
	wakeUpRequest,
} from '../../../nodes/HappyHorse/n8n/ownExecution';
import { FakeClock, START } from '../support/fakeClock';

const PATH = '/webhook-waiting/7/happy-horse?signature=abc';

interface Setup {
	socket?: object | undefined;
	originalUrl?: string | undefined;
	respond?: () => unknown;
	headers?: Record<string, unknown>;
}

function setup({
	respond = () => ({ statusCode: 200, body: { wait: 'node 2 9' } }),
	...rest
}: Setup = {}) {
	const sent: Array<Record<string, unknown>> = [];
	const request: Record<string, unknown> = {
		socket: { localAddress: '127.0.0.1', localPort: 5678 },
		originalUrl: PATH,
		...rest,
	};
	const context = {
		getRequestObject: () => request,
		getHeaderData: () => rest.headers ?? {},
		getExecutionId: () => '7',
		helpers: {
			httpRequest: async (options: Record<string, unknown>) => {
				sent.push(options);
				return await Promise.resolve(respond());
			},
		},
	} as unknown as IWebhookFunctions;
	return { context, sent, request };
}

it.each<[string, object, string]>([
	['IPv4', { localAddress: '10.0.0.5', localPort: 5678 }, 'http://10.0.0.5:5678'],
	['IPv4 in IPv6', { localAddress: '::ffff:127.0.0.1', localPort: 80 }, 'http://127.0.0.1:80'],
	['IPv6', { localAddress: '::1', localPort: 5678 }, 'http://[::1]:5678'],
	[
		'TLS',
		{ localAddress: '127.0.0.1', localPort: 5678, encrypted: true },
		'https://127.0.0.1:5678',
	],
])('sends it to this process where its own request came in, over %s', async (_, socket, origin) => {
	const { context, sent } = setup({ socket });
	expect(await waitingCheck(context, 'node 2 9')()).toBe(true);
	expect(sent).toMatchObject([
		{
			method: 'POST',
			url: origin + PATH,
			headers: { 'x-happy-horse-check': 'wait' },
			disableFollowRedirect: true,
		},
	]);
});

const said = (statusCode: number, message: string) => ({ statusCode, body: { message } });

it.each<[string, unknown, boolean | null]>([
	['the same wait', { statusCode: 200, body: { wait: 'node 2 9' } }, true],
	['another wait', { statusCode: 200, body: { wait: 'other 2 9' } }, false],
	['no wait', { statusCode: 200, body: { wait: null } }, false],
	['no such words', { statusCode: 200, body: undefined }, false],
	['a wrong token', { statusCode: 401, body: { error: 'Invalid token' } }, false],
	['no such execution', said(404, 'The execution "7" does not exist.'), false],
	['an execution that is over', said(409, 'The execution "7 has finished already.'), false],
	[
		'a node without our webhook',
		said(404, 'The workflow for execution "7" does not contain …'),
		false,
	],
	['a proxy that knows nothing', said(404, 'Not found'), null],
	['a proxy that wants a password', { statusCode: 401, body: '<html>' }, null],
	['a Form node that waits', { statusCode: 307 }, false],
	['an error', { statusCode: 500 }, null],
	['a proxy', { statusCode: 502 }, null],
])('takes %s for what it is', async (_, response, wanted) => {
	const { context } = setup({ respond: () => response });
	expect(await waitingCheck(context, 'node 2 9')()).toBe(wanted);
});

it('cannot tell when the request fails', async () => {
	const { context } = setup({
		respond: () => {
			throw new Error('rejected');
		},
	});
	expect(await waitingCheck(context, 'node 2 9')()).toBeNull();
});

it.each<[string, Setup]>([
	['without a socket', { socket: undefined }],
	['on a pipe', { socket: { localAddress: undefined, localPort: undefined } }],
	['without a URL', { originalUrl: undefined }],
])('sends no request %s', async (_, changes) => {
	const { context, sent } = setup(changes);
	expect(await waitingCheck(context, 'node 2 9')()).toBeNull();
	expect(sent).toEqual([]);
});

it('remembers the place, since the connection of the sender may be closed later on', async () => {
	const { context, request, sent } = setup();
	const check = waitingCheck(context, 'node 2 9');
	request.socket = {};
	expect(await check()).toBe(true);
	expect(sent).toHaveLength(1);
});

it.each([
	[{ 'x-happy-horse-check': 'wait' }, 'wait'],
	[{ 'x-happy-horse-check': 'wake' }, null],
	[{ 'x-happy-horse-check': 'poll x' }, 'poll'],
	[{ 'x-happy-horse-check': 'x' }, null],
	[{ 'x-happy-horse-check': ['wait'] }, null],
	[{}, null],
])('is recognized by %j: %p', (headers, wanted) => {
	expect(ownPurposeOf(setup({ headers }).context)).toBe(wanted);
});

describe('opening a webhook again', () => {
	it('sends one request to this process', async () => {
		const { context, sent, request } = setup();
		const wakeUp = wakeUpRequest(context, new FakeClock());
		request.socket = {};
		await wakeUp!();
		expect(sent).toMatchObject([{ url: `http://127.0.0.1:5678${PATH}` }]);
		// Only this process knows the word.
		const headers = sent[0]!.headers as Record<string, unknown>;
		expect(ownPurposeOf(setup({ headers }).context)).toBe('wake');
	});

	it('tries again while n8n is too busy, but not for ever', async () => {
		const clock = new FakeClock();
		let busy = 3;
		const some = setup({ respond: () => ({ statusCode: busy-- > 0 ? 503 : 200 }) });
		await wakeUpRequest(some.context, clock)!();
		expect([some.sent.length, clock.now() - START]).toEqual([4, 15_000]);
		const rejected = () => {
			throw new Error('rejected');
		};
		const dead = setup({ respond: rejected });
		await wakeUpRequest(dead.context, clock)!();
		expect(dead.sent).toHaveLength(60);
	});

	it('takes it as done when the execution is over', async () => {
		const { context, sent } = setup({ respond: () => ({ statusCode: 409 }) });
		await wakeUpRequest(context, new FakeClock())!();
		expect(sent).toHaveLength(1);
	});

	it('is not possible where n8n cannot be reached', () => {
		expect(wakeUpRequest(setup({ socket: undefined }).context, new FakeClock())).toBeNull();
	});
});

describe('requesting a poll after the suspension', () => {
	const url = `https://n8n.example.com${PATH}`;
	const wait = 'node 2 9';
	const key = Buffer.from('key');

	/** Sends it to an n8n that gives these responses, the last one for ever. */
	async function requested(responses: unknown[], { clock = new FakeClock(), minutes = 30 } = {}) {
		const some = setup({
			respond: () => (responses.length > 1 ? responses.shift() : responses[0]),
		});
		const until = START + minutes * 60_000;
		const context = some.context as unknown as IExecuteFunctions;
		await requestPoll(context, { url, wait, key, until, clock });
		return { ...some, clock };
	}

	it('sends one, to the URL of the webhooks, that shows neither key nor wait', async () => {
		const { sent } = await requested([{ statusCode: 200 }]);
		expect(sent).toMatchObject([
			{
				method: 'POST',
				url,
				headers: { 'x-happy-horse-check': expect.stringMatching(/^poll [\w-]{43}$/) as string },
				disableFollowRedirect: true,
			},
		]);
		// It goes over the network: the server that responds has to be n8n.
		expect(sent[0]).not.toHaveProperty('skipSslCertificateValidation');
	});

	it('tries again until the execution is stored, and while n8n is busy', async () => {
		const running = said(409, 'The execution "7" is running already.');
		const { sent, clock } = await requested([running, { statusCode: 503 }, running, said(200, '')]);
		expect([sent.length, clock.now() - START]).toEqual([4, 15_000]);
	});

	it.each([
		['is over', said(409, 'The execution "7 has finished already.')],
		['was stopped', said(409, 'The execution "7" has finished with error.')],
		['waits at another node', said(404, 'The workflow for execution "7" does not contain …')],
		['has another token', { statusCode: 401, body: { error: 'Invalid token' } }],
	])('tries no more when the execution %s', async (_, response) => {
		expect((await requested([response])).sent).toHaveLength(1);
	});

	it('tries no more when the wait is over, or for some minutes', async () => {
		expect((await requested([{ statusCode: 502 }], { minutes: 1 })).sent).toHaveLength(12);
		expect((await requested([{ statusCode: 502 }])).sent).toHaveLength(60);
	});

	it('sends nothing for an execution that was canceled', async () => {
		const clock = new FakeClock();
		clock.cancelled = true;
		expect((await requested([{ statusCode: 200 }], { clock })).sent).toEqual([]);
	});
});
