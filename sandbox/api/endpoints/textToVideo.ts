import { drawShape } from '../drawn';
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
} from './fields';

/** Makes a video from a description: here a landscape whose colours depend on it. */
export const textToVideo = (model: Model): Endpoint => ({
	body: bodyOf(['prompt'], {
		...SHARED_FIELDS,
		prompt: prompt(1, 2500),
		aspect_ratio: oneOf(RATIOS[model], DEFAULT_RATIO),
		duration: DURATION,
	}),
	files: {},
	plan: async (body) => {
		const { prompt: text = '', seed = '', duration = DEFAULT_SECONDS } = body;
		const shape = shapeOfRatio(body.aspect_ratio ?? DEFAULT_RATIO);
		return { image: await drawShape(shape, { n: text + seed }), seconds: duration };
	},
});
