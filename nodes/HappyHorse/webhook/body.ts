import { parseJson } from '../http/json';
import type { Task } from '../tasks/task';
import { taskFrom } from '../tasks/task';

/** A webhook of the API has a few hundred bytes. */
const MAX_BYTES = 1024 * 1024;

/**
 * The task in a webhook's body; `null` when the bytes are no JSON object with a task in it.
 *
 * @param rawBody the bytes as they came: n8n's parsed body depends on headers, which any client can set.
 */
export function taskInBody(rawBody: unknown): Task | 'too large' | null {
	if (!Buffer.isBuffer(rawBody)) return null;
	if (rawBody.length > MAX_BYTES) return 'too large';
	const text = rawBody.toString('utf8');
	// Two different byte sequences that decode to the same text must not count as the same message.
	if (!Buffer.from(text, 'utf8').equals(rawBody)) return null;
	return taskFrom(parseJson(text));
}
