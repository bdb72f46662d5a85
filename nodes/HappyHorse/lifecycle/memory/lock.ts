import type { IExecuteFunctions } from 'n8n-workflow';

import type { Clock } from '../../clock';

/** Longer than all processes together need for their turns: whoever has it for so long is dead. */
const GIVE_UP_MS = 5000;

const LONGEST_PAUSE_MS = 40;

const OPTIONS = { mode: 'entries', maxEntries: 1 } as const;

type Helpers = Partial<IExecuteFunctions['helpers']>;

/** Keeps other processes of this n8n from doing the same at the same time. */
export interface Lock {
	take(clock: Clock): Promise<void>;
	release(): Promise<void>;
}

// Known after the first time: false when n8n keeps its records in another way than 2.41.1 does.
let works: boolean | undefined;

/**
 * n8n keeps one record for each ID of a node and offers no lock, but a record can be *made* once only: that is an
 * INSERT, which the database refuses to whoever comes second. So the lock is a record under an ID of its own,
 * which is there as long as somebody has the lock.
 *
 * @returns `null` where n8n offers no records.
 */
export function lockOf(context: IExecuteFunctions): Lock | null {
	const helpers: Helpers = context.helpers;
	const {
		checkProcessedAndRecord: record,
		clearAllProcessedItems: clear,
		getProcessedDataCount: count,
	} = helpers;
	if (works === false || !record || !clear || !count) return null;
	const { node } = context.getExecuteData();

	/** n8n reads the ID before it asks its database, so that nothing else runs while it is another. */
	const aside = async <T>(ask: () => Promise<T>): Promise<T> => {
		const { id } = node;
		node.id = `${id}-lock`;
		try {
			return ask();
		} finally {
			node.id = id;
		}
	};
	const isFirst = async () => (await record(['taken'], 'node', OPTIONS)).new.length > 0;

	const taken = async () => await aside(async () => await count('node', OPTIONS));
	const isThere = async () =>
		await taken().then(
			() => true,
			() => false,
		);

	return {
		async take(clock) {
			const end = clock.now() + GIVE_UP_MS;
			for (;;) {
				// Refused means that another process was first, or that there is no database to ask.
				const first = await aside(isFirst).catch(async () => ((await isThere()) ? false : null));
				if (first !== false || clock.now() >= end || clock.isCancelled()) return;
				await clock.pause(Math.random() * LONGEST_PAUSE_MS);
			}
		},
		async release() {
			// Anything more than the one entry is not ours to clear.
			works ??= (await taken()) <= 1;
			if (works) await aside(async () => await clear('node', OPTIONS));
		},
	};
}
