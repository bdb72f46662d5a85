import type { Clock } from '../concurrency/clock';
import type { FileContext } from '../http/safeFetch';
import { withoutUndefined } from '../withoutUndefined';
import { fetchRange } from './fetchRange';
import { TOO_SLOW, verdictOnFailure } from './fileServerResponse';
import { fileSizeProblem } from './limits';
import type { FileFacts, Verdict, Wanted } from './verdict';
import { verdictOnOther } from './verdict';
import type { FoundVideo } from './video/readFromRanges';
import { readFromRanges } from './video/readFromRanges';
import type { VideoLimits } from './video/videoProblem';
import { videoProblem } from './video/videoProblem';
import type { VideoFacts } from './video/videoReader';
import { VideoReader } from './video/videoReader';

const LONGEST_MS = 30_000;

const WANTED: Wanted = { kind: 'video', types: ['mp4'], names: 'MP4 or MOV' };

export interface VideoLook {
	url: string;
	limits: VideoLimits;
	allowLocal: boolean;
	clock: Clock;
}

/** Whether the API would take a source video that is here. */
export function judgeVideo(bytes: Uint8Array, limits: VideoLimits): Verdict {
	const reader = new VideoReader();
	reader.push(bytes);
	return verdictOn(reader, bytes.length, limits);
}

/** `bytes`: the size of the file. */
function verdictOn(
	{ facts, next, moov }: FoundVideo,
	bytes: number | undefined,
	limits: VideoLimits,
): Verdict {
	if (facts.container === undefined) {
		return { kind: 'unclear', reason: 'the beginning of the file shows no MP4 or MOV video' };
	}
	const problem = videoProblem(facts, limits);
	if (problem !== null) return { kind: 'rejected', problem };
	if (moov === undefined) {
		return next !== undefined && bytes !== undefined && next >= bytes
			? { kind: 'rejected', problem: 'The video is incomplete: its header (moov) is missing' }
			: { kind: 'unclear', reason: 'the header of the video was not found' };
	}
	if (bytes !== undefined && moov.end > bytes && moov.end < Infinity) {
		return { kind: 'rejected', problem: 'The video is incomplete: its header (moov) is cut off' };
	}
	// A compressed one counts, too: it was there, although it says nothing.
	return moov.isRead
		? { kind: 'fine', facts: shownFacts(facts, bytes) }
		: { kind: 'unclear', reason: 'the header of the video could not be read to its end' };
}

function shownFacts(
	{ container, width, height, seconds, fps }: VideoFacts,
	bytes: number | undefined,
): FileFacts {
	return withoutUndefined({ type: container, width, height, bytes, seconds, fps });
}

/**
 * Looks at a source video on the web, by parts: its header may be at its end. Costs nothing, sends no API key, and never
 * throws: what cannot be looked at is `unclear`.
 */
export async function checkVideo(
	context: FileContext,
	{ url, limits, allowLocal, clock }: VideoLook,
): Promise<Verdict> {
	const deadline = clock.now() + LONGEST_MS;
	let total: number | undefined;
	try {
		const { firstBytes, ...found } = await readFromRanges(async (from, to) => {
			const withinMs = deadline - clock.now();
			if (withinMs < 0) throw new Decided(TOO_SLOW);
			const range = await fetchRange(context, { url, from, to, allowLocal, withinMs });
			if ('verdict' in range) throw new Decided(range.verdict);
			total ??= range.total;
			const problem = total === undefined ? null : fileSizeProblem(total, limits);
			if (problem !== null) throw new Decided({ kind: 'rejected', problem });
			return range.bytes;
		});
		return verdictOnOther(firstBytes, WANTED) ?? verdictOn(found, total, limits);
	} catch (error) {
		if (error instanceof Decided) return error.verdict;
		return verdictOnFailure(error);
	}
}

/** Ends the look before the header of the video is there. */
class Decided extends Error {
	constructor(readonly verdict: Verdict) {
		super();
	}
}
