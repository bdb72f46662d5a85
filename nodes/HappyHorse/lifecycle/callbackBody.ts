import type { Task } from './task';
import { taskFrom } from './task';

/** A callback of the API has a few hundred bytes. */
const MAX_BYTES = 1024 * 1024;

/**
 * The task that a callback names; `null` when the bytes are no JSON object with a task in it.
 *
 * @param rawBody the bytes as they came: n8n's parsed body depends on headers that anybody can set.
 */
export function callbackTask(rawBody: unknown): Task | 'too large' | null {
	if (!Buffer.isBuffer(rawBody)) return null;
	if (rawBody.length > MAX_BYTES) return 'too large';
	try {
		return taskFrom(JSON.parse(rawBody.toString('utf8')));
	} catch {
		return null;
	}
}
