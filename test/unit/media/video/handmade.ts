/* Videos written from the published layouts, box by box: no encoder writes the broken and rare ones. */
import { be, text } from '../image/handmade';

export const box = (type: string, ...content: number[][]): number[] => {
	const bytes = content.flat();
	return [...be(4, bytes.length + 8), ...text(type), ...bytes];
};

/** With its size in 64 bits. */
export const longBox = (type: string, ...content: number[][]): number[] => {
	const bytes = content.flat();
	return [...be(4, 1), ...text(type), ...be(8, bytes.length + 16), ...bytes];
};

/** Its size is 0: it ends with what it is in. */
export const lastBox = (type: string, ...content: number[][]): number[] => [
	...be(4, 0),
	...text(type),
	...content.flat(),
];

export const zeros = (count: number): number[] => Array.from({ length: count }, () => 0);

export interface TimeOptions {
	timescale?: number;
	duration?: number;
	/** 1: times take 8 bytes. */
	version?: number;
}

const isLong = (version: number) => (version === 1 ? 8 : 4);

/** `mvhd` and `mdhd` begin in the same way. */
export const header = (
	type: 'mvhd' | 'mdhd',
	{ timescale = 1000, duration = 4000, version = 0 }: TimeOptions = {},
): number[] =>
	box(
		type,
		[version, 0, 0, 0],
		zeros(2 * isLong(version)),
		be(4, timescale),
		be(isLong(version), duration),
		zeros(type === 'mvhd' ? 80 : 4),
	);

const ONE = [0, 1, 0, 0];
const MINUS_ONE = [0xff, 0xff, 0, 0];
const NONE = [0, 0, 0, 0];

/** Parts a, b, c, d of the matrix. */
const TURNS: Record<number, number[][]> = {
	0: [ONE, NONE, NONE, ONE],
	90: [NONE, ONE, MINUS_ONE, NONE],
	180: [MINUS_ONE, NONE, NONE, MINUS_ONE],
	270: [NONE, MINUS_ONE, ONE, NONE],
};

export interface TrackOptions extends TimeOptions {
	width?: number;
	height?: number;
	/** Of the frames, where it differs from that of the track. */
	coded?: { width: number; height: number };
	turn?: number;
	codec?: string;
	handler?: string;
	/** Runs of frames: how many, and how long each takes. */
	runs?: Array<[count: number, units: number]>;
	/** Durations of edits, in units of the movie. */
	edits?: number[];
}

export const trackHeader = ({ width = 640, height = 360, turn = 0, version = 0 }: TrackOptions) => {
	const [a = [], b = [], c = [], d = []] = TURNS[turn] ?? [];
	return box(
		'tkhd',
		[version, 0, 0, 3],
		zeros(version === 1 ? 32 : 20),
		zeros(16),
		[...a, ...b, ...NONE, ...c, ...d, ...NONE, ...NONE, ...NONE, 0x40, 0, 0, 0],
		[...be(2, width), 0, 0, ...be(2, height), 0, 0],
	);
};

export const editList = (edits: number[], version = 0): number[] =>
	box(
		'elst',
		[version, 0, 0, 0],
		be(4, edits.length),
		edits.flatMap((units) => [...be(isLong(version), units), ...be(isLong(version), 0), ...ONE]),
	);

export const sampleTable = ({
	width = 640,
	height = 360,
	coded = { width, height },
	codec = 'avc1',
	runs = [[100, 40]],
}: TrackOptions): number[] => {
	const sides = [...be(2, coded.width), ...be(2, coded.height)];
	const entry = box(codec, zeros(24), sides, zeros(50));
	const times = runs.flatMap(([count, units]) => [...be(4, count), ...be(4, units)]);
	return box(
		'stbl',
		box('stsd', zeros(4), be(4, 1), entry),
		box('stts', zeros(4), be(4, runs.length), times),
		box('stsz', zeros(12)),
	);
};

export const track = (options: TrackOptions = {}): number[] =>
	box(
		'trak',
		trackHeader(options),
		options.edits ? box('edts', editList(options.edits, options.version)) : [],
		box(
			'mdia',
			header('mdhd', options),
			box('hdlr', zeros(8), text(options.handler ?? 'vide'), zeros(13)),
			// QuickTime has a second handler here, which is about data.
			box('minf', box('hdlr', zeros(4), text('dhlralis'), zeros(13)), sampleTable(options)),
		),
	);

export const sound = (options: TrackOptions = {}): number[] =>
	track({ handler: 'soun', codec: 'mp4a', width: 0, height: 0, ...options });

export const brand = (name = 'isom'): number[] => box('ftyp', text(name), be(4, 512), text('mp41'));

export const movie = (...tracks: number[][]): number[] => box('moov', header('mvhd'), ...tracks);

export const data = (bytes = 50): number[] => box('mdat', zeros(bytes));

export const index = (
	seconds: number[],
	{ version = 0, timescale = 1000, listed = seconds.length } = {},
): number[] =>
	box(
		'sidx',
		[version, 0, 0, 0],
		be(4, 1),
		be(4, timescale),
		zeros(2 * isLong(version)),
		zeros(2),
		be(2, listed),
		seconds.flatMap((length) => [...be(4, 999), ...be(4, length * timescale), ...be(4, 0)]),
	);

export const extension = (...content: number[][]): number[] => box('mvex', ...content);

export const wholeDuration = (units: number, version = 0): number[] =>
	box('mehd', [version, 0, 0, 0], be(isLong(version), units));

export const file = (...parts: number[][]): Uint8Array => Uint8Array.from(parts.flat());
