import { choiceField } from './types/choice';
import { inOptions, withDefault } from './types/field';

export const ANY_RATIO = 'any';

/** Where the video keeps the shape of a file, and another shape would be paid for in vain. */
export const requiredAspectRatio = inOptions(
	withDefault(
		choiceField({
			name: 'requiredAspectRatio',
			label: 'Required Aspect Ratio',
			default: ANY_RATIO,
			description:
				'Rejects an image of another shape before anything is charged, since the video would have that shape',
			choices: [
				{ name: '1:1 (Square)', value: '1:1' },
				{ name: '16:9 (Landscape)', value: '16:9' },
				{ name: '3:4 (Portrait)', value: '3:4' },
				{ name: '4:3 (Landscape)', value: '4:3' },
				{ name: '4:5 (Portrait)', value: '4:5' },
				{ name: '9:16 (Portrait)', value: '9:16' },
				{ name: 'Any', value: ANY_RATIO },
			],
		}),
	),
);
