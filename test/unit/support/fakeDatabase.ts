import { createHash } from 'node:crypto';

import type { IExecuteFunctions } from 'n8n-workflow';

interface Value {
	mode: unknown;
	data: string[];
}

interface Options {
	mode: unknown;
}

const md5 = (text: string): string => createHash('md5').update(text).digest('base64');

/** Long enough for other queries of the same time to have been sent. */
async function someTurns(): Promise<void> {
	for (let turn = 0; turn < 7; turn++) await Promise.resolve();
}

/**
 * n8n's table of processed items, and what n8n's helper does with it: each query takes time before and after it, a row
 * is read as a copy and written as a whole.
 */
export class FakeDatabase {
	/** The column `value`, which holds JSON, by workflow and context. */
	readonly rows = new Map<string, string>();

	readonly queries: string[] = [];

	/** Given each query; may throw in its place. */
	intervene: (query: string, row: string) => void = () => {};

	constructor(private readonly pause: () => Promise<void> = someTurns) {}

	/** How many entries the row of a node has. */
	entries(node: string, workflow = 'wf'): number | undefined {
		const row = this.rows.get(keyOf(workflow, node));
		return row === undefined ? undefined : (JSON.parse(row) as Value).data.length;
	}

	private async query<T>(name: string, row: string, work: () => T): Promise<T> {
		await this.pause();
		this.queries.push(name);
		this.intervene(name, row);
		const result = work();
		await this.pause();
		return result;
	}

	private async findOne(row: string): Promise<Value | null> {
		return await this.query('SELECT', row, () => {
			const text = this.rows.get(row);
			return text === undefined ? null : (JSON.parse(text) as Value);
		});
	}

	private async insert(row: string, value: Value): Promise<void> {
		await this.query('INSERT', row, () => {
			if (this.rows.has(row)) throw new Error('UNIQUE constraint failed');
			this.rows.set(row, JSON.stringify(value));
		});
	}

	/** An UPDATE of a row that is gone changes nothing. */
	private async update(row: string, value: Value): Promise<void> {
		await this.query('UPDATE', row, () => {
			if (this.rows.has(row)) this.rows.set(row, JSON.stringify(value));
		});
	}

	/** The helpers of one node; `without` names those that this n8n does not have. */
	helpers(node: { id: string }, { workflow = 'wf', without = [] as readonly string[] } = {}) {
		const rowOf = (): string => keyOf(workflow, node.id);
		const assertSaved = () => {
			if (workflow === '') throw Object.assign(new Error('falsy value'), { code: 'ERR_ASSERTION' });
		};
		const helpers: Record<string, unknown> = {
			checkProcessedAndRecord: async (items: string[], _scope: 'node', options: Options) => {
				const row = rowOf();
				assertSaved();
				const stored = await this.findOne(row);
				if (stored !== null && stored.mode !== options.mode) throw new Error('incompatible mode');
				const hashes = items.map(md5);
				if (stored === null) {
					await this.insert(row, { mode: options.mode, data: hashes });
					return { new: items, processed: [] };
				}
				// The real one looks entries up in the row as it was, so it adds twins twice.
				const before = new Set(stored.data);
				const isKnown = (_: string, index: number) => before.has(hashes[index]!);
				stored.data.push(...hashes.filter((hash) => !before.has(hash)));
				await this.update(row, stored);
				const fresh = items.filter((_, index) => !before.has(hashes[index]!));
				return { new: fresh, processed: items.filter(isKnown) };
			},
			removeProcessed: async (items: string[]) => {
				const row = rowOf();
				assertSaved();
				const stored = await this.findOne(row);
				if (stored === null) return;
				for (const hash of items.map(md5)) {
					const index = stored.data.indexOf(hash);
					if (index !== -1) stored.data.splice(index, 1);
				}
				await this.update(row, stored);
			},
			clearAllProcessedItems: async () => {
				const row = rowOf();
				await this.query('DELETE', row, () => this.rows.delete(row));
			},
			getProcessedDataCount: async () => {
				const row = rowOf();
				return (await this.findOne(row))?.data.length ?? 0;
			},
		};
		for (const name of without) delete helpers[name];
		return helpers;
	}

	/** The context of an execution of the node, in any process. */
	context(
		node = { id: 'n1' },
		more: { workflow?: string; without?: readonly string[] } = {},
	): IExecuteFunctions {
		const { id } = node;
		const context = {
			helpers: this.helpers(node, more),
			node,
			getNode: () => ({ id }),
			getExecuteData: () => ({ node }),
		};
		return context as unknown as IExecuteFunctions;
	}
}

const keyOf = (workflow: string, node: string): string => `${workflow} n:${node}`;
