import type { IExecuteFunctions } from 'n8n-workflow';

import type { Clock } from '../../clock';
import { lockOf } from './lock';
import { Turns } from './turns';

/** What a node has had to do with, in n8n's database: it outlives executions and processes. */
export interface NodeRecord {
	/** Writes all of them down, and gives those that were there before. */
	add(entries: readonly string[]): Promise<string[]>;
	remove(entries: readonly string[]): Promise<void>;
}

type Helpers = Partial<IExecuteFunctions['helpers']>;

const turns = new Turns();

/**
 * n8n reads, changes and writes the whole record. Side by side, entries get lost, and two can both be the first
 * (2.41.1), so this process does one thing after the other, and keeps the other processes out meanwhile.
 *
 * @returns `null` where n8n keeps no records.
 */
export function openRecord(
	context: IExecuteFunctions,
	{ clock, maxEntries }: { clock: Clock; maxEntries: number },
): NodeRecord | null {
	const helpers: Helpers = context.helpers;
	const { checkProcessedAndRecord: check, removeProcessed: forget } = helpers;
	if (!check || !forget) return null;
	const options = { mode: 'entries', maxEntries } as const;
	const alone = async <T>(work: () => Promise<T>): Promise<T> =>
		await turns.take(async () => {
			const lock = lockOf(context);
			await lock?.take(clock);
			try {
				return await work();
			} finally {
				// Left behind, it only costs the next one a few seconds.
				await lock?.release().catch(() => undefined);
			}
		});
	return {
		add: async (entries) =>
			await alone(async () => {
				const record = async () => await check([...entries], 'node', options);
				// The very first entry is refused when another process has just made it.
				const { processed } = await record().catch(record);
				return processed.map(String);
			}),
		remove: async (entries) => await alone(async () => await forget([...entries], 'node', options)),
	};
}
