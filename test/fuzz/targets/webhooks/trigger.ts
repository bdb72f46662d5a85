import assert from 'node:assert/strict';

import * as fc from 'fast-check';
import type { IDataObject } from 'n8n-workflow';

import { providerFrom } from '../../../../nodes/HappyHorse/http/provider';
import { STATUSES } from '../../../../nodes/HappyHorse/tasks/task';
import { addSignedQuery } from '../../../../nodes/HappyHorse/webhook/signedQuery';
import { sendWebhook } from '../../../unit/trigger/fakeTriggerWebhook';
import { assertNoSecrets, assertUnpolluted } from '../../checks';
import { rule } from '../../rule';
import { arrivals, isAuthentic, likelyBodies, troubles } from './arrivals';
import { newFixture, SECRETS, vendorThat } from './fixture';

const NOTE = { endpoint: 'image-to-video/happy-horse-1', metadata: { row: 7 } } as const;

interface Started {
	task: { task_id: string; status: string };
	metadata?: unknown;
	confirmed: boolean;
}

const statuses = fc.array(fc.constantFrom(...STATUSES, 'CANCELED'), { maxLength: 3 });

const cases = fc.record({
	hasSecret: fc.boolean(),
	arriving: fc.array(arrivals(likelyBodies), { minLength: 1, maxLength: 3 }),
	statuses,
	script: troubles,
	note: fc.constantFrom('none', 'ours', 'of another key', 'odd'),
	isBodyKept: fc.nat(9).map((number) => number > 0),
});

function queryOf(note: string, credential: IDataObject): unknown {
	const key = note === 'ours' ? providerFrom(credential).signingKey : Buffer.alloc(32);
	const url = addSignedQuery('https://n8n.example.com/webhook/x', NOTE, key);
	if (note === 'none') return {};
	if (note === 'odd') return { happy_horse_note: ['a'], __proto__: { happy_horse_mark: 'b' } };
	return Object.fromEntries(new URL(url).searchParams);
}

/** Everything that must hold of one webhook at the trigger, and of those that come after it. */
export const toTrigger = rule(
	'the trigger never throws, starts only for what is signed or confirmed, and shows no secret',
	fc.asyncProperty(
		cases,
		async ({ hasSecret, arriving, statuses: truth, script, note, isBodyKept }) => {
			const { name, clock, key, credential } = newFixture({ hasSecret });
			const { respond, record } = vendorThat(truth, { script, key });
			const starts: string[] = [];
			for (const { headers: headersAt, rawBody } of arriving) {
				const now = clock.now();
				const headers = headersAt(now);
				const { outcome, responses, warnings, started, requests } = await sendWebhook({
					workflow: name,
					clock,
					credential,
					respond,
					headers,
					query: queryOf(note, credential),
					events: [...STATUSES],
					...(isBodyKept ? { rawBody } : {}),
				});
				assertNoSecrets(SECRETS, responses, warnings, outcome);
				assertUnpolluted(responses, outcome.workflowData);
				assert.equal(responses.length, 1);
				const { status } = responses[0]!;
				assert([200, 400, 401, 413, 503].includes(status), `responded with ${status}`);
				if (status === 503) assert(!hasSecret && requests.length > 0, 'nothing was tried');
				assert(!hasSecret || requests.length === 0, 'a signature needs no request');
				if (started === undefined) continue;
				const { task, metadata, confirmed } = started as unknown as Started;
				if (hasSecret) assert(isAuthentic({ headers, rawBody }, now), 'a forged one was passed on');
				else {
					assert(confirmed && record.requests > 0);
					assert.equal(truth[Number(/^task-(\d)$/.exec(task.task_id)?.[1])], task.status);
				}
				if (metadata !== undefined) assert.equal(note, 'ours');
				starts.push(`${task.task_id} ${task.status}`);
			}
			assert.equal(new Set(starts).size, starts.length, 'passed on twice');
		},
	),
);
