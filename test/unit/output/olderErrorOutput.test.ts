import { fitErrorOutput } from '../../../nodes/HappyHorse/output/olderErrorOutput';
import { fakeExecution } from '../support/fakeExecution';

const failed = {
	json: { error: 'Video a was not made', message: 'no reason', details: { task_id: 'a' } },
	pairedItem: { item: 1 },
};

const video = { json: { task_id: 'b', status: 'COMPLETED' }, pairedItem: { item: 0 } };

it('leaves everything as it is where n8n takes failed items with their details', () => {
	const { context } = fakeExecution({ onError: 'continueErrorOutput' });
	expect(fitErrorOutput(context, [video, failed], true)).toEqual([video, failed]);
});

it('leaves the details out where n8n would keep the item on the main output for them', () => {
	const { context } = fakeExecution({ onError: 'continueErrorOutput' });
	expect(fitErrorOutput(context, [video, failed], false)).toEqual([
		video,
		{ json: { error: 'Video a was not made', message: 'no reason' }, pairedItem: { item: 1 } },
	]);
	expect(failed.json).toHaveProperty('details');
});

it('leaves them in where there is no error output', () => {
	const { context } = fakeExecution({ continueOnFail: true });
	expect(fitErrorOutput(context, [failed], false)).toEqual([failed]);
});
