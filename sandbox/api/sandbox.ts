import { randomBytes } from 'node:crypto';
import { WebhookSender } from './webhooks';
import { Clock } from './clock';
import { modelOf } from './endpoints';
import { RateLimit } from './rateLimit';
import { RuleBook } from './rules';
import { settingsAmong } from './settings';
import { UrlSigner } from './sign';
import { isFinal, TaskStore, type Task } from './tasks';
import { Uploads } from './uploads';
import { Videos } from './videos';
import type {
	SandboxWebhook,
	SandboxOptions,
	SandboxPost,
	SandboxRequest,
	SandboxSettings,
	SandboxTask,
	Status,
} from './wire';

export const DEFAULT_KEY = 'sandbox-key-0123456789';
export const DEFAULT_SECRET = '0123456789abcdef0123456789abcdef';

/** Entries kept of each record; a sandbox that runs for days must not fill the memory. */
const KEPT_RECORDS = 20_000;

/** Told to the person at the terminal: what happened to which task. */
export type EventListener = (event: string, detail: string) => void;

/** All that the sandbox knows. Routes read and change it; nothing else holds state. */
export class Sandbox {
	readonly key: string;
	readonly secret: string;
	readonly settings: SandboxSettings;
	readonly clock: Clock;
	readonly rules = new RuleBook();
	readonly signer = new UrlSigner(randomBytes(32));
	readonly videos = new Videos();
	readonly uploads: Uploads;
	readonly limit: RateLimit;
	readonly tasks: TaskStore;
	readonly webhooks: WebhookSender;
	readonly keys = new Set<string>();
	readonly posts: SandboxPost[] = [];
	readonly requests: SandboxRequest[] = [];
	readonly sentWebhooks: SandboxWebhook[] = [];
	/** base of the URLs handed out; set when the server listens */
	url = '';
	private readonly initial: SandboxSettings;

	constructor(
		options: SandboxOptions,
		private readonly listener: EventListener,
	) {
		this.key = options.key ?? DEFAULT_KEY;
		this.secret = options.secret ?? DEFAULT_SECRET;
		this.initial = settingsAmong(options);
		this.settings = { ...this.initial };
		this.clock = new Clock(this.settings.speed);
		this.keys.add(this.key);
		this.limit = new RateLimit(this.settings);
		this.uploads = new Uploads(this.signer, this.settings);
		this.tasks = new TaskStore(this.clock, this.settings, (task, status) => {
			this.statusChanged(task, status);
		});
		this.webhooks = new WebhookSender({
			secret: this.secret,
			settings: this.settings,
			bodyOf: (task, status) => this.bodyOf(task, status),
			record: (attempt) => {
				this.remember(this.sentWebhooks, attempt);
				const response = attempt.responseStatus ?? attempt.error ?? 'no response';
				this.tell('webhook', `${attempt.taskId} ${attempt.status} got ${response}`);
			},
		});
	}

	/** Adds to one of the records and drops its oldest entry when it is full. */
	remember<T>(record: T[], entry: T): T {
		record.push(entry);
		if (record.length > KEPT_RECORDS) record.shift();
		return entry;
	}

	tell(event: string, detail: string): void {
		this.listener(event, detail);
	}

	/** Changes settings; unknown names are ignored. */
	change(settings: Partial<SandboxSettings>): void {
		Object.assign(this.settings, settingsAmong({ ...this.settings, ...settings }));
		this.clock.setPace(this.settings.speed);
		this.tasks.tick();
	}

	/** Back to the state right after the start. */
	reset(): void {
		this.webhooks.clear();
		this.tasks.clear();
		this.rules.clear();
		this.uploads.clear();
		this.limit.clear();
		this.keys.clear();
		this.keys.add(this.key);
		for (const record of [this.posts, this.requests, this.sentWebhooks]) record.length = 0;
		this.change(this.initial);
	}

	async close(): Promise<void> {
		this.webhooks.clear();
		this.tasks.clear();
		await this.videos.close();
	}

	/** The task as GET returns it, without `data`; the URL is signed again each time. */
	bodyOf(task: Task, status: Status = task.status): Record<string, unknown> {
		return {
			task_id: task.id,
			status,
			generated: this.videoUrls(task, status),
			...(status === 'FAILED' ? task.failure : {}),
		};
	}

	/** The task as the control endpoints show it. */
	shown(task: Task): SandboxTask {
		const { id, endpoint, status, createdAt, prompt, imageUrl, fileUrls, webhookUrl } = task;
		const { resolution, duration, seed, held, outcome } = task;
		const model = modelOf(endpoint);
		return {
			...{ taskId: id, endpoint, model, status, createdAt, prompt, imageUrl, fileUrls, webhookUrl },
			...{ resolution, duration, seed, held, outcome, generated: this.videoUrls(task, status) },
		};
	}

	private videoUrls(task: Task, status: Status): string[] {
		if (status !== 'COMPLETED' || task.outcome === 'COMPLETED_EMPTY') return [];
		const path = `/results/${task.id}.mp4`;
		return [this.url + this.signer.sign(path, this.settings.resultSeconds)];
	}

	private statusChanged(task: Task, status: Status): void {
		this.tell('task', `${task.id} ${status}${note(task)}`);
		this.webhooks.statusChanged(task, status);
		this.videos.warm();
		// A large video takes seconds: encoded while the task "runs", it is ready when it is requested.
		if (status === 'IN_PROGRESS' && task.outcome === 'COMPLETED' && task.quality === 'true') {
			this.videos.get(task).catch((error: unknown) => this.tell('video', String(error)));
		}
	}
}

function note(task: Task): string {
	if (isFinal(task.status)) return '';
	const seconds = task.seconds === undefined ? '' : `, takes ${task.seconds} s`;
	return ` (${task.duration} s, ${task.resolution}${seconds}${task.held ? ', held' : ''})`;
}
