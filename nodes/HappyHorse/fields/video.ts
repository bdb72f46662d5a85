import type { INodeProperties } from 'n8n-workflow';

/** What a new video is made of: the image and how it comes to life. */
export const videoFields: INodeProperties[] = [
	{
		displayName: 'Image Source',
		name: 'imageSource',
		type: 'options',
		default: 'url',
		description: 'Where the image comes from',
		options: [
			{
				name: 'Binary File',
				value: 'binary',
				description: 'A file that an earlier node delivers. It is uploaded for you.',
			},
			{
				name: 'URL',
				value: 'url',
				description: 'A public address that anybody can open without signing in',
			},
		],
	},
	{
		displayName: 'Image URL',
		name: 'imageUrl',
		type: 'string',
		required: true,
		default: '',
		placeholder: 'e.g. https://example.com/image.jpg',
		hint: 'An address that anybody can open without signing in',
		description:
			'Public address of a JPEG, PNG, WebP or BMP image: at least 300 pixels on each side, at most 10 MB, and the longer side at most 2.5 times the shorter',
		displayOptions: { show: { imageSource: ['url'] } },
	},
	{
		displayName: 'Input Data Field Name',
		name: 'binaryPropertyName',
		type: 'string',
		required: true,
		default: 'data',
		placeholder: 'e.g. data',
		hint: 'The name of the field that holds the image',
		description:
			'A JPEG, PNG or WebP image: at least 300 pixels on each side, at most 10 MB, and the longer side at most 2.5 times the shorter',
		displayOptions: { show: { imageSource: ['binary'] } },
	},
	{
		displayName: 'Prompt',
		name: 'prompt',
		type: 'string',
		typeOptions: { rows: 3 },
		default: '',
		placeholder: 'e.g. The horse gallops along the beach, slow camera pan',
		hint: 'Optional. Say what should happen in the video.',
		description: 'At most 2,500 characters. Without it the image comes to life as the model likes.',
	},
	{
		displayName: 'Resolution',
		name: 'resolution',
		type: 'options',
		default: '1080P',
		description: 'Sharper videos cost more. The shape of the video follows the image.',
		options: [
			{ name: '1080p (Full HD)', value: '1080P' },
			{ name: '720p (HD)', value: '720P' },
		],
	},
	{
		displayName: 'Duration',
		name: 'duration',
		type: 'number',
		typeOptions: { minValue: 3, maxValue: 15, numberPrecision: 0 },
		default: 5,
		hint: 'In seconds, from 3 to 15',
		description: 'Length of the video. Each second costs.',
	},
];
