import type { ImageLimits } from '../media/limits';
import { describeImageLimits } from '../media/limits';
import type { VideoLimits } from '../media/video/videoProblem';
import type { MediaField, Medium } from './media';
import { sourceField } from './media';

/** BMP images have to be on the web. */
const NOT_UPLOADED = ['bmp'] as const;

const SHARE_PAGES = 'Drive or Dropbox share pages do not work.';

/** A request with one image. */
export function oneImage({ apiName, limits }: { apiName: string; limits: ImageLimits }): Medium {
	return {
		apiName,
		noun: 'image',
		limits,
		count: { min: 1, max: 1 },
		source: sourceField({ name: 'imageSource', label: 'Image Source', noun: 'image' }),
		urls: mediaField({
			name: 'imageUrl',
			label: 'Image URL',
			default: '',
			placeholder: 'e.g. https://example.com/image.jpg',
			hint: `Direct link to an image file. ${SHARE_PAGES}`,
			description: describeImageLimits(limits),
		}),
		fileNames: mediaField({
			name: 'binaryPropertyName',
			label: 'Input Data Field Name',
			default: 'data',
			placeholder: 'e.g. data',
			hint: 'The name of the field that holds the image',
			description: describeImageLimits(limits, NOT_UPLOADED),
		}),
		toRequest: ([url]) => url,
	};
}

interface SeveralImages extends Pick<Medium, 'apiName' | 'count' | 'toRequest'> {
	limits: ImageLimits;
	mention: NonNullable<Medium['mention']>;
}

/** A request with several images, which the prompt names by their numbers. */
export function severalImages(spec: SeveralImages): Medium {
	const { count, limits, mention } = spec;
	const description = `Up to ${count.max} images. ${describeImageLimits(limits)}.`;
	return {
		...spec,
		noun: 'image',
		source: sourceField({
			name: 'imageSource',
			label: 'Image Source',
			noun: 'image',
			isOptional: count.min === 0,
		}),
		urls: mediaField({
			name: 'imageUrls',
			label: 'Image URLs',
			default: '',
			rows: 3,
			placeholder: 'e.g. https://example.com/front.jpg',
			hint: `One URL per line. The first one is ${mention.prefix}1 in the prompt.`,
			description,
		}),
		fileNames: mediaField({
			name: 'binaryPropertyNames',
			label: 'Input Data Field Names',
			default: 'data',
			placeholder: 'e.g. front, back',
			hint: `Separated by commas. The first one is ${mention.prefix}1 in the prompt.`,
			description,
		}),
	};
}

/** A request with a video that is changed. */
export function sourceVideo({ apiName, limits }: { apiName: string; limits: VideoLimits }): Medium {
	return {
		apiName,
		noun: 'video',
		limits,
		count: { min: 1, max: 1 },
		source: sourceField({ name: 'videoSource', label: 'Video Source', noun: 'video' }),
		urls: mediaField({
			name: 'videoUrl',
			label: 'Video URL',
			default: '',
			placeholder: 'e.g. https://example.com/video.mp4',
			hint: `Direct link to a video file. ${SHARE_PAGES}`,
			description: describeVideoLimits(limits),
		}),
		fileNames: mediaField({
			name: 'videoBinaryPropertyName',
			label: 'Input Data Field Name',
			default: 'data',
			placeholder: 'e.g. data',
			hint: 'The name of the field that holds the video',
			description: describeVideoLimits(limits),
		}),
		toRequest: ([url]) => url,
	};
}

function describeVideoLimits(limits: VideoLimits): string {
	const { codec, minSeconds, maxSeconds, aboveFps, minShorterSide, maxLongerSide } = limits;
	const { maxRatio, maxMegabytes } = limits;
	return [
		`MP4 or MOV with ${codec.name}: ${minSeconds} to ${maxSeconds} seconds`,
		`more than ${aboveFps} frames per second`,
		`sides of ${minShorterSide} to ${maxLongerSide} pixels`,
		`the longer side at most ${maxRatio[0] / maxRatio[1]} times the shorter`,
		`at most ${maxMegabytes} MB`,
	].join(', ');
}

interface MediaFieldSpec {
	name: string;
	label: string;
	default: string;
	rows?: number;
	placeholder: string;
	hint: string;
	description: string;
}

function mediaField({ name, label, rows, default: initial, ...texts }: MediaFieldSpec): MediaField {
	return {
		name,
		label,
		property: {
			displayName: label,
			name,
			type: 'string',
			required: true,
			default: initial,
			...(rows === undefined ? {} : { typeOptions: { rows } }),
			...texts,
		},
	};
}
