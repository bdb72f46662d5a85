import { reasonNotToSuspend } from '../../../nodes/HappyHorse/operations/reasonNotToSuspend';
import { fakeExecution } from '../support/fakeExecution';

const SUB = 'n8n-nodes-base.executeWorkflowTrigger';

const single = (name: string) => `{{ $("${name}").isExecuted && $("${name}").all().length === 1 }}`;

const respondsAtEnd = (name: string) =>
	`{{ $("${name}").isExecuted && $("${name}").params.responseMode === "lastNode" }}`;

it.each([
	[
		'is none without the node that starts sub-workflows',
		[{ name: 'W', type: 'n8n-nodes-base.set' }],
		{},
		false,
	],
	['is none without any node before it', [], {}, false],
	['may be one with a single item', [{ name: 'W', type: SUB }], { [single('W')]: true }, true],
	[
		'is none with several items, or where that start did not run',
		[{ name: 'W', type: SUB }],
		{ [single('W')]: false },
		false,
	],
	[
		'may be one by its second start',
		[
			{ name: 'W', type: SUB },
			{ name: 'V', type: SUB },
		],
		{ [single('W')]: false, [single('V')]: true },
		true,
	],
])('a workflow %s', (_, before, expressions, expected) => {
	const reason = reasonNotToSuspend(fakeExecution({ before, expressions }).context);
	expect(reason?.includes('with a single item') ?? false).toBe(expected);
});

describe('on n8n 1, where the other workflow would get its own items back', () => {
	const resumeUrl = 'https://n8n.example.com/webhook-waiting/7';

	it.each([true, false])('any number of items is a reason, where that start ran: %p', (ran) => {
		const setup = {
			before: [{ name: 'W', type: SUB }],
			expressions: { '{{ $("W").isExecuted }}': ran },
			resumeUrl,
		};
		const reason = reasonNotToSuspend(fakeExecution(setup).context);
		expect(reason?.includes('its own items back') ?? false).toBe(ran);
	});
});

describe("a client that gets its response 'When Last Node Finishes'", () => {
	it.each([
		['n8n-nodes-base.webhook', true, true],
		['n8n-nodes-base.webhook', false, false],
		['n8n-nodes-base.webhook', undefined, false],
		['n8n-nodes-base.formTrigger', true, true],
	])('of %s: %p is a reason: %p', (type, atEnd, expected) => {
		const setup = {
			before: [
				{ name: 'Edit', type: 'n8n-nodes-base.set' },
				{ name: 'W', type },
			],
			expressions: { [respondsAtEnd('W')]: atEnd },
		};
		const reason = reasonNotToSuspend(fakeExecution(setup).context);
		expect(reason?.includes('When Last Node Finishes') ?? false).toBe(expected);
	});

	it('counts on n8n 1, too, and is found behind another start', () => {
		const setup = {
			before: [
				{ name: 'Form', type: 'n8n-nodes-base.formTrigger' },
				{ name: 'W "2"', type: 'n8n-nodes-base.webhook' },
			],
			expressions: { [respondsAtEnd('Form')]: false, [respondsAtEnd('W \\"2\\"')]: true },
			resumeUrl: 'https://n8n.example.com/webhook-waiting/7',
		};
		const reason = reasonNotToSuspend(fakeExecution(setup).context);
		expect(reason).toContain('When Last Node Finishes');
	});
});
