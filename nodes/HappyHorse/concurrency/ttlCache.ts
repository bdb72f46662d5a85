interface Answer<T> {
	value: Promise<T>;
	until: number;
}

/** Keeps answers for a moment, so that many who ask the same at about the same time cost one question. */
export class TtlCache<T> {
	private readonly answers = new Map<string, Answer<T>>();

	constructor(private readonly keptMs: number) {}

	/** `now` is in milliseconds since 1970. A question that failed is asked again by the next one. */
	async read(key: string, { now, ask }: { now: number; ask: () => Promise<T> }): Promise<T> {
		for (const [old, { until }] of this.answers) if (until <= now) this.answers.delete(old);
		const kept = this.answers.get(key);
		if (kept) return await kept.value;
		const answer = { value: ask(), until: now + this.keptMs };
		this.answers.set(key, answer);
		// A catch block that throws on is not allowed in a node, even where nothing of n8n is near.
		answer.value.catch(() => {
			if (this.answers.get(key) === answer) this.answers.delete(key);
		});
		return await answer.value;
	}
}
