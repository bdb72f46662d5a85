import { oneImage } from '../fields/mediaKinds';
import { duration, promptField, resolution, seed } from '../fields/requestFields';
import { requiredAspectRatio } from '../fields/requiredAspectRatio';
import type { Resource } from './resource';
import { HAPPY_HORSE_1, HAPPY_HORSE_1_1 } from './resource';

export const imageToVideo: Resource = {
	value: 'imageToVideo',
	name: 'Image to Video',
	description: 'Brings one image to life. The video keeps its shape.',
	action: 'from image',
	mode: 'image-to-video',
	models: [HAPPY_HORSE_1, HAPPY_HORSE_1_1],
	media: [
		oneImage({
			apiName: 'image_url',
			limits: {
				kind: 'image',
				types: ['jpeg', 'png', 'webp', 'bmp'],
				minSide: 300,
				maxRatio: [5, 2],
				maxMegabytes: 10,
			},
		}),
	],
	fields: [
		promptField({
			isRequired: false,
			placeholder: 'e.g. The horse gallops along the beach, slow camera pan',
			hint: 'Optional. Describe the motion you want.',
			description: 'If empty, the model chooses the motion.',
		}),
		resolution,
		duration,
		seed,
	],
	options: [requiredAspectRatio],
	shapeFrom: 'image_url',
	lengthFrom: 'duration',
};
