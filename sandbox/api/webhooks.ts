import { randomUUID } from 'node:crypto';
import { webhookHeaders } from './sign';
import { finalStatus, isFinal, type Task } from './tasks';
import type { ExtraWebhook, SandboxSettings, SandboxWebhook, Status, WebhookForm } from './wire';

const RESPONSE_TIMEOUT_MS = 10_000;
const EARLY_TIMEOUT_MS = 5_000;
const FIRST_PAUSE_MS = 1_000;
const LEAST_PAUSE_MS = 300;

export interface WebhookSenderParts {
	secret: string;
	settings: SandboxSettings;
	/** the body of a webhook, without signature */
	bodyOf: (task: Task, status: Status) => Record<string, unknown>;
	record: (attempt: SandboxWebhook) => void;
}

interface Sending {
	status: Status;
	form: WebhookForm;
	id: string;
	ageSeconds: number;
}

/** Sends webhooks to `webhook_url`: signed, in order, and again when a final one was not taken. */
export class WebhookSender {
	private readonly timers = new Set<NodeJS.Timeout>();
	/** the last planned webhook of each task, so that they leave in order */
	private readonly queues = new Map<string, Promise<unknown>>();
	/** changes at `clear`, so that nothing planned before is sent after */
	private era = 0;

	constructor(private readonly parts: WebhookSenderParts) {}

	/** Holds the webhooks of a task back until the response to its POST was sent. */
	holdUntil(task: Task, responded: Promise<void>): void {
		this.queues.set(task.id, responded);
	}

	/** Plans what a new status sets off. */
	statusChanged(task: Task, status: Status): void {
		const mode = task.webhookMode;
		if (task.webhookUrl === null || mode === 'lost' || mode === 'early') return;
		if (mode === 'shuffled') {
			if (isFinal(status)) this.plan(task, [status, 'IN_PROGRESS', 'CREATED']);
		} else {
			this.plan(task, [status]);
		}
	}

	/** Sends all webhooks of a task before the response to its POST, for at most 5 s. */
	async sendEarly(task: Task): Promise<void> {
		const sent = this.plan(task, ['CREATED', 'IN_PROGRESS', finalStatus(task)]);
		await Promise.race([
			sent,
			new Promise((resolve) => setTimeout(resolve, EARLY_TIMEOUT_MS).unref()),
		]);
	}

	/** Sends extra webhooks at once, without repeats. */
	async sendExtra(task: Task, extra: ExtraWebhook): Promise<SandboxWebhook[]> {
		const { status = task.status, times = 1, form = 'signed', ageSeconds = 0 } = extra;
		const sharedId = messageId();
		const attempts: SandboxWebhook[] = [];
		for (let copy = 0; copy < times; copy++) {
			const id = extra.sameId === true ? sharedId : messageId();
			attempts.push(await this.attempt(task, { status, form, id, ageSeconds }));
		}
		return attempts;
	}

	clear(): void {
		this.era += 1;
		for (const timer of this.timers) clearTimeout(timer);
		this.timers.clear();
		this.queues.clear();
	}

	private async plan(task: Task, statuses: Status[]): Promise<void> {
		const { era } = this;
		const mode = task.webhookMode;
		const form = mode === 'forged' || mode === 'unsigned' ? mode : 'signed';
		let last = this.queues.get(task.id) ?? Promise.resolve();
		for (const status of statuses) {
			const sending = { status, form, id: messageId(), ageSeconds: 0 } as const;
			last = last.then(async () => {
				if (era !== this.era) return;
				if (mode === 'doubled') await this.attempt(task, sending);
				await this.sendUntilTaken(task, sending, 0);
			});
		}
		this.queues.set(task.id, last);
		await last;
	}

	private async sendUntilTaken(task: Task, sending: Sending, repeats: number): Promise<void> {
		const { era } = this;
		const { responseStatus = 0 } = await this.attempt(task, sending);
		const { webhookRetries, speed } = this.parts.settings;
		const taken = responseStatus >= 200 && responseStatus < 300;
		if (taken || !isFinal(sending.status) || repeats >= webhookRetries || era !== this.era) return;
		const timer = setTimeout(
			() => {
				this.timers.delete(timer);
				void this.sendUntilTaken(task, sending, repeats + 1);
			},
			Math.max(LEAST_PAUSE_MS, (FIRST_PAUSE_MS * 2 ** repeats) / speed),
		);
		this.timers.add(timer);
	}

	private async attempt(task: Task, sending: Sending): Promise<SandboxWebhook> {
		const { status, form, id, ageSeconds } = sending;
		const url = task.webhookUrl ?? '';
		const plain = this.parts.bodyOf(task, status);
		// Escaped slashes are valid JSON; a receiver that re-serialises the body cannot verify them.
		const body = JSON.stringify(form === 'wrapped' ? { data: plain } : plain).replace(/\//g, '\\/');
		const { clockSkewSeconds } = this.parts.settings;
		const timestamp = Math.floor(Date.now() / 1000 + clockSkewSeconds) - ageSeconds;
		const secret = form === 'forged' ? `not-${this.parts.secret}` : this.parts.secret;
		const signature = form === 'unsigned' ? {} : webhookHeaders(secret, { id, timestamp, body });
		const attempt: SandboxWebhook = {
			at: Date.now(),
			taskId: task.id,
			status,
			url,
			webhookId: id,
		};
		try {
			const response = await fetch(url, {
				method: 'POST',
				headers: { 'content-type': 'application/json', ...signature },
				body,
				redirect: 'manual',
				signal: AbortSignal.timeout(RESPONSE_TIMEOUT_MS),
			});
			attempt.responseStatus = response.status;
			attempt.responseBody = (await response.text()).slice(0, 500);
		} catch (error) {
			const cause = error instanceof Error ? (error.cause ?? error) : error;
			attempt.error = String(cause);
		}
		this.parts.record(attempt);
		return attempt;
	}
}

function messageId(): string {
	return `msg_${randomUUID()}`;
}
