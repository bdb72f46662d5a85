import { VideoReader } from './videoReader';

/** Holds the whole header of most videos whose header is in front. */
const FIRST_BYTES = 64 * 1024;

const MOST_BYTES_AT_ONCE = 1024 * 1024;

/** The header of a video of an hour has about two megabytes, half of which are passed over. */
const MOST_REQUESTS = 12;

/** Bytes of the file from one position up to another, which is not included; fewer where the file ends. */
export type ReadRange = (from: number, to: number) => Promise<Uint8Array>;

/** What a reader knows in the end. */
export type FoundVideo = Pick<VideoReader, 'facts' | 'next' | 'moov'>;

/**
 * Reads the facts of a video by parts, wherever in the file its header is: at most 12 requests, and 11 MB.
 *
 * @returns what was found, and the first part, which shows what a file without facts is.
 * @throws what `read` throws.
 */
export async function readFromRanges(
	read: ReadRange,
): Promise<FoundVideo & { firstBytes: Uint8Array }> {
	const reader = new VideoReader();
	let firstBytes: Uint8Array | undefined;
	for (let requests = 0; requests < MOST_REQUESTS && !reader.isDone; requests++) {
		const { position, restOfBox } = reader.skip();
		if (!Number.isSafeInteger(position)) break;
		const wanted = Math.min(Math.max(restOfBox, FIRST_BYTES), MOST_BYTES_AT_ONCE);
		const bytes = await read(position, position + wanted);
		firstBytes ??= bytes;
		if (bytes.length === 0) break;
		reader.push(bytes);
	}
	const { facts, next, moov } = reader;
	return { facts, next, moov, firstBytes: firstBytes ?? new Uint8Array() };
}
