import type { INodeProperties } from 'n8n-workflow';

export const waitUsingField: INodeProperties = {
	displayName: 'Wait Using',
	name: 'waitUsing',
	type: 'options',
	default: 'auto',
	description: 'How the node finds out that the videos are ready',
	options: [
		{
			name: 'Automatic',
			value: 'auto',
			description: 'Webhook if the provider can reach this n8n, otherwise polling',
		},
		{
			name: 'Polling',
			value: 'polling',
			description: 'Checks at intervals while the execution keeps running',
		},
		{
			name: 'Webhook',
			value: 'webhook',
			description:
				'Pauses the execution until the provider sends a webhook. Needs an n8n that is reachable from the internet.',
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
