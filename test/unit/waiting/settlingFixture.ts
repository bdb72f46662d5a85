import { ApiError } from '../../../nodes/HappyHorse/http/apiError';
import type { Task } from '../../../nodes/HappyHorse/tasks/task';
import type { SettlingRun } from '../../../nodes/HappyHorse/waiting/settling';
import { Settling } from '../../../nodes/HappyHorse/waiting/settling';
import { START } from '../support/fakeClock';
import { notFound, outage, scriptedApi, videoAt } from '../support/scriptedApi';
import { VirtualClock } from '../support/virtualClock';

export const MINUTE = 60_000;

/** How long the API takes to respond. */
const RESPONSE_MS = 40;

export type Fault = 'down' | '429' | 'not found' | 'no list';

export interface Trouble {
	/** Milliseconds from the beginning. */
	fromMs: number;
	toMs: number;
	kind: Fault;
}

export interface Setup {
	/** When each task is finished, in milliseconds from the beginning; Infinity for never. */
	finishedAtMs: readonly number[];
	/** The tasks that fail. */
	failed?: readonly number[];
	/** How much later than its webhooks the API knows of it. */
	lagMs?: number;
	troubles?: readonly Trouble[];
	endsAtMs?: number;
	finalBefore?: readonly string[];
	isWaiting?: () => boolean | null;
}

export const taskId = (index: number) => `t${index}`;

/** A wait for tasks at an API with its troubles, on a clock of its own. */
export function settlingFixture(setup: Setup) {
	const { finishedAtMs, failed = [], lagMs = 0, troubles = [], endsAtMs = 30 * MINUTE } = setup;
	const clock = new VirtualClock();
	const passed = () => clock.now() - START;

	const stateOf = (index: number, atMs: number): Task => {
		const end = failed.includes(index) ? 'FAILED' : 'COMPLETED';
		const status = atMs >= finishedAtMs[index]! ? end : 'IN_PROGRESS';
		const generated = status === 'COMPLETED' ? [videoAt(taskId(index))] : [];
		return { task_id: taskId(index), status, generated, extra: {} };
	};

	const { api, sent, count } = scriptedApi(async ({ purpose, path }) => {
		await clock.pause(RESPONSE_MS);
		const kinds = troubles
			.filter(({ fromMs, toMs }) => passed() >= fromMs && passed() < toMs)
			.map(({ kind }) => kind);
		if (kinds.includes('down')) throw outage();
		if (kinds.includes('429')) throw outage(5000);
		const shown = passed() - lagMs;
		if (purpose === 'list') {
			if (kinds.includes('no list')) {
				throw new ApiError('No list', { hint: 'Later', statusCode: 403 });
			}
			const data = finishedAtMs.map((_, index) => {
				const { task_id, status } = stateOf(index, shown);
				return { task_id, status };
			});
			return { data };
		}
		if (kinds.includes('not found')) throw notFound();
		const { task_id, status, generated } = stateOf(Number(path.split('/t').at(-1)), shown);
		return { data: { task_id, status, generated } };
	});

	const awaited = finishedAtMs.map(
		(_, index) => ({ endpoint: 'image-to-video/happy-horse-1', taskId: taskId(index) }) as const,
	);
	const settling = new Settling({
		awaited,
		endsAt: START + endsAtMs,
		finalBefore: setup.finalBefore ?? [],
	});
	const checks: number[] = [];
	const run: SettlingRun = {
		openApi: async () => await Promise.resolve(api),
		clock,
		random: () => 1,
		async isWaiting() {
			checks.push(passed());
			return await Promise.resolve(setup.isWaiting ? setup.isWaiting() : true);
		},
	};
	return {
		clock,
		settling,
		awaited,
		api,
		sent,
		count,
		checks,
		passed,
		run: async (changes: Partial<SettlingRun> = {}) => await settling.run({ ...run, ...changes }),
		/** What a webhook says of the task now. */
		webhook: (index: number, isSigned: boolean, task = stateOf(index, passed())) =>
			settling.tell(task, { isSigned, now: clock.now() }),
		readsOf: (index: number) =>
			sent.filter(({ purpose, path }) => purpose === 'read' && path.endsWith(`/${taskId(index)}`))
				.length,
		truth: (index: number) => stateOf(index, Infinity),
	};
}
