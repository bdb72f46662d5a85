/** Remembers what was used last, up to a number of entries. */
export class MostRecentlyUsed {
	// A Set keeps the order of insertion, so the oldest entries are the first.
	private readonly entries = new Set<string>();

	constructor(private readonly most: number) {}

	add(entry: string): void {
		this.entries.delete(entry);
		this.entries.add(entry);
		for (const oldest of this.entries) {
			if (this.entries.size <= this.most) return;
			this.entries.delete(oldest);
		}
	}

	/** The same values, first those that were used: the latest one in front. The rest keep their order. */
	first<T extends string>(values: readonly T[]): T[] {
		const ranks = [...this.entries];
		return [...values].sort((a, b) => ranks.indexOf(b) - ranks.indexOf(a));
	}
}
