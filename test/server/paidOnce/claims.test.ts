import { expectSameTasks, succeedAtOnce } from '../support/executions/atOnce';
import { claimsOf } from '../support/executions/executionTable';
import { useTestServer } from '../support/testServer/useTestServer';
import { expectPaidOnce, tasksOf } from '../support/assertions/watching';
import { images } from '../support/workflows/workflow';

const TIMES = 6;
const AMOUNT = 200;

const testServer = useTestServer();

describe('idempotency keys', () => {
	it(`pays once for ${AMOUNT} keys that ${TIMES} executions request at once`, async () => {
		const { n8n, sandbox } = testServer;
		const { control } = sandbox;
		const items = images(sandbox.url, AMOUNT);
		const { workflowId, executions } = await succeedAtOnce(testServer, {
			items,
			times: TIMES,
			timeoutMs: 120_000,
		});
		const { posts } = await control.state();
		expect(posts).toHaveLength(AMOUNT);
		await expectPaidOnce(control, items);
		expectSameTasks(executions, await tasksOf(control, items));
		// Each row holds the claim, the 32 digits of a task ID and the execution that created it; no reader left its own.
		expect(claimsOf(n8n, workflowId)).toEqual(items.map(() => 34));
	});
});
