import { severalImages, sourceVideo } from '../fields/mediaKinds';
import { audioSetting, promptField, resolution, seed } from '../fields/requestFields';
import type { VideoLimits } from '../media/video/videoProblem';
import type { Resource } from './resource';
import { HAPPY_HORSE_1 } from './resource';

export const EDITED_VIDEO: VideoLimits = {
	kind: 'video',
	codec: { name: 'H.264', codes: ['avc1', 'avc3'] },
	minSeconds: 3,
	maxSeconds: 60,
	aboveFps: 8,
	minShorterSide: 320,
	maxLongerSide: 2160,
	maxRatio: [5, 2],
	maxMegabytes: 100,
};

export const videoEdit: Resource = {
	value: 'videoEdit',
	name: 'Video Edit',
	description: 'Changes an existing video by instruction. At most 15 seconds of it come out.',
	action: 'from video',
	mode: 'video-edit',
	models: [HAPPY_HORSE_1],
	media: [
		sourceVideo({ apiName: 'video_url', limits: EDITED_VIDEO }),
		severalImages({
			apiName: 'image_urls',
			count: { min: 0, max: 5 },
			limits: {
				kind: 'image',
				types: ['jpeg', 'png', 'webp'],
				minSide: 300,
				maxRatio: [5, 2],
				maxMegabytes: 10,
			},
			mention: { prefix: '@Image', isExpected: false },
			toRequest: (urls) => [...urls],
		}),
	],
	fields: [
		promptField({
			isRequired: true,
			placeholder: 'e.g. Make it winter, with snow on the trees',
			hint: 'Say what to change. Name images @Image1, @Image2 and so on.',
		}),
		resolution,
		audioSetting,
		seed,
	],
	options: [],
	shapeFrom: 'video_url',
	lengthFrom: 'video_url',
};
