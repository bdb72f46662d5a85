import type { ImageType } from './image/format';
import { knownFormat } from './knownFormat';

/** What the beginning of a file says. What it does not say is left out. */
export interface FileFacts {
	/** Such as `png` or `mp4`. */
	type?: string;
	/** In pixels. */
	width?: number;
	height?: number;
	/** How viewers turn an image (EXIF); from 5 to 8 they swap its sides. */
	orientation?: number;
	/** Of the whole file. */
	bytes?: number;
	/** Length of a video. */
	seconds?: number;
	fps?: number;
}

/**
 * Whether the API would take a file. `problem` is a sentence, with the measured value and the limit if there are any;
 * `cause` is there when another way of giving the file may help. `unclear` is no verdict: the API may well be able to read
 * what this n8n cannot.
 */
export type Verdict =
	| { kind: 'fine'; facts: FileFacts }
	| { kind: 'rejected'; problem: string; cause?: Cause; facts?: FileFacts }
	| { kind: 'unclear'; reason: string };

export type Cause = 'web page' | 'nothing there' | 'empty';

/** What is wanted: `types` are accepted, which `names` says in words. */
export interface Wanted {
	kind: 'image' | 'video';
	types: ReadonlyArray<ImageType | 'mp4'>;
	names: string;
}

/** On a file that is recognised as something else than what is wanted; `undefined` when it is not. */
export function verdictOnOther(
	firstBytes: Uint8Array,
	{ kind, types, names }: Wanted,
): Verdict | undefined {
	const known = knownFormat(firstBytes);
	if (known === undefined || (known.type && types.includes(known.type))) return undefined;
	if (known.kind === kind) {
		return { kind: 'rejected', problem: `It is ${known.name} (accepted: ${names})` };
	}
	const article = kind === 'image' ? 'an' : 'a';
	return {
		kind: 'rejected',
		problem: `It is ${known.name}, not ${article} ${kind}`,
		...(known.kind === 'web page' ? { cause: known.kind } : {}),
	};
}
