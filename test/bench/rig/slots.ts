import { performance } from 'node:perf_hooks';
import { DatabaseSync } from 'node:sqlite';

import { until } from '../../server/support/assertions/watching';

const LOOKS_APART_MS = 10;

const FINAL = ['success', 'error', 'crashed', 'canceled'];

/**
 * How long executions of some workflows are `running` by n8n's own records. Its start and stop times include the
 * time in which a suspended execution holds nothing, so the status is looked at, again and again.
 */
export class SlotWatch {
	private readonly database: DatabaseSync;
	private readonly timer: NodeJS.Timeout;
	private readonly runningMs = new Map<string, number>();
	private readonly statuses = new Map<string, string>();
	private last = performance.now();

	constructor(
		databasePath: string,
		private readonly workflowId: string,
	) {
		this.database = new DatabaseSync(databasePath, { readOnly: true, timeout: 20_000 });
		this.timer = setInterval(() => this.look(), LOOKS_APART_MS);
	}

	/** Resolves when the execution has ended: with the seconds in which it ran since the watch began. */
	async untilEnded(id: string, timeoutMs: number): Promise<number> {
		const status = await until(
			`execution ${id} has ended`,
			async () => FINAL.find((final) => final === this.statuses.get(id)),
			timeoutMs,
		);
		if (status !== 'success') throw new Error(`Execution ${id} ended as "${status}"`);
		return (this.runningMs.get(id) ?? 0) / 1000;
	}

	close(): void {
		clearInterval(this.timer);
		this.database.close();
	}

	private look(): void {
		const now = performance.now();
		const passed = now - this.last;
		this.last = now;
		const rows = this.database
			.prepare('SELECT id, status FROM execution_entity WHERE workflowId = ?')
			.all(this.workflowId);
		for (const row of rows) {
			const [id, status] = [String(row.id), String(row.status)];
			this.statuses.set(id, status);
			if (status === 'running') this.runningMs.set(id, (this.runningMs.get(id) ?? 0) + passed);
		}
	}
}
