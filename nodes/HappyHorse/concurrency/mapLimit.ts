/**
 * Runs one piece of work per value, at most `limit` at the same time, and gives the results in the order
 * of the values. A throw stops further work from starting; what is under way is waited for, since it may
 * cost money and its result must not be lost; then the throw of the earliest value is passed on.
 */
export async function mapLimit<T, R>(
	values: readonly T[],
	{ limit, work }: { limit: number; work: (value: T, index: number) => Promise<R> },
): Promise<R[]> {
	const results: R[] = [];
	const thrown: Array<{ index: number; error: unknown }> = [];
	let next = 0;
	const worker = async () => {
		while (next < values.length && thrown.length === 0) {
			const index = next++;
			try {
				results[index] = await work(values[index] as T, index);
			} catch (error) {
				thrown.push({ index, error });
			}
		}
	};
	await Promise.all(Array.from({ length: Math.min(limit, values.length) }, worker));
	const [first] = thrown.sort((a, b) => a.index - b.index);
	if (first) throw first.error;
	return results;
}
