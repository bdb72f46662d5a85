import { mayBeOneOfMany } from '../../../nodes/HappyHorse/operations/subWorkflow';
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
	expect(mayBeOneOfMany(fakeExecution({ before, expressions }).context)).toBe(expected);
});
