/** Remembers which of some values were used last. */
export class MostRecentlyUsed {
	// A Set keeps the order of insertion, so the oldest entries are the first.
	private readonly entries = new Set<string>();

	add(entry: string): void {
		this.entries.delete(entry);
		this.entries.add(entry);
	}

	/** The same values, first those that were used: the latest one in front. The rest keep their order. */
	first<T extends string>(values: readonly T[]): T[] {
		const ranks = [...this.entries];
		return [...values].sort((a, b) => ranks.indexOf(b) - ranks.indexOf(a));
	}
}
