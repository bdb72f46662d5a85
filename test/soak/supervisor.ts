import { setTimeout as sleep } from 'node:timers/promises';

import type { ExecutionView } from '../../sandbox/n8n/execution';
import type { ExecutionSummary } from '../../sandbox/n8n/wire';
import { startRetries } from '../server/support/executions/retries';
import { toRepeat } from './accounting';
import type { Deployment } from './deployment';
import { outputsOf } from './outputs';
import type { PlannedRun, SoakItem } from './plan';
import type { SoakLog } from './soakLog';

const POLL_MS = 4000;
const FOUND_WITHIN_MS = 180_000;
const MOST_ATTEMPTS = 5;
const BETWEEN_ATTEMPTS_MS = 20_000;
const ENDED = ['success', 'error', 'crashed', 'canceled'];

/** Executions as they went, for the report. */
export interface Counts {
	executions: number;
	endings: Record<string, number>;
	retries: number;
	restarts: number;
	hung: string[];
}

export interface Target {
	workflowId: string;
	path: string;
}

/** Starts executions, sees how they end, and starts again what a user would start again. */
export class Supervisor {
	readonly counts: Counts = {
		executions: 0,
		endings: {},
		retries: 0,
		restarts: 0,
		hung: [],
	};
	live = 0;
	/** One at a time: a start or an outage. */
	private turn: Promise<unknown> = Promise.resolve();

	constructor(
		private readonly deployment: Deployment,
		private readonly options: { patienceMs: number; log: SoakLog },
	) {}

	/** No start is on its way while n8n goes away, so that each is known to have arrived. */
	async alone<T>(work: () => Promise<T>): Promise<T> {
		const mine = this.turn.then(work);
		this.turn = mine.catch(() => undefined);
		return await mine;
	}

	/** Sends the items to the workflow; gives the ID of the execution that they have started. */
	async start(
		target: Target,
		{ number, items }: Pick<PlannedRun, 'number' | 'items'>,
		attempt = 1,
	): Promise<string> {
		const token = `soak-${number}-${attempt}-x`;
		const body = { items, token };
		const response = await this.deployment.door.sendToWebhook(target.path, { body });
		if (response.status !== 200) throw new Error(`n8n responded ${response.status} to a start`);
		this.counts.executions += 1;
		return await this.executionWith(target, token);
	}

	/** Waits for the end of a run, and repeats what did not become a task, as a user would. */
	async follow(target: Target, run: PlannedRun, first: string): Promise<void> {
		this.live += 1;
		try {
			let id = first;
			let open: SoakItem[] = run.items;
			for (let attempt = 1; ; attempt++) {
				const ended = await this.end(id);
				const { endings } = this.counts;
				const status = ended?.status ?? 'not ended';
				endings[status] = (endings[status] ?? 0) + 1;
				if (ended === undefined) {
					this.counts.hung.push(id);
					return;
				}
				open = toRepeat(open, outputsOf(ended));
				if (open.length === 0) return;
				const reason = outputsOf(ended).find(({ error }) => error !== undefined)?.error;
				this.options.log.say(
					`run ${run.number} (${run.way}, ${run.resource}): execution ${id} ended "${status}", ${open.length} of ${run.items.length} items to repeat` +
						(reason === undefined ? '' : `: ${reason.slice(0, 120)}`),
				);
				if (attempt === MOST_ATTEMPTS) return;
				await sleep(BETWEEN_ATTEMPTS_MS);
				id = await this.again(target, { run, open, ended, attempt: attempt + 1 });
			}
		} finally {
			this.live -= 1;
		}
	}

	/** Every other crashed execution by "Retry"; the rest, and in queue mode all, as a new execution of what is missing. */
	private async again(
		target: Target,
		{
			run,
			open,
			ended,
			attempt,
		}: { run: PlannedRun; open: SoakItem[]; ended: ExecutionView; attempt: number },
	): Promise<string> {
		const byRetry =
			this.deployment.name === 'one' && ended.status === 'crashed' && run.number % 2 === 0;
		return await this.alone(async () => {
			if (!byRetry) {
				this.counts.restarts += 1;
				return await this.start(target, { number: run.number, items: open }, attempt);
			}
			this.counts.retries += 1;
			const [id] = await startRetries(this.deployment.testServer.n8n.client, ended);
			return id!;
		});
	}

	private async end(id: string): Promise<ExecutionView | undefined> {
		const until = Date.now() + this.options.patienceMs;
		const { client } = this.deployment.testServer.n8n;
		while (Date.now() < until) {
			await sleep(POLL_MS);
			const seen = await client.execution(id).catch(() => undefined);
			if (seen !== undefined && ENDED.includes(seen.status)) return seen;
		}
		return undefined;
	}

	private async executionWith({ workflowId }: Target, token: string): Promise<string> {
		const until = Date.now() + FOUND_WITHIN_MS;
		const { client } = this.deployment.testServer.n8n;
		const others = new Set<string>();
		for (;;) {
			const listed = await client.executions({ workflowId }).catch(() => [] as ExecutionSummary[]);
			for (const { id } of listed.slice(0, 30)) {
				if (others.has(id)) continue;
				const seen = await client.execution(id).catch(() => undefined);
				if (seen === undefined) continue;
				if (JSON.stringify(seen.raw).includes(token)) return id;
				others.add(id);
			}
			if (Date.now() > until) throw new Error(`There is no execution for ${token}`);
			await sleep(300);
		}
	}
}
