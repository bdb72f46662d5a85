import type { IDataObject } from 'n8n-workflow';

import type { Endpoint } from './endpoint';

/** Where the image of a video comes from. */
export type ImageSource = { url: string } | { binaryProperty: string };

/** A checked create request: every value has a valid type, range and length. */
export interface CreateRequest {
	endpoint: Endpoint;
	image: ImageSource;
	/** The fields of the request beside `image_url` and `webhook_url`; what is not set is not in it. */
	fields: { prompt?: string; resolution: string; duration: number; seed?: number };
	metadata: IDataObject | undefined;
}
