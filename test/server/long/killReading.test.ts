import type { Item } from '../../../sandbox/n8n/execution';
import { itemsOf } from '../../../sandbox/n8n/execution';
import { changeDatabase, processedRows } from '../support/executions/processedRows';
import { useOwnServer } from '../support/testServer/useTestServer';
import { until } from '../support/assertions/watching';
import { HAPPY_HORSE, CREATE_FIELDS, imagesOf, workflowWith } from '../support/workflows/workflow';

/** Reading a task ID adds entries to its row and takes them away again: n8n is killed between the two. */
const testServer = useOwnServer({ reset: false });

/** The claim, 32 digits and the execution. */
const WHOLE_ROW = 34;

/** Makes n8n's database take many seconds over an update that takes entries away; n8n itself continues meanwhile. */
const SLOW = `CREATE TRIGGER slow BEFORE UPDATE ON processed_data
	WHEN json_array_length(NEW.value, '$.data') < json_array_length(OLD.value, '$.data')
	BEGIN
		SELECT COUNT(*) FROM (
			WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 200000000)
			SELECT n FROM numbers
		);
	END`;

/** Leaves what a reader leaves that dies right after it began, next to each row that is not read. */
const DEAD_READERS = `INSERT INTO processed_data (context, workflowId, value)
	SELECT context || ':read', workflowId, value FROM processed_data AS row
	WHERE json_array_length(value, '$.data') = ${WHOLE_ROW}`;

describe('n8n is killed while it reads the task ID of an earlier execution', () => {
	let created: unknown[];
	let out: Item[];

	beforeAll(async () => {
		const { n8n, credential, sandbox } = testServer;
		const options = { idempotencyKey: '={{ $json.name }}', maxConcurrency: 1 };
		const parameters = { ...CREATE_FIELDS, operation: 'create', options };
		const onError = 'continueRegularOutput';
		const published = await testServer.publish(workflowWith({ credential, onError, parameters }));
		const items = imagesOf(sandbox.url, { batch: 'read', amount: 2 });
		const first = await published.run(items);
		created = itemsOf(first, HAPPY_HORSE).map(({ json }) => json.task_id);
		expect(processedRows(n8n)).toEqual([WHOLE_ROW, WHOLE_ROW]);

		changeDatabase(n8n, SLOW);
		await published.start(items);
		await until('the first is being read', async () =>
			processedRows(n8n).some((entries) => entries > WHOLE_ROW),
		);
		await n8n.kill9();
		changeDatabase(n8n, 'DROP TRIGGER slow');
		changeDatabase(n8n, DEAD_READERS);
		await n8n.restart();
		out = itemsOf(await published.run(items), HAPPY_HORSE);
	});

	it('sends nothing again', async () => {
		expect(created).toEqual([expect.any(String), expect.any(String)]);
		const { posts } = await testServer.sandbox.control.state();
		expect(posts).toHaveLength(2);
	});

	it('says that the video may exist where the row can no longer be read', () => {
		expect(String(out[0]!.json.error)).toMatch(/may have created its video/);
	});

	it('takes up the task where the reader had only begun', () => {
		expect(out[1]!.json).toMatchObject({ task_id: created[1], reused: true });
	});
});
