import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import type { Medium } from '../fields/media';
import { readMedium } from '../fields/media';
import { metadata } from '../fields/metadata';
import { readField, valueOf } from '../fields/types/field';
import type { FileSource } from '../media/files';
import type { Resource } from '../resources/resource';
import type { Endpoint } from '../tasks/endpoint';
import { modelOf } from '../tasks/endpoint';
import { readEndpoint } from './model';

/** A checked create request: every value has a valid type, range and length. No file was opened. */
export interface CreateRequest {
	resource: Resource;
	endpoint: Endpoint;
	/** The files that the request names, by medium. A medium without files is not sent. */
	media: Array<{ medium: Medium; sources: FileSource[] }>;
	/** What else is sent, by the names of the API; what is not set is not in it. */
	fields: IDataObject;
	metadata: IDataObject | undefined;
}

/**
 * Reads and checks all fields of the request of one item.
 *
 * @param providerHost host name of the API, which has to be able to open the URLs.
 * @throws ValidationError that names the field.
 */
export function readCreateRequest(
	context: IExecuteFunctions,
	resource: Resource,
	at: { item: number; providerHost: string },
): CreateRequest {
	const { item } = at;
	const endpoint = readEndpoint(context, resource, item);
	const fields: IDataObject = {};
	const media = resource.media.map((medium) => ({
		medium,
		sources: readMedium(context, medium, at),
	}));
	for (const { name, apiName, check } of resource.fields) {
		const value = check(valueOf(context, name, item), modelOf(endpoint));
		if (value !== undefined) fields[apiName] = value as IDataObject[string];
	}
	return {
		resource,
		endpoint,
		media: media.filter(({ sources }) => sources.length > 0),
		fields,
		metadata: readField(context, metadata, item),
	};
}
