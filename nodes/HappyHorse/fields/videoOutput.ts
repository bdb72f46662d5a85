import type { INodeProperties } from 'n8n-workflow';

export const outputFileField: INodeProperties = {
	displayName: 'Output Data Field Name',
	name: 'outputBinaryPropertyName',
	type: 'string',
	required: true,
	default: 'data',
	placeholder: 'e.g. data',
	hint: 'The name of the field that will hold the video',
};

const downloadField: INodeProperties = {
	displayName: 'Download Video',
	name: 'downloadVideo',
	type: 'boolean',
	default: true,
	description: 'Whether to add the video file to the item. The URL expires after about a day.',
};

const outputFileIfWanted: INodeProperties = {
	...outputFileField,
	displayOptions: { show: { downloadVideo: [true] } },
};

/** Whether and where the finished video file comes out. */
export const videoOutputFields: INodeProperties[] = [downloadField, outputFileIfWanted];

/** The same, with the download only on demand. */
export const optionalVideoOutputFields: INodeProperties[] = [
	{ ...downloadField, default: false },
	outputFileIfWanted,
];
