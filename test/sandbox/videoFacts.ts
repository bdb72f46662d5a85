import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';

export interface FrameRequest {
	url: string;
	/** where the first frame is looked at: shares of its width and height */
	points: Array<readonly [x: number, y: number]>;
}

export interface VideoFacts {
	codec: string;
	width: number;
	height: number;
	seconds: number;
	/** red, green and blue at each point */
	colors: number[][];
}

/** What MediaInfo and a decoder, both independent of the sandbox's encoder, see in videos. */
export async function videoFacts(requests: FrameRequest[]): Promise<VideoFacts[]> {
	const { stdout } = await promisify(execFile)(process.execPath, [
		...['--no-warnings', '--require', require.resolve('tsx/cjs')],
		...[path.join(__dirname, 'videoReader.ts'), JSON.stringify(requests)],
	]);
	return JSON.parse(stdout) as VideoFacts[];
}

/** What is in one video. */
export async function factsOf(url: string, points: FrameRequest['points'] = []) {
	const [facts] = await videoFacts([{ url, points }]);
	if (facts === undefined) throw new Error(`Nothing is known of ${url}`);
	return facts;
}
