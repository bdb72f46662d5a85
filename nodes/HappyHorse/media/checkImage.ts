import type { Clock } from '../concurrency/clock';
import type { FileContext, FileResponse } from '../http/safeFetch';
import { withoutUndefined } from '../withoutUndefined';
import {
	EMPTY_FILE,
	TOO_SLOW,
	totalBytes,
	verdictOnFailure,
	verdictOnStatus,
} from './fileServerResponse';
import type { SizeResult } from './image/format';
import { imageSize } from './image/imageSize';
import { FORMAT_BYTES } from './knownFormat';
import type { ImageLimits } from './limits';
import { fileSizeProblem, formatsOf, imageSizeProblem } from './limits';
import { openRange } from './openRange';
import type { Verdict } from './verdict';
import { verdictOnOther } from './verdict';

/** Decides for 97.7 % of JPEG files in the wild, and for every other format. */
const FIRST_BYTES = 64 * 1024;

/** Decides for all JPEG files that were looked at; more is not fetched to learn a size. */
const MOST_BYTES = 1024 * 1024;

const LONGEST_MS = 20_000;

/** Whether the API would take an image, judged by its first bytes. `bytes`: the size of the whole file. */
export function judgeImage(
	firstBytes: Uint8Array,
	{ bytes, limits }: { bytes: number | undefined; limits: ImageLimits },
): Verdict {
	const other = verdictOnOther(firstBytes, { ...limits, names: formatsOf(limits.types) });
	if (other !== undefined) return other;
	const size = imageSize(firstBytes);
	if (size.kind !== 'size') {
		return { kind: 'unclear', reason: 'the beginning of the file shows no image' };
	}
	const { type, width, height, orientation } = size;
	const problem = imageSizeProblem(size, limits);
	const facts = withoutUndefined({ type, width, height, orientation, bytes });
	return problem === null ? { kind: 'fine', facts } : { kind: 'rejected', problem, facts };
}

export interface ImageLook {
	url: string;
	limits: ImageLimits;
	allowLocal: boolean;
	clock: Clock;
}

/**
 * Looks at the beginning of an image on the web, as far as needed to know its size. Costs nothing, sends no
 * API key, and never throws: what cannot be looked at is `unclear`.
 */
export async function checkImage(
	context: FileContext,
	{ url, limits, allowLocal, clock }: ImageLook,
): Promise<Verdict> {
	const deadline = clock.now() + LONGEST_MS;
	try {
		for (const wanted of [FIRST_BYTES, MOST_BYTES]) {
			const part = { url, from: 0, to: wanted, allowLocal, withinMs: deadline - clock.now() };
			const verdict = await openRange(
				context,
				part,
				async (response, heard) =>
					await lookAt(response, { wanted, limits, deadline, clock, heard }),
			);
			if (verdict !== 'more') return verdict;
		}
		return { kind: 'unclear', reason: 'its size is not in the first megabyte' };
	} catch (error) {
		return verdictOnFailure(error);
	}
}

interface Looking {
	wanted: number;
	limits: ImageLimits;
	deadline: number;
	clock: Clock;
	heard: () => void;
}

async function lookAt(
	{ body, ...head }: FileResponse,
	{ wanted, limits, deadline, clock, heard }: Looking,
): Promise<Verdict | 'more'> {
	if (head.statusCode !== 200 && head.statusCode !== 206) return verdictOnStatus(head);
	const total = totalBytes(head);
	const problem = total === undefined ? null : fileSizeProblem(total, limits);
	if (problem !== null) return { kind: 'rejected', problem };
	let bytes: Buffer = Buffer.alloc(0);
	let size = imageSize(bytes);
	let waiting: Buffer[] = [];
	let seen = 0;
	const look = () => {
		bytes = Buffer.concat([bytes, ...waiting]);
		waiting = [];
		size = imageSize(bytes);
	};
	// Leaving the loop destroys the stream: a server that ignores the range is not read to the end.
	for await (const chunk of body) {
		heard();
		const part = Buffer.from(chunk as Uint8Array);
		waiting.push(part);
		seen += part.length;
		// Not at each chunk: a megabyte of single bytes would be copied a million times.
		if (seen >= Math.min(MOST_BYTES, nextLook(size, bytes))) look();
		if (bytes.length >= enoughFor(size) || seen >= MOST_BYTES) break;
		if (clock.now() > deadline) return TOO_SLOW;
	}
	look();
	if (bytes.length === 0 && total === undefined) return EMPTY_FILE;
	const cutByRange = head.statusCode === 206 && bytes.length >= wanted && wanted < MOST_BYTES;
	if (size.kind === 'need-more' && cutByRange) return 'more';
	return judgeImage(bytes, { bytes: total, limits });
}

/** How many bytes tell more than this. */
function enoughFor(size: SizeResult): number {
	if (size.kind === 'size') return 0;
	return size.kind === 'need-more' ? size.bytes : FORMAT_BYTES;
}

/** How many bytes have to be there before another look is worth it: what the format needs, and at least an eighth more. */
function nextLook(size: SizeResult, bytes: Buffer): number {
	return Math.max(enoughFor(size), bytes.length + Math.floor(bytes.length / 8));
}
