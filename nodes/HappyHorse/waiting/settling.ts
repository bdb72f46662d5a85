import type { Clock } from '../concurrency/clock';
import type { Api } from '../http/apiClient';
import { givingUpAt } from '../http/withRetries';
import type { Task } from '../tasks/task';
import { isWhole } from '../tasks/task';
import type { TaskReference } from '../tasks/taskClient';
import { rotated } from './polling';
import type { PollContext } from './pollOnce';
import { pollOnce, readEach } from './pollOnce';
import { SettlingSchedule } from './settlingSchedule';
import { TasksToRead } from './tasksToRead';
import { TaskWatch } from './taskWatch';

/** For this many tasks or more, one list is cheaper than reading each again. */
const LIST_FROM = 5;

const LONGEST_SLEEP_MS = 1000;

export interface SettlingWait {
	awaited: readonly TaskReference[];
	/** When waiting ends, in milliseconds since 1970. */
	endsAt: number;
	/** IDs of tasks that were final before the execution was suspended: their webhooks came too early. */
	finalBefore: readonly string[];
}

/**
 * `settled`: there is nothing more to find out. `ended`: waiting is over. `released`: nothing was decided, and what is known
 * stays for the next webhook. `gone`: the execution no longer waits here.
 */
export type SettlingResult = 'settled' | 'ended' | 'released' | 'gone';

export interface SettlingRun {
	/** Reads the credential again: a key may be changed during a long wait. */
	openApi(): Promise<Api>;
	clock: Clock;
	random(): number;
	/** Whether n8n still waits here; `null` when n8n does not tell. */
	isWaiting(): Promise<boolean | null>;
}

/**
 * One wait of one execution, from its first final webhook on, in one process. Webhooks add what they report. One of them
 * runs the loop, which reads the other tasks from the API: no second webhook is needed.
 */
export class Settling {
	readonly watch = new TaskWatch();

	private readonly tasksToRead: TasksToRead;

	private isLastRead = false;

	/** True once nothing more is found out: the videos are being downloaded. */
	private isOver = false;

	readonly schedule = new SettlingSchedule();

	/** True from a release to the next news, though the loop may need a moment to end. */
	isReleased = false;

	private wakeUp = () => {};

	private woken = Promise.resolve();

	constructor(readonly wait: SettlingWait) {
		this.tasksToRead = new TasksToRead(wait.finalBefore);
	}

	/** Adds a webhook: a signed one is true, an unsigned one only says that there is something to read. */
	tell(task: Task, { isSigned, now }: { isSigned: boolean; now: number }): void {
		if (isSigned && isWhole(task)) this.watch.learn(task, now);
		else this.tasksToRead.add(task.task_id);
		this.heard(now);
		this.wakeUp();
	}

	/** True when each task is settled or has had its webhook. */
	get isComplete(): boolean {
		const open = this.open();
		return this.tasksToRead.of(open).length === open.length;
	}

	/** True when nothing is left to read: only a further webhook, or the end of a silence, brings news. */
	get isIdle(): boolean {
		const open = this.open();
		return !this.isOver && open.length > 0 && this.tasksToRead.of(open).length === 0;
	}

	/** Ends the loop without a result. */
	release(): void {
		this.isReleased = true;
		this.wakeUp();
	}

	/** Finds out the state of all tasks. It never throws. */
	async run(run: SettlingRun): Promise<SettlingResult> {
		this.isReleased = false;
		const result = await this.loop(run);
		this.isOver = result === 'settled' || result === 'ended';
		return result;
	}

	private async loop(run: SettlingRun): Promise<SettlingResult> {
		for (;;) {
			this.woken = new Promise((resolve) => (this.wakeUp = resolve));
			const now = run.clock.now();
			if (this.open().length === 0) return 'settled';
			// A webhook that comes after the end, but before n8n's timer, is still read.
			if (now >= this.wait.endsAt && !this.isLastRead) {
				// What could not be read in time, for an API that was down or busy, is tried once more.
				this.isLastRead = true;
				this.tasksToRead.readAgain();
			}
			if (now >= this.wait.endsAt && this.tasksToRead.unread(this.open()).length === 0)
				return 'ended';
			if (this.isReleased) return 'released';
			const result = await this.step(run, now);
			if (result !== null) return result;
		}
	}

	private open(): TaskReference[] {
		return this.watch.open(this.wait.awaited);
	}

	private heard(now: number): void {
		this.isReleased = false;
		this.schedule.heard(now);
	}

	/** Does what is due, or sleeps. */
	private async step(run: SettlingRun, now: number): Promise<SettlingResult | null> {
		const toRead = this.tasksToRead.of(this.open());
		const unread = this.tasksToRead.unread(toRead);
		if (unread.length > 0) await this.read(run, unread);
		else if (toRead.length > 0 && now >= this.schedule.retryAt) await this.read(run, toRead);
		else if (now >= this.schedule.pollAllAt) return await this.pollAll(run, toRead.length === 0);
		else await this.sleep(run, { now, retries: toRead.length > 0 });
		return null;
	}

	private async read(
		{ openApi, clock, random }: SettlingRun,
		tasks: readonly TaskReference[],
	): Promise<void> {
		const before = this.open().length;
		const isRetry = this.tasksToRead.unread(tasks).length === 0;
		this.tasksToRead.markRead(tasks);
		const works = isRetry && tasks.length >= LIST_FROM ? pollOnce : readEach;
		const requestedPauseMs = await this.check(
			{ openApi, clock },
			async (polling) => await works(polling, tasks),
		);
		const now = clock.now();
		const isNews = this.open().length < before;
		if (isNews) this.heard(now);
		this.schedule.read(now, { isRetry, isNews, requestedPauseMs, random: random() });
	}

	/** Polls all tasks, since a webhook may have been lost or come to another process. */
	private async pollAll(
		{ openApi, clock, isWaiting }: SettlingRun,
		isIdle: boolean,
	): Promise<SettlingResult | null> {
		const isOn = await isWaiting();
		if (isOn === false) return 'gone';
		const open = this.open();
		const turned = rotated(open, this.schedule.quietPolls);
		await this.check({ openApi, clock }, async (polling) => await pollOnce(polling, turned));
		this.schedule.polledAll(clock.now());
		// If n8n does not tell whether the execution was continued elsewhere, it must not be continued much later.
		return isOn === null && isIdle && this.open().length > 0 ? 'released' : null;
	}

	/** @returns the pause that the API requested, in milliseconds. */
	private async check(
		{ openApi, clock }: Pick<SettlingRun, 'openApi' | 'clock'>,
		work: (polling: PollContext) => Promise<number>,
	): Promise<number> {
		const { endsAt } = this.wait;
		try {
			const api = await openApi();
			// An API that takes its time must not keep the finished videos past the end.
			const inTime = clock.now() < endsAt ? givingUpAt(api, endsAt) : api;
			return await work({ api: inTime, watch: this.watch, clock });
		} catch {
			return 0;
		}
	}

	private async sleep(
		{ clock }: SettlingRun,
		{ now, retries }: { now: number; retries: boolean },
	): Promise<void> {
		const { pollAllAt, retryAt } = this.schedule;
		const next = Math.min(pollAllAt, this.wait.endsAt, retries ? retryAt : Infinity);
		const pause = Math.min(LONGEST_SLEEP_MS, Math.max(0, next - now));
		await Promise.race([clock.pause(pause), this.woken]);
	}
}
