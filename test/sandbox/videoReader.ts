import type { FrameRequest, VideoFacts } from './videoFacts';

/**
 * A program of its own, because Jest cannot load the ES module of MediaInfo: reads the videos at
 * the URLs of its argument and prints what they are.
 */

type Decode = (unit: Uint8Array) => void;

interface Decoder {
	decode: Decode;
	onPictureDecoded: (pixels: Uint8Array, width: number, height: number) => void;
}

async function main(): Promise<void> {
	const requests = JSON.parse(process.argv[2] ?? '[]') as FrameRequest[];
	const { default: mediaInfoFactory } = await import('mediainfo.js');
	const reader = await mediaInfoFactory({ format: 'object' });
	const facts: VideoFacts[] = [];
	for (const { url, points } of requests) {
		const file = Buffer.from(await (await fetch(url)).arrayBuffer());
		const { media } = await reader.analyzeData(file.length, (size, offset) =>
			file.subarray(offset, offset + size),
		);
		const track = media?.track.find((candidate) => candidate['@type'] === 'Video');
		if (track === undefined) throw new Error(`${url} has no video track`);
		const {
			Format: codec = '',
			Width: width = 0,
			Height: height = 0,
			Duration: seconds = 0,
		} = track;
		const colors = points.length === 0 ? [] : firstFrame(file, points);
		facts.push({ codec, width, height, seconds, colors });
	}
	console.log(JSON.stringify(facts));
}

/** Decodes the first frame of a video of the sandbox: baseline H.264, one slice a frame. */
function firstFrame(file: Buffer, points: FrameRequest['points']): number[][] {
	// Broadway takes a host without these two for one that it does not know.
	Object.assign(globalThis, { window: globalThis, print: () => {} });
	const Broadway = require('broadway-player/Player/Decoder') as new (options: object) => Decoder;
	const decoder = new Broadway({ rgb: true });
	const colors: number[][] = [];
	decoder.onPictureDecoded = (pixels, width, height) => {
		for (const [x, y] of points) {
			const at = (Math.floor(y * height) * width + Math.floor(x * width)) * 4;
			colors.push([...pixels.subarray(at, at + 3)]);
		}
	};
	for (const unit of unitsOf(file)) decoder.decode(new Uint8Array(unit));
	return colors;
}

/** Sequence parameters, picture parameters, first slice. */
function unitsOf(file: Buffer): Buffer[] {
	const sized = (at: number, lengthBytes: number) => {
		const start = at + lengthBytes;
		return file.subarray(start, start + file.readUIntBE(at, lengthBytes));
	};
	const settings = file.indexOf('avcC') + 10;
	const sequence = sized(settings, 2);
	const pictureParameters = sized(settings + 2 + sequence.length + 1, 2);
	return [sequence, pictureParameters, sized(file.readUInt32BE(file.indexOf('stco') + 12), 4)];
}

main().catch((error: unknown) => {
	console.error(error);
	process.exit(1);
});
