/** Parameters whose values come from the item, as builders set the node up. */

/** Takes the field of that name from the item; the text 'NaN' becomes the number that is none. */
export function fromItem(field: string): string {
	return `={{ $json.${field} === 'NaN' ? NaN : $json.${field} }}`;
}

/** Create, or Create and Wait, with every field of the request from the item. */
export function createFromItem(overrides: Record<string, unknown> = {}): Record<string, unknown> {
	return {
		operation: 'create',
		model: fromItem('model'),
		imageSource: fromItem('source'),
		imageUrl: fromItem('image'),
		binaryPropertyName: 'data',
		prompt: fromItem('prompt'),
		resolution: fromItem('resolution'),
		duration: fromItem('duration'),
		callback: fromItem('callback'),
		webhookUrl: fromItem('webhookUrl'),
		options: { seed: fromItem('seed'), metadata: fromItem('metadata') },
		...overrides,
	};
}

/** An item for `createFromItem`; what is `undefined` is left out of the item. */
export function requestItem(image: string, overrides: Record<string, unknown> = {}) {
	return {
		name: image,
		image,
		source: 'url',
		model: 'happy-horse-1',
		prompt: 'A horse gallops',
		resolution: '720P',
		duration: 3,
		callback: 'none',
		// What a sheet gives for an empty cell: an expression that gives nothing for any item is rejected.
		seed: '',
		metadata: '',
		...overrides,
	};
}

/** An operation about a task whose ID is in the item. */
export function taskFromItem(
	operation: 'get' | 'download' | 'wait',
	overrides: Record<string, unknown> = {},
): Record<string, unknown> {
	return {
		operation,
		model: fromItem('model'),
		taskId: { __rl: true, mode: 'id', value: fromItem('task_id') },
		...overrides,
	};
}

/** A text as a part of a regular expression. */
export const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
