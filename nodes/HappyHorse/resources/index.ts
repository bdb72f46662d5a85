import type { Endpoint } from '../tasks/endpoint';
import { endpointOf } from '../tasks/endpoint';

/** The models of Happy Horse, by the last part of their paths. */
export const MODELS = ['happy-horse-1', 'happy-horse-1-1'] as const;

/** Every endpoint that this node can create tasks at. */
export const endpoints: readonly Endpoint[] = MODELS.map((model) =>
	endpointOf('image-to-video', model),
);
