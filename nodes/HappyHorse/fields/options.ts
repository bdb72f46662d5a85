import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';

type Option = INodeProperties;

export const checkMediaOption: Option = {
	displayName: 'Check Files',
	name: 'checkMedia',
	type: 'boolean',
	default: true,
	description: 'Whether to check the format and size of each file before any video is created',
};

export const dryRunOption: Option = {
	displayName: 'Dry Run',
	name: 'dryRun',
	type: 'boolean',
	default: false,
	description:
		'Whether to check everything and show what would be sent, without creating or paying for any video',
};

export const idempotencyKeyOption: Option = {
	displayName: 'Idempotency Key',
	name: 'idempotencyKey',
	type: 'string',
	default: '',
	placeholder: 'e.g. {{ $json.row_id }}',
	hint: 'One value per item that never changes, such as a row ID',
	description:
		'The same key and the same request are paid for once in this workflow, also when two executions overlap or run a week apart. The earlier video comes out again, marked as reused.',
};

export const maxConcurrencyOption: Option = {
	displayName: 'Max Concurrency',
	name: 'maxConcurrency',
	type: 'number',
	typeOptions: { minValue: 1, maxValue: 20, numberPrecision: 0 },
	default: 5,
	description: 'How many videos are created at the same time, 1 to 20',
};

export const maxDownloadSizeOption: Option = {
	displayName: 'Max Download Size',
	name: 'maxDownloadSize',
	type: 'number',
	typeOptions: { minValue: 1 },
	default: 500,
	hint: 'In MB',
	description:
		'Largest video file to download. Larger files are skipped; the URL is still returned.',
};

/** The same, where the download itself is a choice. */
export const maxDownloadSizeIfWanted: Option = {
	...maxDownloadSizeOption,
	displayOptions: { show: { '/downloadVideo': [true] } },
};

export const maxTotalDurationOption: Option = {
	displayName: 'Max Total Duration',
	name: 'maxTotalDuration',
	type: 'number',
	typeOptions: { minValue: 1 },
	default: 60,
	hint: 'In seconds, over all items of a run',
	description:
		'How many seconds of video one run may pay for, over all items. A run that would exceed it is rejected before any video is created.',
};

export const metadataOption: Option = {
	displayName: 'Metadata',
	name: 'metadata',
	type: 'json',
	default: '{}',
	description:
		'Your own values that come back with the finished video, such as the row or post it belongs to. A JSON object of at most 1 KB.',
};

export const pollIntervalOption: Option = {
	displayName: 'Poll Interval',
	name: 'pollInterval',
	type: 'number',
	typeOptions: { minValue: 5, maxValue: 3600 },
	default: 15,
	hint: 'In seconds, at least 5',
	description:
		'How long to pause between two checks when polling. Grows to a minute for long videos.',
};

export const retryUnavailableOption: Option = {
	displayName: 'Retry When Unavailable',
	name: 'retryUnavailable',
	type: 'boolean',
	default: true,
	description:
		'Whether to send a create request again after the response "503 Service Unavailable", as the API documentation advises. The provider does not say whether such a request can still be charged.',
};

export const seedOption: Option = {
	displayName: 'Seed',
	name: 'seed',
	type: 'number',
	typeOptions: { minValue: 0, maxValue: 2147483647, numberPrecision: 0 },
	default: 0,
	description:
		'A number that makes similar results likelier for the same image and prompt. Without it each video starts from chance.',
};

/** The collection "Options" where nothing but the download can be set. */
export const downloadOptionsField: INodeProperties = {
	...optionsField([maxDownloadSizeOption]),
	displayOptions: { show: { downloadVideo: [true] } },
};

/** The collection "Options" of an operation. */
export function optionsField(options: Option[]): INodeProperties {
	return {
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add Option',
		default: {},
		options: options as Array<INodeProperties & INodePropertyOptions>,
	};
}
