import { MODELS, type EndpointName, type Model } from '../../sandbox/api/wire';

export type Body = Record<string, unknown>;

/** Makes URLs of drawn files at the running sandbox. */
export interface At {
	image: (name: string) => string;
	video: (name: string) => string;
}

/** Fields over a minimal body; `undefined` leaves a field out. */
export type Change = (at: At) => Body;

/** What one endpoint takes and rejects. */
export interface EndpointCase {
	endpoint: EndpointName;
	minimal: Change;
	full: Change;
	/** changes of the minimal body that are still valid */
	valid: Change[];
	/** the name of the invalid parameter, and changes of the minimal body that make it so */
	invalid: Array<[name: string, ...changes: Change[]]>;
	/** the shape of the video, width by height, and its seconds: of the minimal and the full body */
	videos: [Video, Video];
}

interface Video {
	ratio: number;
	seconds: number;
}

const HORSE = '🐎';
const RATIOS: Record<Model, string[]> = {
	'happy-horse-1': ['16:9', '9:16', '1:1', '4:3', '3:4'],
	'happy-horse-1-1': ['16:9', '9:16', '1:1', '4:3', '3:4', '21:9', '9:21', '5:4', '4:5'],
};

/** A change that gives the field each of the values. */
const each = (field: string, ...values: unknown[]): Change[] =>
	values.map((value) => () => ({ [field]: value }));
const invalid = (field: string, ...values: unknown[]): [string, ...Change[]] => [
	field,
	...each(field, ...values),
];

const image = { minSide: ['299x300.png', '300x299.jpg'], shape: ['300x751.webp', '751x300.png'] };
const notImages = ['nothing.png', '400x300.gif', '400x300.png?bytes=10485761', '../'];

const sharedValid = [
	...each('resolution', '720P', '1080P'),
	...each('seed', 0, 2147483647),
	...each('webhook_url', 'http://127.0.0.1:9/'),
];
const sharedInvalid = [
	invalid('resolution', '720p', '', '480P', 720, null),
	invalid('seed', -1, 2147483648, 1.5, '1', null),
	invalid('webhook_url', '', 'somewhere', 'ftp://example.com/', 7),
	invalid('negative_prompt', 'rain'),
	invalid('Prompt', 'a horse'),
];
const promptValid = (longest: number) => each('prompt', HORSE.repeat(longest), 'x'.repeat(longest));
const promptInvalid = (longest: number) =>
	invalid('prompt', 'x'.repeat(longest + 1), HORSE.repeat(longest + 1), 7, null, ['a horse']);
const promptRequired = invalid('prompt', undefined, '');
const durationValid = each('duration', 3, 15);
const durationInvalid = invalid('duration', 2, 16, 5.5, '5', null);
const ratioValid = (model: Model) => each('aspect_ratio', ...RATIOS[model]);
const ratioInvalid = (model: Model) => {
	const newer = RATIOS['happy-horse-1-1'].filter((ratio) => !RATIOS[model].includes(ratio));
	// Unquoted, 16:9 is the number 969 in YAML 1.1.
	return invalid('aspect_ratio', ...newer, '16/9', '2:1', '', 969, null);
};

const imageToVideo = (model: Model): EndpointCase => ({
	endpoint: `image-to-video/${model}`,
	minimal: (at) => ({ image_url: at.image('600x400.png') }),
	full: (at) => ({
		...{ image_url: at.image('400x800.webp'), prompt: 'It gallops', resolution: '720P' },
		...{ duration: 4, seed: 1, webhook_url: 'http://127.0.0.1:9/' },
	}),
	valid: [
		...[...sharedValid, ...durationValid, ...promptValid(2500), ...each('prompt', '')],
		...[
			'300x300.png',
			'300x750.jpg',
			'750x300.webp',
			'640x480.bmp',
			'400x300.png?bytes=10485760',
		].map(
			(name): Change =>
				(at) => ({ image_url: at.image(name) }),
		),
	],
	invalid: [
		...[...sharedInvalid, durationInvalid, promptInvalid(2500)],
		invalid('image_url', undefined, '', 'a.png', 'data:image/png;base64,iVBORw0KGgo=', 7),
		invalid('image_url', ['http://127.0.0.1:9/a.png'], { url: 'http://127.0.0.1:9/a.png' }),
		[
			'image_url',
			...[...image.minSide, ...image.shape, ...notImages].map(
				(name): Change =>
					(at) => ({ image_url: at.image(name) }),
			),
		],
		invalid('aspect_ratio', '16:9'),
		invalid('watermark', true),
	],
	videos: [
		{ ratio: 600 / 400, seconds: 5 },
		{ ratio: 400 / 800, seconds: 4 },
	],
});

const textToVideo = (model: Model): EndpointCase => ({
	endpoint: `text-to-video/${model}`,
	minimal: () => ({ prompt: 'A horse' }),
	full: () => ({
		...{ prompt: 'A horse at dusk', aspect_ratio: RATIOS[model].at(-1), resolution: '720P' },
		...{ duration: 4, seed: 1, webhook_url: 'http://127.0.0.1:9/' },
	}),
	valid: [...sharedValid, ...durationValid, ...promptValid(2500), ...ratioValid(model)],
	invalid: [
		...[...sharedInvalid, durationInvalid, promptInvalid(2500), promptRequired],
		...[ratioInvalid(model), invalid('image_url', 'http://127.0.0.1:9/a.png')],
		invalid('watermark', false),
	],
	videos: [
		{ ratio: 16 / 9, seconds: 5 },
		{ ratio: ratioOf(RATIOS[model].at(-1)), seconds: 4 },
	],
});

const referenceToVideo = (model: Model): EndpointCase => ({
	endpoint: `reference-to-video/${model}`,
	minimal: (at) => ({
		...{ prompt: 'character1 runs', image_urls: [{ url: at.image('400x400.png') }] },
	}),
	full: (at) => ({
		prompt: 'character1 meets character2',
		image_urls: [{ url: at.image('400x400.jpg') }, { url: at.image('500x900.webp') }],
		...{ aspect_ratio: '9:16', resolution: '720P', duration: 4, seed: 1, watermark: true },
		webhook_url: 'http://127.0.0.1:9/',
	}),
	valid: [
		...[...sharedValid, ...durationValid, ...promptValid(5000), ...ratioValid(model)],
		...each('watermark', true, false),
		(at) => ({ image_urls: Array(9).fill({ url: at.image('400x400.png') }) }),
		// A shortest side of 400 pixels is only recommended, and no shape is required.
		...['399x500.png', '20x10.jpg', '1200x300.webp', '400x400.png?bytes=10485760'].map(
			(name): Change =>
				(at) => ({ image_urls: [{ url: at.image(name) }] }),
		),
	],
	invalid: [
		...[...sharedInvalid, durationInvalid, promptInvalid(5000), promptRequired],
		...[ratioInvalid(model), invalid('watermark', 'true', 1, null)],
		['image_urls', ...each('image_urls', undefined, [], 'http://127.0.0.1:9/a.png', {}, null)],
		['image_urls', (at) => ({ image_urls: Array(10).fill({ url: at.image('400x400.png') }) })],
		// Strings belong to video edit, objects here.
		['image_urls.0', (at) => ({ image_urls: [at.image('400x400.png')] })],
		['image_urls.1', (at) => ({ image_urls: [{ url: at.image('400x400.png') }, null] })],
		...[{}, { url: '' }, { url: 'a.png' }, { url: 7 }].map((entry): [string, Change] => [
			...(['image_urls.0.url', () => ({ image_urls: [entry] })] as const),
		]),
		['image_urls.0.name', (at) => ({ image_urls: [{ url: at.image('9x9.png'), name: 'horse' }] })],
		[
			'image_urls.1.url',
			...['640x480.bmp', ...notImages].map(
				(name): Change =>
					(at) => ({
						image_urls: [{ url: at.image('400x400.png') }, { url: at.image(name) }],
					}),
			),
		],
	],
	videos: [
		{ ratio: 16 / 9, seconds: 5 },
		{ ratio: 9 / 16, seconds: 4 },
	],
});

const videoEdit: EndpointCase = {
	endpoint: 'video-edit/happy-horse-1',
	minimal: (at) => ({ prompt: 'Make it snow', video_url: at.video('640x360.mp4?seconds=4') }),
	full: (at) => ({
		...{ prompt: '@Image1 and @Image2', video_url: at.video('320x400.mov?seconds=20&fps=9') },
		image_urls: [at.image('400x300.jpg'), at.image('300x750.webp')],
		...{ audio_setting: 'origin', resolution: '720P', seed: 1 },
		webhook_url: 'http://127.0.0.1:9/',
	}),
	valid: [
		...[...sharedValid, ...promptValid(2500), ...each('audio_setting', 'auto', 'origin')],
		...each('image_urls', []),
		(at) => ({ image_urls: Array(5).fill(at.image('300x300.png')) }),
		(at) => ({ image_urls: [at.image('750x300.jpg'), at.image('400x300.png?bytes=10485760')] }),
		...[
			...['320x320.mp4?seconds=3', '320x320.mp4?seconds=60&fps=9', '320x320.mov?seconds=3'],
			...['2160x864.mp4?seconds=3&fps=9', '320x800.mp4?seconds=3&fps=9'],
			'320x320.mp4?seconds=3&bytes=104857600',
		].map(
			(name): Change =>
				(at) => ({ video_url: at.video(name) }),
		),
	],
	invalid: [
		...[...sharedInvalid, promptInvalid(2500), promptRequired],
		invalid('video_url', undefined, '', 'a.mp4', 7, { url: 'http://127.0.0.1:9/a.mp4' }),
		invalid('video_url', 'http://127.0.0.1:9/a.mp4', ['http://127.0.0.1:9/a.mp4']),
		[
			'video_url',
			...[
				...['320x320.mp4?seconds=2.9', '320x320.mp4?seconds=60.1', '320x320.mp4?seconds=3&fps=8'],
				...['2162x866.mp4?seconds=3&fps=9', '318x400.mp4?seconds=3', '400x318.mp4?seconds=3'],
				...['320x802.mp4?seconds=3', '802x320.mp4?seconds=3', 'nothing.mp4', '../'],
				'320x320.mp4?seconds=3&bytes=104857601',
			].map(
				(name): Change =>
					(at) => ({ video_url: at.video(name) }),
			),
			(at) => ({ video_url: at.image('400x300.png') }),
		],
		invalid('audio_setting', 'none', '', true, null),
		['image_urls', ...each('image_urls', 'http://127.0.0.1:9/a.png', {}, null)],
		['image_urls', (at) => ({ image_urls: Array(6).fill(at.image('300x300.png')) })],
		['image_urls.0', (at) => ({ image_urls: [{ url: at.image('400x300.png') }] })],
		['image_urls.0', ...[[''], ['a.png'], [7], [null]].map((urls) => () => ({ image_urls: urls }))],
		[
			'image_urls.1',
			...['640x480.bmp', ...image.minSide, ...image.shape, ...notImages].map(
				(name): Change =>
					(at) => ({ image_urls: [at.image('300x300.png'), at.image(name)] }),
			),
		],
		...[invalid('duration', 5), invalid('aspect_ratio', '16:9'), invalid('watermark', false)],
	],
	videos: [
		{ ratio: 640 / 360, seconds: 4 },
		{ ratio: 320 / 400, seconds: 15 },
	],
};

function ratioOf(text = '1:1'): number {
	const [width = 1, height = 1] = text.split(':').map(Number);
	return width / height;
}

export const ENDPOINT_CASES: EndpointCase[] = [
	...MODELS.map(imageToVideo),
	...MODELS.map(textToVideo),
	...MODELS.map(referenceToVideo),
	videoEdit,
];
