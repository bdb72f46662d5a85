import { itemsOf } from '../../../sandbox/n8n/execution';
import { executionStatuses, storedExecutions } from '../support/executions/executionTable';
import { useOwnServer } from '../support/testServer/useTestServer';
import { expectFinalWebhooksOnce, useWaitingRuns } from '../support/executions/waitingRuns';
import { expectPaidOnce, tasksOf, until } from '../support/assertions/watching';
import { AFTER, createAndWait, HAPPY_HORSE, imagesOf } from '../support/workflows/workflow';

/** More than may have an open webhook at the same time. */
const EXECUTIONS = 60;
const OUTAGE_MS = 25_000;
/** Within so much of the end of the outage, a video has to come out. */
const SOON_MS = 30_000;

const testServer = useOwnServer();
const runs = useWaitingRuns(testServer);

it(`${EXECUTIONS} executions, whose only webhooks come at the same moment, wait for the API together`, async () => {
	const { n8n } = testServer;
	const { sandbox, control, credential } = await runs.api({ secret: 'none' });
	await control.rules({ on: 'create', do: { hold: true } });
	const workflow = await testServer.publishNode({
		credential,
		parameters: createAndWait({ waitUsing: 'webhook' }),
	});
	const items = imagesOf(sandbox.url, { batch: 'alone', amount: EXECUTIONS });
	for (const item of items) await workflow.start([item]);
	const stored = () => storedExecutions(n8n, workflow.id);
	const statuses = () => executionStatuses(n8n, workflow.id);
	await until('all of them wait', async () => {
		const { acceptedPosts } = await control.state();
		return acceptedPosts === EXECUTIONS && statuses().every((status) => status === 'waiting');
	});

	const down = { response: { status: 503, body: { message: 'Service Unavailable' } } };
	const untilMs = Date.now() + OUTAGE_MS;
	await control.rules({ on: 'list', untilMs, do: down }, { on: 'get', untilMs, do: down });
	const tasks = await tasksOf(control, items);
	await Promise.all(tasks.map(async ({ taskId }) => await control.advance(taskId, 'COMPLETED')));
	const left = untilMs + SOON_MS - Date.now();
	await until(
		'all have ended',
		async () => statuses().every((status) => !['waiting', 'running'].includes(status)),
		left,
	);

	const executions = await until('all are stored', async () => {
		const ended = stored();
		return ended.every(({ runData }) => runData[AFTER] !== undefined) && ended;
	});
	expect(executions).toHaveLength(EXECUTIONS);
	const out = executions.flatMap((done) => {
		expect([done.status, done.runData[AFTER]?.length]).toEqual(['success', 1]);
		return itemsOf(done, HAPPY_HORSE);
	});
	expect(out.map(({ json }) => [json.task_id, json.status, json.timed_out])).toEqual(
		tasks.map(({ taskId }) => [taskId, 'COMPLETED', false]),
	);
	expect(out.every(({ binary }) => binary?.data !== undefined)).toBe(true);
	await expectPaidOnce(control, items);
	await expectFinalWebhooksOnce(control);
});
