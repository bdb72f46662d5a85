import type { BinaryHelperFunctions } from 'n8n-workflow';

/** A stream of bytes as n8n hands it over: Node.js's own type, which a community node may not import. */
export type ByteStream = Exclude<
	Parameters<BinaryHelperFunctions['prepareBinaryData']>[0],
	Buffer
>;

/** A stream that gave more than it was allowed to, or took too long over it. */
export class EndlessAnswer extends Error {}

/**
 * Reads a stream as text.
 *
 * @param withinMs from now, for the whole body: a stranger could send one byte a minute for ever.
 * @throws EndlessAnswer
 */
export async function textOf(
	body: ByteStream,
	{ maxBytes, withinMs }: { maxBytes: number; withinMs: number },
): Promise<string> {
	const end = Date.now() + withinMs;
	const chunks: Buffer[] = [];
	let bytes = 0;
	for await (const chunk of body) {
		const part = Buffer.from(chunk as Uint8Array);
		bytes += part.length;
		// Leaving the loop destroys the stream.
		if (bytes > maxBytes) throw new EndlessAnswer(`more than ${maxBytes} bytes`);
		if (Date.now() > end) throw new EndlessAnswer(`not complete after ${withinMs} ms`);
		chunks.push(part);
	}
	return Buffer.concat(chunks).toString('utf8');
}
