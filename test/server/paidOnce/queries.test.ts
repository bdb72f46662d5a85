import { itemsOf } from '../../../sandbox/n8n/execution';
import type { PublishedWorkflow } from '../support/testServer/testServer';
import { useOwnServer } from '../support/testServer/useTestServer';
import { HAPPY_HORSE, CREATE_FIELDS, imagesOf, workflowWith } from '../support/workflows/workflow';

/** n8n writes each query of its database to its log. */
const LOGGING = {
	DB_LOGGING_ENABLED: 'true',
	DB_LOGGING_OPTIONS: 'query',
	N8N_LOG_LEVEL: 'debug',
};

const testServer = useOwnServer({ n8n: { env: LOGGING } });

const publish = async (options: Record<string, unknown>): Promise<PublishedWorkflow> => {
	const parameters = { ...CREATE_FIELDS, operation: 'create', options };
	return await testServer.publish(workflowWith({ credential: testServer.credential, parameters }));
};

/** Runs a workflow, and counts the queries of the table of claims by what they do. */
async function queriesOf(published: PublishedWorkflow, batch: string, amount: number) {
	const { n8n, sandbox } = testServer;
	const before = n8n.log().length;
	const done = await published.run(imagesOf(sandbox.url, { batch, amount }));
	expect(done.status).toBe('success');
	expect(itemsOf(done, HAPPY_HORSE)).toHaveLength(amount);
	const queries = n8n
		.log()
		.slice(before)
		.matchAll(/query: (SELECT|INSERT|UPDATE|DELETE)\b[^\n]*"processed_data"/g);
	const counts: Record<string, number> = {};
	for (const [, verb = ''] of queries) counts[verb] = (counts[verb] ?? 0) + 1;
	return counts;
}

describe('Queries of the database of n8n for each paid request', () => {
	it.each([1, 20])('are five for a task that is created, of %d', async (amount) => {
		for (const options of [{}, { idempotencyKey: '={{ $json.name }}' }]) {
			const published = await publish(options);
			expect(await queriesOf(published, `new ${JSON.stringify(options)}`, amount)).toEqual({
				SELECT: 3 * amount,
				INSERT: amount,
				UPDATE: amount,
			});
		}
	});

	it.each([1, 20])('are twelve for a task that is taken up by its key, of %d', async (amount) => {
		const published = await publish({ idempotencyKey: '={{ $json.name }}' });
		await queriesOf(published, 'twice', amount);
		expect(await queriesOf(published, 'twice', amount)).toEqual({
			SELECT: 8 * amount,
			INSERT: amount,
			UPDATE: 2 * amount,
			DELETE: amount,
		});
		expect((await testServer.sandbox.control.state()).acceptedPosts).toBe(amount);
	});
});
