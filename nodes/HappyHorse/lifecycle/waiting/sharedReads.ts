import type { Clock } from '../../clock';

const FORGET_AFTER_MS = 5 * 60_000;

interface Shelf<T> {
	started: number;
	startedAt: number;
	upcoming: Promise<T> | undefined;
}

/**
 * One read for all who ask at about the same time. Whoever asks gets a read that starts after the question. Under one
 * key, the first of `spacingsMs` lies at least between the starts of the first two reads, and so on; the last of them
 * between all others.
 */
export class SharedReads<T> {
	private readonly shelves = new Map<string, Shelf<T>>();

	constructor(private readonly spacingsMs: readonly [number, ...number[]]) {}

	async read(key: string, { clock, ask }: { clock: Clock; ask: () => Promise<T> }): Promise<T> {
		this.forgetOld(clock.now());
		const shelf = this.shelves.get(key) ?? {
			started: 0,
			startedAt: -Infinity,
			upcoming: undefined,
		};
		this.shelves.set(key, shelf);
		shelf.upcoming ??= this.schedule(shelf, { clock, ask });
		return await shelf.upcoming;
	}

	private async schedule(
		shelf: Shelf<T>,
		{ clock, ask }: { clock: Clock; ask: () => Promise<T> },
	): Promise<T> {
		const spacingMs = this.spacingsMs[shelf.started - 1] ?? this.spacingsMs.at(-1)!;
		await clock.pause(Math.max(0, shelf.startedAt + spacingMs - clock.now()));
		shelf.started += 1;
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
