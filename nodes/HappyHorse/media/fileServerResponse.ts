import type { FileResponse } from '../http/safeFetch';
import { BlockedUrlError } from '../http/safeFetch';
import { ResponseTooLarge } from '../http/stream';
import type { Verdict } from './verdict';

export const EMPTY_FILE: Verdict = {
	kind: 'rejected',
	problem: 'The file at the URL is empty',
	cause: 'empty',
};

export const TOO_SLOW: Verdict = { kind: 'unclear', reason: 'its server is too slow' };

/** On a file that could not be read. */
export function verdictOnFailure(error: unknown): Verdict {
	if (error instanceof ResponseTooLarge) return TOO_SLOW;
	const isBlocked = error instanceof BlockedUrlError;
	const reason = isBlocked ? error.message : 'its server could not be reached from here';
	return { kind: 'unclear', reason };
}

type Head = Pick<FileResponse, 'statusCode' | 'headers'>;

/** On a file whose server responded with something else. */
export function verdictOnStatus({ statusCode, headers }: Head): Verdict {
	if (statusCode === 404 || statusCode === 410) {
		const problem = `Nothing is found at the URL (${statusCode})`;
		return { kind: 'rejected', problem, cause: 'nothing there' };
	}
	// No part of an empty file can be sent.
	if (statusCode === 416 && headers['content-range'] === 'bytes */0') return EMPTY_FILE;
	return { kind: 'unclear', reason: `its server responded with ${statusCode}` };
}

/** The size of the whole file, as far as the server tells it. */
export function totalBytes({ statusCode, headers }: Head): number | undefined {
	const told =
		statusCode === 206
			? /\/(\d+)$/.exec(String(headers['content-range']))?.[1]
			: headers['content-length'];
	const total = Number(told ?? Number.NaN);
	return Number.isSafeInteger(total) && total > 0 ? total : undefined;
}
