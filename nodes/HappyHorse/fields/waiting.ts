import type { INodeProperties } from 'n8n-workflow';

export const waitUsingField: INodeProperties = {
	displayName: 'Wait Using',
	name: 'waitUsing',
	type: 'options',
	default: 'auto',
	description: 'How the workflow learns that the videos are finished',
	options: [
		{
			name: 'Automatic',
			value: 'auto',
			description: 'Webhook if the provider can call this n8n, polling if not',
		},
		{
			name: 'Polling',
			value: 'polling',
			description: 'Asks again and again while the execution keeps running',
		},
		{
			name: 'Webhook',
			value: 'webhook',
			description:
				'Suspends the execution until the provider calls. Needs an n8n that is reachable from the internet.',
		},
	],
	// As a tool of an AI agent the node always polls: suspending would stop the agent.
	displayOptions: { show: { '@tool': [false] } },
};

export const maxWaitField: INodeProperties = {
	displayName: 'Max Wait',
	name: 'maxWait',
	type: 'number',
	typeOptions: { minValue: 0.1, maxValue: 1440 },
	default: 30,
	hint: 'In minutes',
	description:
		'How long to wait at most, up to 1440 minutes (a day). Unfinished videos then come out marked as timed out, with their task ID.',
};
