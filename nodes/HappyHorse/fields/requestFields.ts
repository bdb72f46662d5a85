import { booleanField } from './types/boolean';
import { choiceField } from './types/choice';
import type { RequestField } from './types/field';
import { inOptions, inRequest, optional } from './types/field';
import { wholeNumberField } from './types/number';
import { optionalText, textField } from './types/text';

/*
 * The fields of create requests, with the limits of the API: its documentation of July 2026.
 */

interface PromptSpec {
	isRequired: boolean;
	/** By default what all but one kind of video take. */
	maxCharacters?: number;
	placeholder: string;
	hint: string;
	description?: string;
}

export function promptField({ maxCharacters = 2500, ...spec }: PromptSpec): RequestField {
	const field = textField({ ...spec, maxCharacters, name: 'prompt', label: 'Prompt', rows: 3 });
	return inRequest('prompt', spec.isRequired ? field : optionalText(field));
}

const NEWER = ['happy-horse-1-1'];

/** A ratio of the newer model would be rejected, or worse, by the older one. */
export const aspectRatio = inRequest(
	'aspect_ratio',
	choiceField({
		name: 'aspectRatio',
		label: 'Aspect Ratio',
		default: '16:9',
		description: 'The shape of the video. Happy Horse 1.1 offers more of them.',
		choices: [
			{ name: 'Landscape 16:9', value: '16:9' },
			{ name: 'Landscape 21:9', value: '21:9', models: NEWER },
			{ name: 'Landscape 4:3', value: '4:3' },
			{ name: 'Landscape 5:4', value: '5:4', models: NEWER },
			{ name: 'Portrait 3:4', value: '3:4' },
			{ name: 'Portrait 4:5', value: '4:5', models: NEWER },
			{ name: 'Portrait 9:16', value: '9:16' },
			{ name: 'Portrait 9:21', value: '9:21', models: NEWER },
			{ name: 'Square 1:1', value: '1:1' },
		],
	}),
);

export const resolution = inRequest(
	'resolution',
	choiceField({
		name: 'resolution',
		label: 'Resolution',
		default: '1080P',
		description: 'Sharper videos cost more',
		choices: [
			{ name: '1080p (Full HD)', value: '1080P' },
			{ name: '720p (HD)', value: '720P' },
		],
	}),
);

/** The longest video that any endpoint makes. */
export const LONGEST_SECONDS = 15;

export const duration = inRequest(
	'duration',
	wholeNumberField({
		name: 'duration',
		label: 'Duration',
		unit: 'Seconds',
		min: 3,
		max: LONGEST_SECONDS,
		default: 5,
		description: 'Length of the video. Longer videos cost more.',
	}),
);

export const audioSetting = inRequest(
	'audio_setting',
	choiceField({
		name: 'audioSetting',
		label: 'Audio',
		default: 'auto',
		description: 'The sound of the new video',
		choices: [
			{ name: 'Automatic', value: 'auto', description: 'The model decides, by the prompt' },
			{ name: 'Keep Original', value: 'origin', description: 'The sound of the source video' },
		],
	}),
);

export const seed = inRequest(
	'seed',
	inOptions(
		optional(
			wholeNumberField({
				name: 'seed',
				label: 'Seed',
				min: 0,
				max: 2_147_483_647,
				default: 0,
				description:
					'A number that makes similar results likelier for the same request. Without it, results vary.',
			}),
		),
	),
);

export const watermark = inRequest(
	'watermark',
	inOptions(
		optional(
			booleanField({
				name: 'watermark',
				label: 'Watermark',
				default: false,
				description:
					'Whether to show the text "Happy Horse" in the lower right corner of the video',
			}),
		),
	),
);
