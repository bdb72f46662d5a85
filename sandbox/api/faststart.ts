/** Boxes whose content is a list of boxes, on the way to the tables of sample positions. */
const CONTAINERS = new Set(['moov', 'trak', 'mdia', 'minf', 'stbl']);
/** Boxes that hold the wall-clock time of the encoding as two 32-bit numbers. */
const DATED = new Set(['mvhd', 'tkhd', 'mdhd']);
const HEADER_BYTES = 8;

export interface Box {
	type: string;
	start: number;
	end: number;
}

/** Lists the boxes of an MP4 file between two offsets. Throws when a size makes no sense. */
export function boxes(file: Buffer, start = 0, end = file.length): Box[] {
	const found: Box[] = [];
	for (let at = start; at + HEADER_BYTES <= end; ) {
		const size = file.readUInt32BE(at);
		if (size < HEADER_BYTES || at + size > end) throw new Error(`Bad MP4 box at ${at}`);
		found.push({ type: file.toString('latin1', at + 4, at + 8), start: at, end: at + size });
		at += size;
	}
	return found;
}

/**
 * Moves the index of an MP4 file before its media data, so that a browser can start to play at
 * once, and removes the date, so that the same video always has the same bytes.
 */
export function faststart(file: Buffer): Buffer {
	return arranged(file, ['ftyp', 'moov', 'mdat']);
}

/** The same with the index at the end, as a camera or an encoder leaves it. */
export function indexLast(file: Buffer): Buffer {
	return arranged(file, ['ftyp', 'mdat', 'moov']);
}

function arranged(file: Buffer, order: string[]): Buffer {
	const all = boxes(file);
	const parts = order.map((type) => {
		const box = all.find((candidate) => candidate.type === type);
		if (box === undefined) throw new Error(`The MP4 file has no ${type} box`);
		return { ...box, content: Buffer.from(file.subarray(box.start, box.end)) };
	});
	let shift = 0;
	let at = 0;
	for (const { type, start, content } of parts) {
		if (type === 'mdat') shift = at - start;
		at += content.length;
	}
	for (const { type, content } of parts) {
		if (type === 'moov') rewrite(content, boxes(content), shift);
	}
	return Buffer.concat(parts.map(({ content }) => content));
}

function rewrite(moov: Buffer, list: Box[], shift: number): void {
	for (const { type, start, end } of list) {
		if (CONTAINERS.has(type)) rewrite(moov, boxes(moov, start + HEADER_BYTES, end), shift);
		if (DATED.has(type)) moov.fill(0, start + 12, start + 20);
		if (type !== 'stco') continue;
		const count = moov.readUInt32BE(start + 12);
		for (let at = start + 16; at < start + 16 + count * 4; at += 4) {
			moov.writeUInt32BE(moov.readUInt32BE(at) + shift, at);
		}
	}
}
