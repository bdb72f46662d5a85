import type { IDataObject } from 'n8n-workflow';

import { resources } from '../../../nodes/HappyHorse/resources';
import type { Resource } from '../../../nodes/HappyHorse/resources/resource';

/** A change of the parameters, and the beginning of what the user reads. */
export type Wrong = [what: string, change: IDataObject, says: RegExp];

export interface RequestCase {
	resource: Resource;
	/** A good request, by the model that is the default. */
	parameters: IDataObject;
	/** What is sent for it: JSON as the contract of the API wants it, and nothing else. */
	body: IDataObject;
	/** The files that are looked at, in this sequence. */
	files: string[];
	wrong: Wrong[];
}

export const IMAGE = 'https://images.example.com/a.png';
export const OTHER_IMAGE = 'https://images.example.com/b.png';
export const SMALL_IMAGE = 'https://images.example.com/200x200.png';
export const VIDEO = 'https://videos.example.com/4s.mp4';

const odd = (name: string, label: string, values: unknown[]): Wrong[] =>
	values.map((value) => [
		`${name} ${JSON.stringify(value) ?? 'undefined'}`,
		{ [name]: value } as IDataObject,
		new RegExp(`'${label}'`),
	]);

const seeds = [-1, 2147483648, 0.5, 'lucky', [], false].map(
	(seed): Wrong => [`seed ${JSON.stringify(seed)}`, { options: { seed } as IDataObject }, /'Seed'/],
);

const common: Wrong[] = [
	...seeds,
	...odd('resolution', 'Resolution', ['4K', 1080, null]),
	...odd('prompt', 'Prompt', [5, ['a'], { text: 'a' }, true]),
	['metadata', { options: { metadata: 'row 7' } }, /'Metadata'/],
	['dry run', { options: { dryRun: 'perhaps' } }, /'Dry Run'/],
];

const durations = odd('duration', 'Duration', [2, 16, 5.5, '5.5', '', null, [], {}, true]);

const models = odd('model', 'Model', ['happy-horse-2', null, ['happy-horse-1']]);

const emptyPrompts = odd('prompt', 'Prompt', ['', '  ', null]);

const ratios = odd('aspectRatio', 'Aspect Ratio', [
	'2:1',
	'16/9',
	969,
	null,
	'21:9',
	'5:4',
	'4:5',
	'9:21',
]);

const tooLong = (characters: number): Wrong[] =>
	odd('prompt', 'Prompt', ['🐎'.repeat(characters + 1)]);

/** Of a field with a URL. */
const urls = (name: string, label: string): Wrong[] =>
	odd(name, label, [
		'',
		5,
		true,
		'horse.png',
		'ftp://example.com/a.png',
		'https://user:pw@example.com/a.png',
		'http://localhost/a.png',
		'data:image/png;base64,AAAA',
		{ src: IMAGE },
		{ url: 5 },
	]);

const named = (value: string): Resource => resources.find((resource) => resource.value === value)!;

export const CASES: RequestCase[] = [
	{
		resource: named('imageToVideo'),
		parameters: {
			...{ imageSource: 'url', imageUrl: IMAGE, prompt: 'It gallops', resolution: '720P' },
			...{ duration: 5, options: { seed: 7 } },
		},
		body: { image_url: IMAGE, prompt: 'It gallops', resolution: '720P', duration: 5, seed: 7 },
		files: [IMAGE],
		wrong: [
			...common,
			...durations,
			...models,
			...tooLong(2500),
			...urls('imageUrl', 'Image URL'),
			...odd('imageSource', 'Image Source', ['none', 'file', null]),
			['a small image', { imageUrl: SMALL_IMAGE }, /too small: 200x200 pixels \(minimum 300/],
			['another shape', { options: { requiredAspectRatio: '9:16' } }, /is not 9:16/],
			['an odd shape', { options: { requiredAspectRatio: '2:1' } }, /'Required Aspect Ratio'/],
			['a missing file', { imageSource: 'binary', binaryPropertyName: 'x' }, /No file found/],
			['no name', { imageSource: 'binary', binaryPropertyName: ' ' }, /'Input Data Field Name'/],
		],
	},
	{
		resource: named('referenceToVideo'),
		parameters: {
			...{ imageSource: 'url', imageUrls: `${OTHER_IMAGE}\n${IMAGE}\n`, aspectRatio: '9:16' },
			...{ prompt: 'character1 meets character2', resolution: '1080P', duration: '15' },
			options: { watermark: false },
		},
		body: {
			image_urls: [{ url: OTHER_IMAGE }, { url: IMAGE }],
			prompt: 'character1 meets character2',
			...{ aspect_ratio: '9:16', resolution: '1080P', duration: 15, watermark: false },
		},
		files: [OTHER_IMAGE, IMAGE],
		wrong: [
			...common,
			...durations,
			...models,
			...ratios,
			...emptyPrompts,
			...tooLong(5000),
			...urls('imageUrls', 'Image URLs'),
			...odd('imageUrls', 'Image URLs', [[], '\n', [IMAGE, 5], [{ url: 'x' }]]),
			[
				'ten images',
				{ imageUrls: Array<string>(10).fill(IMAGE) },
				/at most 9 images, but it has 10/,
			],
			['no source', { imageSource: 'none' }, /'Image Source'/],
			['an odd watermark', { options: { watermark: 'yes' } }, /'Watermark'/],
			['a missing file', { imageSource: 'binary', binaryPropertyNames: 'data, x' }, /field 'x'/],
			[
				'no names',
				{ imageSource: 'binary', binaryPropertyNames: ' , ' },
				/'Input Data Field Names'/,
			],
		],
	},
	{
		resource: named('textToVideo'),
		parameters: {
			...{ prompt: 'A horse at sea', aspectRatio: '1:1', resolution: '1080p (Full HD)' },
			...{ duration: 3, options: { seed: '0' } },
		},
		body: {
			prompt: 'A horse at sea',
			...{ aspect_ratio: '1:1', resolution: '1080P', duration: 3, seed: 0 },
		},
		files: [],
		wrong: [...common, ...durations, ...models, ...ratios, ...emptyPrompts, ...tooLong(2500)],
	},
	{
		resource: named('videoEdit'),
		parameters: {
			...{ videoSource: 'url', videoUrl: VIDEO, imageSource: 'url', imageUrls: [IMAGE] },
			...{ prompt: 'Give it the hat of @Image1', resolution: '720P', audioSetting: 'origin' },
			options: {},
		},
		body: {
			video_url: VIDEO,
			image_urls: [IMAGE],
			prompt: 'Give it the hat of @Image1',
			...{ resolution: '720P', audio_setting: 'origin' },
		},
		files: [VIDEO, IMAGE],
		wrong: [
			...common,
			...emptyPrompts,
			...tooLong(2500),
			...urls('videoUrl', 'Video URL'),
			...urls('imageUrls', 'Image URLs').filter(([, { imageUrls }]) => imageUrls !== ''),
			...odd('imageUrls', 'Image URLs', [null, ['', IMAGE]]),
			...odd('audioSetting', 'Audio', ['loud', null]),
			...odd('videoSource', 'Video Source', ['none', 'file']),
			['six images', { imageUrls: Array<string>(6).fill(IMAGE) }, /at most 5 images, but it has 6/],
			[
				'a short video',
				{ videoUrl: VIDEO.replace('4s', '2s') },
				/too short: 2 seconds \(minimum 3/,
			],
			['a long video', { videoUrl: VIDEO.replace('4s', '61s') }, /too long: 61 seconds/],
			['an image as video', { videoUrl: IMAGE }, /It is a PNG image, not a video/],
			['a small image', { imageUrls: [IMAGE, SMALL_IMAGE] }, /Image 2 of 'Image URLs'.*too small/],
			[
				'a file that is no video',
				{ videoSource: 'binary', videoBinaryPropertyName: 'data' },
				/field 'data' cannot be used. It is a PNG image, not a video/,
			],
		],
	},
];
