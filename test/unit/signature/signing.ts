import { createHmac } from 'crypto';

/** The vendor's 32 characters, which can be read as text, as base64 and as hex. */
export const SECRET = '0123456789abcdef0123456789abcdef';

export const SENT_AT = 1_760_000_000;

/** A message as its sender has it. */
export interface Letter {
	id: string;
	timestamp: string;
	body: string | Buffer;
}

export const LETTER: Letter = {
	id: 'msg_test_1',
	timestamp: String(SENT_AT),
	body: '{"task_id":"046b6c7f-0b8a-43b9-b35d-6489e6daee91","status":"COMPLETED","generated":["https://ai-statics.freepik.com/completed_task_image.jpg"]}',
};

/** The signature alone, without its version; `key` as text counts by its UTF-8 bytes. */
export function macOf(key: string | Buffer, { id, timestamp, body }: Letter): string {
	return createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64');
}

/** The headers that an honest sender adds. */
export function headersOf(key: string | Buffer, letter: Letter): Record<string, string> {
	return {
		'webhook-id': letter.id,
		'webhook-timestamp': letter.timestamp,
		'webhook-signature': `v1,${macOf(key, letter)}`,
	};
}
