import { useStage } from '../support/testServer/useTestServer';
import {
	apiRequests,
	expectAllVideos,
	finish,
	useWaitingRuns,
} from '../support/executions/waitingRuns';

const stage = useStage();
const runs = useWaitingRuns(stage);

describe('Requests for each finished video, of 20 in one execution', () => {
	it.each([
		['right', 1.1],
		['none', 2.2],
	] as const)('webhook secret: %s, at most %d', async (secret, most) => {
		const run = await runs.start({ amount: 20, secret });
		await finish(run, run.tasks);
		const done = await stage.n8n.client.waitForExecution(run.id);
		await expectAllVideos(stage, { done, run });
		const requests = await apiRequests(run.control);
		expect(requests.filter(({ status }) => status >= 400)).toEqual([]);
		expect(requests.length).toBeLessThanOrEqual(Math.floor(most * run.items.length));
	});
});
