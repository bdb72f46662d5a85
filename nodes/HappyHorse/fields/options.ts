import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';

import { booleanField } from './types/boolean';
import type { Field } from './types/field';
import { inOptions, optional, withDefault } from './types/field';
import { numberField, wholeNumberField } from './types/number';

export const checkMedia = inOptions(
	withDefault(
		booleanField({
			name: 'checkMedia',
			label: 'Check Files',
			default: true,
			description: 'Whether to check the format and size of each file before any video is created',
		}),
	),
);

export const dryRun = inOptions(
	withDefault(
		booleanField({
			name: 'dryRun',
			label: 'Dry Run',
			default: false,
			description:
				'Whether to check everything and show what would be sent, without creating or paying for any video',
		}),
	),
);

export const includeInputFields = inOptions(
	withDefault(
		booleanField({
			name: 'includeInputFields',
			label: 'Include Input Fields',
			default: false,
			description:
				'Whether each item that comes out has the fields of its input item, under "input". Files are not included.',
		}),
	),
);

export const maxConcurrency = inOptions(
	withDefault(
		wholeNumberField({
			name: 'maxConcurrency',
			label: 'Max Concurrency',
			min: 1,
			max: 20,
			default: 5,
			description: 'How many videos are created at the same time',
		}),
	),
);

/** A day of video: more than any user buys on purpose. */
const LONGEST_RUN_SECONDS = 86_400;

/** Seconds of video that one run may pay for. */
export const maxTotalDuration = inOptions(
	optional(
		numberField({
			name: 'maxTotalDuration',
			label: 'Max Total Duration',
			unit: 'Seconds',
			min: 1,
			max: LONGEST_RUN_SECONDS,
			default: 60,
			description:
				'How many seconds of video one run may pay for, over all items. A run that would exceed it is rejected before any video is created.',
		}),
	),
);

export const retryUnavailable = inOptions(
	withDefault(
		booleanField({
			name: 'retryUnavailable',
			label: 'Retry When Unavailable',
			default: true,
			description:
				'Whether to send a create request again after the response "503 Service Unavailable", as the API documentation advises. The provider does not say whether such a request can still be charged.',
		}),
	),
);

/** The collection "Options" of an operation. */
export function optionsProperty(options: readonly Field[]): INodeProperties {
	const properties = options.flatMap((field) => field.properties);
	return {
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add Option',
		default: {},
		options: properties.sort((a, b) => (a.displayName < b.displayName ? -1 : 1)) as Array<
			INodeProperties & INodePropertyOptions
		>,
	};
}
