/** The middle of some numbers, and how far they lie apart. */
export interface Spread {
	median: number;
	least: number;
	most: number;
}

export function spreadOf(values: readonly number[]): Spread {
	if (values.length === 0) throw new Error('Nothing was measured');
	const sorted = [...values].sort((one, other) => one - other);
	const middle = Math.floor(sorted.length / 2);
	const upper = sorted[middle]!;
	const median = sorted.length % 2 === 1 ? upper : (sorted[middle - 1]! + upper) / 2;
	return { median, least: sorted[0]!, most: sorted.at(-1)! };
}

/** How many times `over` is of `under`, run by run: the first of one next to the first of the other. */
export function ratioOf(over: readonly number[], under: readonly number[]): Spread {
	const pairs = over.slice(0, under.length);
	return spreadOf(pairs.map((value, run) => value / under[run]!));
}
