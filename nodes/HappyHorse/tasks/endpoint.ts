/**
 * Where tasks of one kind are created, read and listed, such as `image-to-video/happy-horse-1`: what the API makes, and
 * which model makes it. A task is found only under its own endpoint.
 */
export type Endpoint = `${string}/${string}`;

export function endpointOf(mode: string, model: string): Endpoint {
	return `${mode}/${model}`;
}

/** True for a text in the form of an endpoint, whether the API has it or not. */
export function isEndpoint(value: unknown): value is Endpoint {
	return (
		typeof value === 'string' && /^[a-z0-9]+(-[a-z0-9]+)*\/[a-z0-9]+(-[a-z0-9]+)*$/.test(value)
	);
}

/** What the API makes, such as `image-to-video`. */
export function modeOf(endpoint: Endpoint): string {
	return endpoint.slice(0, endpoint.indexOf('/'));
}

/** What makes it, such as `happy-horse-1`. */
export function modelOf(endpoint: Endpoint): string {
	return endpoint.slice(endpoint.indexOf('/') + 1);
}

/** Where tasks are created and listed. */
export function tasksPath(endpoint: Endpoint): string {
	return `/v1/ai/${endpoint}`;
}

/** Where one task is read. */
export function taskPath(endpoint: Endpoint, taskId: string): string {
	return `${tasksPath(endpoint)}/${encodeURIComponent(taskId)}`;
}
