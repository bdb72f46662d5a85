import type { VideoFacts } from './videoReader';

/** What an endpoint takes as a source video. */
export interface VideoLimits {
	kind: 'video';
	/** Its usual name, and what files have for it. */
	codec: { name: string; codes: readonly string[] };
	minSeconds: number;
	maxSeconds: number;
	/** There must be more frames per second than these. */
	aboveFps: number;
	minShorterSide: number;
	maxLongerSide: number;
	/** As a fraction: 2.5 would round. */
	maxRatio: readonly [longer: number, shorter: number];
	/** Read as 2^20 bytes each. */
	maxMegabytes: number;
}

const CODEC_NAMES = new Map([
	['hvc1', 'HEVC'],
	['hev1', 'HEVC'],
	['av01', 'AV1'],
	['vp09', 'VP9'],
	['mp4v', 'MPEG-4 Part 2'],
]);

/** Frames and sound rarely end together, and which of them counts is not documented. */
const LENIENT_SECONDS = 0.1;

/**
 * What the API would reject about what a video holds, as a sentence with the measured value and the limit; `null` when
 * nothing is known that it would reject. The size of the file is checked before it is read.
 */
export function videoProblem(facts: VideoFacts, limits: VideoLimits): string | null {
	const { codec: wanted, minSeconds, maxSeconds, aboveFps } = limits;
	const { minShorterSide, maxLongerSide, maxRatio } = limits;
	// No comparison holds for NaN: what is not known is no problem.
	const { width = NaN, height = NaN, seconds = NaN, fps = NaN } = facts;
	const { hasVideo, codec = wanted.codes[0] ?? '' } = facts;
	const shorter = Math.min(width, height);
	const longer = Math.max(width, height);
	const size = `${width}x${height} pixels`;
	const problems: Array<[isThere: boolean, words: string]> = [
		[hasVideo === false, 'The file has no video track'],
		[
			!wanted.codes.includes(codec),
			`The codec of the video is ${CODEC_NAMES.get(codec) ?? codec} (only ${wanted.name} is accepted)`,
		],
		[
			shorter < minShorterSide,
			`The video is too small: ${size} (shorter side at least ${minShorterSide})`,
		],
		[
			longer > maxLongerSide,
			`The video is too large: ${size} (longer side at most ${maxLongerSide})`,
		],
		[
			longer * maxRatio[1] > shorter * maxRatio[0],
			`The video is too ${width > height ? 'wide' : 'tall'}: ${size} (longer side at most ${maxRatio[0] / maxRatio[1]} times the shorter)`,
		],
		[
			seconds < minSeconds - LENIENT_SECONDS,
			`The video is too short: ${seconds} seconds (minimum ${minSeconds})`,
		],
		[
			seconds > maxSeconds + LENIENT_SECONDS,
			`The video is too long: ${seconds} seconds (maximum ${maxSeconds})`,
		],
		[
			fps <= aboveFps,
			`The frame rate is too low: ${fps} frames per second (more than ${aboveFps} required)`,
		],
	];
	return problems.find(([isThere]) => isThere)?.[1] ?? null;
}
