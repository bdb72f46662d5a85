import type { IRun } from 'n8n-workflow';

import { errorOutputDetails } from '../n8nFacts';
import {
	errorOf,
	openFixture,
	createParameters,
	outputOf,
	type EngineFixture,
} from './support/engineFixture';

const badImage = { status: 400, body: { message: 'The image cannot be used' } };

let fixture: EngineFixture;
beforeAll(async () => {
	fixture = await openFixture();
});
afterAll(async () => await fixture?.close());
beforeEach(async () => await fixture.control.reset());

const rows = () => ['a', 'b', 'c'].map((name) => fixture.row(name));

const threeTries = { retryOnFail: true, maxTries: 3, waitBetweenTries: 1 };

const detailsOf = (run: IRun) => outputOf(run, 1).map(({ json }) => json.details);

describe('Retry On Fail', () => {
	test('creates only what was not created yet', async () => {
		const { engine, control, paidFor, posts } = fixture;
		await control.rules({
			on: 'create',
			where: { prompt: 'b' },
			times: 1,
			do: { response: badImage },
		});
		const run = await engine.run({
			rows: rows(),
			parameters: createParameters('create'),
			settings: threeTries,
		});

		expect(run.status).toBe('success');
		const { tasks } = await control.state();
		expect(outputOf(run).map(({ json }) => json.task_id)).toEqual(
			['a', 'b', 'c'].map((name) => tasks.find(({ prompt }) => prompt === name)?.taskId),
		);
		expect((await paidFor()).sort()).toEqual(['a', 'b', 'c']);
		expect(await posts()).toBe(4);
	});

	test('never creates again what may have been made', async () => {
		const { engine, control, paidFor, posts } = fixture;
		await control.rules({
			on: 'create',
			where: { prompt: 'b' },
			times: 1,
			do: { reset: 'afterProcessing' },
		});
		const run = await engine.run({
			rows: rows(),
			parameters: createParameters('create'),
			settings: threeTries,
		});

		expect(errorOf(run)).toMatchObject({
			message: expect.stringContaining('may have created'),
			description: expect.stringMatching(/charged twice.*Already created \(2\)/s),
			itemIndex: 1,
		});
		expect((await paidFor()).sort()).toEqual(['a', 'b', 'c']);
		expect(await posts()).toBe(3);
	});

	test('creates nothing again that had failed at the provider', async () => {
		const { engine, control, paidFor } = fixture;
		await control.rules(
			{ on: 'create', where: { prompt: 'a' }, times: 1, do: { outcome: 'FAILED' } },
			{ on: 'create', where: { prompt: 'c' }, times: 1, do: { response: badImage } },
		);
		const run = await engine.run({
			rows: rows(),
			parameters: createParameters('create', { options: { maxConcurrency: 1 } }),
			settings: threeTries,
		});

		expect(run.status).toBe('success');
		expect(outputOf(run).map(({ json }) => json.status)).toEqual([
			'FAILED',
			expect.any(String),
			expect.any(String),
		]);
		expect(await paidFor()).toEqual(['a', 'b', 'c']);
	});

	const errorOutput = { ...threeTries, onError: 'continueErrorOutput' } as const;

	test('with an error output: a failed first item is paid for once, and waited for once', async () => {
		const { engine, control, paidFor, posts } = fixture;
		await control.rules({ on: 'create', where: { prompt: 'a' }, do: { outcome: 'FAILED' } });
		const run = await engine.run({
			rows: rows(),
			parameters: createParameters('createAndWait', {
				waitUsing: 'polling',
				downloadVideo: false,
				options: { pollInterval: 5 },
			}),
			settings: errorOutput,
		});

		expect(outputOf(run)).toHaveLength(2);
		expect(detailsOf(run)).toEqual([
			errorOutputDetails(expect.objectContaining({ status: 'FAILED' })),
		]);
		expect((await paidFor()).sort()).toEqual(['a', 'b', 'c']);
		expect(await posts()).toBe(3);
	});

	test('with an error output: Max Wait is waited for once', async () => {
		const { engine, control, posts } = fixture;
		await control.rules({ on: 'create', do: { hold: true } });
		const started = Date.now();
		const run = await engine.run({
			rows: rows().slice(0, 1),
			parameters: createParameters('createAndWait', {
				waitUsing: 'polling',
				maxWait: 0.1,
				downloadVideo: false,
				options: { pollInterval: 5 },
			}),
			settings: errorOutput,
		});
		const seconds = (Date.now() - started) / 1000;

		expect(detailsOf(run)).toEqual([
			errorOutputDetails(expect.objectContaining({ timed_out: true })),
		]);
		expect(await posts()).toBe(1);
		expect(seconds).toBeGreaterThanOrEqual(6);
		expect(seconds).toBeLessThan(12);
	});

	test('with an error output: the operation Wait does not wait a second time', async () => {
		const { engine, control, requests } = fixture;
		await control.rules({ on: 'create', do: { hold: true } });
		const created = await engine.run({
			rows: rows().slice(0, 1),
			parameters: createParameters('create'),
		});
		const taskId = String(outputOf(created)[0]?.json.task_id);
		const started = Date.now();
		const run = await engine.run({
			rows: [{ taskId }],
			parameters: {
				operation: 'wait',
				taskId: { __rl: true, mode: 'id', value: '={{ $json.taskId }}' },
				maxWait: 0.1,
				downloadVideo: false,
				options: { pollInterval: 5 },
			},
			settings: errorOutput,
		});
		const seconds = (Date.now() - started) / 1000;

		expect(detailsOf(run)).toEqual([
			errorOutputDetails(expect.objectContaining({ task_id: taskId })),
		]);
		expect(seconds).toBeGreaterThanOrEqual(6);
		expect(seconds).toBeLessThan(12);
		const { creates } = await requests();
		expect(creates).toBe(1);
	});
});
