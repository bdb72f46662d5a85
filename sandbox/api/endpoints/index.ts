import type { Model } from '../wire';
import type { Endpoint } from './endpoint';
import { imageToVideo } from './imageToVideo';
import { referenceToVideo } from './referenceToVideo';
import { textToVideo } from './textToVideo';
import { videoEdit } from './videoEdit';

/** Every endpoint of the API, by its path below `/v1/ai/`. */
export const endpoints = {
	'image-to-video/happy-horse-1': imageToVideo,
	'image-to-video/happy-horse-1-1': imageToVideo,
	'text-to-video/happy-horse-1': textToVideo('happy-horse-1'),
	'text-to-video/happy-horse-1-1': textToVideo('happy-horse-1-1'),
	'reference-to-video/happy-horse-1': referenceToVideo('happy-horse-1'),
	'reference-to-video/happy-horse-1-1': referenceToVideo('happy-horse-1-1'),
	'video-edit/happy-horse-1': videoEdit,
} satisfies Record<`${string}/${Model}`, Endpoint>;

export type EndpointName = keyof typeof endpoints;

export const ENDPOINT_NAMES = Object.keys(endpoints) as EndpointName[];

/** The second half of an endpoint. */
export function modelOf(endpoint: EndpointName): Model {
	return endpoint.slice(endpoint.indexOf('/') + 1) as Model;
}
