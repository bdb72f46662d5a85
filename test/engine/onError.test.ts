import type { INode, IRun } from 'n8n-workflow';

import { n8nFacts } from '../n8nFacts';
import {
	errorOf,
	openFixture,
	createParameters,
	outputOf,
	type EngineFixture,
} from './support/engineFixture';

type OnError = NonNullable<INode['onError']>;

const modes: OnError[] = ['stopWorkflow', 'continueRegularOutput', 'continueErrorOutput'];

let fixture: EngineFixture;
let runs: Record<OnError, IRun>;

/** What becomes of a row is decided by its name. The three settings are tried at the same time. */
beforeAll(async () => {
	fixture = await openFixture();
	const { engine, control, row } = fixture;
	const rejection = { status: 400, body: { message: 'The image is too small' } };
	await control.rules(
		{ on: 'create', where: { prompt: 'rejected' }, do: { response: rejection } },
		{
			on: 'create',
			where: { prompt: 'failed' },
			do: { outcome: 'FAILED', failure: { error: 'The image shows a celebrity' } },
		},
		{ on: 'create', where: { prompt: 'empty' }, do: { outcome: 'COMPLETED_EMPTY' } },
	);
	const started = modes.map(async (onError) => {
		// A rejection ends a run that stops on errors; what else it does is seen without one.
		const names = ['rejected', 'failed', 'empty', 'good'];
		const run = await engine.run({
			rows: (onError === 'stopWorkflow' ? names.slice(1) : names).map((name) => row(name)),
			parameters: createParameters('createAndWait', {
				waitUsing: 'polling',
				options: { pollInterval: 5 },
			}),
			settings: { onError },
		});
		return [onError, run] as const;
	});
	runs = Object.fromEntries(await Promise.all(started)) as Record<OnError, IRun>;
});
afterAll(async () => await fixture?.close());

const failed = {
	status: 'FAILED',
	task_id: expect.any(String),
	video_url: null,
	failure: { message: 'The image shows a celebrity' },
};
const empty = {
	status: 'COMPLETED',
	task_id: expect.any(String),
	video_url: null,
	failure: { message: expect.stringContaining('holds no video') },
};
const good = { status: 'COMPLETED', video_url: expect.any(String), timed_out: false };
const rejected = {
	error: 'The API rejected the request: The image is too small',
	message: expect.stringContaining('Nothing was created or charged'),
	details: { item: 0, http_code: 400 },
};

describe('Stop Workflow', () => {
	test('a task without a video is an outcome, not a crash', () => {
		const run = runs.stopWorkflow;
		expect(run.status).toBe('success');
		expect(outputOf(run)).toMatchObject([
			{ json: failed, pairedItem: { item: 0 } },
			{ json: empty, pairedItem: { item: 1 } },
			{ json: good, pairedItem: { item: 2 }, binary: { data: { mimeType: 'video/mp4' } } },
		]);
		// n8n would run the node again for it, and move the item to the error output.
		for (const { json } of outputOf(run)) expect(json).not.toHaveProperty('error');
	});

	test('a rejected item ends the run and names every task that was paid for', async () => {
		const { engine, control, row } = fixture;
		const since = Date.now();
		const run = await engine.run({
			rows: ['one', 'two', 'rejected'].map((name) => row(name)),
			parameters: createParameters('createAndWait', {
				waitUsing: 'polling',
				options: { maxConcurrency: 1 },
			}),
		});
		const { posts } = await control.state(since);
		const error = errorOf(run);
		expect(error).toMatchObject({ name: 'NodeApiError', message: rejected.error, itemIndex: 2 });
		expect(error.description).toContain('Already created (2)');
		for (const { taskId } of posts.slice(0, 2)) expect(error.description).toContain(taskId);
	});
});

test('Continue: everything leaves by the main output, in order', () => {
	const run = runs.continueRegularOutput;
	expect(run.status).toBe('success');
	expect(outputOf(run, 1)).toEqual([]);
	expect(outputOf(run)).toMatchObject(
		[rejected, failed, empty, good].map((json, item) => ({ json, pairedItem: { item } })),
	);
});

test('Continue (using error output): only what has a video leaves by the main output', () => {
	const run = runs.continueErrorOutput;
	expect(run.status).toBe('success');
	expect(outputOf(run)).toMatchObject([{ json: good, pairedItem: { item: 3 } }]);
	const failedItem = (details: { task_id: unknown; failure: { message: unknown } }) => ({
		error: expect.stringContaining('was not made'),
		message: details.failure.message,
		details,
	});
	expect(outputOf(run, 1)).toMatchObject(
		[rejected, failedItem(failed), failedItem(empty)].map(({ details, ...texts }, item) => ({
			json: n8nFacts.errorOutputTakesDetails ? { ...texts, details } : texts,
			pairedItem: { item },
		})),
	);
	// Without details the task is still named.
	const [, ...failedItems] = outputOf(run, 1);
	for (const { json } of failedItems) {
		const { task_id: named } = (json.details ?? {}) as { task_id?: string };
		expect(json.error).toMatch(named ?? /^Video [0-9a-f]{8}-[0-9a-f-]{27} was not made$/);
		expect('details' in json).toBe(n8nFacts.errorOutputTakesDetails);
	}
	expect(run.data.resultData.runData.Failed?.[0]?.data?.main?.[0]).toHaveLength(3);
});
