import assert from 'node:assert/strict';

import * as fc from 'fast-check';

import { openApi } from '../../../../nodes/HappyHorse/http/apiClient';
import { ApiError } from '../../../../nodes/HappyHorse/http/apiError';
import { parseJson } from '../../../../nodes/HappyHorse/http/json';
import { withRetries } from '../../../../nodes/HappyHorse/http/withRetries';
import { uploadFile } from '../../../../nodes/HappyHorse/media/upload';
import type { Task } from '../../../../nodes/HappyHorse/tasks/task';
import {
	createTask,
	listTasks,
	readStatuses,
	readTask,
} from '../../../../nodes/HappyHorse/tasks/taskClient';
import { FakeClock } from '../../../unit/support/fakeClock';
import { json } from '../../../unit/support/fakeVendor';
import { assertNoSecrets, assertUnpolluted } from '../../checks';
import { anyJson } from '../../foreignJson';
import type { Target } from '../../rule';
import { rule } from '../../rule';
import { creates } from './creates';
import type { Scripted } from './script';
import { IDS, script, scripted, scriptedExecution } from './script';

const endpoint = 'image-to-video/happy-horse-1';

const ids = fc.constantFrom(...IDS.slice(0, 2));

type Execution = ReturnType<typeof scriptedExecution>;

/** What a request gave or threw: an error of ours, without a secret. */
async function outcomeOf<T>({ secrets }: Execution, work: Promise<T>): Promise<T | ApiError> {
	const outcome = await work.catch((error: unknown) => error as ApiError);
	if (outcome instanceof Error) {
		assert(outcome instanceof ApiError, `threw ${String(outcome)}`);
		assertNoSecrets(secrets, outcome.message, outcome.hint, outcome);
		assert.doesNotMatch(outcome.message + outcome.hint, /undefined|NaN|\[object/);
	}
	assertUnpolluted(outcome);
	return outcome;
}

const gone = () => json(404, { message: 'Not found' });

async function open(scripted: readonly Scripted[]) {
	const execution = scriptedExecution(scripted, gone);
	const clock = new FakeClock();
	const api = await openApi(execution.context, clock);
	return { execution, clock, api };
}

/** The texts that a response holds, read without our own code. */
function textsIn(response: Scripted): unknown[] {
	if (response.fault !== undefined) return [];
	const found: unknown[] = [];
	try {
		JSON.parse(response.body.toString(), (_name, value: unknown) => void found.push(value));
	} catch {
		return [];
	}
	return found;
}

const COMPLETED = /^\s*(completed|succeeded|success)\s*$/i;

function assertSaid(task: Task, response: Scripted): void {
	assert(response.fault === undefined && response.statusCode >= 200 && response.statusCode < 300);
	const texts = textsIn(response);
	assert(texts.some((text) => String(text) === task.task_id));
	if (task.status !== 'COMPLETED') return;
	assert(
		texts.some((text) => COMPLETED.test(String(text))),
		'no response said so',
	);
}

export const responses: Target = {
	name: 'responses',
	about: 'responses of the API to a create, a list, a read and an upload',
	rules: [
		creates,
		rule(
			'a response to a create is a task with an ID that it names, or an error of ours',
			fc.asyncProperty(scripted, fc.boolean(), async (response, retryUnavailable) => {
				const { execution, api } = await open([response]);
				const request = { endpoint, body: { prompt: 'a horse' }, retryUnavailable } as const;
				const outcome = await outcomeOf(execution, createTask(api, request));
				assert.equal(execution.requests.length, 1);
				if (!(outcome instanceof ApiError)) return assertSaid(outcome, response);
				const isSuccess = response.fault === undefined && response.statusCode < 300;
				if (isSuccess) assert(outcome.outcomeUnknown, 'the video may exist');
			}),
		),
		rule(
			'a response to a read is that task, or an error of ours',
			fc.asyncProperty(scripted, ids, async (response, taskId) => {
				const { execution, api } = await open([response]);
				const outcome = await outcomeOf(execution, readTask(api, { endpoint, taskId }));
				if (outcome instanceof ApiError) return;
				assert.equal(outcome.task_id, taskId);
				assertSaid(outcome, response);
			}),
		),
		rule(
			'a response to a list is tasks that it names, or an error of ours',
			fc.asyncProperty(scripted, async (response) => {
				const { execution, api } = await open([response]);
				const outcome = await outcomeOf(execution, listTasks(api, endpoint));
				if (outcome instanceof ApiError) return;
				for (const task of outcome) assertSaid(task, response);
			}),
		),
		rule(
			'many reads end, with what the API has said of each task or an error of ours',
			fc.asyncProperty(script, async (scripted) => {
				const { execution, clock, api } = await open(scripted);
				const references = IDS.slice(0, 2).map((taskId) => ({ endpoint, taskId }) as const);
				const outcome = await outcomeOf(
					execution,
					readStatuses(
						withRetries(api, clock, () => 0.5),
						references,
					),
				);
				assert(execution.requests.length <= 40, `${execution.requests.length} requests`);
				assert(execution.requests.every(({ method }) => method === 'GET'));
				if (outcome instanceof ApiError) return;
				for (const [taskId, state] of outcome) {
					if (state instanceof ApiError) assertNoSecrets(execution.secrets, state, state.message);
					else {
						assert.equal(state.task_id, taskId);
						assert(execution.given.some((response) => isSaid(state, response)));
					}
				}
			}),
		),
		rule(
			'an upload goes to the URL that the API has given, encrypted and without the key, or fails in our words',
			fc.asyncProperty(
				fc.oneof(
					anyJson,
					fc.constantFrom('"https://up.example.com/a"', '"http://10.0.0.1/"', '"x"'),
				),
				fc.oneof(anyJson, fc.constant('{"Content-Type":"image/png"}')),
				script,
				async (url, headers, after) => {
					const slot = `{"files":[{"upload_url":${url},"asset_url":"https://a.example.com/1","headers":${headers}}]}`;
					const { execution, clock, api } = await open([{ statusCode: 200, body: slot }, ...after]);
					const work = uploadFile(
						{ context: execution.context, api, clock },
						{ bytes: Buffer.of(1, 2, 3), contentType: 'image/png' },
					);
					const outcome = await outcomeOf(execution, work);
					if (!(outcome instanceof ApiError)) assert.equal(outcome, 'https://a.example.com/1');
					const puts = execution.requests.filter(({ method }) => method === 'PUT');
					for (const put of puts) {
						assert.equal(put.credential, undefined);
						assert(put.url.startsWith('https://'));
						assertNoSecrets(execution.secrets, put.headers);
						assertUnpolluted(put.headers);
					}
					assert(execution.requests.length <= 6);
				},
			),
		),
		rule(
			'JSON is read without __proto__, at any depth',
			fc.property(anyJson, (text) => assertUnpolluted(parseJson(text))),
		),
	],
};

function isSaid(task: Task, response: Scripted): boolean {
	try {
		assertSaid(task, response);
		return true;
	} catch {
		return false;
	}
}
