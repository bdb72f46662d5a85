import assert from 'node:assert/strict';

import * as fc from 'fast-check';
import type { IContextObject } from 'n8n-workflow';

import { openApi } from '../../../../nodes/HappyHorse/http/apiClient';
import { ApiError } from '../../../../nodes/HappyHorse/http/apiError';
import { createOnce } from '../../../../nodes/HappyHorse/idempotency/createOnce';
import type {
	CreateResult,
	PreparedRequest,
} from '../../../../nodes/HappyHorse/idempotency/createTypes';
import { openDatabaseStore } from '../../../../nodes/HappyHorse/idempotency/databaseStore';
import { openExecutionStore } from '../../../../nodes/HappyHorse/idempotency/executionStore';
import { FakeClock } from '../../../unit/support/fakeClock';
import { FakeDatabase } from '../../../unit/support/fakeDatabase';
import type { FakeRequest } from '../../../unit/support/fakeExecution';
import { json } from '../../../unit/support/fakeVendor';
import { assertNoSecrets, assertUnpolluted } from '../../checks';
import { rule } from '../../rule';
import type { Scripted } from './script';
import { script, scriptedExecution } from './script';

const cases = fc.record({
	first: script,
	second: script,
	retryUnavailable: fc.boolean(),
	scope: fc.constantFrom<PreparedRequest['scope']>('execution', 'key'),
	hasDatabase: fc.boolean(),
	isRetry: fc.boolean(),
	/** What is left of the first try for the second one. */
	survives: fc.constantFrom('both', 'database', 'execution'),
});

/** What a healthy API says. */
const healthy = ({ method, url }: FakeRequest) => {
	const task_id = method === 'POST' ? 'task-new' : url.slice(url.lastIndexOf('/') + 1);
	return json(200, { data: { task_id, status: 'CREATED', generated: [] } });
};

/** Read without our own code: that nothing can have been created. */
function isSafeToRepeat(response: Scripted, retryUnavailable: boolean): boolean {
	if (response.fault !== undefined) {
		const { syscall = '' } = response.fault;
		return ['connect', 'getaddrinfo'].includes(syscall);
	}
	if (response.statusCode === 429) return true;
	if (response.statusCode !== 503 || !retryUnavailable) return false;
	return /"message":"\s*service unavailable/i.test(response.body.toString());
}

/** Nothing was created, so the user may have it sent again. */
function isRejected(response: Scripted, retryUnavailable: boolean): boolean {
	if (isSafeToRepeat(response, retryUnavailable)) return true;
	if (response.fault !== undefined) return false;
	const { statusCode } = response;
	return statusCode >= 400 && statusCode < 500 && statusCode !== 408;
}

/** Everything that must hold of the responses to a create, and to the retry of its execution. */
export const creates = rule(
	'no responses to a create lead to a second POST that may be paid, in an execution or its retry',
	fc.asyncProperty(cases, async ({ retryUnavailable, scope, survives, ...given }) => {
		const database = given.hasDatabase ? new FakeDatabase() : undefined;
		const request: PreparedRequest = {
			item: 0,
			endpoint: 'image-to-video/happy-horse-1',
			scope: given.hasDatabase ? scope : 'execution',
			claim: 'claim 0',
			uploads: false,
			body: async () => ({ prompt: 'a horse' }),
			retryUnavailable,
		};
		const attempt = async (
			responses: readonly Scripted[],
			{
				nodeContext,
				isRetry,
				executionId,
			}: { nodeContext: IContextObject; isRetry: boolean; executionId: string },
		) => {
			const clock = new FakeClock();
			const execution = scriptedExecution(responses, healthy);
			const [result] = await createOnce(
				{
					api: await openApi(execution.context, clock),
					clock,
					executionStore: openExecutionStore(nodeContext, 0),
					databaseStore: database ? openDatabaseStore(database.context(), clock) : null,
					executionId,
					isRetry,
					limit: 5,
					keepGoing: true,
				},
				[request],
			);
			assertOutcome(result!, execution.secrets);
			const posted = execution.given.filter((_, at) => execution.requests[at]?.method === 'POST');
			return { result: result!, posted };
		};
		const nodeContext: IContextObject = {};
		const first = await attempt(given.first, { nodeContext, isRetry: false, executionId: '7' });
		const [last] = first.posted.slice(-1);
		for (const response of first.posted.slice(0, -1)) {
			assert(isSafeToRepeat(response, retryUnavailable), `sent again after ${shown(response)}`);
		}
		assert(first.posted.length <= 12);
		const isKept =
			survives !== 'database' ||
			(database !== undefined && (given.isRetry || request.scope === 'key'));
		if (!isKept || last === undefined) return;
		const kept =
			survives === 'database' ? {} : (JSON.parse(JSON.stringify(nodeContext)) as IContextObject);
		const second = await attempt(given.second, {
			nodeContext: kept,
			isRetry: given.isRetry,
			executionId: '8',
		});
		if (isRejected(last, retryUnavailable)) return;
		// A task that failed, as the API itself says, is replaced when a user retries.
		const mayBeFailed = given.second.some(
			(response) => response.fault === undefined && /failed|error/i.test(response.body.toString()),
		);
		if (mayBeFailed) return;
		assert.deepEqual(second.posted, [], `a second POST after ${shown(last)}`);
	}),
);

const shown = (response: Scripted) =>
	response.fault === undefined
		? `${response.statusCode} ${response.body.toString()}`
		: JSON.stringify(response.fault);

function assertOutcome(result: CreateResult, secrets: readonly string[]): void {
	if ('task' in result) {
		assert(result.task.task_id.trim() !== '');
		assertUnpolluted(result.task);
		return;
	}
	assert('failure' in result && result.failure instanceof ApiError, 'no error of our own');
	const { message, hint } = result.failure;
	assertNoSecrets(secrets, message, hint);
	assertUnpolluted();
}
