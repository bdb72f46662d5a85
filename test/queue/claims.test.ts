import { expectSameTasks, succeedAtOnce } from '../server/support/executions/atOnce';
import { expectPaidOnce, tasksOf } from '../server/support/assertions/watching';
import { images } from '../server/support/workflows/workflow';
import { claimsOf, inSeconds, takenUp, tell, useQueueServer } from './support/queueServer';

const TIMES = 6;
const AMOUNT = 200;

const testServer = useQueueServer();

describe('idempotency keys in queue mode', () => {
	it(`pays once for ${AMOUNT} keys that ${TIMES} executions of two workers request at once`, async () => {
		const { door, queue, sandbox } = testServer;
		const { control } = sandbox;
		const items = images(sandbox.url, AMOUNT);
		const started = Date.now();
		const { workflowId, executions } = await succeedAtOnce(testServer, {
			items,
			times: TIMES,
			door,
			timeoutMs: 300_000,
		});
		tell(`${TIMES} executions of ${AMOUNT} items took ${inSeconds(Date.now() - started)}`);

		const { posts } = await control.state();
		expect(posts).toHaveLength(AMOUNT);
		await expectPaidOnce(control, items);
		expectSameTasks(executions, await tasksOf(control, items));
		// Each row holds the claim, the 32 digits of a task ID and the execution that created it; no reader left its own.
		expect(await claimsOf(queue, workflowId)).toEqual(items.map(() => 34));
		const times = executions.map(({ id }) => takenUp(queue, id));
		tell(`executions that each worker has taken up: ${JSON.stringify(times)}`);
		for (const perWorker of times) expect(perWorker[0]! + perWorker[1]!).toBe(1);
		for (const worker of [0, 1]) {
			expect(times.filter((perWorker) => perWorker[worker] === 1)).not.toEqual([]);
		}
	});
});
