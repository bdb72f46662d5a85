import type { Purpose } from '../../../nodes/HappyHorse/http/apiResponse';
import { networkFault } from '../../../nodes/HappyHorse/http/networkFault';
import { noResponseError, unreadableError } from '../../../nodes/HappyHorse/http/requestErrors';
import { responseError } from '../../../nodes/HappyHorse/http/responseError';

const PURPOSES: Purpose[] = ['create', 'read', 'list', 'upload'];

const STATUSES = [
	301, 307, 400, 401, 402, 403, 404, 408, 409, 413, 415, 422, 429, 500, 502, 503, 504,
];

const explain = (
	statusCode: number,
	purpose: Purpose,
	{ body, headers = {} }: { body?: unknown; headers?: Record<string, unknown> } = {},
) => responseError({ statusCode, headers, body, receivedAt: Date.now() }, purpose);

/** No response, but an error of Node.js with this code. */
const silence = (code: string, purpose: Purpose) =>
	noResponseError(networkFault({ code }), purpose);

const every = STATUSES.flatMap((status) => PURPOSES.map((purpose) => [status, purpose] as const));

describe.each([
	['without a body', undefined],
	['with a message', { message: 'Some words of the API' }],
])('each response %s', (_, body) => {
	it.each(every)('%i to a %s has a sentence, a hint and its code', (status, purpose) => {
		const failure = explain(status, purpose, { body });
		expect(failure.statusCode).toBe(status);
		expect(failure.message).toMatch(/^[A-Z]/);
		expect(failure.hint).toMatch(/^[A-Z'].*\.$/s);
		const text = `${failure.message} ${failure.hint}`;
		// n8n's own switch has that name: told to "retry", people pay twice.
		expect(text).not.toMatch(/retry|retries|undefined|null|\[object/i);
	});
});

describe('what the user reads', () => {
	const said = { message: 'Bad seed' };
	const trial = { message: 'Your trial is over' };
	const documented = { message: 'Service Unavailable. Please try again later.' };
	const notAllowed = 'The API key is not allowed to do this';
	const outage = 'The API cannot serve requests right now';
	const redirect = 'The API responded with a redirect, which is not followed';
	const unreadable = 'The API sent a response that cannot be read (101)';

	it.each<[number, unknown, Purpose, string, string]>([
		[
			400,
			undefined,
			'create',
			'The API rejected the request',
			'Correct the field that the message names',
		],
		[
			499,
			said,
			'read',
			'The API rejected the request: Bad seed',
			'Correct the field that the message names',
		],
		[401, said, 'read', 'The API key was not accepted', "paste your key again, and check 'API Pr"],
		[402, said, 'create', 'Not enough credits', 'Add credits in the account'],
		[403, undefined, 'create', notAllowed, 'whether the plan includes Happy Horse'],
		[403, said, 'read', `${notAllowed}: Bad seed`, 'whether the key is active'],
		[404, said, 'read', 'Task not found for this API key', "Check 'Task', 'Resource' and 'Model'"],
		[404, said, 'list', 'The API does not know this URL', "'Base URL' in the credential"],
		[429, said, 'read', 'The API gets too many requests from this account', 'Wait a minute, then'],
		[429, trial, 'read', `The plan or trial of the account is used up: ${trial.message}`, 'Change'],
		[408, said, 'read', `${outage} (408)`, 'Videos that were created continue'],
		[500, said, 'list', `${outage} (500)`, 'Videos that were created continue'],
		[502, said, 'create', `${outage} (502)`, 'may have been created and charged'],
		[503, said, 'read', `${outage} (503)`, 'Videos that were created continue'],
		[503, said, 'create', `${outage} (503)`, 'may have been created and charged'],
		[503, documented, 'create', `${outage} (503)`, 'As a rule nothing was created or charged'],
		[503, {}, 'create', `${outage} (503)`, 'may have been created and charged'],
		[300, said, 'create', redirect, 'is never forwarded. The video may have been created'],
		[399, said, 'read', redirect, 'is never forwarded.'],
		[101, said, 'create', unreadable, 'may have been created and charged'],
		[101, said, 'read', unreadable, "Check 'Base URL' in the credential"],
	])('%i with %j to a %s: %s', (status, body, purpose, message, hint) => {
		const failure = explain(status, purpose, { body });
		expect(failure.message).toBe(message);
		expect(failure.hint).toContain(hint);
	});

	const unreached = 'The API could not be reached';
	const broke = 'Connection lost before the API responded';

	it.each<[string, Purpose, string, string]>([
		['ENOTFOUND', 'create', unreached, 'Check the internet connection of n8n'],
		['ENOTFOUND', 'read', unreached, 'Check the internet connection of n8n'],
		['ECONNRESET', 'create', broke, 'may have been created and charged'],
		['ECONNRESET', 'read', broke, 'Videos that were created continue'],
		['ERR_CANCELED', 'read', 'The execution was canceled before the API responded', 'Run again'],
	])('%s instead of a response to a %s: %s', (code, purpose, message, hint) => {
		const failure = silence(code, purpose);
		expect(failure.message).toBe(message);
		expect(failure.hint).toContain(hint);
	});
});

const mayHave = [408, 301, 307, 500, 502, 503, 504];

it.each(every)('%i to a %s: says whether a video may have been paid for', (status, purpose) => {
	const failure = explain(status, purpose);
	const expected = purpose === 'create' && mayHave.includes(status);
	expect(failure.outcomeUnknown).toBe(expected);
	if (expected) {
		expect(failure.hint).toContain('may have been created and charged');
		expect(failure.hint).toContain("'Get Many'");
		expect(failure.retryable).toBe(false);
	}
	if (purpose === 'create' && !expected) {
		expect(failure.hint).toContain('Nothing was created or charged');
	}
	if (purpose !== 'create') expect(failure.hint).not.toContain('charged');
});

it.each([
	['read', 408],
	['list', 429],
	['read', 429],
	['upload', 429],
	['create', 429],
	['list', 500],
	['read', 502],
	['read', 503],
	['upload', 504],
] as Array<[Purpose, number]>)(
	'a %s that ends with %i may work a little later',
	(purpose, status) => {
		expect(explain(status, purpose).retryable).toBe(true);
	},
);

it.each([400, 401, 402, 403, 404, 413, 415, 422])('%i will not pass', (status) => {
	for (const purpose of PURPOSES) expect(explain(status, purpose).retryable).toBe(false);
});

it.each([400, 403, 422])('%i quotes what the API says', (status) => {
	expect(explain(status, 'create', { body: { message: 'Bad seed' } }).message).toMatch(
		/: Bad seed$/,
	);
});

it('knows the names that n8n has for the causes', () => {
	expect(explain(401, 'read').failure).toEqual({ cause: 'credential-invalid' });
	expect(explain(402, 'read').failure).toEqual({ cause: 'quota-exhausted' });
	expect(explain(503, 'read').failure).toStrictEqual({ cause: 'temporarily-unavailable' });
	expect(explain(429, 'read').failure).toStrictEqual({ cause: 'rate-limited' });
	expect(explain(503, 'list', { headers: { 'retry-after': '7' } }).failure).toStrictEqual({
		cause: 'temporarily-unavailable',
		retryAfterMs: 7000,
	});
});

it('tells an unknown task from an unknown URL', () => {
	expect(explain(404, 'read').message).toBe('Task not found for this API key');
	expect(explain(404, 'read').hint).toContain('other accounts cannot see it');
	expect(explain(404, 'create').message).toBe('The API does not know this URL');
});

describe('too many requests', () => {
	it.each([
		'Please upgrade your plan to continue',
		'Your free trial has ended',
		'Monthly quota reached',
		'Not enough credits',
		'This video needs 1 credit more',
		'No active subscription',
	])('is told apart from a used-up plan: %s', (message) => {
		const failure = explain(429, 'create', { body: { message } });
		expect(failure.message).toContain(message);
		expect(failure).toMatchObject({ retryable: false, failure: { cause: 'quota-exhausted' } });
	});

	it('is not a used-up plan where a time to come back at is given', () => {
		const body = { message: 'Quota of requests per minute exceeded' };
		const failure = explain(429, 'create', { body, headers: { 'retry-after': '20' } });
		expect(failure).toMatchObject({
			kind: 'rate-limited',
			requestedPauseMs: 20_000,
			accountWide: false,
		});
	});

	it('is a matter of waiting', () => {
		const failure = explain(429, 'create', { body: { message: 'Too many requests' } });
		expect(failure.retryable).toBe(true);
		expect(failure.hint).toContain("'Max Concurrency'");
	});

	it.each<[unknown, number | undefined]>([
		['7', 7000],
		[7, 7000],
		['0.5', 500],
		['0.25', 250],
		['120', 120_000],
		['0', undefined],
		['-5', undefined],
		['soon', undefined],
		['7 or so', undefined],
		['in 7', undefined],
		['Infinity', undefined],
		['9'.repeat(400), undefined],
		[undefined, undefined],
		['', undefined],
		[new Date(Date.now() - 60_000).toUTCString(), undefined],
	])('waits as long as Retry-After %p says', (value, wanted) => {
		const { failure } = explain(429, 'read', { headers: { 'retry-after': value } });
		// n8n's type wants a time that is not known to be left out.
		expect(failure).toStrictEqual(
			wanted === undefined
				? { cause: 'rate-limited' }
				: { cause: 'rate-limited', retryAfterMs: wanted },
		);
	});

	it('reads a Retry-After that is a date', () => {
		const value = new Date(Date.now() + 30_000).toUTCString();
		const { failure } = explain(429, 'read', { headers: { 'retry-after': value } });
		const pauseMs = failure && 'retryAfterMs' in failure ? (failure.retryAfterMs ?? 0) : 0;
		expect(pauseMs).toBeGreaterThan(25_000);
		expect(pauseMs).toBeLessThanOrEqual(30_000);
	});
});

it.each(PURPOSES)('an unreadable success of a %s is not a success', (purpose) => {
	const failure = unreadableError(200, purpose);
	expect(failure.message).toContain('cannot be read (200)');
	expect(failure.outcomeUnknown).toBe(purpose === 'create');
	expect(failure.retryable).toBe(purpose !== 'create');
});

describe('silence', () => {
	it.each([
		'ENOTFOUND',
		'EAI_AGAIN',
		'ECONNREFUSED',
		'CERT_HAS_EXPIRED',
		'DEPTH_ZERO_SELF_SIGNED_CERT',
		'SELF_SIGNED_CERT_IN_CHAIN',
		'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
		'ERR_TLS_CERT_ALTNAME_INVALID',
		'ERR_SSL_WRONG_VERSION_NUMBER',
		'ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE',
		'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION',
	])('after %s nothing was sent', (code) => {
		const failure = silence(code, 'create');
		expect(failure).toMatchObject({ outcomeUnknown: false, retryable: true });
		expect(failure.hint).toContain('Nothing was created or charged');
		expect(silence(code, 'read').hint).not.toContain('charged');
	});

	it.each([
		'ECONNRESET',
		'ETIMEDOUT',
		'ECONNABORTED',
		'EPIPE',
		'ERR_CANCELED',
		'UND_ERR_SOCKET',
		'',
		'XENOTFOUND',
		'EHOSTUNREACH',
		'ENETUNREACH',
		'EPROTO',
		'ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC',
		'ERR_SSL_UNEXPECTED_EOF_WHILE_READING',
		'ERR_TLS_RENEGOTIATION_DISABLED',
	])('after %p a video may exist', (code) => {
		const failure = silence(code, 'create');
		expect(failure).toMatchObject({ outcomeUnknown: true, retryable: false });
		expect(failure.hint).toContain('may have been created and charged');
		expect(silence(code, 'read')).toMatchObject({ outcomeUnknown: false, retryable: true });
	});
});

it('says in the spelling that n8n looks for that the user stopped the execution', () => {
	expect(silence('ERR_CANCELED', 'create').message).toContain('canceled');
	expect(silence('ECONNRESET', 'create').message).not.toContain('canceled');
});

describe('what may be sent again', () => {
	const words = { message: 'Busy' };

	const documented = { message: 'Service Unavailable. Please try again later.' };

	it.each<[number, unknown, Purpose, string]>([
		[429, undefined, 'create', 'rate-limited'],
		[429, words, 'read', 'rate-limited'],
		[429, { message: 'Please upgrade your plan' }, 'create', 'rejected'],
		[503, documented, 'create', 'unavailable'],
		[503, documented, 'read', 'unavailable'],
		[503, { message: 'SERVICE UNAVAILABLE' }, 'create', 'unavailable'],
		[503, { message: 'Service unavailableness' }, 'create', 'unclear'],
		[503, { message: 'upstream: service unavailable' }, 'create', 'unclear'],
		[500, documented, 'create', 'unclear'],
		[503, words, 'create', 'unclear'],
		[503, words, 'read', 'unclear'],
		[503, undefined, 'create', 'unclear'],
		[503, {}, 'create', 'unclear'],
		[503, { message: ' ' }, 'create', 'unclear'],
		[503, undefined, 'read', 'unclear'],
		[500, words, 'create', 'unclear'],
		[502, words, 'create', 'unclear'],
		[504, words, 'create', 'unclear'],
		[408, words, 'create', 'unclear'],
		[500, undefined, 'list', 'unclear'],
		[301, undefined, 'create', 'unclear'],
		[301, undefined, 'read', 'rejected'],
		[400, words, 'create', 'rejected'],
		[401, words, 'create', 'rejected'],
		[402, words, 'create', 'rejected'],
		[404, words, 'read', 'rejected'],
	])('%i with %p to a %s is %s', (status, body, purpose, kind) => {
		const failure = explain(status, purpose, { body });
		expect(failure.kind).toBe(kind);
		expect(failure.outcomeUnknown).toBe(purpose === 'create' && kind === 'unclear');
	});

	it('after a 503 in the words of the API says that it is not quite sure', () => {
		const { hint } = explain(503, 'create', { body: documented });
		expect(hint).toContain('As a rule nothing was created or charged');
		expect(hint).toContain("'Get Many'");
	});

	it.each<[Purpose, number]>([
		['create', 503],
		['read', 503],
		['list', 500],
	])('a %s may be told by a %i how long to wait', (purpose, status) => {
		const headers = { 'retry-after': '7' };
		const failure = explain(status, purpose, { body: documented, headers });
		expect(failure.requestedPauseMs).toBe(7000);
		expect(explain(status, purpose, { body: documented }).requestedPauseMs).toBe(0);
	});

	it.each([
		[undefined, 'Wait a minute, then'],
		['7', 'Wait a minute, then'],
		['90', 'Wait a minute, then'],
		['91', 'Wait 2 minutes, then'],
		['121', 'Wait 3 minutes, then'],
		['1800', 'Wait 30 minutes, then'],
	])('told to wait %s seconds, tells the user: %s', (seconds, words) => {
		const headers = { 'retry-after': seconds };
		expect(explain(429, 'create', { headers }).hint).toContain(words);
	});

	it.each(['ENOTFOUND', 'ECONNREFUSED', 'CERT_HAS_EXPIRED'])('%s: it never left', (code) => {
		for (const purpose of PURPOSES) expect(silence(code, purpose).kind).toBe('unreachable');
	});

	it.each(['ECONNRESET', 'ETIMEDOUT', 'ERR_CANCELED', ''])('%p: the outcome is unknown', (code) => {
		for (const purpose of PURPOSES) expect(silence(code, purpose).kind).toBe('unclear');
	});
});

describe('a 503 in the words of the API where it must not be sent again', () => {
	const response = {
		statusCode: 503,
		headers: {},
		body: { message: 'Service Unavailable. Please try again later.' },
		receivedAt: 0,
	};

	it('counts as one after which a video may exist', () => {
		expect(responseError(response, 'create', false)).toMatchObject({
			kind: 'unclear',
			outcomeUnknown: true,
			hint: expect.stringContaining("'Get Many'") as string,
		});
	});

	it('is sent again for anything that is not paid for', () => {
		expect(responseError(response, 'read', false)).toMatchObject({ kind: 'unavailable' });
	});
});

it.each<[number, unknown, boolean]>([
	[401, undefined, true],
	[402, undefined, true],
	[403, undefined, true],
	[429, { message: 'Your plan is used up' }, true],
	[429, { message: 'Slow down' }, false],
	[400, undefined, false],
	[404, undefined, false],
	[422, undefined, false],
	[500, undefined, false],
	[503, { message: 'Service Unavailable' }, false],
])('%i with %j would meet every other item of the batch as well: %p', (status, body, all) => {
	expect(explain(status, 'create', { body }).accountWide).toBe(all);
});

describe('the phase of a network fault', () => {
	const fault = (facts: object, message = 'x') => Object.assign(new Error(message), facts);

	it.each<[string, unknown, string]>([
		['a connection that timed out', fault({ code: 'ETIMEDOUT', syscall: 'connect' }), 'ETIMEDOUT'],
		[
			'the same by its text alone',
			fault({ code: 'ETIMEDOUT' }, 'connect ETIMEDOUT 192.0.2.1:443'),
			'ETIMEDOUT',
		],
		['no way to the host', fault({ code: 'EHOSTUNREACH', syscall: 'connect' }), 'EHOSTUNREACH'],
		[
			'a reset while connecting',
			fault({ code: 'ECONNRESET' }, 'connect ECONNRESET 192.0.2.1:443'),
			'ECONNRESET',
		],
		[
			'a name that takes too long',
			fault({ code: 'ETIMEDOUT', syscall: 'getaddrinfo' }),
			'ETIMEDOUT',
		],
		['the same by its text', fault({ code: 'EFOO' }, 'getaddrinfo EFOO api.example.com'), 'EFOO'],
		[
			'a failed handshake',
			fault({ code: 'EPROTO' }, 'write EPROTO ssl3_read_bytes:sslv3 alert handshake failure'),
			'EPROTO',
		],
		[
			'a server without TLS',
			fault({ code: 'EPROTO' }, 'write EPROTO SSL routines:wrong version number'),
			'EPROTO',
		],
		['an old TLS', fault({ code: 'EPROTO' }, 'tlsv1 alert protocol version'), 'EPROTO'],
		['an unknown TLS', fault({ code: 'EPROTO' }, 'unsupported protocol'), 'EPROTO'],
		['a cause', fault({ cause: fault({ code: 'ECONNREFUSED' }) }), 'ECONNREFUSED'],
		[
			'a cause that was connecting',
			fault({ code: 'X', cause: fault({ syscall: 'connect' }) }),
			'X',
		],
		['n8n 1, which keeps the code as a status', fault({ httpCode: 'ENOTFOUND' }), 'ENOTFOUND'],
		[
			'n8n 1, which keeps the text in a list',
			fault({ httpCode: 'ETIMEDOUT', messages: ['connect ETIMEDOUT 192.0.2.1:443'] }),
			'ETIMEDOUT',
		],
		[
			'n8n 1 and a handshake',
			fault({ httpCode: 'EPROTO', messages: ['write EPROTO handshake'] }),
			'EPROTO',
		],
		[
			'several IP addresses, none of which connects',
			fault({
				code: 'ETIMEDOUT',
				errors: [fault({ syscall: 'connect' }), fault({}, 'connect EHOSTUNREACH ::1')],
			}),
			'ETIMEDOUT',
		],
	])('%s was never sent', (_, error, code) => {
		expect(networkFault(error)).toEqual({ code, neverSent: true });
	});

	it.each<[string, unknown, string]>([
		[
			'a read after the request was written',
			fault({ code: 'EHOSTUNREACH', syscall: 'read' }, 'read EHOSTUNREACH'),
			'EHOSTUNREACH',
		],
		[
			'a write',
			fault({ code: 'ENETUNREACH', syscall: 'write' }, 'write ENETUNREACH'),
			'ENETUNREACH',
		],
		['a reset', fault({ code: 'ECONNRESET', syscall: 'read' }, 'read ECONNRESET'), 'ECONNRESET'],
		[
			'silence until the end of time',
			fault({ code: 'ETIMEDOUT' }, 'timeout of 120000ms exceeded'),
			'ETIMEDOUT',
		],
		[
			'a secured connection that broke later',
			fault({ code: 'EPROTO' }, 'write EPROTO bad record mac'),
			'EPROTO',
		],
		[
			'words of a handshake of another fault',
			fault({ code: 'ECONNRESET' }, 'handshake'),
			'ECONNRESET',
		],
		[
			'a text that only speaks of connecting',
			fault({ code: 'ECONNRESET' }, 'could not connect ETIMEDOUT'),
			'ECONNRESET',
		],
		['a code at the end of a name', fault({ code: 'XENOTFOUND' }), 'XENOTFOUND'],
		[
			'several IP addresses, of which one broke later',
			fault({ code: 'X', errors: [fault({ syscall: 'connect' }), fault({ syscall: 'read' })] }),
			'X',
		],
		['several IP addresses without any', fault({ code: 'X', errors: [] }), 'X'],
		['an odd list', fault({ code: 'X', errors: 'connect EFOO', messages: 'connect EFOO' }), 'X'],
		['a code that is a number', fault({ code: 500 }), ''],
		['a text', 'connect ETIMEDOUT', ''],
		['nothing', undefined, ''],
		['null', null, ''],
	])('%s may have been sent', (_, error, code) => {
		expect(networkFault(error)).toEqual({ code, neverSent: false });
	});

	it('looks into causes, but not for ever', () => {
		const circle: { cause?: unknown } = {};
		circle.cause = circle;
		expect(networkFault(circle)).toEqual({ code: '', neverSent: false });
		let deep: object = fault({ code: 'ECONNREFUSED' });
		for (let layer = 0; layer < 5; layer++) deep = fault({ cause: deep });
		expect(networkFault(deep)).toEqual({ code: 'ECONNREFUSED', neverSent: true });
		expect(networkFault(fault({ cause: deep }))).toEqual({ code: '', neverSent: false });
	});

	it('takes the first code that is a text', () => {
		const error = fault({ code: 500, httpCode: 'EPIPE', cause: fault({ code: 'ECONNRESET' }) });
		expect(networkFault(error).code).toBe('EPIPE');
	});
});
