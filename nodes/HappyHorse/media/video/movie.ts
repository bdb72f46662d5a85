import { withoutUndefined } from '../../withoutUndefined';
import {
	editsDuration,
	fourCharacters,
	fragmentDuration,
	framesPerUnit,
	isTurned,
	mediaHeader,
	sampleEntry,
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

/** Enough for 4,000 changes of the frame rate, or 2,700 edits. */
const LONGEST_LIST_BYTES = 32 * 1024;

/** The boxes of interest: those with others in them, and up to which byte the content of the rest is needed. */
const BOXES = new Map<string, Interest>([
	['moov', 'open'],
	['moov/mvhd', 32],
	['moov/mvex', 'open'],
	['moov/mvex/mehd', 12],
	['moov/trak', 'open'],
	['moov/trak/tkhd', 72],
	['moov/trak/edts', 'open'],
	['moov/trak/edts/elst', LONGEST_LIST_BYTES],
	['moov/trak/mdia', 'open'],
	['moov/trak/mdia/mdhd', 32],
	['moov/trak/mdia/hdlr', 12],
	['moov/trak/mdia/minf', 'open'],
	['moov/trak/mdia/minf/stbl', 'open'],
	['moov/trak/mdia/minf/stbl/stsd', 44],
	['moov/trak/mdia/minf/stbl/stts', LONGEST_LIST_BYTES],
]);

/** The content of boxes by their type. One that is missing reads as empty. */
class Contents extends Map<string, Uint8Array> {
	override get(type: string): Uint8Array {
		return super.get(type) ?? new Uint8Array();
	}
}

/** Collects what `moov` says: of the first video track, and whether there is sound. Other tracks are not kept. */
export class Movie {
	isFragmented = false;

	private readonly boxes = new Contents();

	private track = new Contents();

	private video = new Contents();

	private tracks = 0;

	private hasAudio = false;

	/** Of the longest track. */
	private seconds = 0;

	begin(path: string): Interest {
		if (path === 'moov/trak') this.track = new Contents();
		if (path === 'moov/mvex') this.isFragmented = true;
		return BOXES.get(path) ?? 0;
	}

	content(path: string, bytes: Uint8Array): void {
		const boxes = path.startsWith('moov/trak') ? this.track : this.boxes;
		boxes.set(path.slice(-4), bytes);
	}

	end(path: string): void {
		if (path !== 'moov/trak') return;
		this.tracks++;
		const handler = fourCharacters(this.track.get('hdlr'), 8);
		if (handler !== 'vide' && handler !== 'soun') return;
		if (handler === 'soun') this.hasAudio = true;
		else if (this.video.size === 0) this.video = this.track;
		const { timescale } = mediaHeader(this.boxes.get('mvhd'));
		const { seconds } = mediaHeader(this.track.get('mdhd'));
		const edited = editsDuration(this.track.get('elst')) / timescale;
		this.seconds = Math.max(this.seconds, sensible(edited) ?? sensible(seconds) ?? 0);
	}

	/** Once `moov` has ended. */
	facts(): MovieFacts {
		const { video, hasAudio } = this;
		const { codec, width, height } = sampleEntry(video.get('stsd'));
		const sides = isTurned(video.get('tkhd')) ? [height, width] : [width, height];
		const { timescale } = mediaHeader(video.get('mdhd'));
		return withoutUndefined({
			...(width > 0 && height > 0 ? { width: sides[0], height: sides[1] } : {}),
			seconds: sensible(this.duration()),
			fps: sensible(framesPerUnit(video.get('stts')) * timescale),
			codec,
			// Without any track, `moov` may be compressed.
			...(this.tracks === 0 ? {} : { hasVideo: video.size > 0, hasAudio }),
		});
	}

	private duration(): number {
		const { timescale, seconds } = mediaHeader(this.boxes.get('mvhd'));
		// Of a file in fragments, all other durations may be those of its first fragment.
		if (this.isFragmented) return fragmentDuration(this.boxes.get('mehd')) / timescale;
		// Many writers leave edits out of account in the duration of the movie.
		return this.seconds || seconds;
	}
}

/** To the thousandth; none that is zero or infinite. */
export function sensible(value: number): number | undefined {
	const rounded = Math.round(value * 1000) / 1000;
	return Number.isFinite(rounded) && rounded > 0 ? rounded : undefined;
}
