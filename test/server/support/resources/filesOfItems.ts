import type { IDataObject } from 'n8n-workflow';

import type { SandboxFiles } from './resourceCases';

export interface FilesOfItem {
	/** URLs to get the files from, by the field of the item that holds them. */
	files: Record<string, string>;
	/** The changed parameters; expressions see the files. */
	others: IDataObject;
	/** In the order in which the API gets them. */
	sent: string[];
}

const PLAIN = '640x480.png';
const FRONT = '640x480.png?n=front';
const BACK = '500x400.webp?n=back';
const FACE = '400x400.jpg?n=face';

/** By resource: all files come from the item, and the same with URLs among them. */
export const FILES_OF_ITEMS: Record<string, (at: SandboxFiles) => FilesOfItem[]> = {
	imageToVideo: (at) => [
		{
			files: { data: at.image(BACK) },
			others: { imageSource: 'binary', binaryPropertyName: 'data' },
			sent: [at.image(BACK)],
		},
		{
			files: { front: at.image(FRONT), back: at.image(BACK) },
			others: { imageUrl: '={{ $binary.back }}' },
			sent: [at.image(BACK)],
		},
	],
	referenceToVideo: (at) => [
		{
			files: { front: at.image(FRONT), back: at.image(BACK), face: at.image(FACE) },
			others: { imageSource: 'binary', binaryPropertyNames: 'face, front,back' },
			sent: [at.image(FACE), at.image(FRONT), at.image(BACK)],
		},
		{
			files: { front: at.image(FRONT), back: at.image(BACK) },
			others: {
				imageUrls: `={{ [$binary.back, '${at.image(FACE)}', $binary.front, { url: '${at.image(PLAIN)}' }] }}`,
			},
			sent: [at.image(BACK), at.image(FACE), at.image(FRONT), at.image(PLAIN)],
		},
	],
	videoEdit: (at) => [
		{
			files: {
				clip: at.video('400x400.mov?seconds=3&moov=end'),
				front: at.image(FRONT),
				face: at.image(FACE),
			},
			others: {
				...{ videoSource: 'binary', videoBinaryPropertyName: 'clip' },
				...{ imageSource: 'binary', binaryPropertyNames: "={{ ['front', 'face'] }}" },
			},
			sent: [at.video('400x400.mov?seconds=3&moov=end'), at.image(FRONT), at.image(FACE)],
		},
		{
			files: { clip: at.video('480x360.mp4?seconds=3'), front: at.image(FRONT) },
			others: {
				...{ videoUrl: '={{ $binary.clip }}', imageSource: 'url' },
				imageUrls: `={{ ['${at.image(FACE)}', $binary.front] }}`,
			},
			sent: [at.video('480x360.mp4?seconds=3'), at.image(FACE), at.image(FRONT)],
		},
	],
};
