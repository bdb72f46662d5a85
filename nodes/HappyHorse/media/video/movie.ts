import type { MediaHeader, Sides } from './boxContent';
import {
	editsDuration,
	fourCharacters,
	fragmentDuration,
	framesPerUnit,
	mediaHeader,
	sampleEntry,
	trackHeader,
} from './boxContent';
import type { Interest } from './boxes';

/** What `moov` says. A fact that it does not say, or that makes no sense, is left out. */
export interface MovieFacts {
	/** In pixels, after the turn by 90 or 270 degrees that players make. */
	width?: number;
	height?: number;
	/** Of what is played, without the parts that an edit list cuts off. */
	seconds?: number;
	/** Frames per second, on average. */
	fps?: number;
	/** As the file names it: `avc1` is H.264, `hvc1` and `hev1` are HEVC. */
	codec?: string;
	hasVideo?: boolean;
	hasAudio?: boolean;
}

interface Track {
	header?: ReturnType<typeof trackHeader>;
	media?: MediaHeader;
	/** In units of the movie. */
	edits?: number | undefined;
	handler?: string | undefined;
	entry?: ReturnType<typeof sampleEntry>;
	framesPerUnit?: number | undefined;
}

const OPENED = new Set([
	'moov',
	'moov/mvex',
	'moov/trak',
	'moov/trak/edts',
	'moov/trak/mdia',
	'moov/trak/mdia/minf',
	'moov/trak/mdia/minf/stbl',
]);

/** Enough for 8,000 changes of the frame rate, or 5,000 edits. */
const LONGEST_LIST_BYTES = 64 * 1024;

/** Up to which byte the content of other boxes is of interest. */
const KEPT = new Map([
	['moov/mvhd', 32],
	['moov/mvex/mehd', 12],
	['moov/trak/tkhd', 96],
	['moov/trak/edts/elst', LONGEST_LIST_BYTES],
	['moov/trak/mdia/mdhd', 32],
	['moov/trak/mdia/hdlr', 12],
	['moov/trak/mdia/minf/stbl/stsd', 44],
	['moov/trak/mdia/minf/stbl/stts', LONGEST_LIST_BYTES],
]);

/** Collects what `moov` says: of the first video track, and whether there is sound. Other tracks are not kept. */
export class Movie {
	isFragmented = false;

	private header: MediaHeader | undefined;

	private durationWithFragments: number | undefined;

	private tracks = 0;

	private track: Track = {};

	private video: Track | undefined;

	private hasAudio = false;

	/** In units of the movie. */
	private longestEdits = 0;

	/** In seconds. */
	private longestMedia = 0;

	begin(path: string): Interest {
		if (path === 'moov/trak') this.track = {};
		if (path === 'moov/mvex') this.isFragmented = true;
		return OPENED.has(path) ? 'open' : (KEPT.get(path) ?? 0);
	}

	content(path: string, bytes: Uint8Array): void {
		const { track } = this;
		const type = path.slice(-4);
		if (type === 'mvhd') this.header = mediaHeader(bytes);
		if (type === 'mehd') this.durationWithFragments = fragmentDuration(bytes);
		if (type === 'tkhd') track.header = trackHeader(bytes);
		if (type === 'elst') track.edits = editsDuration(bytes);
		if (type === 'mdhd') track.media = mediaHeader(bytes);
		if (type === 'hdlr') track.handler = fourCharacters(bytes, 8);
		if (type === 'stsd') track.entry = sampleEntry(bytes);
		if (type === 'stts') track.framesPerUnit = framesPerUnit(bytes);
	}

	end(path: string): void {
		if (path !== 'moov/trak') return;
		this.tracks++;
		const { handler, edits, media } = this.track;
		if (handler !== 'vide' && handler !== 'soun') return;
		if (handler === 'vide') this.video ??= this.track;
		if (handler === 'soun') this.hasAudio = true;
		if (edits !== undefined) this.longestEdits = Math.max(this.longestEdits, edits);
		else if (media?.duration !== undefined && media.timescale > 0)
			this.longestMedia = Math.max(this.longestMedia, media.duration / media.timescale);
	}

	/** Once `moov` has ended. */
	facts(): MovieFacts {
		const { video, hasAudio } = this;
		return withoutUndefined({
			...sidesOf(video),
			seconds: sensible(this.seconds()),
			fps: sensible((video?.framesPerUnit ?? 0) * (video?.media?.timescale ?? 0)),
			codec: video?.entry?.codec,
			// Without any track, `moov` may be compressed.
			...(this.tracks === 0 ? {} : { hasVideo: video !== undefined, hasAudio }),
		});
	}

	/** 0 when they are not known. */
	private seconds(): number {
		const timescale = this.header?.timescale || Infinity;
		// Of a file in fragments, other durations may be those of the first one.
		if (this.isFragmented) return (this.durationWithFragments ?? 0) / timescale;
		// Many writers give a duration in `mvhd` that leaves edits out of account.
		const longest = Math.max(this.longestEdits / timescale, this.longestMedia);
		return longest || (this.header?.duration ?? 0) / timescale;
	}
}

/** The size of the frames; the size of the track, which may differ, only where that is missing. */
function sidesOf(video: Track | undefined): Partial<Sides> {
	const isCoded = (video?.entry?.width ?? 0) > 0 && (video?.entry?.height ?? 0) > 0;
	const { width = 0, height = 0 } = (isCoded ? video?.entry : video?.header) ?? {};
	if (width === 0 || height === 0) return {};
	return video?.header?.isTurned ? { width: height, height: width } : { width, height };
}

/** To the thousandth; none that is zero or infinite. */
export function sensible(value: number): number | undefined {
	const rounded = Math.round(value * 1000) / 1000;
	return Number.isFinite(rounded) && rounded > 0 ? rounded : undefined;
}

/** The same facts without those that are `undefined`. */
export function withoutUndefined<Facts extends object>(
	facts: Facts,
): { [Key in keyof Facts]?: Exclude<Facts[Key], undefined> } {
	return Object.fromEntries(
		Object.entries(facts).filter(([, value]) => value !== undefined),
	) as typeof facts;
}
