import { u32be } from '../image/format';

/** What to do with a box: look at the boxes in it, end the walk, or keep so many of its first bytes; 0 passes over it. */
export type Interest = 'open' | 'stop' | number;

/** Decides about boxes, and gets their content. A path is what leads to a box, such as `moov/trak/tkhd`. */
export interface BoxHandler {
	/** @param end position in the file where the box says that it ends; `Infinity` if it does with what it is in. */
	begin(path: string, end: number): Interest;
	content(path: string, bytes: Uint8Array): void;
	/** Nothing of interest is left in a box that was opened. */
	end(path: string): void;
}

interface Box {
	path: string;
	/** Position in the file. */
	end: number;
}

const HEADER_BYTES = 8;

const LONG_HEADER_BYTES = 16;

/** Videos have some hundreds in front of what is of interest; a file of nothing but boxes would keep the processor busy. */
const MOST_BOXES = 10_000;

/**
 * Walks through the boxes of an MP4 or MOV file while its bytes come in, in chunks of any size. It holds one box at a time,
 * and of that no more than the handler wants.
 * Layout: ISO/IEC 14496-12, section 4.2, and Apple's QuickTime File Format.
 */
export class BoxWalk {
	/** True when the handler stopped the walk, and when there are too many boxes or they make no sense. */
	isOver = false;

	/** Where the next byte is in the file. */
	private at = 0;

	/** Where the next byte of interest is. */
	private next = 0;

	private opened: Box[] = [];

	/** The box whose content is being kept; without one, a header comes next. */
	private box: Box | undefined;

	private kept = new Uint8Array(LONG_HEADER_BYTES);

	private filled = 0;

	private wanted = HEADER_BYTES;

	private boxes = 0;

	constructor(private readonly handler: BoxHandler) {}

	/** Takes the bytes that follow the last ones. */
	push(bytes: Uint8Array): void {
		let from = 0;
		while (from < bytes.length && !this.isOver) {
			const passed = Math.min(Math.max(0, this.next - this.at), bytes.length - from);
			from += passed;
			this.at += passed;
			const part = bytes.subarray(from, from + this.wanted - this.filled);
			this.kept.set(part, this.filled);
			from += part.length;
			this.at += part.length;
			this.filled += part.length;
			if (this.filled === this.wanted) this.proceed();
		}
	}

	/** Where the next byte of interest is; it may be behind the end of the file. */
	get nextPosition(): number {
		return Math.max(this.at, this.next);
	}

	/** Goes to the next byte of interest, for a reader that need not read what is before it. */
	skip(): { position: number; restOfBox: number } {
		this.at = this.nextPosition;
		return { position: this.at, restOfBox: (this.opened[0]?.end ?? this.at) - this.at };
	}

	private proceed(): void {
		if (this.box) {
			this.handler.content(this.box.path, this.kept.subarray(0, this.wanted));
			this.expectBoxAt(this.box.end);
		} else if (u32be(this.kept, 0) === 1 && this.wanted === HEADER_BYTES) {
			this.wanted = LONG_HEADER_BYTES;
		} else {
			this.begin();
		}
	}

	private begin(): void {
		const parent = this.opened.at(-1);
		const type = String.fromCharCode(...this.kept.subarray(4, 8));
		const path = parent ? `${parent.path}/${type}` : type;
		const end = Math.min(this.endOfBox(), parent?.end ?? Infinity);
		const isSound = end >= this.at && ++this.boxes <= MOST_BOXES;
		const interest = isSound ? this.handler.begin(path, end) : 'stop';
		if (interest === 'stop') {
			this.isOver = true;
		} else if (interest === 'open') {
			this.opened.push({ path, end });
			this.expectBoxAt(this.at);
		} else if (Math.min(interest, end - this.at) === 0) {
			this.expectBoxAt(end);
		} else {
			this.box = { path, end };
			this.expect(Math.min(interest, end - this.at));
		}
	}

	/** A size of 0 means that the box ends with what it is in, and 1 that 8 bytes of size follow. */
	private endOfBox(): number {
		const size = u32be(this.kept, 0);
		if (size === 0) return Infinity;
		const long = u32be(this.kept, 8) * 2 ** 32 + u32be(this.kept, 12);
		return this.at - this.filled + (size === 1 ? long : size);
	}

	private expectBoxAt(position: number): void {
		this.box = undefined;
		this.next = position;
		this.expect(HEADER_BYTES);
		let parent = this.opened.at(-1);
		// QuickTime ends some boxes with four zeros.
		while (parent && !(parent.end - this.next >= HEADER_BYTES)) {
			this.next = parent.end;
			this.opened.pop();
			this.handler.end(parent.path);
			parent = this.opened.at(-1);
		}
	}

	private expect(bytes: number): void {
		this.kept = new Uint8Array(Math.max(bytes, LONG_HEADER_BYTES));
		this.filled = 0;
		this.wanted = bytes;
	}
}
