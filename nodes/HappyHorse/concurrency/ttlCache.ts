interface Entry<T> {
	value: Promise<T>;
	until: number;
}

/** Keeps values for a moment, so that many readers at about the same time cause one load. */
export class TtlCache<T> {
	private readonly entries = new Map<string, Entry<T>>();

	constructor(private readonly keptMs: number) {}

	/** `now` is in milliseconds since 1970. A failed load is not kept: the next reader loads again. */
	async read(key: string, { now, load }: { now: number; load: () => Promise<T> }): Promise<T> {
		for (const [old, { until }] of this.entries) if (until <= now) this.entries.delete(old);
		const kept = this.entries.get(key);
		if (kept) return await kept.value;
		const entry = { value: load(), until: now + this.keptMs };
		this.entries.set(key, entry);
		// Not a catch block that throws again: the lint rules for nodes forbid it.
		entry.value.catch(() => {
			if (this.entries.get(key) === entry) this.entries.delete(key);
		});
		return await entry.value;
	}
}
