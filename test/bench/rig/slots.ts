import { performance } from 'node:perf_hooks';
import { DatabaseSync } from 'node:sqlite';

const LOOKS_APART_MS = 20;

const FINAL = ['success', 'error', 'crashed', 'canceled'];

interface Seen {
	status: string;
	runningMs: number;
	ended: () => void;
}

/**
 * How long executions are `running` by n8n's own records. Its start and stop times include the time in which a
 * suspended execution holds nothing, so the status is looked at, again and again.
 */
export class SlotWatch {
	private readonly database: DatabaseSync;
	private readonly seen = new Map<string, Seen>();
	private readonly timer: NodeJS.Timeout;
	private last = performance.now();

	constructor(databasePath: string) {
		this.database = new DatabaseSync(databasePath, { readOnly: true, timeout: 20_000 });
		this.timer = setInterval(() => this.look(), LOOKS_APART_MS);
	}

	/** Resolves when the execution has ended: with the seconds in which it ran. */
	async untilEnded(id: string, timeoutMs: number): Promise<number> {
		let timer: NodeJS.Timeout | undefined;
		await new Promise<void>((ended, fail) => {
			this.seen.set(id, { status: 'new', runningMs: 0, ended });
			timer = setTimeout(() => {
				fail(new Error(`Execution ${id} has not ended after ${timeoutMs / 1000} s`));
			}, timeoutMs);
		}).finally(() => clearTimeout(timer));
		const { status, runningMs } = this.seen.get(id)!;
		this.seen.delete(id);
		if (status !== 'success') throw new Error(`Execution ${id} ended as "${status}"`);
		return runningMs / 1000;
	}

	close(): void {
		clearInterval(this.timer);
		this.database.close();
	}

	private look(): void {
		const now = performance.now();
		const passed = now - this.last;
		this.last = now;
		const ids = [...this.seen.keys()];
		if (ids.length === 0) return;
		const rows = this.database
			.prepare(`SELECT id, status FROM execution_entity WHERE id IN (${ids.map(() => '?').join()})`)
			.all(...ids);
		for (const { id, status } of rows) {
			const seen = this.seen.get(String(id))!;
			seen.status = String(status);
			if (seen.status === 'running') seen.runningMs += passed;
			if (FINAL.includes(seen.status)) seen.ended();
		}
	}
}
