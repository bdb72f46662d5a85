import type { IExecuteFunctions } from 'n8n-workflow';

type Entries = { mode: 'entries'; maxEntries: number };

/** n8n's table of records, as its helper works with it: read, change, write, with time in between. */
export class FakeDatabase {
	/** Entries by the node's ID. */
	readonly rows = new Map<string, string[]>();

	/** As if n8n looked at the node's ID only after it has asked its database. */
	readsIdLate = false;

	private async takeTime(): Promise<void> {
		for (let turn = 0; turn < 7; turn++) await Promise.resolve();
	}

	/** The context of an execution of the node, in any process. */
	context(node = { id: 'n1' }, without: readonly string[] = []): IExecuteFunctions {
		const idAtOnce = () => (this.readsIdLate ? undefined : node.id);
		const helpers: Record<string, unknown> = {
			checkProcessedAndRecord: async (items: string[], _scope: 'node', options: Entries) => {
				const early = idAtOnce();
				await this.takeTime();
				const id = early ?? node.id;
				const before = this.rows.get(id);
				const seen = [...(before ?? [])];
				await this.takeTime();
				if (before === undefined && this.rows.has(id)) throw new Error('duplicate key');
				// An UPDATE of a row that is gone changes nothing.
				const processed = items.filter((item) => seen.includes(item));
				const fresh = items.filter((item) => !seen.includes(item));
				if (before === undefined || this.rows.has(id)) {
					this.rows.set(id, [...seen, ...fresh].slice(-options.maxEntries));
				}
				return { processed, new: fresh };
			},
			removeProcessed: async (items: string[]) => {
				const id = idAtOnce() ?? node.id;
				await this.takeTime();
				const kept = (this.rows.get(id) ?? []).filter((entry) => !items.includes(entry));
				await this.takeTime();
				if (this.rows.has(id)) this.rows.set(id, kept);
			},
			getProcessedDataCount: async () => {
				const early = idAtOnce();
				await this.takeTime();
				return this.rows.get(early ?? node.id)?.length ?? 0;
			},
			clearAllProcessedItems: async () => {
				const early = idAtOnce();
				await this.takeTime();
				this.rows.delete(early ?? node.id);
			},
		};
		for (const name of without) delete helpers[name];
		return { helpers, getExecuteData: () => ({ node }) } as unknown as IExecuteFunctions;
	}
}
