import type { Clock } from '../../clock';

const FORGET_AFTER_MS = 5 * 60_000;

interface Shelf<T> {
	startedAt: number;
	upcoming: Promise<T> | undefined;
}

/**
 * One read for all who ask at about the same time. Whoever asks gets a read that starts after the question,
 * and two reads under one key start at least `spacingMs` apart.
 */
export class SharedReads<T> {
	private readonly shelves = new Map<string, Shelf<T>>();

	constructor(private readonly spacingMs: number) {}

	async read(key: string, { clock, ask }: { clock: Clock; ask: () => Promise<T> }): Promise<T> {
		this.forgetOld(clock.now());
		const shelf = this.shelves.get(key) ?? { startedAt: -Infinity, upcoming: undefined };
		this.shelves.set(key, shelf);
		shelf.upcoming ??= this.schedule(shelf, { clock, ask });
		return await shelf.upcoming;
	}

	private async schedule(
		shelf: Shelf<T>,
		{ clock, ask }: { clock: Clock; ask: () => Promise<T> },
	): Promise<T> {
		await clock.pause(Math.max(0, shelf.startedAt + this.spacingMs - clock.now()));
		shelf.startedAt = clock.now();
		shelf.upcoming = undefined;
		return await ask();
	}

	private forgetOld(now: number): void {
		for (const [key, { startedAt, upcoming }] of this.shelves) {
			if (!upcoming && startedAt + FORGET_AFTER_MS < now) this.shelves.delete(key);
		}
	}
}
