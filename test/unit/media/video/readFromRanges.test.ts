import type { ReadRange } from '../../../../nodes/HappyHorse/media/video/readFromRanges';
import { readFromRanges } from '../../../../nodes/HappyHorse/media/video/readFromRanges';
import { be, text } from '../image/handmade';
import { box, brand, file, movie, sound, track, zeros } from './handmade';

const MB = 1024 * 1024;

/** A file of which only some parts are there; between them are zeros. */
function server(length: number, ...parts: Array<[at: number, bytes: Uint8Array]>) {
	const requests: Array<{ from: number; bytes: number }> = [];
	const read: ReadRange = async (from, to) => {
		const bytes = new Uint8Array(Math.max(0, Math.min(to, length) - from));
		for (const [at, part] of parts) {
			const start = Math.max(at, from);
			const piece = part.subarray(start - at, Math.max(0, from + bytes.length - at));
			if (piece.length > 0) bytes.set(piece, start - from);
		}
		requests.push({ from, bytes: bytes.length });
		return bytes;
	};
	return { read, requests };
}

const size = (bytes: number) => [...be(4, bytes), ...text('mdat')];

it('needs one request for a video with its header in front', async () => {
	const start = file(brand(), movie(track(), sound()), size(100 * MB));
	const { read, requests } = server(100 * MB, [0, start]);
	const { facts, firstBytes } = await readFromRanges(read);
	expect(facts).toMatchObject({ width: 640, seconds: 4, fps: 25, hasAudio: true, fastStart: true });
	expect(requests).toEqual([{ from: 0, bytes: 64 * 1024 }]);
	expect(firstBytes.slice(0, start.length)).toEqual(start);
});

it('needs two for a header at the end of 100 MB', async () => {
	const start = file(brand(), size(100 * MB));
	const end = start.length - 8 + 100 * MB;
	const header = file(movie(track(), sound()));
	const { read, requests } = server(end + header.length, [0, start], [end, header]);
	const { facts } = await readFromRanges(read);
	expect(facts).toMatchObject({ width: 640, hasAudio: true, fastStart: false });
	expect(requests).toEqual([
		{ from: 0, bytes: 64 * 1024 },
		{ from: end, bytes: header.length },
	]);
});

it.each(['in front', 'at the end'])(
	'passes over what it needs not of 3 MB of header %s',
	async (place) => {
		const header = file(movie(track(), box('udta', zeros(3 * MB)), sound()));
		const start = place === 'in front' ? file(brand()) : file(brand(), size(100 * MB));
		const at = place === 'in front' ? start.length : start.length - 8 + 100 * MB;
		const { read, requests } = server(at + header.length, [0, start], [at, header]);
		const { facts } = await readFromRanges(read);
		expect(facts).toMatchObject({ width: 640, hasAudio: true });
		expect(requests.length).toBeLessThanOrEqual(3);
		expect(requests.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThan(1.5 * MB);
	},
);

it('continues where a response was shorter than its range', async () => {
	const bytes = file(brand(), movie(track(), sound()));
	let requests = 0;
	const { facts } = await readFromRanges(async (from, to) => {
		requests++;
		return bytes.slice(from, Math.min(to, from + 200));
	});
	expect(facts).toMatchObject({ width: 640, hasAudio: true });
	expect(requests).toBeGreaterThan(2);
});

it('gives up after twelve requests', async () => {
	const far = file(box('free', zeros(70_000)));
	const part = far.subarray(0, 8);
	const places = Array.from({ length: 50 }, (_, index): [number, Uint8Array] => [
		index * far.length,
		part,
	]);
	const { read, requests } = server(50 * far.length, ...places);
	expect((await readFromRanges(read)).facts).toEqual({});
	expect(requests.length).toBe(12);
});

it.each<[string, Uint8Array, number]>([
	['is empty', file(), 1],
	['is a web page', file(text('<!doctype html><html></html>')), 1],
	['ends in its header', file(brand(), movie(track())).subarray(0, 200), 2],
	['has no header', file(brand(), size(900), zeros(892)), 2],
	['has data to its end', file(brand(), be(4, 0), text('mdat'), zeros(900)), 1],
	[
		'has a size beyond all files',
		file(brand(), be(4, 1), text('mdat'), be(4, 0xffffffff), be(4, 0)),
		1,
	],
])('stops where a file %s', async (_, bytes, expected) => {
	const { read, requests } = server(bytes.length, [0, bytes]);
	const { facts } = await readFromRanges(read);
	expect(Object.keys(facts).filter((name) => !['container', 'fastStart'].includes(name))).toEqual(
		[],
	);
	expect(requests.length).toBe(expected);
});

it('leaves errors to the one who reads', async () => {
	const failing = readFromRanges(async () => {
		throw new Error('reset');
	});
	await expect(failing).rejects.toThrow('reset');
});
