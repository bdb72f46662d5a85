import { createHmac } from 'node:crypto';

import * as fc from 'fast-check';

import { headersOf, SECRET } from '../../../unit/signature/signing';
import type { FakeResponse } from '../../../unit/support/fakeExecution';
import { ESCAPED_KEY, KEY } from '../../echo';
import { anyBody, taskJson, wounded } from '../../foreignJson';

/** Names of tasks that the runs have, and of some that they have not. */
export const IDS = ['task-0', 'task-1', 'task-2', 'task-9', '__proto__', '../x'];

export const bodies = anyBody(fc.constantFrom(...IDS));

/** Mostly tasks, since everything else ends early. */
export const likelyBodies = fc.oneof(
	{ weight: 3, arbitrary: taskJson(fc.constantFrom(...IDS)).map((text) => Buffer.from(text)) },
	bodies,
);

/** One webhook. Its headers are made when it is sent, since they name that moment. */
export interface ArrivingWebhook {
	headers(nowMs: number): Record<string, unknown>;
	rawBody: Buffer;
}

const value = fc.oneof(
	fc.string({ unit: 'binary', maxLength: 40 }),
	fc.constantFrom(undefined, null, '', 'v1,', 'v1,AAAA v1,BBBB', ['a', 'b'], 5, {}),
);

const NAMES = [
	'webhook-id',
	'webhook-timestamp',
	'webhook-signature',
	'x-happy-horse-check',
	'content-type',
	'__proto__',
	'host',
];

const PURPOSES = ['wait', 'wake', 'poll', 'poll ', 'poll x', 'listening', 'wake 0'];

export const oddHeaders: fc.Arbitrary<Record<string, unknown>> = fc.oneof(
	fc.constant({}),
	fc.dictionary(fc.constantFrom(...NAMES), value, { maxKeys: 4 }),
	fc.constantFrom(...PURPOSES).map((purpose) => ({ 'x-happy-horse-check': purpose })),
);

type Forgery = 'none' | 'another key' | 'another body' | 'old' | 'another ID' | 'odd headers';

const forgeries = fc.constantFrom<Forgery>(
	'none',
	'none',
	'another key',
	'another body',
	'old',
	'another ID',
	'odd headers',
);

const isOwnHeader = (name: string) => name.startsWith('webhook-');

/** Webhooks with a genuine signature, a forged one, or none. */
export const arrivals = (of: fc.Arbitrary<Buffer>): fc.Arbitrary<ArrivingWebhook> =>
	fc
		.record({
			body: of,
			other: fc.oneof(of, wounded(of)),
			forgery: forgeries,
			isSigned: fc.boolean(),
			odd: oddHeaders,
			isMilliseconds: fc.boolean(),
		})
		.map(({ body, other, forgery, isSigned, odd, isMilliseconds }) => ({
			[fc.toStringMethod]: () =>
				fc.stringify({ body: body.toString(), forgery, isSigned, odd, isMilliseconds }),
			rawBody: body,
			headers(nowMs) {
				if (!isSigned) return odd;
				const sentAt = forgery === 'old' ? nowMs - 301_000 : nowMs;
				const timestamp = String(isMilliseconds ? sentAt : Math.floor(sentAt / 1000));
				const signedBody = forgery === 'another body' ? other : body;
				const key = forgery === 'another key' ? Buffer.from('another secret') : SECRET;
				const headers = headersOf(key, { id: 'msg_1', timestamp, body: signedBody });
				if (forgery === 'another ID') return { ...headers, 'webhook-id': 'msg_2' };
				if (forgery === 'odd headers') return { ...headers, ...odd };
				const rest = Object.entries(odd).filter(([name]) => !isOwnHeader(name));
				return { ...Object.fromEntries(rest), ...headers };
			},
		}));

interface Message {
	headers: Record<string, unknown>;
	rawBody: Buffer;
}

/** Whether a holder of the secret has signed it lately: computed here, without our own code. */
export function isAuthentic({ headers, rawBody }: Message, nowMs: number): boolean {
	const [id, timestamp, signature] = NAMES.slice(0, 3).map((name) => String(headers[name]));
	const seconds = Number(timestamp) / (timestamp!.length === 13 ? 1000 : 1);
	if (!(Math.abs(nowMs / 1000 - seconds) <= 300)) return false;
	const keys = [SECRET, Buffer.from(SECRET, 'base64'), Buffer.from(SECRET, 'hex')];
	return keys.some((key) => {
		const mac = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(rawBody);
		return signature!.includes(mac.digest('base64'));
	});
}

/** What the API says instead of the truth. No task is in it; the key may be. */
export const troubles: fc.Arbitrary<Array<FakeResponse | 'reset' | undefined>> = fc.array(
	fc.oneof(
		{ weight: 3, arbitrary: fc.constant(undefined) },
		fc.constant('reset' as const),
		fc.record({
			statusCode: fc.constantFrom(200, 301, 400, 401, 403, 404, 408, 429, 500, 502, 503),
			body: fc.constantFrom(
				'',
				'[]',
				'{}',
				'{"data":[]}',
				'{"data":{"task_id":"task-8","status":"COMPLETED"}}',
				'{"message":"Service Unavailable"}',
				`{"message":"no such key: ${KEY}, ${SECRET}"}`,
				`{"__proto__":{"message":"x"},"message":"no such key: ${ESCAPED_KEY}"}`,
				`${KEY} is no JSON`,
				'null',
			),
		}),
	),
	{ maxLength: 12 },
);
