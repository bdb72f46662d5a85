import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';

import type { VideoOutput } from '../output/collect';
import { booleanField } from './boolean';
import type { Field } from './field';
import { inOptions, readField, shownFor, withDefault } from './field';
import { numberField } from './number';
import { optionsProperty } from './options';
import { fieldNameField, USUAL_FIELD_NAME } from './text';

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

export const maxDownloadSize = inOptions(
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

/** The same, where the download itself is a choice. */
export const maxDownloadSizeIfWanted = shownFor(maxDownloadSize, { '/downloadVideo': [true] });

/** The collection "Options" where nothing but the download can be set. */
export const downloadOptions: INodeProperties = {
	...optionsProperty([maxDownloadSize]),
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
	};
}
