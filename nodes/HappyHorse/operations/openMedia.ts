import type { IDataObject } from 'n8n-workflow';

import { mapLimit } from '../concurrency/mapLimit';
import type { Medium } from '../fields/media';
import { titleOf } from '../fields/media';
import type { Files, FileSource, OpenedFile } from '../media/files';
import type { CreateRequest } from './readRequest';

/** Of one item. */
const FILES_AT_ONCE = 3;

/** The files of a request for one medium, checked, in the order of the request. */
export interface OpenedMedium {
	medium: Medium;
	sources: FileSource[];
	files: OpenedFile[];
}

/**
 * Opens the files of a request, as far as that is needed to check them.
 *
 * @throws ValidationError for a file that the API would reject.
 */
export async function openMedia(
	files: Files,
	{ media }: CreateRequest,
	{ item, check, look }: { item: number; check: boolean; look: boolean },
): Promise<OpenedMedium[]> {
	const named = media.flatMap(({ medium, sources }) =>
		sources.map((source, index) => ({ medium, source, index })),
	);
	const opened = await mapLimit(named, {
		limit: FILES_AT_ONCE,
		work: async ({ medium, source, index }) => {
			const { limits, source: field } = medium;
			const title = titleOf(medium, index);
			const use = { item, title, source: field.label, limits, check, look };
			return { medium, file: await files.open(source, use) };
		},
	});
	return media.map(({ medium, sources }) => ({
		medium,
		sources,
		files: opened.filter((each) => each.medium === medium).map(({ file }) => file),
	}));
}

/** The part of a request's body that names its files. Uploads those of the item first. */
export async function mediaBody(media: readonly OpenedMedium[]): Promise<IDataObject> {
	const body: IDataObject = {};
	for (const { medium, files } of media) {
		const urls: string[] = [];
		for (const file of files) urls.push(await file.url());
		body[medium.apiName] = medium.toRequest(urls) as IDataObject[string];
	}
	return body;
}

/** The same for a request that is only shown: nothing is uploaded. */
export function shownMedia(media: readonly OpenedMedium[]): IDataObject {
	return Object.fromEntries(
		media.map(({ medium, sources }) => [
			medium.apiName,
			medium.toRequest(sources.map(shown)) as IDataObject[string],
		]),
	);
}

function shown(source: FileSource): string {
	if ('url' in source) return source.url;
	if ('property' in source) return `(uploaded from the field '${source.property}')`;
	return '(uploaded from the file of the item)';
}
