import { itemsOf } from '../../../sandbox/n8n/execution';
import { n8nFacts } from '../../n8nFacts';
import { AFTER_LOOP, loopWorkflow } from '../support/workflows/loopWorkflow';
import { retried } from '../support/executions/retries';
import { useOwnServer } from '../support/testServer/useTestServer';
import { until } from '../support/assertions/watching';
import { HAPPY_HORSE, CREATE_FIELDS, imagesOf, workflowWith } from '../support/workflows/workflow';

const testServer = useOwnServer({ reset: false });

const EXECUTIONS = 10;
const BATCH = 1000;
const AT_ONCE = 20;
const ROUNDS = 500;
const PART = 50;

/** What grows with all that came before takes far longer in the second half. */
const LINEAR = 2;

const create = {
	...CREATE_FIELDS,
	operation: 'create',
	options: { maxConcurrency: AT_ONCE, checkMedia: false },
};

/** Of one image: the API looks at it for each request, which is not what is measured. */
const batchOf = (batch: string, amount: number) => {
	const items = imagesOf(testServer.sandbox.url, { batch, amount });
	return items.map(({ name }) => ({ name, image: items[0]!.image }));
};

async function timesOf(batch: string): Promise<number[]> {
	const { tasks } = await testServer.sandbox.control.state();
	const own = tasks.filter(({ prompt }) => prompt?.startsWith(`${batch} `));
	return own.map(({ createdAt }) => createdAt).sort((one, other) => one - other);
}

/** How often each item was paid for. */
async function paid(batch: string, amount: number): Promise<number[]> {
	const { tasks } = await testServer.sandbox.control.state();
	const counts = new Map<string | null, number>();
	for (const { prompt } of tasks) counts.set(prompt, (counts.get(prompt) ?? 0) + 1);
	return Array.from({ length: amount }, (_, index) => counts.get(`${batch} ${index}`) ?? 0);
}

/** The fastest part of the second half by the fastest of the first: others may have used the computer meanwhile. */
function growth(parts: readonly number[]): number {
	const half = parts.length / 2;
	return Math.min(...parts.slice(half)) / Math.min(...parts.slice(0, half));
}

describe('Thousands of paid requests in one workflow', () => {
	it(
		'cost the same at the end as at the beginning, and a crash pays none of them again',
		async () => {
			const { n8n, credential } = testServer;
			const onError = 'continueRegularOutput';
			const published = await testServer.publish(
				workflowWith({ credential, onError, parameters: create }),
			);
			const seconds: number[] = [];
			for (let time = 0; time < EXECUTIONS; time++) {
				const done = await published.run(batchOf(`batch ${time},`, BATCH), 180_000);
				expect(done.status).toBe('success');
				const created = await timesOf(`batch ${time},`);
				expect(created).toHaveLength(BATCH);
				seconds.push((created.at(-1)! - created[0]!) / 1000);
			}
			console.log(`Seconds per ${BATCH}: ${seconds.map((each) => each.toFixed(1)).join(' ')}`);
			expect(growth(seconds)).toBeLessThan(LINEAR);

			const id = await published.start(batchOf('last,', BATCH));
			await until(
				'half of the last batch',
				async () => (await timesOf('last,')).length >= BATCH / 2,
			);
			await n8n.kill9();
			const before = await paid('last,', BATCH);
			await n8n.restart();
			const crashed = await n8n.client.waitForExecution(id, { until: ['crashed'] });
			const done = await retried(n8n.client, crashed, 240_000);
			const after = await paid('last,', BATCH);
			if (!n8nFacts.hasResumeToken) {
				expect(after).toEqual(before.map((times) => times + 1));
				return;
			}
			const out = itemsOf(done, HAPPY_HORSE);
			expect(out).toHaveLength(BATCH);
			const unsure = out.map(({ json }) => /may have created/.test(String(json.error)));
			expect(unsure.filter(Boolean).length).toBeLessThanOrEqual(AT_ONCE);
			// What is in doubt stays as it was: created or not, it is not sent again.
			expect(after).toEqual(before.map((times, index) => (unsure[index] ? times : 1)));
			for (let time = 0; time < EXECUTIONS; time++) {
				expect(new Set(await paid(`batch ${time},`, BATCH))).toEqual(new Set([1]));
			}
		},
		15 * 60_000,
	);

	it(
		'cost the same in the last rounds of a loop as in the first',
		async () => {
			const { credential } = testServer;
			const published = await testServer.publish(loopWorkflow({ credential, parameters: create }));
			const done = await published.run(batchOf('round', ROUNDS), 300_000);
			expect(done.status).toBe('success');
			expect(itemsOf(done, AFTER_LOOP)).toHaveLength(ROUNDS);
			const created = await timesOf('round');
			expect(created).toHaveLength(ROUNDS);
			const parts = created
				.filter((_, round) => round % PART === 0)
				.map((began, part) => (created[(part + 1) * PART - 1]! - began) / 1000);
			console.log(`Seconds per ${PART} rounds: ${parts.map((each) => each.toFixed(1)).join(' ')}`);
			expect(growth(parts)).toBeLessThan(LINEAR);
		},
		10 * 60_000,
	);
});
