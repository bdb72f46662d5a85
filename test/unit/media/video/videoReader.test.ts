import type { VideoFacts } from '../../../../nodes/HappyHorse/media/video/videoReader';
import { VideoReader } from '../../../../nodes/HappyHorse/media/video/videoReader';
import { be, text } from '../image/handmade';
import {
	box,
	brand,
	data,
	extension,
	file,
	header,
	index,
	lastBox,
	longBox,
	movie,
	sound,
	track,
	wholeDuration,
	zeros,
} from './handmade';

function read(...parts: number[][]): VideoFacts {
	const reader = new VideoReader();
	reader.push(file(...parts));
	return reader.facts;
}

const PLAIN: VideoFacts = {
	container: 'mp4',
	fastStart: true,
	width: 640,
	height: 360,
	seconds: 4,
	fps: 25,
	codec: 'avc1',
	hasVideo: true,
	hasAudio: true,
};

const without = (facts: VideoFacts, ...names: Array<keyof VideoFacts>) =>
	Object.fromEntries(Object.entries(facts).filter(([name]) => !(names as string[]).includes(name)));

const large = zeros(3_000_000);

it.each<[string, number[][], VideoFacts]>([
	['an MP4', [brand(), movie(track(), sound()), data()], PLAIN],
	['data in front', [brand(), data(), movie(track(), sound())], { ...PLAIN, fastStart: false }],
	['no sound', [brand(), movie(track())], { ...PLAIN, hasAudio: false }],
	['sound first', [brand(), movie(sound(), track())], PLAIN],
	['a MOV', [brand('qt  '), movie(track(), sound())], { ...PLAIN, container: 'mov' }],
	[
		'a MOV without brand',
		[box('wide'), data(), movie(track(), sound())],
		{ ...PLAIN, container: 'mov', fastStart: false },
	],
	['free space', [brand(), box('free', zeros(9)), movie(track(), sound())], PLAIN],
	['other boxes in moov', [brand(), movie(box('udta', large), track(), sound())], PLAIN],
	['a large moov at the end', [brand(), movie(track(), sound(), box('meta', large))], PLAIN],
	['zeros behind the last box of moov', [brand(), movie(track(), sound(), zeros(4))], PLAIN],
	[
		'sizes in 64 bits',
		[brand(), longBox('mdat', zeros(9)), longBox('moov', header('mvhd'), track(), sound())],
		{ ...PLAIN, fastStart: false },
	],
	['times in 64 bits', [brand(), movie(track({ version: 1 }), sound({ version: 1 }))], PLAIN],
	[
		'turned frames with times in 64 bits',
		[brand(), movie(track({ version: 1, turn: 90 }), sound())],
		{ ...PLAIN, width: 360, height: 640 },
	],
	['data to the end of the file', [brand(), movie(track(), sound()), lastBox('mdat')], PLAIN],
	['no turn', [brand(), movie(track({ turn: 180 }), sound())], PLAIN],
	...[90, 270].map((turn): [string, number[][], VideoFacts] => [
		`a turn by ${turn} degrees`,
		[brand(), movie(track({ turn }), sound())],
		{ ...PLAIN, width: 360, height: 640 },
	]),
	[
		'frames that are shown wider than they are',
		[brand(), movie(track({ coded: { width: 480, height: 360 } }), sound())],
		{ ...PLAIN, width: 480 },
	],
	[
		'no size at all',
		[brand(), movie(track({ width: 0, height: 360 }), sound())],
		without(PLAIN, 'width', 'height'),
	],
	[
		'another codec',
		[brand(), movie(track({ codec: 'hvc1' }), sound())],
		{ ...PLAIN, codec: 'hvc1' },
	],
	[
		'a codec of no text',
		[brand(), movie(track({ codec: 'av\0c' }), sound())],
		without(PLAIN, 'codec'),
	],
	[
		'a second video',
		[brand(), movie(track(), track({ codec: 'jpeg', width: 80 }), sound())],
		PLAIN,
	],
	[
		'a frame rate that varies',
		[
			brand(),
			movie(
				track({
					runs: [
						[50, 40],
						[25, 80],
					],
				}),
				sound(),
			),
		],
		{ ...PLAIN, fps: 18.75 },
	],
	['no frames', [brand(), movie(track({ runs: [] }), sound())], without(PLAIN, 'fps')],
	[
		'sound that outlasts the frames',
		[brand(), movie(track(), sound({ timescale: 8000, duration: 33_000 }))],
		{ ...PLAIN, seconds: 4.125 },
	],
	[
		'subtitles that outlast the frames',
		[brand(), movie(track(), sound(), track({ handler: 'text', duration: 9000 }))],
		PLAIN,
	],
	[
		'a part that is cut off',
		[brand(), movie(track({ edits: [2500] }))],
		{ ...PLAIN, seconds: 2.5, hasAudio: false },
	],
	[
		'a pause in front, in 64 bits',
		[brand(), movie(track({ edits: [600, 4000], version: 1 }), sound())],
		{ ...PLAIN, seconds: 4.6 },
	],
	['an edit to the end', [brand(), movie(track({ edits: [0] }), sound())], PLAIN],
	[
		'a duration in the header only',
		[brand(), movie(track({ duration: 0 }), sound({ duration: 0xffffffff }))],
		PLAIN,
	],
	[
		'a duration of all bits in 64 bits',
		[brand(), movie(track({ version: 1, duration: 2 ** 64 - 2048 }), sound())],
		PLAIN,
	],
	[
		'no timescale',
		[brand(), movie(track({ timescale: 0 }), sound({ timescale: 0 }))],
		without(PLAIN, 'fps'),
	],
	[
		'no duration',
		[brand(), box('moov', header('mvhd', { duration: 0 }), track({ duration: 0 }))],
		{ ...without(PLAIN, 'seconds'), hasAudio: false },
	],
	['no header', [brand(), box('moov', track({ edits: [2000] }), sound())], PLAIN],
	[
		'sound only',
		[brand('M4A '), movie(sound())],
		{ container: 'mp4', fastStart: true, seconds: 4, hasVideo: false, hasAudio: true },
	],
	[
		'a compressed moov',
		[brand('qt  '), box('moov', box('cmov', zeros(40)))],
		{ container: 'mov', fastStart: true },
	],
	['an empty moov', [brand(), box('moov'), movie(track())], { container: 'mp4', fastStart: true }],
	['a second moov', [brand(), movie(track(), sound()), movie(track({ width: 99 }))], PLAIN],
	['a second brand', [brand(), brand('qt  '), movie(track(), sound())], PLAIN],
	[
		'a child that is larger than its parent',
		[brand(), movie(track(), sound(), [...be(4, 999), ...text('udta')])],
		PLAIN,
	],
	[
		'a child to the end of its parent',
		[brand(), movie(track(), sound(), lastBox('udta', zeros(9))), data()],
		PLAIN,
	],
])('reads %s', (_, parts, expected) => {
	expect(read(...parts)).toEqual(expected);
});

const inFragments = without(PLAIN, 'seconds');

const fragment = [...box('moof', zeros(20)), ...data()];

it.each<[string, number[][], VideoFacts]>([
	['no length', [movie(track(), sound(), extension())], inFragments],
	[
		'its length',
		[movie(extension(wholeDuration(9500)), track(), sound())],
		{ ...PLAIN, seconds: 9.5 },
	],
	[
		'its length in 64 bits',
		[movie(track(), sound(), extension(wholeDuration(9500, 1)))],
		{ ...PLAIN, seconds: 9.5 },
	],
	[
		'an index',
		[movie(track(), sound(), extension()), index([2, 2, 1.5])],
		{ ...PLAIN, seconds: 5.5 },
	],
	[
		'an index in 64 bits',
		[movie(track(), sound(), extension()), index([2, 2], { version: 1 })],
		{ ...PLAIN, seconds: 4 },
	],
	[
		'length and index',
		[movie(track(), sound(), extension(wholeDuration(9500))), index([2, 2])],
		{ ...PLAIN, seconds: 9.5 },
	],
	[
		'boxes before its index',
		[movie(track(), sound(), extension()), box('free'), index([2, 2])],
		{ ...PLAIN, seconds: 4 },
	],
	['an index of one fragment', [movie(track(), sound(), extension()), index([2])], inFragments],
	[
		'an index that is cut off',
		[movie(track(), sound(), extension()), index([2, 2], { listed: 3 })],
		inFragments,
	],
	[
		'an index without timescale',
		[movie(track(), sound(), extension()), index([2, 2], { timescale: 0 })],
		inFragments,
	],
	[
		'an index behind fragments',
		[movie(track(), sound(), extension()), fragment, index([2, 2])],
		inFragments,
	],
])('reads a file in fragments with %s', (_, parts, expected) => {
	expect(read(brand('iso5'), ...parts, fragment, fragment)).toEqual(expected);
});

it.each<[string, number[][]]>([
	['nothing', []],
	['a web page', [text('<!doctype html><html>')]],
	['text', [text('they are free and moov')]],
	['a box that is smaller than its header', [be(4, 7), text('ftyp'), movie(track())]],
	[
		'a long box that is smaller than its header',
		[be(4, 1), text('ftyp'), be(8, 15), movie(track())],
	],
])('says nothing of %s', (_, parts) => {
	expect(read(...parts)).toEqual({});
});

it('stops at a box in moov that makes no sense', () => {
	const facts = read(brand(), movie(track(), be(4, 3), text('trak'), sound()), movie(track()));
	expect(facts).toEqual({ container: 'mp4', fastStart: true });
});

it.each([
	['boxes', brand(), box('free')],
	['tracks', [...brand(), ...be(4, 0x7fffffff), ...text('moov')], box('trak')],
])('ends after 10,000 %s', (_, start, repeated) => {
	const reader = new VideoReader();
	reader.push(file(start));
	const hundred = file(Array.from({ length: 100 }, () => repeated).flat());
	for (let turn = 0; turn < 99; turn++) reader.push(hundred);
	expect(reader.isDone).toBe(false);
	reader.push(hundred);
	expect(reader.isDone).toBe(true);
});

/** Where boxes begin and end, at any depth. */
function borders(bytes: Uint8Array): number[] {
	const view = Buffer.from(bytes);
	const types = [
		'ftyp',
		'moov',
		'mvhd',
		'trak',
		'tkhd',
		'edts',
		'elst',
		'mdia',
		'mdhd',
		'hdlr',
		'minf',
		'stbl',
		'stsd',
		'stts',
		'stsz',
		'mdat',
	];
	const found = types.flatMap((type) => {
		const places: number[] = [];
		for (let at = view.indexOf(type); at >= 0; at = view.indexOf(type, at + 1)) places.push(at - 4);
		return places.flatMap((start) => [start, start + 8, start + view.readUInt32BE(start)]);
	});
	return [...new Set(found)].sort((one, other) => one - other);
}

it('reads from a file that is cut off at any border what is sure', () => {
	const whole = file(brand(), movie(track({ edits: [4000] }), sound()), data());
	const cuts = borders(whole);
	expect(cuts.length).toBeGreaterThan(40);
	const seen = cuts.map((cut) => {
		const reader = new VideoReader();
		reader.push(whole.subarray(0, cut));
		return JSON.stringify(reader.facts);
	});
	expect([...new Set(seen)].map((facts) => JSON.parse(facts) as unknown)).toEqual([
		{},
		{ container: 'mp4' },
		{ container: 'mp4', fastStart: true },
		{ ...PLAIN },
	]);
});

it('is done as soon as nothing that follows matters', () => {
	const end = file(brand(), movie(track(), sound()));
	const doneAfter = (bytes: Uint8Array) => {
		const reader = new VideoReader();
		return [...bytes].findIndex((byte) => {
			reader.push(Uint8Array.of(byte));
			return reader.isDone;
		});
	};
	// Of `stsz`, the last box, only the header is looked at.
	expect(doneAfter(file(brand(), movie(track(), sound()), data()))).toBe(end.length - 12 - 1);
	expect(doneAfter(file(text('<!doctype html>')))).toBe(7);
});
