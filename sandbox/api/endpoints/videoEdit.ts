import { collage } from '../collage';
import { fetchImage, type ImageLimits } from '../images';
import { shapeOf } from '../shape';
import { fetchSourceVideo } from '../sourceVideo';
import type { Endpoint } from './endpoint';
import { bodyOf, oneOf, prompt, SHARED_FIELDS, url } from './fields';

const IMAGE: ImageLimits = { formats: ['jpeg', 'png', 'webp'], minSide: 300, shape: true };
const MAX_SECONDS = 15;

/** Changes a video by instruction: in its shape and length, what stands for it, then the images. */
export const videoEdit: Endpoint = {
	body: bodyOf(['video_url', 'prompt'], {
		...SHARED_FIELDS,
		video_url: url(
			'Public URL of an MP4 or MOV video with H.264; 3 to 60 s, more than 8 frames/s, longer side at most 2160 pixels, shorter side at least 320, aspect ratio 1:2.5 to 2.5:1, at most 100 MB',
		),
		prompt: prompt(1, 2500),
		image_urls: {
			type: 'array',
			maxItems: 5,
			items: url(
				'Public URL of a JPEG, PNG or WebP image; each side at least 300 pixels, aspect ratio 1:2.5 to 2.5:1, at most 10 MB',
			),
		},
		audio_setting: oneOf(['auto', 'origin'], 'auto'),
	}),
	files: {
		video_url: fetchSourceVideo,
		image_urls: async (imageUrl) => await fetchImage(imageUrl, IMAGE),
	},
	plan: async (_body, files) => {
		const [source] = files;
		if (source === undefined) throw new Error('A valid body has a video');
		return {
			image: await collage(files, shapeOf(source)),
			seconds: Math.min(source.seconds ?? MAX_SECONDS, MAX_SECONDS),
		};
	},
};
