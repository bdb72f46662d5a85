import { NODE_NAME } from './support/engine';
import { openScene, order, outputOf, type Scene } from './support/scene';

const START = 'n8n-nodes-base.executeWorkflowTrigger';

let scene: Scene;
beforeAll(async () => {
	scene = await openScene();
});
afterAll(async () => await scene?.close());
beforeEach(async () => await scene.control.reset());

const job = (
	amount: number,
	{ startType, waitUsing }: { startType: string; waitUsing: string },
) => ({
	startType,
	rows: Array.from({ length: amount }, (_, index) => scene.row(`row${index}`)),
	parameters: order('createAndWait', {
		waitUsing,
		downloadVideo: false,
		options: { pollInterval: 5 },
	}),
});

describe('started by another workflow', () => {
	it('with a single item, Automatic asks by itself, since it may be one of many', async () => {
		await scene.control.rules({ on: 'create', do: { seconds: 1 } });
		const run = await scene.engine.run(job(1, { startType: START, waitUsing: 'auto' }));
		expect(run.data.resultData.error).toBeUndefined();
		expect(run.status).toBe('success');
		expect(outputOf(run).map(({ json }) => json.status)).toEqual(['COMPLETED']);
		const [{ hints = [] } = {}] = run.data.resultData.runData[NODE_NAME] ?? [];
		expect(JSON.stringify(hints)).toContain('Another workflow started this one');
	});

	it.each([
		['with several items', 2, START, 'auto'],
		['with a single item, when Webhook was chosen', 1, START, 'webhook'],
		['in no other way', 1, 'n8n-nodes-base.webhook', 'auto'],
	])('it suspends: %s', async (_, amount, startType, waitUsing) => {
		await scene.control.rules({ on: 'create', do: { hold: true } });
		const run = await scene.engine.run(job(amount, { startType, waitUsing }));
		expect(run.data.resultData.error).toBeUndefined();
		expect(run.status).toBe('waiting');
		expect(await scene.posts()).toBe(amount);
	});
});
