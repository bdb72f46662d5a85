import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';

import type { VideoOutput } from '../output/collect';
import { fileName } from './fileName';
import { optionsProperty } from './options';
import { booleanField } from './types/boolean';
import type { Field } from './types/field';
import { inOptions, optional, readField, shownFor, withDefault } from './types/field';
import { numberField } from './types/number';
import { fieldNameField, USUAL_FIELD_NAME } from './types/text';

const download = (isDefault: boolean) =>
	booleanField({
		name: 'downloadVideo',
		label: 'Download Video',
		default: isDefault,
		description: 'Whether to add the video file to the item. The URL expires after about a day.',
	});

export const outputFile = withDefault(
	fieldNameField({
		name: 'outputBinaryPropertyName',
		label: 'Output Data Field Name',
		hint: 'The name of the field that will hold the video',
		emptyHint: 'Enter the name of the field that will hold the video, usually data.',
	}),
);

const outputFileIfWanted = shownFor(outputFile, { downloadVideo: [true] });

/** Whether and where the finished video file comes out. */
export const videoOutputFields: readonly Field[] = [download(true), outputFileIfWanted];

/** The same, with the download only on demand. */
export const optionalVideoOutputFields: readonly Field[] = [download(false), outputFileIfWanted];

const maxDownloadSize = inOptions(
	withDefault(
		numberField({
			name: 'maxDownloadSize',
			label: 'Max Download Size',
			unit: 'MB',
			min: 1,
			max: 100_000,
			default: 500,
			description:
				'Largest video file to download. Larger files are skipped; the URL is still returned.',
		}),
	),
);

/** For how long the file can be opened at this n8n; no link without it. */
const publicLinkHours = inOptions(
	optional(
		numberField({
			name: 'publicLinkHours',
			label: 'Public Link Lifetime',
			unit: 'Hours',
			min: 0.1,
			max: 720,
			default: 24,
			description:
				'Adds a link to the downloaded file on this n8n, for services that fetch a video by its URL. Anyone who has the link can open it.',
		}),
	),
);

/** The options wherever a video is downloaded for an item. */
export const downloadOptions: readonly Field[] = [fileName, maxDownloadSize, publicLinkHours];

/** The same, where the download itself is a choice. */
export const downloadOptionsIfWanted: readonly Field[] = downloadOptions.map((field) =>
	shownFor(field, { '/downloadVideo': [true] }),
);

/** The collection "Options" of the trigger, which has no items to name files after. */
export const triggerOptions: INodeProperties = {
	...optionsProperty([maxDownloadSize, publicLinkHours]),
	displayOptions: { show: { downloadVideo: [true] } },
};

/** The operation Download has no switch: it always downloads. */
const isWanted = withDefault(download(true));

/** @throws ValidationError */
export function readVideoOutput(context: IExecuteFunctions, item: number): VideoOutput {
	const isDownloaded = readField(context, isWanted, item);
	return {
		download: isDownloaded,
		property: isDownloaded ? readField(context, outputFile, item) : USUAL_FIELD_NAME,
		maxMegabytes: readField(context, maxDownloadSize, item),
		fileName: readField(context, fileName, item),
		publicLinkHours: readField(context, publicLinkHours, item),
	};
}
