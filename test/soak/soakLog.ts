import { setTimeout as sleep } from 'node:timers/promises';

/** The time of a soak, and what it says meanwhile. */
export class SoakLog {
	readonly startedAt = Date.now();
	/** Everything has ended: nothing more is sent and measured. */
	over = false;
	/** What went wrong with the soak itself. */
	readonly troubles: string[] = [];

	constructor(private readonly name: string) {}

	say(text: string): void {
		console.log(`${new Date().toISOString().slice(11, 19)} ${this.name}: ${text}`);
	}

	/** Waits until so many milliseconds after the start. */
	async at(ms: number): Promise<void> {
		await sleep(Math.max(0, this.startedAt + ms - Date.now()));
	}

	/** Nothing that fails ends the soak: what is missing then shows in the accounts. */
	async attempt<T>(what: string, work: () => Promise<T>): Promise<T | undefined> {
		try {
			return await work();
		} catch (error) {
			this.troubles.push(`${what}: ${String(error).slice(0, 300)}`);
			this.say(`${what}: ${String(error)}`);
			return undefined;
		}
	}
}
