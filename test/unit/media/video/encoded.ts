import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import type { VideoFacts } from '../../../../nodes/HappyHorse/media/video/videoReader';

/* Files of a real encoder, each of a second or less. How they were made is in encoded/encode.sh. */

const FOLDER = path.join(__dirname, 'encoded');

const MUTE: VideoFacts = {
	container: 'mp4',
	fastStart: false,
	width: 96,
	height: 64,
	seconds: 1,
	fps: 25,
	codec: 'avc1',
	hasVideo: true,
	hasAudio: false,
};

const WITH_SOUND: VideoFacts = { ...MUTE, seconds: 1.024, hasAudio: true };

const fragments = ({ container, width, height, codec, hasVideo, hasAudio }: VideoFacts) =>
	({ container, fastStart: true, width, height, codec, hasVideo, hasAudio }) as VideoFacts;

/** What was encoded. Durations are those that ffprobe tells, too. */
export const ENCODED: Record<string, VideoFacts> = {
	'anamorphic.mp4': MUTE,
	'audio.mp4': {
		container: 'mp4',
		fastStart: false,
		seconds: 1,
		hasVideo: false,
		hasAudio: true,
	},
	'dash.mp4': { ...fragments(MUTE), seconds: 1 },
	'end.mp4': MUTE,
	'firstInMoov.mp4': { ...fragments(MUTE), fps: 25 },
	'fragmented.mp4': fragments(WITH_SOUND),
	'front.mp4': { ...WITH_SOUND, fastStart: true },
	'hevc.mp4': { ...MUTE, codec: 'hvc1' },
	'jpeg.mov': {
		...MUTE,
		container: 'mov',
		width: 32,
		height: 32,
		seconds: 0.5,
		fps: 10,
		codec: 'jpeg',
	},
	'late.mp4': { ...WITH_SOUND, seconds: 1.6 },
	'ntsc.mp4': { ...MUTE, seconds: 1.001, fps: 29.97 },
	'part2.mp4': { ...MUTE, codec: 'mp4v' },
	'rotated180.mp4': MUTE,
	'rotated270.mov': { ...WITH_SOUND, container: 'mov', width: 64, height: 96 },
	'rotated90.mp4': { ...WITH_SOUND, width: 64, height: 96 },
	'sound.mov': { ...WITH_SOUND, container: 'mov', seconds: 0.256 },
	'trimmed.mp4': { ...WITH_SOUND, seconds: 1.3 },
	'variable.mp4': { ...MUTE, seconds: 1.8, fps: 12.778 },
	'vp9.mp4': { ...MUTE, codec: 'vp09' },
};

export const encoded = (name: string): Buffer => readFileSync(path.join(FOLDER, name));

export const encodedNames = (): string[] =>
	readdirSync(FOLDER).filter((name) => name !== 'encode.sh');
