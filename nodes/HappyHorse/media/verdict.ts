/** What the beginning of a file says. What it does not say is left out. */
export interface FileFacts {
	/** Such as `png` or `mp4`. */
	type?: string;
	/** In pixels. */
	width?: number;
	height?: number;
	/** Of the whole file. */
	bytes?: number;
	/** Length of a video. */
	seconds?: number;
	fps?: number;
}

/**
 * Whether the API would take a file: `problem` is a sentence with the measured value and the limit. `unclear` is no
 * verdict: the API may well be able to read what this n8n cannot.
 */
export type Verdict =
	| { kind: 'fine'; facts: FileFacts }
	| { kind: 'rejected'; problem: string }
	| { kind: 'unclear'; reason: string };
