import { NODE_NAME } from './support/engine';
import type { EngineFixture } from './support/engineFixture';
import { createParameters, openFixture, outputOf } from './support/engineFixture';
import { suspensionIn } from '../../nodes/HappyHorse/waiting/storedSuspension';

/** What the node after ours needs: names of files, and the row. */
let fixture: EngineFixture;
beforeAll(async () => {
	fixture = await openFixture();
});
afterAll(async () => await fixture?.close());
beforeEach(async () => await fixture.control.reset());

const options = {
	fileName: '={{ $json.sku }}',
	includeInputFields: true,
	pollInterval: 5,
	publicLinkHours: 1,
};

const job = (waitUsing: 'polling' | 'webhook', settings = {}) => ({
	settings,
	rows: ['A/1', 'a-1', 7].map((sku, item) => fixture.row(`image-${item}`, { sku })),
	parameters: createParameters('createAndWait', { waitUsing, maxWait: 10, options }),
});

test.each(['polling', 'webhook'] as const)('comes with the video (%s)', async (waitUsing) => {
	const { rows, ...rest } = job(waitUsing);
	const run = await fixture.engine.run({ rows, ...rest });
	expect(run.status).toBe('success');
	const items = outputOf(run);
	expect(items.map(({ json }) => json.input)).toEqual(rows);
	expect(items.map(({ binary }) => binary?.data?.fileName)).toEqual([
		...['A-1.mp4', 'a-1-2.mp4', '7.mp4'],
	]);
	// Without a server around it, n8n-core keeps files in memory.
	expect(items.map(({ json }) => json.public_url_failure)).toEqual(
		rows.map(() => ({ message: expect.stringContaining('in memory') as string })),
	);
});

describe('of an execution that waits', () => {
	test('a row is stored as the object of the node before, which n8n stores once', async () => {
		await fixture.control.rules({ on: 'create', do: { hold: true } });
		const run = await fixture.engine.run(job('webhook'));
		expect(run.status).toBe('waiting');
		const { executionData, resultData } = run.data;
		const before = resultData.runData.Rows![0]!.data!.main![0]!;
		const kept = executionData!.contextData[`node:${NODE_NAME}`]!;
		const replaced = executionData!.nodeExecutionStack[0]!.data.main![0]!;
		expect(before).toHaveLength(3);
		for (const [index, { json }] of before.entries()) {
			expect((kept.input as unknown[])[index]).toBe(json);
			expect(replaced[index]!.json.input).toBe(json);
		}
		expect(suspensionIn(kept.suspension)).toMatchObject({ hasInput: true });
		expect(kept.suspension).not.toContain('image-0');
		expect(kept.suspension).toContain('"fileName":"a-1-2.mp4"');
	});

	test('it comes out when time is up', async () => {
		await fixture.control.rules({ on: 'create', do: { hold: true } });
		const { rows, ...rest } = job('webhook');
		const waiting = await fixture.engine.run({ rows, ...rest });
		const run = await fixture.engine.timeOut(waiting, { rows, ...rest });
		const items = run.data.resultData.runData.Videos?.[0]?.data?.main?.[0] ?? [];
		expect(items.map(({ json }) => json)).toMatchObject(
			rows.map((input) => ({ timed_out: true, input })),
		);
	});

	test('it comes out when n8n runs the node again, whose input was replaced', async () => {
		await fixture.control.rules({ on: 'create', times: 3, do: { hold: true } });
		const { rows, ...rest } = job('webhook');
		const waiting = await fixture.engine.run({ rows, ...rest });
		const { tasks } = await fixture.control.state();
		for (const { taskId } of tasks) await fixture.control.advance(taskId, 'COMPLETED');
		const run = await fixture.engine.retry(waiting, { rows, ...rest });
		expect(outputOf(run).map(({ json }) => json.input)).toEqual(rows);
		expect(await fixture.posts()).toBe(3);
	});
});
