import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { withOneOf } from './lock';

/** A start takes about seven seconds of processor time: with more at once on two cores each takes a minute. */
const AT_ONCE = ['first', 'second'];

const POLL_MS = 100;

/**
 * Starts n8n when fewer than two others are starting, among all processes that share the folder: the workers of a test run.
 * Without a folder everything starts at once.
 */
export async function inStartTurn<T>(
	folder: string | undefined,
	work: () => Promise<T>,
): Promise<T> {
	if (folder === undefined) return await work();
	mkdirSync(folder, { recursive: true });
	const paths = AT_ONCE.map((name) => join(folder, `${name}.lock`));
	return await withOneOf(paths, { work, pollMs: POLL_MS });
}
