import { n8nFacts } from '../n8nFacts';
import { NODE_NAME } from './support/engine';
import {
	openFixture,
	createParameters,
	outputOf,
	type EngineFixture,
} from './support/engineFixture';

const START = 'n8n-nodes-base.executeWorkflowTrigger';

let fixture: EngineFixture;
beforeAll(async () => {
	fixture = await openFixture();
});
afterAll(async () => await fixture?.close());
beforeEach(async () => await fixture.control.reset());

const job = (
	amount: number,
	{ startType, waitUsing }: { startType: string; waitUsing: string },
) => ({
	startType,
	rows: Array.from({ length: amount }, (_, index) => fixture.row(`row${index}`)),
	parameters: createParameters('createAndWait', {
		waitUsing,
		downloadVideo: false,
		options: { pollInterval: 5 },
	}),
});

describe('started by another workflow', () => {
	// A single item may be one of many; and where the other workflow would not get the videos, all are polled.
	const amounts = n8nFacts.getsItemsOfSuspended ? [1] : [1, 2];

	it.each(amounts)('Automatic polls by itself, with items: %i', async (amount) => {
		await fixture.control.rules({ on: 'create', do: { seconds: 1 } });
		const run = await fixture.engine.run(job(amount, { startType: START, waitUsing: 'auto' }));
		expect(run.data.resultData.error).toBeUndefined();
		expect(run.status).toBe('success');
		expect(outputOf(run).map(({ json }) => json.status)).toEqual(
			Array.from({ length: amount }, () => 'COMPLETED'),
		);
		const [{ hints = [] } = {}] = run.data.resultData.runData[NODE_NAME] ?? [];
		expect(JSON.stringify(hints)).toContain('Another workflow started this one');
	});

	it.each([
		['with several items', 2, START, n8nFacts.getsItemsOfSuspended ? 'auto' : 'webhook'],
		['with a single item, when Webhook was chosen', 1, START, 'webhook'],
		['in no other way', 1, 'n8n-nodes-base.webhook', 'auto'],
	])('it suspends: %s', async (_, amount, startType, waitUsing) => {
		await fixture.control.rules({ on: 'create', do: { hold: true } });
		const run = await fixture.engine.run(job(amount, { startType, waitUsing }));
		expect(run.data.resultData.error).toBeUndefined();
		expect(run.status).toBe('waiting');
		expect(await fixture.posts()).toBe(amount);
	});
});
