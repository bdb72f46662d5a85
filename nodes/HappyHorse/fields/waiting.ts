import type { IExecuteFunctions } from 'n8n-workflow';

import type { WaitUsing } from '../waiting/suspendOrPoll';
import { readForRun } from './expressions';
import { choiceField } from './types/choice';
import { inOptions, shownFor, withDefault } from './types/field';
import { numberField } from './types/number';

const choices = choiceField<WaitUsing>({
	name: 'waitUsing',
	label: 'Wait Using',
	default: 'auto',
	description: 'How the node finds out that the videos are ready',
	choices: [
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
});

/** As a tool of an AI agent the node always polls: suspending would stop the agent. */
export const waitUsing = withDefault(shownFor(choices, { '@tool': [false] }));

export const maxWait = numberField({
	name: 'maxWait',
	label: 'Max Wait',
	unit: 'Minutes',
	min: 0.1,
	max: 1440,
	default: 30,
	description:
		'How long to wait at most. Unfinished videos then come out marked as timed out, with their task ID.',
});

export const pollInterval = inOptions(
	withDefault(
		numberField({
			name: 'pollInterval',
			label: 'Poll Interval',
			unit: 'Seconds',
			min: 5,
			max: 3600,
			default: 15,
			description:
				'How long to pause between two checks when polling. Grows to a minute for long videos.',
		}),
	),
);

/** Where users choose how to wait. */
export const pollIntervalIfPolling = shownFor(pollInterval, { '/waitUsing': ['auto', 'polling'] });

/** How long and how often; these hold for the whole run. */
export interface WaitSettings {
	maxWaitMs: number;
	intervalMs: number;
}

/** @throws ValidationError */
export function readWaitSettings(context: IExecuteFunctions): WaitSettings {
	return {
		maxWaitMs: readForRun(context, maxWait) * 60_000,
		intervalMs: readForRun(context, pollInterval) * 1000,
	};
}
