import type {
	EndpointName,
	ExtraWebhook,
	Model,
	SandboxWebhook,
	SandboxRule,
	SandboxSettings,
	SandboxState,
	Status,
} from './wire';

export type * from './wire';

/** Typed client of the control endpoints; `url` is the sandbox's base URL. */
export class SandboxControl {
	constructor(readonly url: string) {}

	/** Everything seen so far; `since` (epoch ms) limits `requests`, `posts` and `webhooks`. */
	async state(since?: number): Promise<SandboxState> {
		return await this.send('GET', `state${since === undefined ? '' : `?since=${since}`}`);
	}

	/** Forgets tasks, records and rules; settings and keys are again those of the start. */
	async reset(): Promise<void> {
		await this.send('POST', 'reset', {});
	}

	/** Changes some settings; running tasks follow a new `speed` or `taskSeconds` at once. */
	async settings(change: Partial<SandboxSettings>): Promise<SandboxSettings> {
		return await this.send('POST', 'settings', change);
	}

	/** Adds rules; the earliest rule that fits a request wins. */
	async rules(...rules: SandboxRule[]): Promise<void> {
		await this.send('POST', 'rules', { rules });
	}

	async clearRules(): Promise<void> {
		await this.send('DELETE', 'rules');
	}

	/**
	 * Makes tasks without POST and webhooks; unfinished ones stay as they are. Newest last. Without
	 * `endpoint` they are image to video, by `model`.
	 */
	async seedTasks(seed: {
		count: number;
		status?: Status;
		model?: Model;
		endpoint?: EndpointName;
		key?: string;
	}): Promise<string[]> {
		const { taskIds } = await this.send<{ taskIds: string[] }>('POST', 'tasks', seed);
		return taskIds;
	}

	/** Moves a task by hand; from then on the clock leaves it alone. Sends its webhook. */
	async advance(taskId: string, status: Status): Promise<void> {
		await this.send('POST', `tasks/${encodeURIComponent(taskId)}/advance`, { status });
	}

	/** Sends extra webhooks now and returns the responses of the receiver. */
	async sendWebhook(taskId: string, extra: ExtraWebhook = {}): Promise<SandboxWebhook[]> {
		const path = `tasks/${encodeURIComponent(taskId)}/webhook`;
		return (await this.send<{ webhooks: SandboxWebhook[] }>('POST', path, extra)).webhooks;
	}

	/** Makes one more API key valid: a second account with tasks of its own. */
	async addKey(key: string): Promise<void> {
		await this.send('POST', 'keys', { key });
	}

	private async send<T>(method: string, path: string, body?: unknown): Promise<T> {
		const response = await fetch(`${this.url}/_sandbox/${path}`, {
			method,
			...(body === undefined
				? {}
				: { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
		});
		const text = await response.text();
		if (!response.ok) throw new Error(`Sandbox ${method} ${path}: ${response.status} ${text}`);
		return JSON.parse(text) as T;
	}
}
