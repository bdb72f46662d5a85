import {
	continuesOnFail,
	leavesByErrorOutput,
	usedAsTool,
} from '../../../nodes/HappyHorse/n8n/nodeSettings';
import type { Setup } from '../support/fakeExecution';
import { fakeExecution } from '../support/fakeExecution';

it('knows the error output', () => {
	expect(leavesByErrorOutput(fakeExecution({}).context)).toBe(false);
	expect(leavesByErrorOutput(fakeExecution({ onError: 'continueErrorOutput' }).context)).toBe(true);
	expect(leavesByErrorOutput(fakeExecution({ continueOnFail: true }).context)).toBe(false);
});

it('knows that an agent runs it, in old and new versions of n8n', () => {
	expect(usedAsTool(fakeExecution({}).context)).toBe(false);
	expect(
		usedAsTool(fakeExecution({ nodeType: 'n8n-nodes-happy-horse.happyHorseTool' }).context),
	).toBe(true);
	const { bendable, context } = fakeExecution({});
	expect(usedAsTool(Object.assign(context, { ...bendable, isToolExecution: () => true }))).toBe(
		true,
	);
});

it.each<[string, Setup, boolean]>([
	['by default', {}, false],
	['with "Continue"', { continueOnFail: true }, true],
	['with an error output', { onError: 'continueErrorOutput' }, true],
	['as a tool of an agent', { nodeType: 'n8n-nodes-happy-horse.happyHorseTool' }, true],
])('knows whether failed items are items, %s', (_, setup, expected) => {
	expect(continuesOnFail(fakeExecution(setup).context)).toBe(expected);
});
