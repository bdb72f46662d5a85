import type { Endpoint } from '../tasks/endpoint';
import { endpointOf } from '../tasks/endpoint';
import { imageToVideo } from './imageToVideo';
import { referenceToVideo } from './referenceToVideo';
import type { Resource } from './resource';
import { textToVideo } from './textToVideo';
import { videoEdit } from './videoEdit';

/** The one list of resources, in the order of their names. */
export const resources: readonly Resource[] = [
	imageToVideo,
	referenceToVideo,
	textToVideo,
	videoEdit,
];

/** Every endpoint that this node can create tasks at. */
export const endpoints: readonly Endpoint[] = resources.flatMap(({ mode, models }) =>
	models.map(({ value }) => endpointOf(mode, value)),
);
