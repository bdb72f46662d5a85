/*
 * The reader of boxes against three strangers: the encoder that wrote the files, and two libraries that read them as well.
 * Where they disagree, look at the bytes.
 */
import { createH264MP4Encoder } from 'h264-mp4-encoder';

import type { VideoFacts } from '../../../../nodes/HappyHorse/media/video/videoReader';
import { VideoReader } from '../../../../nodes/HappyHorse/media/video/videoReader';
import { ENCODED, encoded, encodedNames } from './encoded';
import type { MediaInfo } from './mediaInfo';
import { mediaInfoOf } from './mediaInfo';
import { mp4BoxOf } from './mp4Box';

function ours(bytes: Uint8Array, chunk = bytes.length): VideoFacts {
	const reader = new VideoReader();
	for (let at = 0; at < bytes.length; at += chunk) reader.push(bytes.subarray(at, at + chunk));
	return reader.facts;
}

const names = Object.keys(ENCODED);

/** One difference shows its file's name. */
const named = <T>(look: (name: string) => T, some = names) =>
	Object.fromEntries(some.map((name) => [name, look(name)]));

const pick = (facts: VideoFacts, wanted: ReadonlyArray<keyof VideoFacts>) =>
	Object.fromEntries(wanted.map((name) => [name, facts[name]]));

const shown = (width: number, height: number, isTurned: boolean) =>
	isTurned ? { width: height, height: width } : { width, height };

const SAME = [
	'container',
	'width',
	'height',
	'codec',
	'hasVideo',
	'hasAudio',
	'fastStart',
] as const;

/** Libraries read all fragments; what only those say is left out here. */
const isWhole = (name: string) => ENCODED[name]?.seconds !== undefined;

it('knows what was encoded', () => {
	expect(encodedNames().filter((name) => !name.startsWith('other.'))).toEqual([...names].sort());
	expect(named((name) => ours(encoded(name)))).toEqual(ENCODED);
});

it.each([1, 7, 8, 100, 1000])('knows it in chunks of %i bytes', (chunk) => {
	expect(named((name) => ours(encoded(name), chunk))).toEqual(ENCODED);
});

function fromMediaInfo({ general, video }: MediaInfo): VideoFacts {
	return {
		container: general.CodecID?.startsWith('qt') ? 'mov' : 'mp4',
		fastStart: general.IsStreamable === 'Yes',
		hasAudio: (general.AudioCount ?? 0) > 0,
		hasVideo: video !== undefined,
		...(video && {
			...shown(video.Width, video.Height, ['90.000', '270.000'].includes(video.Rotation)),
			// 'mp4v-20' has the version behind it.
			codec: (video.CodecID.split(' / ').at(-1) ?? '').slice(0, 4),
			fps: video.FrameRate,
		}),
	};
}

it('agrees with MediaInfo', () => {
	const results = mediaInfoOf(names.map(encoded));
	const theirs = (name: string) => fromMediaInfo(results[names.indexOf(name)]!);
	const facts = (name: string) => ours(encoded(name));
	expect(named((name) => pick(facts(name), SAME))).toEqual(
		named((name) => pick(theirs(name), SAME)),
	);
	const withFrameRate = names.filter((name) => facts(name).fps !== undefined);
	expect(withFrameRate.length).toBeGreaterThan(12);
	expect(named((name) => facts(name).fps, withFrameRate)).toEqual(
		named((name) => theirs(name).fps, withFrameRate),
	);
	// Its duration is that of `mvhd`, which these encoders write without the edits.
	const unedited = names.filter((name) => isWhole(name) && !ENCODED[name]?.hasAudio);
	expect(unedited.length).toBeGreaterThan(8);
	expect(named((name) => facts(name).seconds, unedited)).toEqual(
		named((name) => results[names.indexOf(name)]!.general.Duration, unedited),
	);
});

function fromMp4Box(bytes: Buffer): VideoFacts {
	const movie = mp4BoxOf(bytes);
	const [video] = movie.videoTracks;
	return {
		container: movie.brands[0] === 'qt  ' ? 'mov' : 'mp4',
		fastStart: movie.isProgressive,
		hasAudio: movie.audioTracks.length > 0,
		hasVideo: video !== undefined,
		seconds: secondsOf(movie),
		...(video && {
			...shown(video.video?.width ?? 0, video.video?.height ?? 0, video.matrix[0] === 0),
			codec: video.codec.split('.')[0] ?? '',
			fps: (video.nb_samples * video.timescale) / (video.samples_duration ?? 0),
		}),
	};
}

function secondsOf({
	tracks,
	timescale,
	isFragmented,
	fragment_duration,
}: ReturnType<typeof mp4BoxOf>) {
	if (isFragmented) return (fragment_duration?.num ?? 0) / (fragment_duration?.den ?? 0);
	const seconds = tracks.map((track) => {
		const edits = (track.edits ?? []).reduce((sum, edit) => sum + edit.segment_duration, 0);
		return edits > 0 ? edits / timescale : track.duration / track.timescale;
	});
	return Math.max(...seconds);
}

it('agrees with mp4box, on edit lists too', () => {
	// It takes tracks that it cannot play for no video or sound.
	const known = names.filter((name) => !['jpeg.mov', 'sound.mov'].includes(name));
	const facts = (name: string) => ours(encoded(name));
	const theirs = (name: string) => fromMp4Box(encoded(name));
	expect(named((name) => pick(facts(name), SAME), known)).toEqual(
		named((name) => pick(theirs(name), SAME), known),
	);
	for (const fact of ['seconds', 'fps'] as const) {
		const withFact = known.filter((name) => facts(name)[fact] !== undefined);
		expect(withFact.length).toBeGreaterThan(10);
		expect(named((name) => facts(name)[fact], withFact)).toEqual(
			named((name) => Math.round((theirs(name)[fact] ?? 0) * 1000) / 1000, withFact),
		);
	}
});

it('agrees with both on what another encoder writes', async () => {
	const encoder = await createH264MP4Encoder();
	Object.assign(encoder, { width: 128, height: 96, frameRate: 12, speed: 10 });
	encoder.initialize();
	for (let frame = 0; frame < 6; frame++) encoder.addFrameRgba(new Uint8Array(128 * 96 * 4));
	encoder.finalize();
	const files = encoder.FS as { readFile(name: string): Uint8Array };
	const bytes = Buffer.from(files.readFile(encoder.outputFilename));
	encoder.delete();
	const facts = ours(bytes);
	expect(facts).toMatchObject({ width: 128, height: 96, seconds: 0.5, fps: 12, codec: 'avc1' });
	expect(pick(facts, SAME)).toEqual(pick(fromMp4Box(bytes), SAME));
	expect(mediaInfoOf([bytes]).map(fromMediaInfo)).toEqual([
		expect.objectContaining(pick(facts, [...SAME, 'fps'])),
	]);
});
