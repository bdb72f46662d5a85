import type { SandboxSettings } from '../../../sandbox/api/control';
import { useOwnServer } from '../support/testServer/useTestServer';
import type { Secret, WaitingRun } from '../support/executions/waitingRuns';
import {
	apiRequests,
	expectAllVideos,
	finish,
	useWaitingRuns,
} from '../support/executions/waitingRuns';

const testServer = useOwnServer();
const runs = useWaitingRuns(testServer);

describe('An API that takes 50 requests a minute, and 60 items', () => {
	const cases: Array<{ limitHeaders: SandboxSettings['limitHeaders']; secret: Secret }> = [
		{ limitHeaders: 'all', secret: 'right' },
		{ limitHeaders: 'all', secret: 'none' },
		{ limitHeaders: 'retryAfter', secret: 'right' },
		{ limitHeaders: 'none', secret: 'right' },
	];
	const started = new Map<(typeof cases)[number], WaitingRun>();

	// All of them wait at the same time.
	beforeAll(async () => {
		await Promise.all(
			cases.map(async (each) => {
				const { secret, limitHeaders } = each;
				const settings = { requestsPerMinute: 50, limitHeaders };
				const run = await runs.start({ amount: 60, secret, settings });
				await finish(run, run.tasks);
				started.set(each, run);
			}),
		);
	});

	it.each(cases)(
		'all videos come out; told of the limit: $limitHeaders, webhook secret: $secret',
		async (each) => {
			const run = started.get(each)!;
			const done = await testServer.n8n.client.waitForExecution(run.id, { timeoutMs: 120_000 });
			await expectAllVideos(testServer, { done, run });
			const requests = await apiRequests(run.control);
			const rejected = requests.filter(({ status }) => status === 429);
			// Told of the limit, the node keeps it; else it has to find it out.
			const most = each.limitHeaders === 'all' ? Math.ceil(0.03 * requests.length) : 10;
			expect(rejected.length).toBeLessThanOrEqual(most);
		},
	);
});
