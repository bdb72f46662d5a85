type Step = () => Promise<void> | void;

// npm and tsx hand Ctrl-C on to a child that the terminal has told already: one press, two signals.
const SAME_PRESS_MS = 1000;

/** What has to be stopped in the end, newest first; also on Ctrl-C. */
export class ShutDown {
	private readonly steps: Step[] = [];
	private running: Promise<void> | undefined;

	/** True from the first Ctrl-C on: errors that follow from stopping need no words then. */
	get interrupted(): boolean {
		return this.interruptedAt > 0;
	}

	private interruptedAt = 0;

	add(step: Step): void {
		this.steps.push(step);
	}

	/** Runs every step once, even when an earlier one fails. */
	async run(): Promise<void> {
		this.running ??= (async () => {
			for (const step of this.steps.reverse()) {
				try {
					await step();
				} catch (error) {
					console.error(error instanceof Error ? error.message : error);
				}
			}
		})();
		await this.running;
	}

	/** From now on Ctrl-C, a kill and a closed terminal stop everything; a second one at once. */
	onSignals(say: (line: string) => void): void {
		for (const [signal, code] of [
			['SIGINT', 130],
			['SIGTERM', 143],
			['SIGHUP', 129],
		] as const) {
			process.on(signal, () => {
				if (this.interrupted) {
					if (Date.now() - this.interruptedAt > SAME_PRESS_MS) process.exit(code);
					return;
				}
				this.interruptedAt = Date.now();
				say('\nStopping what was started ...');
				void this.run().then(() => {
					say('Everything is stopped.');
					process.exit(code);
				});
			});
		}
	}
}
