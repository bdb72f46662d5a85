import { useTestServer } from '../support/testServer/useTestServer';
import {
	apiRequests,
	expectAllVideos,
	finish,
	useWaitingRuns,
} from '../support/executions/waitingRuns';

const testServer = useTestServer();
const runs = useWaitingRuns(testServer);

describe('Requests for each finished video, of 20 in one execution', () => {
	it.each([
		['right', 1.1],
		['none', 2.2],
	] as const)('webhook secret: %s, at most %d', async (secret, most) => {
		const run = await runs.start({ amount: 20, secret });
		await finish(run, run.tasks);
		const done = await testServer.n8n.client.waitForExecution(run.id);
		await expectAllVideos(testServer, { done, run });
		const requests = await apiRequests(run.control);
		expect(requests.filter(({ status }) => status >= 400)).toEqual([]);
		expect(requests.length).toBeLessThanOrEqual(Math.floor(most * run.items.length));
	});
});
