import type { INodeProperties } from 'n8n-workflow';

export const modelField: INodeProperties = {
	displayName: 'Model',
	name: 'model',
	type: 'options',
	default: 'happy-horse-1',
	description: 'The version of Happy Horse. A task is found only under the model that made it.',
	options: [
		{ name: 'Happy Horse 1.0', value: 'happy-horse-1' },
		{ name: 'Happy Horse 1.1', value: 'happy-horse-1-1' },
	],
};
