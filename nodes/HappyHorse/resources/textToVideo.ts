import { aspectRatio, duration, promptField, resolution, seed } from '../fields/requestFields';
import type { Resource } from './resource';
import { HAPPY_HORSE_1, HAPPY_HORSE_1_1 } from './resource';

export const textToVideo: Resource = {
	value: 'textToVideo',
	name: 'Text to Video',
	description: 'Makes a video from a description',
	action: 'from text',
	mode: 'text-to-video',
	models: [HAPPY_HORSE_1, HAPPY_HORSE_1_1],
	media: [],
	fields: [
		promptField({
			isRequired: true,
			placeholder: 'e.g. A white horse gallops along the beach at sunset, drone shot',
			hint: 'Describe who or what, where, the motion and the camera.',
		}),
		aspectRatio,
		resolution,
		duration,
		seed,
	],
	options: [],
	shapeFrom: 'aspect_ratio',
	lengthFrom: 'duration',
};
