import type { IDataObject } from 'n8n-workflow';

import type { SandboxFiles } from './resourceCases';

/** What the API takes at the most, by resource: changes of a good request, and of its body. */
export const LARGEST_REQUESTS: Record<
	string,
	(at: SandboxFiles) => Array<[change: IDataObject, body: IDataObject]>
> = {
	imageToVideo: (at) => [
		[
			{ prompt: '🐴'.repeat(2500), duration: 15, options: { seed: 2147483647 } },
			{ prompt: '🐴'.repeat(2500), duration: 15, seed: 2147483647 },
		],
		[{ imageUrl: at.image('300x750.bmp') }, { image_url: at.image('300x750.bmp') }],
	],
	referenceToVideo: (at) => {
		const urls = Array.from({ length: 9 }, (_, n) => at.image(`400x400.webp?n=${9 - n}`));
		return [
			[
				{
					prompt: '🐴'.repeat(5000),
					imageUrls: urls.join('\n'),
					options: { watermark: true, seed: 0 },
				},
				{
					...{ prompt: '🐴'.repeat(5000), image_urls: urls.map((url) => ({ url })) },
					...{ watermark: true, seed: 0 },
				},
			],
		];
	},
	textToVideo: () => [
		[
			{ prompt: '🐴'.repeat(2500), duration: '15', options: { seed: '2147483647' } },
			{ prompt: '🐴'.repeat(2500), duration: 15, seed: 2147483647 },
		],
	],
	videoEdit: (at) => {
		const urls = Array.from({ length: 5 }, (_, n) => at.image(`300x750.jpg?n=${9 - n}`));
		return [
			[
				{ prompt: '🐴'.repeat(2500), imageUrls: urls, audioSetting: 'auto', options: { seed: 1 } },
				{ prompt: '🐴'.repeat(2500), image_urls: urls, audio_setting: 'auto', seed: 1 },
			],
		];
	},
};
