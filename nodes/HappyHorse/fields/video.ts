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
				description: 'A file from a previous node, uploaded for you',
			},
			{
				name: 'URL',
				value: 'url',
				description: 'A public link to an image file',
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
		hint: 'Direct link to an image file. Drive or Dropbox share pages do not work.',
		description:
			'JPEG, PNG, WebP or BMP: at least 300 pixels on each side, at most 10 MB, and the longer side at most 2.5 times the shorter',
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
		hint: 'Optional. Describe the motion you want.',
		description: 'At most 2,500 characters. If empty, the model chooses the motion.',
	},
	{
		displayName: 'Resolution',
		name: 'resolution',
		type: 'options',
		default: '1080P',
		description: 'Sharper videos cost more. The video keeps the aspect ratio of the image.',
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
		description: 'Length of the video. Longer videos cost more.',
	},
];
