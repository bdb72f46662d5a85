import type { FileContext, FileResponse } from '../http/safeFetch';
import { EMPTY_FILE, totalBytes, verdictOnStatus } from './fileServerResponse';
import type { Part } from './openRange';
import { openRange } from './openRange';
import type { Verdict } from './verdict';

/** A verdict if there are no bytes to judge. */
export type RangeResult = { bytes: Buffer; total: number | undefined } | { verdict: Verdict };

/**
 * Bytes of a file on the web, fewer where it ends, and the size of the whole file as far as its server tells it.
 *
 * @throws what `openRange` throws.
 */
export async function fetchRange(context: FileContext, part: Part): Promise<RangeResult> {
	return await openRange(
		context,
		part,
		async (response, heard) => await read(response, { ...part, heard }),
	);
}

async function read(
	{ body, ...head }: FileResponse,
	{ from, to, heard }: Pick<Part, 'from' | 'to'> & { heard: () => void },
): Promise<RangeResult> {
	const { statusCode } = head;
	// The end of the file was passed.
	if (statusCode === 416 && from > 0) return { bytes: Buffer.alloc(0), total: undefined };
	if (statusCode === 200 && from > 0) {
		const reason = 'its server responded with 200, since it cannot send parts';
		return { verdict: { kind: 'unclear', reason } };
	}
	if (statusCode !== 200 && statusCode !== 206) return { verdict: verdictOnStatus(head) };
	const chunks: Buffer[] = [];
	let bytes = 0;
	// Leaving the loop destroys the stream: a server that ignores the range is not read to the end.
	for await (const chunk of body) {
		heard();
		const part = Buffer.from(chunk as Uint8Array);
		chunks.push(part);
		bytes += part.length;
		if (bytes >= to - from) break;
	}
	const total = totalBytes(head);
	if (from === 0 && bytes === 0 && total === undefined) return { verdict: EMPTY_FILE };
	return { bytes: Buffer.concat(chunks).subarray(0, to - from), total };
}
