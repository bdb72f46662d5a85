import { fetchImage, type ImageLimits } from '../images';
import type { Endpoint } from './endpoint';
import { bodyOf, DEFAULT_SECONDS, DURATION, prompt, SHARED_FIELDS, url } from './fields';

const IMAGE: ImageLimits = { formats: ['jpeg', 'png', 'webp', 'bmp'], minSide: 300, shape: true };

/** Animates one image; the video has its shape. */
export const imageToVideo: Endpoint = {
	body: bodyOf(['image_url'], {
		image_url: url(
			'Public URL of a JPEG, PNG, BMP or WebP image; each side at least 300 pixels, aspect ratio 1:2.5 to 2.5:1, at most 10 MB',
		),
		prompt: prompt(0, 2500),
		resolution: SHARED_FIELDS.resolution,
		duration: DURATION,
		seed: SHARED_FIELDS.seed,
		webhook_url: SHARED_FIELDS.webhook_url,
	}),
	files: { image_url: async (imageUrl) => await fetchImage(imageUrl, IMAGE) },
	plan: ({ duration = DEFAULT_SECONDS }, [image]) => {
		if (image === undefined) throw new Error('A valid body has an image');
		return { image, seconds: duration };
	},
};
