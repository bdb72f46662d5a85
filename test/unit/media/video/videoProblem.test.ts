import { videoProblem } from '../../../../nodes/HappyHorse/media/video/videoProblem';
import { EDITED_VIDEO } from '../../../../nodes/HappyHorse/resources/videoEdit';
import type { VideoFacts } from '../../../../nodes/HappyHorse/media/video/videoReader';

const FINE = {
	width: 1920,
	height: 1080,
	seconds: 10,
	fps: 25,
	codec: 'avc1',
	hasVideo: true,
};

const problem = (changes: VideoFacts) => videoProblem({ ...FINE, ...changes }, EDITED_VIDEO);

it.each<[string, VideoFacts]>([
	['nothing special', {}],
	['the other code of H.264', { codec: 'avc3' }],
	['the shortest', { seconds: 3 }],
	['the longest', { seconds: 60 }],
	['a last frame of sound', { seconds: 60.064 }],
	['the lowest frame rate', { fps: 8.001 }],
	['the longest side', { width: 2160, height: 864 }],
	['the same, upright', { width: 864, height: 2160 }],
	['the shortest side', { width: 800, height: 320 }],
])('takes %s', (_, changes) => {
	expect(problem(changes)).toBeNull();
});

it('says nothing of what is not known', () => {
	expect(videoProblem({}, EDITED_VIDEO)).toBeNull();
});

it.each<[VideoFacts, string]>([
	[{ hasVideo: false }, 'The file has no video track'],
	[{ codec: 'hvc1' }, 'The codec of the video is HEVC (only H.264 is accepted)'],
	[{ codec: 'apcn' }, 'The codec of the video is apcn (only H.264 is accepted)'],
	[{ seconds: 2.5 }, 'The video is too short: 2.5 seconds (minimum 3)'],
	[{ seconds: 75 }, 'The video is too long: 75 seconds (maximum 60)'],
	[{ seconds: 60.12 }, 'The video is too long: 60.12 seconds (maximum 60)'],
	[{ fps: 8 }, 'The frame rate is too low: 8 frames per second (more than 8 required)'],
	[
		{ width: 3840, height: 2160 },
		'The video is too large: 3840x2160 pixels (longer side at most 2160)',
	],
	[
		{ width: 2161, height: 1080 },
		'The video is too large: 2161x1080 pixels (longer side at most 2160)',
	],
	[
		{ width: 319, height: 480 },
		'The video is too small: 319x480 pixels (shorter side at least 320)',
	],
	[
		{ width: 801, height: 320 },
		'The video is too wide: 801x320 pixels (longer side at most 2.5 times the shorter)',
	],
	[
		{ width: 320, height: 801 },
		'The video is too tall: 320x801 pixels (longer side at most 2.5 times the shorter)',
	],
])('%j: %s', (changes, words) => {
	expect(problem(changes)).toBe(words);
});
