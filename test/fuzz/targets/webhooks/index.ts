import assert from 'node:assert/strict';

import * as fc from 'fast-check';

import { secretKeys } from '../../../../nodes/HappyHorse/signature/secretKeys';
import { signatureFault } from '../../../../nodes/HappyHorse/signature/verify';
import { addSignedQuery, readSignedQuery } from '../../../../nodes/HappyHorse/webhook/signedQuery';
import { headersOf, LETTER, SECRET, SENT_AT } from '../../../unit/signature/signing';
import { assertUnpolluted } from '../../checks';
import { wounded } from '../../foreignJson';
import type { Target } from '../../rule';
import { rule } from '../../rule';
import { arrivals, bodies, isAuthentic, oddHeaders } from './arrivals';
import { toTrigger } from './trigger';
import { toWaiting } from './waiting';

const KEYS = secretKeys(SECRET);

const NOW = SENT_AT * 1000;

const SIGNING_KEY = Buffer.alloc(32, 7);

const NOTE = { endpoint: 'image-to-video/happy-horse-1', metadata: { row: 7 } } as const;

const sent = () => {
	const url = addSignedQuery('https://n8n.example.com/webhook/x', NOTE, SIGNING_KEY);
	return Object.fromEntries(new URL(url).searchParams);
};

export const webhooks: Target = {
	name: 'webhooks',
	about: 'bodies, headers and queries of webhooks, at the trigger and at a waiting execution',
	rules: [
		rule(
			'a signature holds only for what was signed',
			fc.property(arrivals(bodies), ({ headers, rawBody }) => {
				const message = { headers: headers(NOW), rawBody };
				const fault = signatureFault(message, { keys: KEYS, nowMs: NOW });
				assert(fault === null || (typeof fault === 'string' && fault.length < 100));
				if (fault === null) assert(isAuthentic(message, NOW));
			}),
		),
		rule(
			'a genuine signature holds, whatever the body and the other headers are',
			fc.property(bodies, oddHeaders, (body, odd) => {
				const headers = { ...odd, ...headersOf(SECRET, { ...LETTER, body }) };
				const message = { headers, rawBody: body };
				assert.equal(signatureFault(message, { keys: KEYS, nowMs: NOW }), null);
			}),
		),
		rule(
			'a changed note in the query is dropped',
			fc.property(
				fc.constantFrom('happy_horse_note', 'happy_horse_mark'),
				fc.oneof(
					wounded(fc.constant(Buffer.from(sent().happy_horse_note!))).map(String),
					wounded(fc.constant(Buffer.from(sent().happy_horse_mark!))).map(String),
					fc.anything({ withNullPrototype: true }),
				),
				(name, value) => {
					const query = { ...sent(), [name]: value };
					const note = readSignedQuery(query, SIGNING_KEY);
					assertUnpolluted(note);
					if (value === sent()[name]) assert.deepEqual(note, NOTE);
					else assert.equal(note, null);
				},
			),
		),
		toTrigger,
		toWaiting,
	],
};
