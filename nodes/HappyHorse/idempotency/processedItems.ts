import type { IExecuteFunctions, INode } from 'n8n-workflow';

/**
 * n8n's table of processed items: rows that outlive executions and processes. n8n names a row after the ID of the
 * node, so the node's ID is set to the name of the row while n8n reads it.
 */
export interface ProcessedItems {
	/** Makes the row, with `entries` in it. True only for the try that made it; later tries change nothing. */
	insert(row: string, entries?: readonly string[]): Promise<boolean>;
	/** How many entries the row has; 0 when there is no such row. */
	count(row: string): Promise<number>;
	/** Adds entries to a row that exists, and returns those that it had before. */
	add(row: string, entries: readonly string[]): Promise<string[]>;
	remove(row: string, entries: readonly string[]): Promise<void>;
	delete(row: string): Promise<void>;
}

type Helpers = Partial<IExecuteFunctions['helpers']>;

type Mode = 'entries';

const ENTRIES = { mode: 'entries' as Mode };

const TRIES = 4;

/** The entry that a row is made with when its maker names none. */
const CLAIMED = 'claimed';

/**
 * Before n8n writes to an existing row, it compares the mode of the row with the given one and throws when they differ
 * (1.123 and 2.41). An object never equals the stored text, so an insert can only make a row. Rewriting one would undo the
 * task ID that its owner has added. As JSON the object is the plain word.
 */
const ONLY_IF_NEW = { mode: { toJSON: () => ENTRIES.mode } as unknown as Mode };

/**
 * The node object that n8n's helpers use; `getNode()` only gives a copy. As a tool of some AI agents, `getExecuteData()`
 * holds the agent instead (2.41 and 1.123), so the ID decides.
 */
function nodeOf(context: IExecuteFunctions): INode | undefined {
	const { node: own } = context as { node?: INode };
	const { id } = context.getNode();
	return [own, context.getExecuteData().node].find((node) => node?.id === id);
}

/** @returns `null` where this n8n has no such table. */
export function openProcessedItems(context: IExecuteFunctions): ProcessedItems | null {
	const helpers: Helpers = context.helpers;
	const {
		checkProcessedAndRecord: check,
		removeProcessed: forget,
		clearAllProcessedItems: clear,
		getProcessedDataCount: entriesOf,
	} = helpers;
	if (!check || !forget || !clear || !entriesOf) return null;
	const node = nodeOf(context);
	if (node === undefined) return null;

	/**
	 * n8n reads the ID before its first `await`, so no other code sees the changed ID. For the same reason this function is not
	 * `async` and does not await `query`: the ID is restored before any other code runs.
	 */
	const within = <T>(row: string, query: () => Promise<T>): Promise<T> => {
		const { id } = node;
		node.id = row;
		try {
			return query();
		} finally {
			node.id = id;
		}
	};
	const count = async (row: string) =>
		await within(row, async () => await entriesOf('node', ENTRIES));
	/** The row exists, another process has just made it, or the database failed: all three throw. */
	const make = async (row: string, entries: readonly string[]) => {
		const made = await within(row, async () => await check([...entries], 'node', ONLY_IF_NEW));
		return made.new.length > 0;
	};

	return {
		count,
		async insert(row, entries = [CLAIMED]) {
			// A row that another process makes and deletes meanwhile looks like a fault, too.
			for (let tried = 1; tried < TRIES; tried++) {
				try {
					return await make(row, entries);
				} catch {
					if ((await count(row)) > 0) return false;
				}
			}
			return await make(row, entries);
		},
		add: async (row, entries) => {
			const { processed } = await within(
				row,
				async () => await check([...entries], 'node', ENTRIES),
			);
			return processed.map(String);
		},
		remove: async (row, entries) =>
			await within(row, async () => await forget([...entries], 'node', ENTRIES)),
		delete: async (row) => await within(row, async () => await clear('node', ENTRIES)),
	};
}
