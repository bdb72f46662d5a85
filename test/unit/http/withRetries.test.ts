import type { ApiRequest } from '../../../nodes/HappyHorse/http/apiClient';
import type { FailureKind } from '../../../nodes/HappyHorse/http/apiError';
import { ApiError } from '../../../nodes/HappyHorse/http/apiError';
import type { Purpose } from '../../../nodes/HappyHorse/http/apiResponse';
import { networkFault } from '../../../nodes/HappyHorse/http/networkFault';
import { noResponseError } from '../../../nodes/HappyHorse/http/requestErrors';
import { responseError } from '../../../nodes/HappyHorse/http/responseError';
import { givingUpAt, withRetries } from '../../../nodes/HappyHorse/http/withRetries';
import { FakeClock, START } from '../support/fakeClock';
import { scriptedApi } from '../support/scriptedApi';
import { VirtualClock } from '../support/virtualClock';

const request = (purpose: Purpose, path = '/x'): ApiRequest => ({
	method: purpose === 'create' ? 'POST' : 'GET',
	path,
	purpose,
});

const failed = (kind: FailureKind) => new ApiError(kind, { hint: 'y', kind });

const limited = (retryAfterMs?: number) =>
	new ApiError('Too many', {
		hint: 'y',
		kind: 'rate-limited',
		cause: { cause: 'rate-limited', ...(retryAfterMs === undefined ? {} : { retryAfterMs }) },
	});

/** Throws the failures one after the other, then responds. */
function after(...failures: unknown[]) {
	return scriptedApi((_, index) => {
		if (index < failures.length) throw failures[index];
		return 'done';
	});
}

const settled = async (promise: Promise<unknown>) => await promise.catch((error: unknown) => error);

it('changes nothing about a response, and leaves the provider as it is', async () => {
	const { api, sent } = after();
	const clock = new FakeClock();
	const wrapped = withRetries(api, clock);
	expect(await wrapped.send(request('create'))).toBe('done');
	expect([sent, clock.time]).toEqual([[request('create')], START]);
	expect(wrapped).toMatchObject({ provider: api.provider, account: api.account });
});

const ALWAYS: Array<[FailureKind, Record<'create' | 'read', number>]> = [
	['unreachable', { create: 4, read: 5 }],
	['rate-limited', { create: 12, read: 12 }],
	['unavailable', { create: 4, read: 5 }],
	['unclear', { create: 1, read: 5 }],
	['rejected', { create: 1, read: 1 }],
];

describe.each(ALWAYS)('a request that always ends as %s', (kind, sends) => {
	it.each([
		['create', sends.create],
		['read', sends.read],
		['list', sends.read],
		['upload', sends.read],
	] as Array<[Purpose, number]>)(
		'is sent for a %s %i times, and the failure is passed on',
		async (purpose, times) => {
			const failure = failed(kind);
			const { api, sent } = scriptedApi(() => {
				throw failure;
			});
			const clock = new FakeClock();
			expect(await settled(withRetries(api, clock, () => 1).send(request(purpose)))).toBe(failure);
			expect(sent).toEqual(Array<ApiRequest>(times).fill(request(purpose)));
			expect(clock.time - START).toBeLessThan(600_000);
		},
	);
});

/** The vendor's outcomes of a paid request, and how often the request may reach it. */
const said = (statusCode: number, body?: unknown) =>
	responseError({ statusCode, headers: {}, body, receivedAt: START }, 'create');

const words = { message: 'Service Unavailable. Please try again later' };

const otherWords = { message: 'Busy' };

it.each<[string, number, ApiError]>([
	[
		'a name that cannot be found',
		4,
		noResponseError(networkFault({ code: 'ENOTFOUND' }), 'create'),
	],
	['a closed port', 4, noResponseError(networkFault({ code: 'ECONNREFUSED' }), 'create')],
	[
		'a certificate that is not trusted',
		4,
		noResponseError(networkFault({ code: 'CERT_HAS_EXPIRED' }), 'create'),
	],
	['429', 12, said(429, words)],
	['429 of a used-up plan', 1, said(429, { message: 'Please upgrade your plan' })],
	['503 in the words of the API', 4, said(503, words)],
	['503 with words of a gateway', 1, said(503, otherWords)],
	['503 without', 1, said(503)],
	['500 with words', 1, said(500, words)],
	['502', 1, said(502)],
	['504', 1, said(504)],
	['408', 1, said(408)],
	['307', 1, said(307)],
	['400', 1, said(400, words)],
	['401', 1, said(401, words)],
	['402', 1, said(402, words)],
	['403', 1, said(403, words)],
	['404', 1, said(404, words)],
	['413', 1, said(413, words)],
	['415', 1, said(415, words)],
	['422', 1, said(422, words)],
	['a timeout', 1, noResponseError(networkFault({ code: 'ETIMEDOUT' }), 'create')],
	['a timeout of the client', 1, noResponseError(networkFault({ code: 'ECONNABORTED' }), 'create')],
	['a reset', 1, noResponseError(networkFault({ code: 'ECONNRESET' }), 'create')],
	['a cancelled execution', 1, noResponseError(networkFault({ code: 'ERR_CANCELED' }), 'create')],
	['silence', 1, noResponseError(networkFault({ code: '' }), 'create')],
	[
		'a secured connection that broke later on',
		1,
		noResponseError(
			networkFault({ code: 'ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC' }),
			'create',
		),
	],
	[
		'a secured connection that ended in the middle',
		1,
		noResponseError(networkFault({ code: 'ERR_SSL_UNEXPECTED_EOF_WHILE_READING' }), 'create'),
	],
	[
		'a secured connection that was renegotiated',
		1,
		noResponseError(networkFault({ code: 'ERR_TLS_RENEGOTIATION_DISABLED' }), 'create'),
	],
])(
	'a paid request that ends with %s leaves the machine %i times at most',
	async (_, times, failure) => {
		const { api, sent } = scriptedApi(() => {
			throw failure;
		});
		await settled(withRetries(api, new FakeClock()).send(request('create')));
		expect(sent).toHaveLength(times);
	},
);

it('stops being sent again once its outcome is unknown', async () => {
	const unclear = failed('unclear');
	const { api, sent } = after(limited(), failed('unavailable'), unclear);
	expect(await settled(withRetries(api, new FakeClock()).send(request('create')))).toBe(unclear);
	expect(sent).toHaveLength(3);
});

it('takes the success that comes at last, with pauses that double', async () => {
	const { api } = after(failed('unclear'), failed('unreachable'), failed('unavailable'));
	const clock = new FakeClock();
	expect(await withRetries(api, clock, () => 1).send(request('read'))).toBe('done');
	expect(clock.pauses.filter((pause) => pause > 0)).toEqual([1000, 2000, 4000]);
});

it('leaves the pause after a 429 to the limiter of the account, and gives up when it is too long', async () => {
	const short = after(limited(45_000));
	const clock = new FakeClock();
	expect(await withRetries(short.api, clock, () => 0).send(request('create'))).toBe('done');
	expect(clock.time - START).toBe(0);
	const long = after(limited(90_001));
	const failure = await settled(withRetries(long.api, clock).send(request('create')));
	expect(failure).toMatchObject({ kind: 'rate-limited' });
	expect(long.sent).toHaveLength(1);
});

it.each<Purpose>(['create', 'read'])('waits as long as a 503 tells a %s to', async (purpose) => {
	const busy = responseError(
		{ statusCode: 503, headers: { 'retry-after': '40' }, body: words, receivedAt: START },
		purpose,
	);
	const { api } = after(busy);
	const clock = new FakeClock();
	expect(await withRetries(api, clock, () => 0).send(request(purpose))).toBe('done');
	expect(clock.time - START).toBe(40_000);
});

it('makes words of what is no failure of the API', async () => {
	const { api, sent } = after(new Error('boom'));
	const outcome = await settled(withRetries(api, new FakeClock()).send(request('read')));
	expect(outcome).toBeInstanceOf(ApiError);
	expect(sent).toHaveLength(1);
});

it('an outage of one request does not hold up the others', async () => {
	const clock = new VirtualClock();
	const log: string[] = [];
	const { api } = scriptedApi(({ path }) => {
		log.push(path);
		if (log.length === 1) throw failed('unavailable');
		return 'done';
	});
	const batch = withRetries(api, clock, () => 1);
	const first = batch.send(request('read', '/a'));
	expect(await batch.send(request('read', '/b'))).toBe('done');
	expect([log, clock.time]).toEqual([['/a', '/b'], START]);
	expect(await first).toBe('done');
});

it.each<[string, ApiError]>([
	['too many requests', limited(30_000)],
	['an outage', failed('unavailable')],
	['a closed port', failed('unreachable')],
])('does not send again after %s once the execution was canceled', async (_, failure) => {
	const clock = new FakeClock();
	clock.cancelled = true;
	const { api, sent } = after(failure);
	expect(await settled(withRetries(api, clock).send(request('create')))).toBe(failure);
	expect(sent).toHaveLength(1);
});

describe('with a moment after which the response is of no use', () => {
	it.each([
		[10_000, 4],
		[7000, 4],
		[6999, 3],
		[1000, 2],
		[999, 1],
	])('%i ms from now: sends it %i times, and not a pause longer', async (left, times) => {
		const clock = new FakeClock();
		const unclear = failed('unclear');
		const { api, sent } = after(unclear, unclear, unclear);
		const hurried = givingUpAt(
			withRetries(api, clock, () => 1),
			START + left,
		);
		const outcome = await settled(hurried.send(request('list')));
		expect(outcome).toBe(times === 4 ? 'done' : unclear);
		expect(sent).toHaveLength(times);
		expect(clock.time).toBeLessThanOrEqual(START + left);
		// So that the request does not wait for its turn any longer either.
		expect(sent.every(({ giveUpAt }) => giveUpAt === START + left)).toBe(true);
	});

	it('heeds an earlier one that the request has by itself', async () => {
		const { api, sent } = after();
		await givingUpAt(api, START + 10).send({ ...request('read'), giveUpAt: START + 5 });
		expect(sent).toMatchObject([{ giveUpAt: START + 5 }]);
	});

	it('passes on account and tickets', async () => {
		const { api } = after();
		expect(givingUpAt(api, START)).toMatchObject({ account: api.account });
	});
});
