/** Models differ in their path only: same fields, same responses. Each value is the last part of the path. */
export const MODELS = ['happy-horse-1', 'happy-horse-1-1'] as const;

export type Model = (typeof MODELS)[number];

/** Where tasks of a model are created and listed. */
export function tasksPath(model: Model): string {
	return `/v1/ai/image-to-video/${model}`;
}

/** Where one task is read. */
export function taskPath(model: Model, taskId: string): string {
	return `${tasksPath(model)}/${encodeURIComponent(taskId)}`;
}
