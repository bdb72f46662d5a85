import type { IDataObject } from 'n8n-workflow';

import type { SandboxFiles } from './resourceCases';

type ImageWith = (url: string) => IDataObject;

export interface FileEdges {
	/** Right outside of a limit, and what the user reads of it. */
	wrong: Array<[change: IDataObject, says: RegExp]>;
	/** Right at a limit. */
	good: IDataObject[];
}

const PLAIN = '640x480.png';

const TEN_MEGABYTES = 10 * 1024 * 1024;

const imageEdges = (at: SandboxFiles, imageWith: ImageWith): FileEdges => ({
	wrong: [
		[imageWith(at.image('299x300.png')), /too small: 299x300 pixels \(minimum 300/],
		[imageWith(at.image('300x299.jpg')), /too small: 300x299 pixels \(minimum 300/],
		[imageWith(at.image('751x300.webp')), /too wide: 751x300 pixels .*at most 2\.5 times/],
		[imageWith(at.image('300x751.png')), /too tall: 300x751 pixels .*at most 2\.5 times/],
		[
			imageWith(at.image(`400x300.png?bytes=${TEN_MEGABYTES + 1}`)),
			/too large: 10\.1 MB \(maximum 10/,
		],
		[imageWith(at.image('400x300.gif')), /GIF/],
	],
	good: ['300x300.png', '750x300.jpg', '300x750.webp', `400x300.png?bytes=${TEN_MEGABYTES}`].map(
		(name) => imageWith(at.image(name)),
	),
});

const bmpIsWrong = (at: SandboxFiles, imageWith: ImageWith): FileEdges['wrong'] => [
	[imageWith(at.image('400x400.bmp')), /BMP/],
];

/** What each resource takes as files, by the documentation of the API. */
export const FILE_EDGES: Record<string, (at: SandboxFiles) => FileEdges> = {
	imageToVideo: (at) => imageEdges(at, (imageUrl) => ({ imageUrl })),
	referenceToVideo: (at) => {
		const imageWith = (url: string) => ({ imageUrls: [at.image(PLAIN), url] });
		const ofAnyShape = /too (small|wide|tall)/;
		const { wrong } = imageEdges(at, imageWith);
		return {
			wrong: [
				...wrong.filter(([, says]) => !ofAnyShape.test(says.source)),
				...bmpIsWrong(at, imageWith),
			],
			good: [
				'299x300.png',
				'1200x300.jpg',
				'300x1200.webp',
				`400x400.png?bytes=${TEN_MEGABYTES}`,
			].map((name) => imageWith(at.image(name))),
		};
	},
	videoEdit: (at) => {
		const imageWith = (url: string) => ({ imageUrls: [at.image(PLAIN), url] });
		const { wrong, good } = imageEdges(at, imageWith);
		const videoWith = (name: string) => ({ videoUrl: at.video(name) });
		const bytes = 100 * 1024 * 1024;
		return {
			wrong: [
				...wrong,
				...bmpIsWrong(at, imageWith),
				[videoWith('480x360.mp4?seconds=2.8'), /too short: 2\.8 seconds \(minimum 3/],
				[videoWith('320x320.mov?seconds=60.5&fps=10'), /too long: 60\.5 seconds \(maximum 60/],
				[videoWith('480x360.mp4?seconds=3&fps=8'), /frame rate.*8 .*more than 8/],
				[
					videoWith('318x400.mp4?seconds=3'),
					/too small: 318x400 pixels \(shorter side at least 320/,
				],
				[videoWith('2162x866.mp4?seconds=1&fps=9'), /too large: 2162x866 .*at most 2160/],
				[videoWith('802x320.mp4?seconds=3'), /too wide: 802x320 .*at most 2\.5 times/],
				[videoWith('320x802.mov?seconds=3'), /too tall: 320x802 .*at most 2\.5 times/],
				[
					videoWith(`400x400.mp4?seconds=3&bytes=${bytes + 1}`),
					/too large: 100\.1 MB \(maximum 100/,
				],
				[{ videoUrl: at.image(PLAIN) }, /It is a PNG image, not a video/],
			],
			good: [
				...good,
				...[
					...['480x360.mp4?seconds=3&fps=9', '320x320.mov?seconds=60&fps=10&moov=end'],
					...['2160x864.mp4?seconds=3&fps=9', '800x320.mov?seconds=3', '320x800.mp4?seconds=3'],
					`400x400.mp4?seconds=3&bytes=${bytes}`,
				].map(videoWith),
			],
		};
	},
};
