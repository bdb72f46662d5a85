import {
	errorOf,
	openFixture,
	createParameters,
	outputOf,
	pause,
	until,
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

const completed = (item: number) => ({
	json: { status: 'COMPLETED', timed_out: false },
	pairedItem: { item },
});

describe('Retry execution', () => {
	test('takes up the tasks of the failed execution and polls, as webhooks still go to that one', async () => {
		const { engine, control, paidFor, requests } = fixture;
		const where = { prompt: 'c' };
		await control.rules(
			{ on: 'create', where, times: 1, do: { response: badImage } },
			{ on: 'create', where, do: { hold: true } },
			{ on: 'create', where: { prompt: 'a' }, do: { hold: true } },
		);
		const job = {
			rows: rows(),
			parameters: createParameters('createAndWait', {
				waitUsing: 'webhook',
				downloadVideo: false,
				options: { maxConcurrency: 1, pollInterval: 5 },
			}),
		};
		const failed = await engine.run({ ...job, executionId: '1' });
		expect(errorOf(failed)).toMatchObject({ itemIndex: 2 });
		expect(await paidFor()).toEqual(['a', 'b']);
		const retried = engine.retry(failed, { ...job, executionId: '2' });
		await until(async () => (await paidFor()).includes('c'));
		// By now the node would have suspended: before that it looks at the list, which may be up to 2 s apart from the last one.
		await pause(4000);
		const { tasks } = await control.state();
		for (const { prompt, taskId } of tasks) {
			if (prompt !== 'b') await control.advance(taskId, 'COMPLETED');
		}
		const run = await retried;

		expect(run.status).toBe('success');
		expect(outputOf(run)).toMatchObject([0, 1, 2].map(completed));
		expect(await paidFor()).toEqual(['a', 'b', 'c']);
		expect((await requests()).creates).toBe(4);
	});

	test('creates nothing when everything had been created', async () => {
		const { engine, control, paidFor, requests } = fixture;
		const unauthorized = { status: 401, body: { message: 'Invalid API key' } };
		await control.rules({ on: 'list', times: 1, do: { response: unauthorized } });
		const job = {
			rows: rows(),
			parameters: createParameters('createAndWait', {
				waitUsing: 'polling',
				options: { pollInterval: 5 },
			}),
		};
		const failed = await engine.run({ ...job, executionId: '1' });
		expect(errorOf(failed).description).toContain('Already created (3)');
		const run = await engine.retry(failed, { ...job, executionId: '2' });

		expect(outputOf(run)).toMatchObject([0, 1, 2].map(completed));
		expect(await paidFor()).toHaveLength(3);
		expect((await requests()).creates).toBe(3);
	});
});
