import * as fc from 'fast-check';

import { SECRET } from '../../../unit/signature/signing';
import type { FakeRequest, FakeResponse, Setup } from '../../../unit/support/fakeExecution';
import { API_KEY, fakeExecution } from '../../../unit/support/fakeExecution';
import { ESCAPED_KEY, KEY, withKey } from '../../echo';
import { anyBody } from '../../foreignJson';

export const IDS = ['task-1', '046b6c7f-0b8a-43b9-b35d-6489e6daee91', 'a/../b', '..', '馬'];

/** Before the first byte was sent, and after it. */
const FAULTS = [
	{ code: 'ENOTFOUND', syscall: 'getaddrinfo' },
	{ code: 'ECONNREFUSED', syscall: 'connect' },
	{ code: 'ETIMEDOUT', syscall: 'connect' },
	{ code: 'ECONNRESET', syscall: 'read' },
	{ code: 'ETIMEDOUT' },
	{ code: 'EPIPE', syscall: 'write' },
	{ code: 'ERR_CANCELED' },
	{ code: '' },
];

export type Scripted = (FakeResponse & { fault?: undefined }) | { fault: (typeof FAULTS)[number] };

const echoes = [
	`{"message":"the key ${KEY} is wrong, and so is ${SECRET}"}`,
	`{"problem":{"message":"${ESCAPED_KEY}","invalid_params":[{"name":"${KEY}","reason":"${ESCAPED_KEY}"}]}}`,
	`{"data":{"status":"COMPLETED","note":"${KEY}"}}`,
	`${KEY} is no JSON`,
	`<html>${KEY}</html>`,
	`{"__proto__":{"message":"${KEY}"},"message":["${KEY}"]}`,
];

const documented = [
	'{"message":"Service Unavailable"}',
	'{"message":"Service Unavailable. Please try again later."}',
	'{"problem":{"message":"service unavailable"}}',
	'{"message":"Sorry: service unavailable"}',
	'{"message":"Upgrade your plan"}',
];

const bodies = fc.oneof(
	{ weight: 4, arbitrary: anyBody(fc.constantFrom(...IDS)) },
	fc.constantFrom(...echoes, ...documented).map((text) => Buffer.from(text)),
);

const STATUSES = [200, 200, 200, 201, 202, 204, 206, 299, 300, 301, 302, 307, 308, 400, 401, 402];

const MORE = [403, 404, 408, 409, 413, 422, 429, 429, 499, 500, 502, 503, 503, 503, 504, 520, 599];

const response: fc.Arbitrary<Scripted> = fc.record({
	statusCode: fc.oneof(fc.constantFrom(...STATUSES, ...MORE), fc.integer({ min: 100, max: 999 })),
	headers: fc.record(
		{
			'retry-after': fc.constantFrom(
				'0',
				'-5',
				'3',
				'90',
				'91',
				'1e9',
				'soon',
				'',
				'9'.repeat(400),
			),
			'content-type': fc.constantFrom('application/json', 'text/html', 'image/png', '', 'x'),
			location: fc.constantFrom('https://evil.example.com/', '/'),
			'x-ratelimit-limit': fc.constantFrom('0', '-1', '1', 'NaN', '1e99', '50, 50;w=60'),
			'ratelimit-limit': fc.constantFrom('0', '2', 'x'),
		},
		{ requiredKeys: [] },
	),
	body: bodies,
});

export const scripted = fc.oneof(
	{ weight: 6, arbitrary: response },
	fc.constantFrom(...FAULTS).map((fault): Scripted => ({ fault })),
);

export const script = fc.array(scripted, { minLength: 1, maxLength: 14 });

let runs = 0;

/** An execution whose API responds by a script, and then by `rest`, with a key that no other run has. */
export function scriptedExecution(
	responses: readonly Scripted[],
	rest: (request: FakeRequest) => FakeResponse,
	setup: Setup = {},
) {
	const key = `${API_KEY}-r${++runs}`;
	const given: Scripted[] = [];
	const respond = (request: FakeRequest): FakeResponse => {
		const next: Scripted = responses[given.length] ?? rest(request);
		given.push(next);
		if (next.fault !== undefined) {
			const { code, syscall } = next.fault;
			throw Object.assign(new Error(`${syscall ?? ''} ${code} ${key}`), next.fault);
		}
		const text = next.body.toString('latin1');
		return { ...next, body: Buffer.from(withKey(text, key), 'latin1') };
	};
	const credential = { provider: 'magnific', apiKey: key, webhookSecret: SECRET };
	return { ...fakeExecution({ ...setup, credential, respond }), given, secrets: [key, SECRET] };
}
