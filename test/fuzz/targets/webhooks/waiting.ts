import assert from 'node:assert/strict';

import * as fc from 'fast-check';
import type { IDataObject } from 'n8n-workflow';

import { receiveWebhook } from '../../../../nodes/HappyHorse/waiting/receiveWebhook';
import { taskInBody } from '../../../../nodes/HappyHorse/webhook/body';
import { fakeWebhook, suspensionFor } from '../../../unit/support/fakeWebhook';
import { assertNoSecrets, assertUnpolluted } from '../../checks';
import { rule } from '../../rule';
import { arrivals, isAuthentic, likelyBodies, troubles } from './arrivals';
import { newFixture, SECRETS, vendorThat } from './fixture';

const cases = fc.record({
	hasSecret: fc.boolean(),
	arriving: fc.array(arrivals(likelyBodies), { minLength: 1, maxLength: 4 }),
	statuses: fc.array(fc.constantFrom('COMPLETED', 'FAILED', 'CREATED', 'IN_PROGRESS'), {
		minLength: 1,
		maxLength: 3,
	}),
	script: troubles,
	endsInMs: fc.constantFrom(-1, 5000, 30_000),
	apartMs: fc.constantFrom(0, 0, 3000),
	canTell: fc.boolean(),
	hasToken: fc.nat(9).map((number) => number > 0),
	stored: fc.constantFrom('right', 'right', 'right', 'none', 'odd'),
});

/** Everything that must hold of webhooks to one waiting execution, at the same moment or one after the other. */
export const toWaiting = rule(
	'a waiting execution never throws, continues once and only with what is true, and shows no secret',
	fc.asyncProperty(cases, async (given) => {
		const { hasSecret, arriving, statuses, script, endsInMs, apartMs, canTell } = given;
		const { name, clock, key, credential } = newFixture({ hasSecret });
		const { respond, record } = vendorThat(statuses, { script, key });
		const endsAt = clock.now() + endsInMs;
		const suspension = {
			right: suspensionFor(statuses.length, { endsAt, outputBy: endsAt + 10_000 }),
			none: undefined,
			odd: '{"places":{"__proto__":[]}}',
		}[given.stored];
		const signedBodies: Buffer[] = [];
		let continued = 0;
		const receive = async ({ headers: headersAt, rawBody }: (typeof arriving)[number]) => {
			const now = clock.now();
			const headers = headersAt(now);
			const isSigned = hasSecret && isAuthentic({ headers, rawBody }, now);
			if (isSigned) signedBodies.push(rawBody);
			const fake = fakeWebhook({
				executionId: name,
				credential,
				suspension,
				respond,
				headers,
				rawBody,
				...(given.hasToken ? {} : { resumeUrl: 'http://localhost:5678/webhook-waiting/e1/x' }),
				...(canTell
					? { stillWaiting: () => ({ statusCode: 200, body: { wait: `n1 0 ${endsAt}` } }) }
					: {}),
			});
			const outcome = await receiveWebhook(fake.webhook, clock);
			const { responses, warnings } = fake;
			assertNoSecrets(SECRETS, responses, warnings, outcome);
			assertUnpolluted(responses, outcome.workflowData);
			assert.equal(responses.length, 1);
			const { status } = responses[0]!;
			assert([200, 400, 401, 413].includes(status), `responded with ${status}`);
			if (outcome.workflowData === undefined) return;
			continued += 1;
			assert.equal(outcome.workflowData[0]?.length, statuses.length);
			// Once Max Wait is over, n8n itself continues with the same items.
			const isOver = now >= endsAt && outcome.workflowData[0]!.every(({ json }) => json.timed_out);
			const isProven = record.requests > 0 || signedBodies.length > 0;
			assert(isProven || isOver, 'continued without a read');
			outcome.workflowData[0]!.forEach(({ json }, index) => {
				assertTrue(json, { truth: statuses[index]!, signedBodies, reads: record.requests });
				assert.equal(json.task_id, `task-${index}`);
			});
		};
		await Promise.all(
			arriving.map(async (webhook, index) => {
				await clock.pause(index * apartMs);
				await receive(webhook);
			}),
		);
		assert(continued <= 1, 'continued twice');
		if (given.stored !== 'right') assert.equal(continued, 0);
	}),
);

/** A final status comes from the API, or from a webhook that was signed. */
function assertTrue(
	json: IDataObject,
	{ truth, signedBodies, reads }: { truth: string; signedBodies: Buffer[]; reads: number },
): void {
	if (json.status !== 'COMPLETED' && json.status !== 'FAILED') return;
	const isSaid = signedBodies.some((body) => {
		const task = taskInBody(body);
		return task instanceof Object && task.task_id === json.task_id && task.status === json.status;
	});
	assert(isSaid || (json.status === truth && reads > 0), `${String(json.status)} is not true`);
}
