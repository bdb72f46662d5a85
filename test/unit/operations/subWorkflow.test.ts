import { reasonNotToSuspend } from '../../../nodes/HappyHorse/operations/subWorkflow';
import { fakeExecution } from '../support/fakeExecution';

const SUB = 'n8n-nodes-base.executeWorkflowTrigger';

const single = (name: string) => `{{ $("${name}").isExecuted && $("${name}").all().length === 1 }}`;

it.each([
	[
		'is none without the node that starts sub-workflows',
		[{ name: 'W', type: 'n8n-nodes-base.webhook' }],
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
		const scene = {
			before: [{ name: 'W', type: SUB }],
			expressions: { '{{ $("W").isExecuted }}': ran },
			resumeUrl,
		};
		const reason = reasonNotToSuspend(fakeExecution(scene).context);
		expect(reason?.includes('its own items back') ?? false).toBe(ran);
	});
});
