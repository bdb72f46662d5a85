import type { Api, ApiCall } from '../../../nodes/HappyHorse/transport/api';
import type { FailureKind } from '../../../nodes/HappyHorse/transport/apiFailure';
import { ApiFailure } from '../../../nodes/HappyHorse/transport/apiFailure';
import type { Purpose } from '../../../nodes/HappyHorse/transport/explain';
import {
	explainAnswer,
	explainSilence,
	networkFault,
} from '../../../nodes/HappyHorse/transport/explain';
import { givingUpAt, patient } from '../../../nodes/HappyHorse/transport/patience';
import { FakeClock, START } from '../support/fakeClock';
import { scriptedApi } from '../support/scriptedApi';

const call = (purpose: Purpose, path = '/x'): ApiCall => ({
	method: purpose === 'create' ? 'POST' : 'GET',
	path,
	purpose,
});

const failed = (kind: FailureKind) => new ApiFailure(kind, { advice: 'y', kind });

const limited = (retryAfterMs?: number) =>
	new ApiFailure('Too many', {
		advice: 'y',
		kind: 'rate-limited',
		cause: { cause: 'rate-limited', ...(retryAfterMs === undefined ? {} : { retryAfterMs }) },
	});

/** Throws the failures one after the other, then answers. */
function after(...failures: unknown[]) {
	return scriptedApi((_, index) => {
		if (index < failures.length) throw failures[index];
		return 'done';
	});
}

const settled = async (promise: Promise<unknown>) => await promise.catch((error: unknown) => error);

it('changes nothing about an answer, and leaves the provider as it is', async () => {
	const { api, sent } = after();
	const clock = new FakeClock();
	const wrapped = patient(api, clock);
	expect(await wrapped.send(call('create'))).toBe('done');
	expect([sent, clock.time]).toEqual([[call('create')], START]);
	expect(wrapped.provider).toBe(api.provider);
});

const ALWAYS: Array<[FailureKind, Record<'create' | 'read', number>]> = [
	['unreachable', { create: 4, read: 5 }],
	['rate-limited', { create: 6, read: 6 }],
	['unavailable', { create: 4, read: 5 }],
	['unclear', { create: 1, read: 5 }],
	['refused', { create: 1, read: 1 }],
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
			expect(await settled(patient(api, clock, () => 1).send(call(purpose)))).toBe(failure);
			expect(sent).toEqual(Array<ApiCall>(times).fill(call(purpose)));
			expect(clock.time - START).toBeLessThan(600_000);
		},
	);
});

/** The vendor's outcomes of a paid request, and how often the request may reach it. */
const said = (statusCode: number, body?: unknown) =>
	explainAnswer({ statusCode, headers: {}, body, receivedAt: START }, 'create');

const words = { message: 'Service Unavailable. Please try again later' };

const otherWords = { message: 'Busy' };

it.each<[string, number, ApiFailure]>([
	['a name that cannot be found', 4, explainSilence(networkFault({ code: 'ENOTFOUND' }), 'create')],
	['a closed port', 4, explainSilence(networkFault({ code: 'ECONNREFUSED' }), 'create')],
	[
		'a certificate that is not trusted',
		4,
		explainSilence(networkFault({ code: 'CERT_HAS_EXPIRED' }), 'create'),
	],
	['429', 6, said(429, words)],
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
	['a timeout', 1, explainSilence(networkFault({ code: 'ETIMEDOUT' }), 'create')],
	['a timeout of the client', 1, explainSilence(networkFault({ code: 'ECONNABORTED' }), 'create')],
	['a reset', 1, explainSilence(networkFault({ code: 'ECONNRESET' }), 'create')],
	['a cancelled execution', 1, explainSilence(networkFault({ code: 'ERR_CANCELED' }), 'create')],
	['silence', 1, explainSilence(networkFault({ code: '' }), 'create')],
	[
		'a secured connection that broke later on',
		1,
		explainSilence(networkFault({ code: 'ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC' }), 'create'),
	],
	[
		'a secured connection that ended in the middle',
		1,
		explainSilence(networkFault({ code: 'ERR_SSL_UNEXPECTED_EOF_WHILE_READING' }), 'create'),
	],
	[
		'a secured connection that was renegotiated',
		1,
		explainSilence(networkFault({ code: 'ERR_TLS_RENEGOTIATION_DISABLED' }), 'create'),
	],
])(
	'a paid request that ends with %s leaves the machine %i times at most',
	async (_, times, failure) => {
		const { api, sent } = scriptedApi(() => {
			throw failure;
		});
		await settled(patient(api, new FakeClock()).send(call('create')));
		expect(sent).toHaveLength(times);
	},
);

it('stops being sent again once nobody knows what became of it', async () => {
	const unclear = failed('unclear');
	const { api, sent } = after(limited(), failed('unavailable'), unclear);
	expect(await settled(patient(api, new FakeClock()).send(call('create')))).toBe(unclear);
	expect(sent).toHaveLength(3);
});

it('takes the success that comes at last, with pauses that double', async () => {
	const { api } = after(failed('unclear'), failed('unreachable'), failed('unavailable'));
	const clock = new FakeClock();
	expect(await patient(api, clock, () => 1).send(call('read'))).toBe('done');
	expect(clock.pauses.filter((pause) => pause > 0)).toEqual([1000, 2000, 4000]);
});

it('waits as long as it is asked to, and not when that is too long', async () => {
	const short = after(limited(45_000));
	const clock = new FakeClock();
	expect(await patient(short.api, clock, () => 0).send(call('create'))).toBe('done');
	expect(clock.time - START).toBe(45_000);
	const long = after(limited(90_001));
	const failure = await settled(patient(long.api, clock).send(call('create')));
	expect(failure).toMatchObject({ kind: 'rate-limited' });
	expect(long.sent).toHaveLength(1);
});

it.each<Purpose>(['create', 'read'])('waits as long as a 503 asks a %s to', async (purpose) => {
	const busy = explainAnswer(
		{ statusCode: 503, headers: { 'retry-after': '40' }, body: words, receivedAt: START },
		purpose,
	);
	const { api } = after(busy);
	const clock = new FakeClock();
	expect(await patient(api, clock, () => 0).send(call(purpose))).toBe('done');
	expect(clock.time - START).toBe(40_000);
});

it('makes words of what is no failure of the API', async () => {
	const { api, sent } = after(new Error('boom'));
	const outcome = await settled(patient(api, new FakeClock()).send(call('read')));
	expect(outcome).toBeInstanceOf(ApiFailure);
	expect(sent).toHaveLength(1);
});

/** Time that moves only when told, so that requests can overlap. */
class Stage {
	private readonly sleepers: Array<{ until: number; wake: () => void }> = [];

	cancelled = false;

	time = START;

	readonly clock = {
		now: () => this.time,
		isCancelled: () => this.cancelled,
		pause: async (ms: number) => {
			if (ms <= 0 || this.cancelled) return;
			await new Promise<void>((wake) => this.sleepers.push({ until: this.time + ms, wake }));
		},
	};

	async passes(ms: number): Promise<void> {
		this.time += ms;
		await this.wakeAll(({ until }) => until <= this.time);
	}

	async cancel(): Promise<void> {
		this.cancelled = true;
		await this.wakeAll(() => true);
	}

	private async wakeAll(due: (sleeper: { until: number }) => boolean): Promise<void> {
		for (const sleeper of this.sleepers.splice(0)) {
			if (due(sleeper)) sleeper.wake();
			else this.sleepers.push(sleeper);
		}
		await turn();
	}
}

const turn = async () => await new Promise((resolve) => setImmediate(resolve));

/** Answers by path; a path with failures left throws the next one. */
function routed(failures: Record<string, unknown[]>): Api & { log: string[] } {
	const log: string[] = [];
	const { api } = scriptedApi(({ path }) => {
		log.push(path);
		const failure = failures[path]?.shift();
		if (failure !== undefined) throw failure;
		return 'done';
	});
	return { ...api, log };
}

describe('one refusal for too many requests', () => {
	it('makes all requests of the batch wait, those of another kind too', async () => {
		const stage = new Stage();
		const api = routed({ '/a': [limited(30_000)] });
		const batch = patient(api, stage.clock, () => 0);
		const all = [batch.send(call('create', '/a'))];
		await turn();
		all.push(batch.send(call('create', '/b')), batch.send(call('read', '/c')));
		await turn();
		expect(api.log).toEqual(['/a']);
		await stage.passes(29_999);
		expect(api.log).toEqual(['/a']);
		await stage.passes(1);
		expect([...api.log].sort()).toEqual(['/a', '/a', '/b', '/c']);
		expect(await Promise.all(all)).toEqual(['done', 'done', 'done']);
	});

	it('lengthens the wait of those that wait already', async () => {
		const stage = new Stage();
		let release = () => {};
		const slow = new Promise<void>((resolve) => (release = resolve));
		const log: string[] = [];
		const { api } = scriptedApi(async ({ path }) => {
			log.push(path);
			if (path === '/slow' && log.filter((entry) => entry === '/slow').length === 1) {
				await slow;
				throw limited(60_000);
			}
			if (path === '/a' && log.filter((entry) => entry === '/a').length === 1)
				throw limited(10_000);
			return 'done';
		});
		const batch = patient(api, stage.clock, () => 0);
		const all = [batch.send(call('read', '/slow')), batch.send(call('read', '/a'))];
		await turn();
		all.push(batch.send(call('read', '/waits')));
		await stage.passes(5000);
		release();
		await turn();
		await stage.passes(10_000);
		expect(log).toEqual(['/slow', '/a']);
		await stage.passes(50_000);
		expect(await Promise.all(all)).toEqual(['done', 'done', 'done']);
	});

	it('does not hold up another batch', async () => {
		const stage = new Stage();
		const api = routed({ '/a': [limited(30_000)] });
		void patient(api, stage.clock).send(call('create', '/a'));
		await turn();
		expect(await patient(api, stage.clock).send(call('create', '/b'))).toBe('done');
	});
});

it('an outage of one request does not hold up the others', async () => {
	const stage = new Stage();
	const api = routed({ '/a': [failed('unavailable')] });
	const batch = patient(api, stage.clock, () => 1);
	void batch.send(call('read', '/a'));
	await turn();
	expect(await batch.send(call('read', '/b'))).toBe('done');
	expect(api.log).toEqual(['/a', '/b']);
});

describe('a cancel', () => {
	it.each<[string, ApiFailure]>([
		['too many requests', limited(30_000)],
		['an outage', failed('unavailable')],
		['a closed port', failed('unreachable')],
	])('ends the pause after %s, and nothing is sent any more', async (_, failure) => {
		const stage = new Stage();
		const api = routed({ '/a': [failure, failure] });
		const batch = patient(api, stage.clock, () => 1);
		const outcome = settled(batch.send(call('create', '/a')));
		await turn();
		await stage.cancel();
		expect(await outcome).toBeInstanceOf(ApiFailure);
		expect(await outcome).toMatchObject({ mayHaveCreated: false });
		expect(api.log).toEqual(['/a']);
	});

	it('lets nothing leave that had only waited for its turn, and says that it is not paid', async () => {
		const stage = new Stage();
		const api = routed({ '/a': [limited(30_000)] });
		const batch = patient(api, stage.clock, () => 1);
		const first = settled(batch.send(call('create', '/a')));
		await turn();
		const second = settled(batch.send(call('create', '/b')));
		await turn();
		await stage.cancel();
		expect(await second).toMatchObject({ mayHaveCreated: false });
		expect(await first).toMatchObject({ mayHaveCreated: false });
		expect(api.log).toEqual(['/a']);
	});
});

describe('with a moment after which the answer is of no use', () => {
	const LEFT = 10_000;

	it('sends again as long as there is time, and not a pause longer', async () => {
		const clock = new FakeClock();
		const { api, sent } = after(limited(4000), limited(4000), limited(4000), limited(4000));
		const hurried = givingUpAt(
			patient(api, clock, () => 0),
			clock.now() + LEFT,
		);
		expect(await settled(hurried.send(call('list')))).toMatchObject({ kind: 'rate-limited' });
		expect([sent.length, clock.time - START]).toEqual([3, 8000]);
	});

	it('is not held up by the pause that another request was asked for', async () => {
		const clock = new FakeClock();
		// Time stands still for the request that waits.
		clock.pause = async () => await new Promise<never>(() => {});
		const { api, sent } = after(limited(60_000));
		const shared = patient(api, clock, () => 0);
		void shared.send(call('list'));
		for (let turn = 0; turn < 10; turn++) await Promise.resolve();
		const hurried = await settled(givingUpAt(shared, START + LEFT).send(call('read')));
		expect(hurried).toMatchObject({ kind: 'rate-limited', passing: true });
		expect(sent.filter(({ purpose }) => purpose === 'read')).toEqual([]);
	});
});
