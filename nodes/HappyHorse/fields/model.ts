import type { INodeProperties } from 'n8n-workflow';

import { MODELS } from '../resources';

const NAMES: Record<(typeof MODELS)[number], string> = {
	'happy-horse-1': 'Happy Horse 1.0',
	'happy-horse-1-1': 'Happy Horse 1.1',
};

export const modelField: INodeProperties = {
	displayName: 'Model',
	name: 'model',
	type: 'options',
	default: 'happy-horse-1',
	description: 'The version of Happy Horse. A task is found only under the model that made it.',
	options: MODELS.map((value) => ({ name: NAMES[value], value })),
};
