import { collage } from '../collage';
import { fetchImage, type ImageLimits } from '../images';
import { shapeOfRatio } from '../shape';
import type { Model } from '../wire';
import type { Endpoint } from './endpoint';
import {
	bodyOf,
	DEFAULT_RATIO,
	DEFAULT_SECONDS,
	DURATION,
	oneOf,
	prompt,
	RATIOS,
	SHARED_FIELDS,
	url,
} from './fields';

/** A shortest side of 400 pixels is only recommended, so a smaller image is taken. */
const IMAGE: ImageLimits = { formats: ['jpeg', 'png', 'webp'], minSide: 1, shape: false };

/** Puts what the images show into one video, in the requested ratio and in the order of the array. */
export const referenceToVideo = (model: Model): Endpoint => ({
	body: bodyOf(['prompt', 'image_urls'], {
		...SHARED_FIELDS,
		prompt: prompt(1, 5000),
		image_urls: {
			type: 'array',
			minItems: 1,
			maxItems: 9,
			items: bodyOf(['url'], {
				url: url('Public URL of a JPEG, PNG or WebP image, at most 10 MB'),
			}),
		},
		aspect_ratio: oneOf(RATIOS[model], DEFAULT_RATIO),
		duration: DURATION,
		watermark: { type: 'boolean', default: false },
	}),
	files: { image_urls: async (imageUrl) => await fetchImage(imageUrl, IMAGE) },
	plan: async ({ aspect_ratio = DEFAULT_RATIO, duration = DEFAULT_SECONDS }, images) => ({
		image: await collage(images, shapeOfRatio(aspect_ratio)),
		seconds: duration,
	}),
});
