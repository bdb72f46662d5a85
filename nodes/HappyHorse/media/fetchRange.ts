import type { FileContext, FileResponse } from '../http/safeFetch';
import { safeFetch } from '../http/safeFetch';
import { IdleTimeout } from '../http/stream';
import { EMPTY_FILE, totalBytes, verdictOnStatus } from './response';
import type { Verdict } from './verdict';

const SILENCE_MS = 10_000;

export interface Range {
	url: string;
	/** The first byte, and the one behind the last. */
	from: number;
	to: number;
	allowLocal: boolean;
}

/** A verdict if there are no bytes to judge. */
export type RangeResult = { bytes: Buffer; total: number | undefined } | { verdict: Verdict };

/**
 * Bytes of a file on the web, fewer where it ends, and the size of the whole file as far as its server tells it.
 *
 * @throws BlockedUrlError, or what the network throws.
 */
export async function fetchRange(
	context: FileContext,
	{ url, from, to, allowLocal }: Range,
): Promise<RangeResult> {
	const response = await safeFetch(context, {
		url,
		headers: { Range: `bytes=${from}-${to - 1}` },
		timeoutMs: SILENCE_MS,
		allowLocal,
		pinned: true,
	});
	const silence = new IdleTimeout(SILENCE_MS);
	try {
		return await silence.endsWork(read(response, { from, to, heard: () => silence.heard() }));
	} finally {
		response.body.destroy();
	}
}

async function read(
	{ body, ...head }: FileResponse,
	{ from, to, heard }: Pick<Range, 'from' | 'to'> & { heard: () => void },
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
