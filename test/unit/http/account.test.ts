import { clockOf } from '../../../nodes/HappyHorse/concurrency/clock';
import { accountOf, limitIn } from '../../../nodes/HappyHorse/http/account';
import type { Api } from '../../../nodes/HappyHorse/http/apiClient';
import { openApiForWebhook } from '../../../nodes/HappyHorse/http/apiClient';
import { providerFrom } from '../../../nodes/HappyHorse/http/provider';
import { START } from '../support/fakeClock';
import type { FakeResponse } from '../support/fakeExecution';
import { ownKey } from '../support/fakeExecution';
import { json } from '../support/fakeVendor';
import { fakeWebhook, nextExecution } from '../support/fakeWebhook';
import { VirtualClock } from '../support/virtualClock';

const read = { method: 'GET', path: '/v1/x', purpose: 'read' } as const;

const list = { method: 'GET', path: '/v1/list', purpose: 'list' } as const;

const create = { method: 'POST', path: '/v1/x', purpose: 'create' } as const;

interface Changes {
	credential?: Record<string, string>;
	respond?: (path: string, index: number) => FakeResponse;
}

/** Executions that share an account, on one clock. */
function setup({ credential = {}, respond = () => json(200, {}) }: Changes = {}) {
	const clock = new VirtualClock();
	const sent: Array<{ at: number; path: string }> = [];
	const open = async (more: Record<string, string> = {}): Promise<Api> => {
		const { webhook } = fakeWebhook({
			executionId: nextExecution(),
			credential: { provider: 'magnific', apiKey: ownKey(), ...credential, ...more },
			respond: async ({ url }) => {
				const { pathname } = new URL(url);
				sent.push({ at: clock.now() - START, path: pathname });
				const response = respond(pathname, sent.length - 1);
				await clock.pause(50);
				return response;
			},
		});
		return await openApiForWebhook(webhook, clock);
	};
	return { clock, sent, open, times: () => sent.map(({ at }) => at) };
}

const custom = (baseUrl: string) => ({ provider: 'custom', baseUrl });

describe('the account of a credential', () => {
	const account = (credential: Record<string, string>) => accountOf(providerFrom(credential));

	it('is one for each key and base URL', () => {
		const own = account({ provider: 'magnific', apiKey: 'a' });
		expect(account({ provider: 'magnific', apiKey: 'a', webhookSecret: 'x' })).toBe(own);
		const others = [
			account({ provider: 'magnific', apiKey: 'b' }),
			account({ provider: 'freepik', apiKey: 'a' }),
			account({ ...custom('https://a.example'), apiKey: 'a' }),
			account({ ...custom('https://b.example'), apiKey: 'a' }),
		];
		expect(new Set([own, ...others]).size).toBe(5);
	});

	it('is kept for the last thousand', () => {
		const first = account({ provider: 'magnific', apiKey: 'first' });
		for (let count = 0; count < 999; count++)
			account({ provider: 'magnific', apiKey: `k${count}` });
		expect(account({ provider: 'magnific', apiKey: 'first' })).toBe(first);
		account({ provider: 'magnific', apiKey: 'one-more' });
		expect(account({ provider: 'magnific', apiKey: 'first' })).not.toBe(first);
	});
});

it.each([
	[{ 'x-ratelimit-limit': '120' }, 120],
	[{ 'x-ratelimit-limit': 5 }, 5],
	[{ 'x-ratelimit-limit': ' 60 ' }, 60],
	[{ 'x-ratelimit-limit': '0' }, null],
	[{ 'x-ratelimit-limit': '-1' }, null],
	[{ 'x-ratelimit-limit': '1.5' }, null],
	[{ 'x-ratelimit-limit': '50, 50;w=60' }, null],
	[{ 'x-ratelimit-limit': 'many' }, null],
	[{ 'x-ratelimit-limit': '' }, null],
	[{ 'x-ratelimit-limit': ['1', '2'] }, null],
	[{ 'x-ratelimit-limit': null }, null],
	[{}, null],
])('the limit in %j is %p', (headers, limit) => {
	expect(limitIn(headers)).toBe(limit);
});

describe('the limit of a provider', () => {
	it('is shared by all executions with the key', async () => {
		const { open, times } = setup();
		const apis = await Promise.all([open(), open(), open()]);
		await Promise.all(
			Array.from({ length: 75 }, async (_, index) => await apis[index % 3]!.send(read)),
		);
		expect(times().filter((at) => at === 0)).toHaveLength(50);
		expect(Math.min(...times().slice(50))).toBeGreaterThanOrEqual(61_000);
	});

	it('holds up no execution with another key', async () => {
		const { open, times } = setup();
		const [own, other] = [await open(), await open({ apiKey: `${ownKey()}-other` })];
		await Promise.all(Array.from({ length: 50 }, async () => await own.send(read)));
		await other.send(read);
		expect(Math.max(...times())).toBeLessThan(100);
	});

	it('is not that of another API, before it names one', async () => {
		const { open, times } = setup({ credential: custom('https://gateway-a.example') });
		const api = await open();
		await Promise.all(Array.from({ length: 200 }, async () => await api.send(read)));
		expect(new Set(times())).toEqual(new Set([0]));
	});

	it('is what another API names', async () => {
		const { open, times } = setup({
			credential: custom('https://gateway-b.example'),
			respond: () => ({ ...json(200, {}), headers: { 'x-ratelimit-limit': '10' } }),
		});
		const api = await open();
		await api.send(read);
		await Promise.all(Array.from({ length: 19 }, async () => await api.send(read)));
		expect(times().filter((at) => at < 1000)).toHaveLength(10);
		expect(Math.min(...times().slice(10))).toBeGreaterThanOrEqual(61_000);
	});

	it('is not changed by a header of the provider', async () => {
		const { open, times } = setup({
			respond: () => ({ ...json(200, {}), headers: { 'x-ratelimit-limit': '1' } }),
		});
		const api = await open();
		for (let count = 0; count < 5; count++) await api.send(read);
		expect(Math.max(...times())).toBeLessThan(1000);
	});
});

describe('R18: 429', () => {
	it('makes all executions with the key pause, whatever they request', async () => {
		const { clock, open, sent } = setup({
			respond: (_, index) =>
				index === 0
					? { ...json(429, { message: 'slow down' }), headers: { 'retry-after': '30' } }
					: json(200, {}),
		});
		const apis = await Promise.all([open(), open()]);
		await expect(apis[0]!.send(create)).rejects.toMatchObject({ kind: 'rate-limited' });
		await Promise.all([apis[0]!.send(create), apis[1]!.send(read), apis[1]!.send(list)]);
		expect(sent).toHaveLength(4);
		expect(sent.slice(1).every(({ at }) => at >= 30_000 && at < 31_000)).toBe(true);
		expect(clock.now() - START).toBeLessThan(31_500);
	});

	it('again and again makes pauses that grow', async () => {
		const { open, times } = setup({ respond: () => json(429, { message: 'slow down' }) });
		const api = await open();
		for (let count = 0; count < 6; count++) await api.send(read).catch(() => undefined);
		const pauses = times().map((at, index) => at - (times()[index - 1] ?? 0));
		for (const [index, ceiling] of [4000, 8000, 16_000, 20_000, 20_000].entries()) {
			expect(pauses[index + 1]).toBeGreaterThanOrEqual(ceiling / 2);
			expect(pauses[index + 1]).toBeLessThanOrEqual(ceiling + 200);
		}
	});

	it.each([
		['of a used-up plan', { message: 'Please upgrade your plan' }, {}],
		[
			'that wants a longer pause than any request waits',
			{ message: 'x' },
			{ 'retry-after': '3600' },
		],
	])('%s holds up no execution', async (_, body, headers) => {
		const { open, times } = setup({
			respond: (_path, index) => (index === 0 ? { ...json(429, body), headers } : json(200, {})),
		});
		const api = await open();
		await expect(api.send(read)).rejects.toMatchObject({ statusCode: 429 });
		await api.send(read);
		expect(Math.max(...times())).toBeLessThan(1000);
	});
});

describe('a list', () => {
	it('is requested once for all who want it at the same time', async () => {
		const { open, sent } = setup({ respond: () => json(200, { data: [] }) });
		const apis = await Promise.all([open(), open(), open()]);
		const lists = await Promise.all(
			Array.from({ length: 30 }, async (_, index) => await apis[index % 3]!.send(list)),
		);
		expect(sent).toHaveLength(1);
		expect(new Set(lists.map((one) => JSON.stringify(one)))).toEqual(new Set(['{"data":[]}']));
	});

	it('is not that of before, for later requests', async () => {
		const { clock, open, times } = setup();
		const api = await open();
		const first = api.send(list);
		await clock.pause(10);
		await Promise.all([first, api.send(list), api.send(list)]);
		expect(times()).toEqual([0, 2000]);
	});

	it('of another model is another one', async () => {
		const { open, sent } = setup();
		const api = await open();
		await Promise.all([api.send(list), api.send({ ...list, path: '/v1/other' })]);
		expect(sent.map(({ path }) => path)).toEqual(['/v1/list', '/v1/other']);
	});
});

describe('the turn of a paid request', () => {
	it('is waited for before the request, and counts once', async () => {
		const { clock, open, sent } = setup();
		const api = await open();
		const ticket = await api.takeTicket();
		await api.send({ ...create, ticket });
		await Promise.all(Array.from({ length: 49 }, async () => await api.send(read)));
		expect(clock.now() - START).toBeLessThan(1000);
		expect(sent).toHaveLength(50);
		// A second request with it has to wait for a turn of its own.
		await api.send({ ...create, ticket });
		expect(sent.at(-1)!.at).toBeGreaterThanOrEqual(61_000);
	});

	it('is for another one when it is given back', async () => {
		const { open, times } = setup();
		const api = await open();
		const tickets = await Promise.all(
			Array.from({ length: 50 }, async () => await api.takeTicket()),
		);
		const waiting = api.send(read);
		tickets[7]!.giveBack();
		tickets[7]!.giveBack();
		await waiting;
		expect(Math.max(...times())).toBeLessThanOrEqual(1100);
		// Once, though it was given back twice.
		await api.send(read);
		expect(Math.max(...times())).toBeGreaterThanOrEqual(61_000);
	});

	it('that was used is not given back', async () => {
		const { open, times } = setup();
		const api = await open();
		const ticket = await api.takeTicket();
		await Promise.all(Array.from({ length: 49 }, async () => await api.send(read)));
		await api.send({ ...create, ticket });
		ticket.giveBack();
		await api.send(read);
		expect(Math.max(...times())).toBeGreaterThanOrEqual(61_000);
	});

	it('ends with a cancel, and nothing was paid', async () => {
		const { clock, open } = setup();
		const api = await open();
		await Promise.all(Array.from({ length: 50 }, async () => await api.send(read)));
		const waiting = api.takeTicket();
		clock.cancelled = true;
		await expect(waiting).rejects.toMatchObject({ outcomeUnknown: false, retryable: false });
	});
});

it('R15: nothing that waits for its turn leaves after a cancel', async () => {
	const { clock, open, sent } = setup();
	const api = await open();
	await Promise.all(Array.from({ length: 50 }, async () => await api.send(read)));
	const waiting = api.send(create);
	clock.cancelled = true;
	await expect(waiting).rejects.toMatchObject({ outcomeUnknown: false });
	expect(sent).toHaveLength(50);
});

it('a request whose response is of no more use by its turn is not sent', async () => {
	const { clock, open, sent } = setup();
	const api = await open();
	await Promise.all(Array.from({ length: 50 }, async () => await api.send(read)));
	const late = api.send({ ...read, giveUpAt: START + 10_000 });
	await expect(late).rejects.toMatchObject({ kind: 'rate-limited', retryable: true });
	expect([sent.length, clock.now() - START < 1000]).toEqual([50, true]);
});

it('goes by the clock of the machine where it is none of the tests', async () => {
	const { webhook } = fakeWebhook({
		executionId: nextExecution(),
		respond: () => json(200, { a: 1 }),
	});
	const api = await openApiForWebhook(webhook, clockOf());
	expect(await api.send(read)).toEqual({ a: 1 });
});
