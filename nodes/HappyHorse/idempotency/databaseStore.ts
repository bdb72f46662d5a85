import type { IExecuteFunctions } from 'n8n-workflow';

import type { Clock } from '../concurrency/clock';
import type { ProcessedItems } from './processedItems';
import { openProcessedItems } from './processedItems';
import { digitsOf, readingOf } from './taskIdDigits';

/**
 * `unsupported`: this n8n cannot keep claims for this workflow, such as one that was never saved. `fault`: the
 * error of the database.
 */
export type Claim = 'first' | 'taken' | 'unsupported' | { fault: string };

/**
 * What is known of an earlier claim: the task that it led to; `open` while the request is on its way, or for ever if its
 * process died; `released` when it was given back; `unknown` when the task cannot be learned any more: the request got no
 * usable response, or a process died while it read the row.
 */
export type Claimed = { taskId: string; own: boolean } | 'open' | 'released' | 'unknown';

/**
 * Claims of paid requests in n8n's database. A claim is one INSERT that only one try can win, across items,
 * executions and processes; the task ID is added to the same row. Five queries for each task on SQLite, four on
 * PostgreSQL (counted on 2.41.1).
 */
export interface DatabaseStore {
	claim(key: string): Promise<Claim>;
	/** For a request that is known not to have created anything. */
	release(key: string): Promise<void>;
	complete(key: string, task: { taskId: string; executionId: string }): Promise<void>;
	/** For a request that may or may not have created a task. */
	giveUp(key: string): Promise<void>;
	/** `own` of the task: true when this very execution created it. */
	read(key: string, executionId: string): Promise<Claimed>;
	exists(key: string): Promise<boolean>;
}

/** In the place of the task ID and its creator. */
const UNKNOWN = 'unknown';

/** Beside the task ID, a row holds the claim itself and the execution that created the task. */
const OTHER_ENTRIES = 2;

/** A read takes milliseconds: after this time the process that reads is dead. */
const LONGEST_READ_MS = 20_000;

const READ_AGAIN_MS = 60;

/** @returns `null` where this n8n has no table for it. */
export function openDatabaseStore(
	context: IExecuteFunctions,
	clock: Clock,
	random: () => number = Math.random,
): DatabaseStore | null {
	const items = openProcessedItems(context);
	if (items === null) return null;
	return {
		async claim(key) {
			try {
				return (await items.insert(key)) ? 'first' : 'taken';
			} catch (error) {
				return isUnsupported(error) ? 'unsupported' : { fault: messageOf(error) };
			}
		},
		release: async (key) => await persistently(clock, async () => await items.delete(key)),
		async complete(key, { taskId, executionId }) {
			const entries = [...digitsOf(taskId), creatorEntry(executionId)];
			await persistently(clock, async () => await items.add(key, entries));
		},
		async giveUp(key) {
			await persistently(clock, async () => await items.add(key, [UNKNOWN]));
		},
		exists: async (key) => (await items.count(key)) > 0,
		async read(key, executionId) {
			const entries = await items.count(key);
			if (entries === 0) return 'released';
			if (entries < OTHER_ENTRIES) return 'open';
			if (entries === OTHER_ENTRIES) return 'unknown';
			return await alone(items, { key, clock, random }, async () => {
				return await decode(items, { key, executionId, clock });
			});
		},
	};
}

const TRIES = 3;

const TRY_AGAIN_MS = 500;

/** Retries work that must not fail because the database is busy for a moment. @throws the last error */
async function persistently<T>(clock: Clock, work: () => Promise<T>): Promise<T> {
	for (let tried = 1; tried < TRIES; tried++) {
		try {
			return await work();
		} catch {
			await clock.pause(TRY_AGAIN_MS);
		}
	}
	return await work();
}

const creatorEntry = (executionId: string): string => `by:${executionId}`;

interface Turn {
	key: string;
	clock: Clock;
	random: () => number;
}

/** One reader at a time: reading adds entries and removes them again, which would disturb another reader. */
async function alone<T>(
	items: ProcessedItems,
	{ key, clock, random }: Turn,
	work: () => Promise<T>,
): Promise<T> {
	const turn = `${key}:read`;
	const end = clock.now() + LONGEST_READ_MS;
	while (!(await items.insert(turn)) && clock.now() < end && !clock.isCancelled()) {
		await clock.pause(READ_AGAIN_MS * (0.5 + random()));
	}
	try {
		return await work();
	} finally {
		await items.delete(turn);
	}
}

async function decode(
	items: ProcessedItems,
	{ key, executionId, clock }: { key: string; executionId: string; clock: Clock },
): Promise<Claimed> {
	const reading = readingOf((await items.count(key)) - OTHER_ENTRIES);
	if (reading === null) return 'unknown';
	const creator = creatorEntry(executionId);
	const tried = [...reading.candidates, creator];
	const found = await items.add(key, tried);
	const added = tried.filter((entry) => !found.includes(entry));
	// If they stay in the row, it can never be read again.
	await persistently(clock, async () => await items.remove(key, added));
	const taskId = reading.decode(found.filter((entry) => entry !== creator));
	return taskId === null ? 'unknown' : { taskId, own: found.includes(creator) };
}

/** True when n8n has not set the table up, or does not know the workflow: a row of it could not be kept. */
function isUnsupported(error: unknown): boolean {
	const { code } = Object(error) as { code?: unknown };
	return code === 'ERR_ASSERTION' || /foreign key/i.test(messageOf(error));
}

function messageOf(error: unknown): string {
	return error instanceof Error ? error.message : 'no reason is known';
}
