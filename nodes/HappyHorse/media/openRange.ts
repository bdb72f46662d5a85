import type { FileContext, FileResponse } from '../http/safeFetch';
import { safeFetch } from '../http/safeFetch';
import { IdleTimeout } from '../http/stream';

const SILENCE_MS = 10_000;

export interface Part {
	url: string;
	/** The first byte, and the one behind the last. */
	from: number;
	to: number;
	allowLocal: boolean;
	/** From now, for all of it: the names of the hosts, the redirects and the bytes. */
	withinMs: number;
}

/**
 * Requests a part of a file on the web, and hands over what its server responds with: it may be the whole file. Nothing
 * more of it is read once `read` is done.
 *
 * @param read tells `heard` of each chunk of the body.
 * @throws ResponseTooLarge when it takes too long; BlockedUrlError; what the network throws.
 */
export async function openRange<T>(
	context: FileContext,
	{ url, from, to, allowLocal, withinMs }: Part,
	read: (response: FileResponse, heard: () => void) => Promise<T>,
): Promise<T> {
	const until = Date.now() + withinMs;
	const response = await opened(
		safeFetch(context, {
			url,
			headers: { Range: `bytes=${from}-${to - 1}` },
			timeoutMs: SILENCE_MS,
			allowLocal,
			pinned: true,
		}),
		withinMs,
	);
	const silence = new IdleTimeout(SILENCE_MS, until);
	try {
		return await silence.endsWork(read(response, () => silence.heard()));
	} finally {
		response.body.destroy();
	}
}

async function opened(opening: Promise<FileResponse>, withinMs: number): Promise<FileResponse> {
	let isTooLate = false;
	opening.then(
		({ body }) => isTooLate && body.destroy(),
		() => undefined,
	);
	try {
		return await new IdleTimeout(withinMs).endsWork(opening);
	} finally {
		isTooLate = true;
	}
}
