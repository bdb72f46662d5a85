import { severalImages } from '../fields/mediaKinds';
import {
	aspectRatio,
	duration,
	promptField,
	resolution,
	seed,
	watermark,
} from '../fields/requestFields';
import type { Resource } from './resource';
import { HAPPY_HORSE_1, HAPPY_HORSE_1_1 } from './resource';

export const referenceToVideo: Resource = {
	value: 'referenceToVideo',
	name: 'Reference to Video',
	description: 'Puts products or people from 1 to 9 images into a new video of any shape',
	action: 'from reference images',
	mode: 'reference-to-video',
	models: [HAPPY_HORSE_1, HAPPY_HORSE_1_1],
	media: [
		severalImages({
			apiName: 'image_urls',
			count: { min: 1, max: 9 },
			limits: {
				kind: 'image',
				types: ['jpeg', 'png', 'webp'],
				recommendedSide: 400,
				maxMegabytes: 10,
			},
			mention: { prefix: 'character', isExpected: true },
			// The newer model rejects plain URLs.
			toRequest: (urls) => urls.map((url) => ({ url })),
		}),
	],
	fields: [
		promptField({
			isRequired: true,
			maxCharacters: 5000,
			placeholder: 'e.g. character1 holds character2 on a sunny beach and smiles',
			hint: 'Name the images character1, character2 and so on, in their order.',
		}),
		aspectRatio,
		resolution,
		duration,
		seed,
		watermark,
	],
	options: [],
	shapeFrom: 'aspect_ratio',
	lengthFrom: 'duration',
};
