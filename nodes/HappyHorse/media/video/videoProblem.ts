import type { VideoFacts } from './videoReader';

/** What an endpoint takes as a source video. */
export interface VideoLimits {
	codec: { name: string; codes: readonly string[] };
	minSeconds: number;
	maxSeconds: number;
	/** There must be more frames per second than these. */
	aboveFps: number;
	minShorterSide: number;
	maxLongerSide: number;
	/** As a fraction: 2.5 would round. */
	maxRatio: readonly [longer: number, shorter: number];
	maxMegabytes: number;
}

/** `video_url` of video-edit/happy-horse-1: docs page of July 2026. "100 MB" is read as 2^20 bytes each. */
export const EDITED_VIDEO_LIMITS: VideoLimits = {
	codec: { name: 'H.264', codes: ['avc1', 'avc3'] },
	minSeconds: 3,
	maxSeconds: 60,
	aboveFps: 8,
	minShorterSide: 320,
	maxLongerSide: 2160,
	maxRatio: [5, 2],
	maxMegabytes: 100,
};

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
 * What the API would reject about a video, as a sentence with the measured value and the limit; `null` when nothing is known
 * that it would reject. `bytes`: the size of the file.
 */
export function videoProblem(
	{ bytes = 0, ...facts }: VideoFacts & { bytes?: number },
	limits: VideoLimits,
): string | null {
	if (facts.hasVideo === false) return 'The file has no video track';
	const { codec } = facts;
	if (codec !== undefined && !limits.codec.codes.includes(codec)) {
		const name = CODEC_NAMES.get(codec) ?? codec;
		return `The codec of the video is ${name} (only ${limits.codec.name} is accepted)`;
	}
	return (
		sidesProblem(facts, limits) ?? timeProblem(facts, limits) ?? fileSizeProblem(bytes, limits)
	);
}

function sidesProblem({ width, height }: VideoFacts, limits: VideoLimits): string | null {
	if (width === undefined || height === undefined) return null;
	const { minShorterSide, maxLongerSide, maxRatio } = limits;
	const shorter = Math.min(width, height);
	const longer = Math.max(width, height);
	const measured = `${width}x${height} pixels`;
	if (shorter < minShorterSide) {
		return `The video is too small: ${measured} (shorter side at least ${minShorterSide})`;
	}
	if (longer > maxLongerSide) {
		return `The video is too large: ${measured} (longer side at most ${maxLongerSide})`;
	}
	if (longer * maxRatio[1] > shorter * maxRatio[0]) {
		const times = maxRatio[0] / maxRatio[1];
		return `The video is too ${width > height ? 'wide' : 'tall'}: ${measured} (longer side at most ${times} times the shorter)`;
	}
	return null;
}

function timeProblem({ seconds, fps }: VideoFacts, limits: VideoLimits): string | null {
	const { minSeconds, maxSeconds, aboveFps } = limits;
	if (seconds !== undefined && seconds < minSeconds - LENIENT_SECONDS) {
		return `The video is too short: ${seconds} seconds (minimum ${minSeconds})`;
	}
	if (seconds !== undefined && seconds > maxSeconds + LENIENT_SECONDS) {
		return `The video is too long: ${seconds} seconds (maximum ${maxSeconds})`;
	}
	if (fps !== undefined && fps <= aboveFps) {
		return `The frame rate is too low: ${fps} frames per second (more than ${aboveFps} required)`;
	}
	return null;
}

function fileSizeProblem(bytes: number, { maxMegabytes }: VideoLimits): string | null {
	// Rounded up: one byte too many must not read as the limit.
	const megabytes = Math.ceil((bytes / 1024 / 1024) * 10) / 10;
	if (bytes <= maxMegabytes * 1024 * 1024) return null;
	return `The file is too large: ${megabytes.toFixed(1)} MB (maximum ${maxMegabytes})`;
}
