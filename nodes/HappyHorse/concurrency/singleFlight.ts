import type { Clock } from './clock';

interface Flight<T> {
	/** When the last one has begun, in milliseconds since 1970. */
	begunAt: number;
	/** The one that has not begun yet. */
	upcoming: Promise<T> | undefined;
}

/**
 * Shares one piece of work among all that want its result at about the same time. Work that has already begun is not
 * shared: its result could be older than the request for it.
 */
export class SingleFlight<T> {
	private readonly flights = new Map<string, Flight<T>>();

	/** @param spacingMs between the beginnings of two pieces of work under the same key. */
	constructor(private readonly spacingMs: number) {}

	async run(key: string, { clock, work }: { clock: Clock; work: () => Promise<T> }): Promise<T> {
		const flight = this.flights.get(key) ?? { begunAt: -Infinity, upcoming: undefined };
		this.flights.set(key, flight);
		flight.upcoming ??= this.begin(flight, { clock, work });
		return await flight.upcoming;
	}

	private async begin(
		flight: Flight<T>,
		{ clock, work }: { clock: Clock; work: () => Promise<T> },
	): Promise<T> {
		const pause = flight.begunAt + this.spacingMs - clock.now();
		// Also with a clock that was set back.
		await clock.pause(Math.min(this.spacingMs, Math.max(0, pause)));
		flight.begunAt = clock.now();
		flight.upcoming = undefined;
		return await work();
	}
}
