import type { Clock } from './clock';
import type { Image } from './images';
import type { EndpointName, SandboxSettings, Status, VideoQuality, WebhookMode } from './wire';

export interface Task {
	id: string;
	endpoint: EndpointName;
	/** the API key that made it; no other key can see it */
	owner: string;
	status: Status;
	/** epoch ms */
	createdAt: number;
	/** clock ms */
	startedAt: number;
	prompt: string | null;
	imageUrl: string | null;
	fileUrls: string[];
	webhookUrl: string | null;
	resolution: '720P' | '1080P';
	/** seconds */
	duration: number;
	seed: number | null;
	/** what its video shows */
	image: Image;
	quality: VideoQuality;
	/** the clock leaves it alone */
	held: boolean;
	/** its own run time; undefined follows the settings */
	seconds: number | undefined;
	outcome: 'COMPLETED' | 'FAILED' | 'COMPLETED_EMPTY';
	failure: Record<string, unknown>;
	webhookMode: WebhookMode | undefined;
	/** the statuses so far with the real time of each, oldest first */
	history: Array<{ at: number; status: Status }>;
}

/** Share of its run time after which a task is IN_PROGRESS. */
const START_SHARE = 0.1;

export function isFinal(status: Status): boolean {
	return status === 'COMPLETED' || status === 'FAILED';
}

/** The final status that the task is on its way to. */
export function finalStatus(task: Task): Status {
	return task.outcome === 'FAILED' ? 'FAILED' : 'COMPLETED';
}

/** All tasks, moved on by a clock; `onChange` hears of each new status exactly once. */
export class TaskStore {
	private readonly tasks = new Map<string, Task>();
	private timer: NodeJS.Timeout | undefined;

	constructor(
		private readonly clock: Clock,
		private readonly settings: SandboxSettings,
		private readonly onChange: (task: Task, status: Status) => void,
	) {}

	/** Takes up a new task and announces its first status. */
	add(task: Task): void {
		this.tasks.set(task.id, task);
		task.history.push({ at: Date.now(), status: task.status });
		this.onChange(task, task.status);
		this.tick();
	}

	get(id: string): Task | undefined {
		this.tick();
		return this.tasks.get(id);
	}

	/** Newest first. */
	list(): Task[] {
		this.tick();
		return [...this.tasks.values()].reverse();
	}

	/** The status that reading shows: that of so many seconds ago, and the first one until then. */
	readable({ history, status }: Task): Status {
		const until = Date.now() - this.settings.readLagSeconds * 1000;
		const seen = history.findLast(({ at }) => at <= until) ?? history[0];
		return seen?.status ?? status;
	}

	/** Sets a status by hand; the clock leaves the task alone from then on. */
	advance(task: Task, status: Status): void {
		task.held = true;
		this.change(task, status);
	}

	/** Makes all changes that are due, in the order of their time, and plans the next ones. */
	tick(): void {
		clearTimeout(this.timer);
		for (let next = this.next(); next !== undefined; next = this.next()) {
			const wait = this.clock.realMsUntil(next.due);
			if (wait > 0) {
				this.timer = setTimeout(() => this.tick(), Math.min(Math.ceil(wait), 2 ** 30));
				return;
			}
			this.change(next.task, next.status);
		}
	}

	clear(): void {
		clearTimeout(this.timer);
		this.tasks.clear();
	}

	private change(task: Task, status: Status): void {
		if (task.status === status) return;
		task.status = status;
		task.history.push({ at: Date.now(), status });
		this.onChange(task, status);
	}

	private next(): { task: Task; status: Status; due: number } | undefined {
		let first: { task: Task; status: Status; due: number } | undefined;
		for (const task of this.tasks.values()) {
			if (task.held || isFinal(task.status)) continue;
			const total = (task.seconds ?? this.settings.taskSeconds) * 1000;
			const starting = task.status === 'CREATED';
			const due = task.startedAt + total * (starting ? START_SHARE : 1);
			const status = starting ? 'IN_PROGRESS' : finalStatus(task);
			if (first === undefined || due < first.due) first = { task, status, due };
		}
		return first;
	}
}
