import { withoutUndefined } from '../../withoutUndefined';
import { fourCharacters, segmentSeconds } from './boxContent';
import type { Interest } from './boxes';
import { BoxWalk } from './boxes';
import type { MovieFacts } from './movie';
import { Movie, sensible } from './movie';

/** What the boxes of a video say. */
export interface VideoFacts extends MovieFacts {
	container?: 'mp4' | 'mov';
	/** True when players can begin before they have the whole file. */
	fastStart?: boolean;
}

/** With what a file may begin. Those without `ftyp` are from the time before MP4. */
const FIRST_BOXES = ['ftyp', 'moov', 'mdat', 'wide', 'free', 'skip', 'pnot'];

/** Enough for 2,700 segments. */
const LONGEST_INDEX_BYTES = 32 * 1024;

/**
 * Reads the facts of an MP4 or MOV file while its bytes come in, from the first one on. It takes any bytes: it never
 * throws, takes linear time, keeps at most 200 KB, and more bytes only add facts. Those of `moov` come together, once all
 * of it that matters was there.
 */
export class VideoReader {
	facts: VideoFacts = {};

	/** Once `moov` has begun: where it ends, and whether all of it that matters was there. */
	moov: { end: number; isRead: boolean } | undefined;

	private readonly walk = new BoxWalk({
		begin: (path, end) => this.begin(path, end),
		content: (path, bytes) => this.content(path, bytes),
		end: (path) => this.end(path),
	});

	private readonly movie = new Movie();

	private state: 'start' | 'before moov' | 'in moov' | 'behind moov' = 'start';

	private hasData = false;

	/** Takes the bytes that follow the last ones. */
	push(bytes: Uint8Array): void {
		if (!this.isDone) this.walk.push(bytes);
	}

	/** True when no byte that follows would add a fact. */
	get isDone(): boolean {
		return this.walk.isOver || (this.state === 'behind moov' && !this.needsIndex);
	}

	/**
	 * Goes to the next byte that may add a fact, for a reader that need not read what is before it. `restOfBox`: how many bytes
	 * from there on belong to the same box.
	 */
	skip(): { position: number; restOfBox: number } {
		return this.walk.skip();
	}

	/** Where the next byte is that may add a fact, if there is one; it may be behind the end of the file. */
	get next(): number | undefined {
		return this.isDone ? undefined : this.walk.nextPosition;
	}

	private begin(path: string, end: number): Interest {
		if (this.state === 'start' && !FIRST_BOXES.includes(path)) return 'stop';
		if (this.state === 'start') this.state = 'before moov';
		if (this.state === 'in moov') return this.movie.begin(path);
		if (this.state === 'behind moov') {
			// The index of a file in fragments is in front of the first one.
			if (!this.needsIndex || path === 'moof') return 'stop';
			return path === 'sidx' ? LONGEST_INDEX_BYTES : 0;
		}
		if (path === 'mdat') this.hasData = true;
		if (path === 'ftyp') return 4;
		if (path !== 'moov') return 0;
		this.state = 'in moov';
		this.moov = { end, isRead: false };
		this.facts = { container: 'mov', ...this.facts, fastStart: !this.hasData };
		return this.movie.begin(path);
	}

	private content(path: string, bytes: Uint8Array): void {
		if (path === 'ftyp') {
			this.facts.container ??= fourCharacters(bytes, 0) === 'qt' ? 'mov' : 'mp4';
		} else if (path === 'sidx') {
			this.facts = {
				...this.facts,
				...withoutUndefined({ seconds: sensible(segmentSeconds(bytes)) }),
			};
		} else {
			this.movie.content(path, bytes);
		}
	}

	private end(path: string): void {
		this.movie.end(path);
		if (path !== 'moov') return;
		this.state = 'behind moov';
		if (this.moov) this.moov.isRead = true;
		this.facts = { ...this.facts, ...this.movie.facts() };
	}

	private get needsIndex(): boolean {
		return this.movie.isFragmented && this.facts.seconds === undefined;
	}
}
