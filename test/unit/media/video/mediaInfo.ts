import { execFileSync } from 'node:child_process';

const SCRIPT = `
import { readFileSync } from 'node:fs';
import mediaInfoFactory from 'mediainfo.js';
const mediaInfo = await mediaInfoFactory({ format: 'object' });
const files = JSON.parse(readFileSync(0, 'utf8')).map((text) => Buffer.from(text, 'base64'));
const results = [];
for (const file of files) {
	const { media } = await mediaInfo.analyzeData(file.length, (size, offset) => file.subarray(offset, offset + size));
	const track = (type) => media.track.find((track) => track['@type'] === type);
	results.push({ general: track('General'), video: track('Video') });
}
process.stdout.write(JSON.stringify(results));
`;

export interface MediaInfo {
	general: { CodecID?: string; IsStreamable?: string; AudioCount?: number; Duration?: number };
	video?: {
		Width: number;
		Height: number;
		/** In degrees. */
		Rotation: string;
		FrameRate: number;
		CodecID: string;
	};
}

/**
 * What MediaInfo says about each file. The package is an ES module, which jest cannot load, so a Node of its own reads them
 * all at once.
 */
export function mediaInfoOf(files: Buffer[]): MediaInfo[] {
	const results = execFileSync(process.execPath, ['--input-type=module', '--eval', SCRIPT], {
		cwd: __dirname,
		input: JSON.stringify(files.map((bytes) => bytes.toString('base64'))),
		maxBuffer: 16 * 1024 * 1024,
		timeout: 20_000,
	});
	return JSON.parse(results.toString()) as MediaInfo[];
}
