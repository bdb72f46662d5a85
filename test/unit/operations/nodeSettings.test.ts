import { leavesByErrorOutput, usedAsTool } from '../../../nodes/HappyHorse/operations/nodeSettings';
import { fakeExecution } from '../support/fakeExecution';

it('knows the error output', () => {
	expect(leavesByErrorOutput(fakeExecution({}).context)).toBe(false);
	expect(leavesByErrorOutput(fakeExecution({ onError: 'continueErrorOutput' }).context)).toBe(true);
	expect(leavesByErrorOutput(fakeExecution({ continueOnFail: true }).context)).toBe(false);
});

it('knows that an agent calls it, in old and new versions of n8n', () => {
	expect(usedAsTool(fakeExecution({}).context)).toBe(false);
	expect(
		usedAsTool(fakeExecution({ nodeType: 'n8n-nodes-happy-horse.happyHorseTool' }).context),
	).toBe(true);
	const { bendable, context } = fakeExecution({});
	expect(usedAsTool(Object.assign(context, { ...bendable, isToolExecution: () => true }))).toBe(
		true,
	);
});
